"""What a person opens first, over HTTP: Today, families, a family, a face sheet, the board."""

from typing import Any
from uuid import UUID

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from porchlight.core.actor import Actor
from porchlight.core.db import Database
from porchlight.core.tools import Tools
from porchlight.desk import cover
from porchlight.desk.board import board
from porchlight.desk.face_sheet import face_sheet
from porchlight.desk.families import families, family
from porchlight.desk.live import live
from porchlight.desk.safety import safety
from porchlight.desk.today import today
from porchlight.web.forms import go
from porchlight.web.rendering import View, page

Asked = Request[Any, Any, Any]


@get("/today", sync_to_thread=True, include_in_schema=False)
def today_page(request: Asked, db: NamedDependency[Database], actor: NamedDependency[Actor]) -> Response[Any]:
    with db.reading() as session:
        view = today(session, actor, now=db.now(session))
    return page(request, view)


@get("/families", sync_to_thread=True, include_in_schema=False)
def families_page(
    request: Asked, db: NamedDependency[Database], actor: NamedDependency[Actor], q: FromQuery[str] = ""
) -> Response[Any]:
    with db.reading() as session:
        view = families(session, actor, now=db.now(session), search=q)
    return page(request, view)


@get("/cases/{case_id:uuid}", opt={"file": True}, sync_to_thread=True, include_in_schema=False)
def family_page(
    request: Asked, case_id: FromPath[UUID], db: NamedDependency[Database], actor: NamedDependency[Actor]
) -> Response[Any]:
    with db.reading() as session:
        view = family(session, actor, case_id, now=db.now(session))
    return page(request, view)


@get("/people/{person_id:uuid}", opt={"file": True}, sync_to_thread=True, include_in_schema=False)
def face_sheet_page(
    request: Asked, person_id: FromPath[UUID], db: NamedDependency[Database], actor: NamedDependency[Actor]
) -> Response[Any]:
    with db.reading() as session:
        view = face_sheet(session, actor, person_id, now=db.now(session))
    return page(request, view)


@get("/board", sync_to_thread=True, include_in_schema=False)
def board_page(request: Asked, db: NamedDependency[Database], actor: NamedDependency[Actor]) -> Response[Any]:
    with db.reading() as session:
        view = board(session, actor, now=db.now(session))
    return page(request, view)


@get("/board/live", sync_to_thread=True, include_in_schema=False)
def board_piece(
    request: Asked, db: NamedDependency[Database], actor: NamedDependency[Actor], seen: FromQuery[str] = ""
) -> Response[Any]:
    """What the board asks for every two seconds; 204 while it shows what there is."""
    with db.reading() as session:
        view = live(session, actor, seen, now=db.now(session))
    return _piece(request, view)


def _piece(request: Asked, view: View | None) -> Response[Any]:
    """A piece is for the page that asks; whoever opens its address gets the whole board."""
    if not request.headers.get("hx-request"):
        return go(request, "/board")
    return page(request, view) if view else Response(None, status_code=204)


@get("/safety", sync_to_thread=True, include_in_schema=False)
def safety_page(request: Asked, tools: NamedDependency[Tools], actor: NamedDependency[Actor]) -> Response[Any]:
    with tools.db.reading() as session:
        view = safety(session, actor, tools.keys, now=tools.db.now(session))
    return page(request, view)


@get("/board/cover", sync_to_thread=True, include_in_schema=False)
def cover_piece(
    request: Asked, db: NamedDependency[Database], actor: NamedDependency[Actor], seen: FromQuery[str] = ""
) -> Response[Any]:
    """What the board asks for every ten seconds: of many schedules it costs more than its top; 204 as there."""
    with db.reading() as session:
        view = cover.live(session, actor, seen, now=db.now(session))
    return _piece(request, view)


ROUTES = [today_page, families_page, family_page, face_sheet_page, board_page, board_piece, cover_piece, safety_page]
