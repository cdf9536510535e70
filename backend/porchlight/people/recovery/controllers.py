"""A way back in over HTTP."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from porchlight.core.actor import Actor
from porchlight.core.db import Database
from porchlight.core.tools import Tools
from porchlight.people import joining_views, queries
from porchlight.people.recovery import service, views
from porchlight.web import forms
from porchlight.web.rendering import View, page

Asked = Request[Any, Any, Any]
HOW: dict[str, Any] = {"sync_to_thread": True, "include_in_schema": False}


def _list(db: Database, actor: Actor) -> View:
    with db.reading() as session:
        return views.index(session, actor, now=db.now(session))


@get("/recovery", **HOW)
def index(request: Asked, db: NamedDependency[Database], actor: NamedDependency[Actor]) -> Response[Any]:
    return page(request, _list(db, actor))


@get("/recovery/of/{account_id:uuid}", **HOW)
def ask(
    request: Asked, account_id: FromPath[UUID], db: NamedDependency[Database], actor: NamedDependency[Actor]
) -> Response[Any]:
    with db.reading() as session:
        view = views.start(session, actor, account_id, now=db.now(session))
    return page(request, view)


@post("/recovery/of/{account_id:uuid}", **HOW)
def start(
    request: Asked, account_id: FromPath[UUID], db: NamedDependency[Database], actor: NamedDependency[Actor]
) -> Response[Any]:
    with db.transaction() as session:
        service.start(session, actor, account_id, now=db.now(session))
    return forms.go(request, "/recovery")


def _move(how: Callable[..., None], request: Asked, recovery_id: UUID, db: Database, actor: Actor) -> Response[Any]:
    with forms.redrawing(lambda: _list(db, actor), {}), db.transaction() as session:
        how(session, actor, recovery_id, now=db.now(session))
    return forms.go(request, "/recovery")


@post("/recovery/{recovery_id:uuid}/agree", **HOW)
def agree(
    request: Asked, recovery_id: FromPath[UUID], db: NamedDependency[Database], actor: NamedDependency[Actor]
) -> Response[Any]:
    return _move(service.agree, request, recovery_id, db, actor)


@post("/recovery/{recovery_id:uuid}/stop", **HOW)
def stop(
    request: Asked, recovery_id: FromPath[UUID], db: NamedDependency[Database], actor: NamedDependency[Actor]
) -> Response[Any]:
    with db.transaction() as session:
        service.withdraw(session, actor, recovery_id, now=db.now(session))
    return forms.go(request, "/recovery" if actor.has("supervisor", "administrator") else "/sessions")


@post("/recovery/{recovery_id:uuid}/code", **{**HOW, "status_code": 200})
def code(
    request: Asked,
    recovery_id: FromPath[UUID],
    db: NamedDependency[Database],
    tools: NamedDependency[Tools],
    actor: NamedDependency[Actor],
) -> Response[Any]:
    """Answers with the code itself: it is kept nowhere, so no other page could show it."""
    with db.transaction() as session:
        made = service.make_code(session, actor, recovery_id, keys=tools.keys, now=db.now(session))
        person = queries.account(session, made.account_id)
    name = person.name if person else ""
    return page(request, joining_views.code(made, name, tools.settings, back="/recovery"))


@get(
    [f"/recovery/{{recovery_id:uuid}}/{what}" for what in ("agree", "stop", "code")],
    sync_to_thread=False,
    include_in_schema=False,
)
def back(request: Asked, recovery_id: FromPath[UUID]) -> Response[Any]:  # noqa: ARG001  the path needs the name
    """A code is shown once: a reload, or another language, leads to the list."""
    return forms.go(request, "/recovery")


ROUTES = [index, ask, start, agree, stop, code, back]
