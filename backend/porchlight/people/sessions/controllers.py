"""One's own sessions over HTTP: the list, ending one, ending all others."""

from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from porchlight.core.actor import Actor
from porchlight.core.db import Database
from porchlight.people.sessions import service, views
from porchlight.web import forms
from porchlight.web.rendering import page

Asked = Request[Any, Any, Any]
HOW: dict[str, Any] = {"sync_to_thread": True, "include_in_schema": False}


@get("/sessions", **HOW)
def mine(request: Asked, db: NamedDependency[Database], actor: NamedDependency[Actor]) -> Response[Any]:
    with db.reading() as session:
        view = views.mine(session, actor, now=db.now(session))
    return page(request, view)


@post("/sessions/{session_id:uuid}/end", **HOW)
def end(
    request: Asked, session_id: FromPath[UUID], db: NamedDependency[Database], actor: NamedDependency[Actor]
) -> Response[Any]:
    with db.transaction() as session:
        service.end(session, actor, actor.account_id, session_id, now=db.now(session))
    return forms.go(request, "/sessions")


@post("/sessions/end-others", **HOW)
def end_others(request: Asked, db: NamedDependency[Database], actor: NamedDependency[Actor]) -> Response[Any]:
    with db.transaction() as session:
        service.end_all(session, actor, actor.account_id, but=actor.session_id, now=db.now(session))
    return forms.go(request, "/sessions")


ROUTES = [mine, end, end_others]
