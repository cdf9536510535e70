"""The card of this phone over HTTP, what it reports, and a supervisor's list."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import JSONBody

from porchlight.core.actor import Actor
from porchlight.core.db import Database
from porchlight.ready import service, views
from porchlight.ready.values import Check, Standing
from porchlight.web.forms import Input, Moment
from porchlight.web.rendering import page

Asked = Request[Any, Any, Any]


class ReportBody(Input):
    """at: when it was shown, by the phone's clock; it may have had no signal then."""

    check: Check
    state: Standing
    at: Moment


@get("/ready", sync_to_thread=True, include_in_schema=False)
def card_page(request: Asked, db: NamedDependency[Database], actor: NamedDependency[Actor]) -> Response[Any]:
    with db.reading() as session:
        view = views.card(session, actor)
    return page(request, view)


@get("/ready/team", sync_to_thread=True, include_in_schema=False)
def team_page(request: Asked, db: NamedDependency[Database], actor: NamedDependency[Actor]) -> Response[Any]:
    with db.reading() as session:
        view = views.team(session, actor, now=db.now(session))
    return page(request, view)


@post("/ready/checks", sync_to_thread=True, status_code=204, include_in_schema=False)
def report(db: NamedDependency[Database], actor: NamedDependency[Actor], data: JSONBody[ReportBody]) -> None:
    """This phone says what it has shown to its person."""
    with db.transaction() as session:
        service.report(session, actor, data.check, data.state, data.at, now=db.now(session))


ROUTES = [card_page, team_page, report]
