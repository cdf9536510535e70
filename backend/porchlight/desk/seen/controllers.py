"""Who has seen a file, over HTTP."""

from datetime import date
from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from porchlight.core.actor import Actor
from porchlight.core.db import Database
from porchlight.crises.older import which
from porchlight.desk.seen import views
from porchlight.web.rendering import locale_of, page

Asked = Request[Any, Any, Any]


@get("/cases/{case_id:uuid}/seen", sync_to_thread=True, include_in_schema=False)
def seen_page(
    request: Asked,
    case_id: FromPath[UUID],
    db: NamedDependency[Database],
    actor: NamedDependency[Actor],
    who: FromQuery[str] = "",
    day: FromQuery[str] = "",
    older: FromQuery[int] = 0,
) -> Response[Any]:
    with db.reading() as session:
        view = views.seen(session, actor, case_id, now=db.now(session), who=_id(who), on=_date(day), page=which(older))
    return page(request, view)


@post("/cases/{case_id:uuid}/seen/file", sync_to_thread=True, include_in_schema=False, status_code=200)
def seen_file(
    request: Asked, case_id: FromPath[UUID], db: NamedDependency[Database], actor: NamedDependency[Actor]
) -> Response[bytes]:
    """Its name says nothing of whose file it is."""
    with db.transaction() as session:
        text = views.exported(session, actor, case_id, now=db.now(session), locale=locale_of(request))
    headers = {"Content-Disposition": 'attachment; filename="who-has-seen.csv"', "Cache-Control": "no-store"}
    return Response(text.encode(), media_type="text/csv; charset=utf-8", headers=headers)


def _id(said: str) -> UUID | None:
    """Nobody chosen, or what is no id: everybody."""
    try:
        return UUID(said)
    except ValueError:
        return None


def _date(said: str) -> date | None:
    try:
        return date.fromisoformat(said)
    except ValueError:
        return None


ROUTES = [seen_page, seen_file]
