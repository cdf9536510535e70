"""Trying phones by hand, and how the latest tries ended."""

from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import URLEncodedBody

from porchlight.core.actor import Actor
from porchlight.core.db import Database
from porchlight.crises.drills import service, views
from porchlight.web import forms
from porchlight.web.forms import Input
from porchlight.web.rendering import View, page

Request_ = Request[Any, Any, Any]


class DrillBody(Input):
    account_id: UUID


def _drills(db: Database, actor: Actor) -> View:
    with db.reading() as session:
        return views.drills_view(session, actor, now=db.now(session))


@get("/crises/drills", sync_to_thread=True)
def drills(request: Request_, db: NamedDependency[Database], actor: NamedDependency[Actor]) -> Response[Any]:
    return page(request, _drills(db, actor))


@post("/crises/drills", sync_to_thread=True)
def send(
    request: Request_,
    db: NamedDependency[Database],
    actor: NamedDependency[Actor],
    data: URLEncodedBody[dict[str, Any]],
) -> Response[Any]:
    with forms.redrawing(lambda: _drills(db, actor), data):
        body = forms.read(DrillBody, data)
        with db.transaction() as session:
            service.send(session, actor, body.account_id, now=db.now(session))
    return forms.go(request, "/crises/drills")


@get("/crises/engine", sync_to_thread=True)
def engine(request: Request_, db: NamedDependency[Database], actor: NamedDependency[Actor]) -> Response[Any]:
    """What pages of staff ask for every ten seconds: a warning while alerts go out late."""
    with db.reading() as session:
        view = views.engine_view(session, actor, now=db.now(session))
    return page(request, view)


ROUTES = [drills, send, engine]
