"""Taking calls over HTTP, and the numbers that people ring."""

from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.datastructures import State as AppState
from litestar.di import NamedDependency
from litestar.params import FromPath, URLEncodedBody

from porchlight.core.actor import Actor
from porchlight.core.db import Database
from porchlight.crises.intake import lines, service, views
from porchlight.crises.intake.lines import DrillBody, HelpersBody, LineBody
from porchlight.crises.intake.service import CallBody
from porchlight.web import forms
from porchlight.web.rendering import View, page

Request_ = Request[Any, Any, AppState]
Form = URLEncodedBody[dict[str, Any]]


@get("/calls", sync_to_thread=True)
def calls_page(request: Request_, db: NamedDependency[Database], actor: NamedDependency[Actor]) -> Response[Any]:
    return page(request, _calls(db, actor))


def _calls(db: Database, actor: Actor) -> View:
    with db.reading() as session:
        return views.calls_view(session, actor, now=db.now(session))


@post("/calls", sync_to_thread=True)
def take_call(
    request: Request_, db: NamedDependency[Database], actor: NamedDependency[Actor], data: Form
) -> Response[Any]:
    """Raise an alert for whoever is on the telephone."""
    with forms.redrawing(lambda: _calls(db, actor), data):
        body = forms.read(CallBody, data)
        with db.transaction() as session:
            service.take_call(session, actor, body, now=db.now(session))
    return forms.go(request, f"/crises/{body.id}")


@post("/calls/{crisis_id:uuid}/told", sync_to_thread=True)
def told(
    request: Request_, db: NamedDependency[Database], actor: NamedDependency[Actor], crisis_id: FromPath[UUID]
) -> Response[Any]:
    with db.transaction() as session:
        service.told(session, actor, crisis_id, now=db.now(session))
    return forms.go(request, f"/crises/{crisis_id}")


@get("/calls/lines", sync_to_thread=True)
def lines_page(request: Request_, db: NamedDependency[Database], actor: NamedDependency[Actor]) -> Response[Any]:
    return page(request, _lines(db, actor, ""))


def _lines(db: Database, actor: Actor, region: str) -> View:
    with db.reading() as session:
        return views.lines_view(session, actor, now=db.now(session), region=region)


@post("/calls/lines", sync_to_thread=True)
def set_line(
    request: Request_, db: NamedDependency[Database], actor: NamedDependency[Actor], data: Form
) -> Response[Any]:
    with forms.redrawing(lambda: _lines(db, actor, str(data.get("region", ""))), data):
        body = forms.read(LineBody, data)
        with db.transaction() as session:
            lines.set_line(session, actor, body, now=db.now(session))
    return forms.go(request, "/calls/lines")


@post("/calls/drills", sync_to_thread=True)
def drill(request: Request_, db: NamedDependency[Database], actor: NamedDependency[Actor], data: Form) -> Response[Any]:
    """Somebody rang the number: was it answered, and by whom."""
    with forms.redrawing(lambda: _lines(db, actor, str(data.get("region", ""))), data):
        body = forms.read(DrillBody, data)
        with db.transaction() as session:
            lines.drill(session, actor, body, now=db.now(session))
    return forms.go(request, "/calls/lines")


@post("/calls/helpers", sync_to_thread=True)
def set_helpers(
    request: Request_, db: NamedDependency[Database], actor: NamedDependency[Actor], data: Form
) -> Response[Any]:
    with forms.redrawing(lambda: _lines(db, actor, str(data.get("region", ""))), data):
        body = forms.read(HelpersBody, data)
        with db.transaction() as session:
            lines.set_helpers(session, actor, body, now=db.now(session))
    return forms.go(request, "/calls/lines")


ROUTES = [calls_page, take_call, told, lines_page, set_line, drill, set_helpers]
