"""Accounts over HTTP, for whoever looks after them."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from porchlight.core.actor import Actor
from porchlight.core.db import Database
from porchlight.core.tools import Tools
from porchlight.people.accounts import queries, service, views
from porchlight.web import forms
from porchlight.web.rendering import page

Asked = Request[Any, Any, Any]
HOW: dict[str, Any] = {"sync_to_thread": True, "include_in_schema": False}


@get("/accounts", **HOW)
def index(
    request: Asked, db: NamedDependency[Database], tools: NamedDependency[Tools], actor: NamedDependency[Actor]
) -> Response[Any]:
    with db.reading() as session:
        view = views.index(session, actor, demo=tools.settings.demo, now=db.now(session))
    return page(request, view)


@get("/accounts/{account_id:uuid}", **HOW)
def show(
    request: Asked,
    account_id: FromPath[UUID],
    db: NamedDependency[Database],
    tools: NamedDependency[Tools],
    actor: NamedDependency[Actor],
) -> Response[Any]:
    with db.reading() as session:
        view = views.show(session, actor, account_id, demo=tools.settings.demo, now=db.now(session))
    return page(request, view)


def _end(
    how: Callable[..., None], request: Asked, tools: Tools, actor: Actor, account_id: UUID, *which: UUID
) -> Response[Any]:
    with tools.db.transaction() as session:
        queries.check_may(session, actor, demo=tools.settings.demo)
        how(session, actor, account_id, *which, now=tools.db.now(session))
    return forms.go(request, f"/accounts/{account_id}")


@post("/accounts/{account_id:uuid}/sessions/{session_id:uuid}/end", **HOW)
def end_session(
    request: Asked,
    account_id: FromPath[UUID],
    session_id: FromPath[UUID],
    tools: NamedDependency[Tools],
    actor: NamedDependency[Actor],
) -> Response[Any]:
    return _end(service.end_session, request, tools, actor, account_id, session_id)


@post("/accounts/{account_id:uuid}/sessions/end", **HOW)
def end_sessions(
    request: Asked, account_id: FromPath[UUID], tools: NamedDependency[Tools], actor: NamedDependency[Actor]
) -> Response[Any]:
    return _end(service.end_sessions, request, tools, actor, account_id)


@post("/accounts/{account_id:uuid}/passkeys/{passkey_id:uuid}/revoke", **HOW)
def revoke_passkey(
    request: Asked,
    account_id: FromPath[UUID],
    passkey_id: FromPath[UUID],
    tools: NamedDependency[Tools],
    actor: NamedDependency[Actor],
) -> Response[Any]:
    return _end(service.revoke_passkey, request, tools, actor, account_id, passkey_id)


@post("/accounts/{account_id:uuid}/codes/revoke", **HOW)
def revoke_codes(
    request: Asked, account_id: FromPath[UUID], tools: NamedDependency[Tools], actor: NamedDependency[Actor]
) -> Response[Any]:
    return _end(service.revoke_codes, request, tools, actor, account_id)


ROUTES = [index, show, end_session, end_sessions, revoke_passkey, revoke_codes]
