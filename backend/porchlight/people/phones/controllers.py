"""Pages about phones: the lists, one phone with its lock and its erasing, ending access."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, URLEncodedBody

from porchlight.core.actor import Actor
from porchlight.core.db import Database
from porchlight.people.phones import service, views
from porchlight.web import forms
from porchlight.web.rendering import View, page

Asked = Request[Any, Any, Any]
Typed = URLEncodedBody[dict[str, Any]]
HOW: dict[str, Any] = {"sync_to_thread": True, "include_in_schema": False}


@get("/devices", **HOW)
def mine(request: Asked, db: NamedDependency[Database], actor: NamedDependency[Actor]) -> Response[Any]:
    with db.reading() as session:
        view = views.mine(session, actor, now=db.now(session))
    return page(request, view)


@get("/devices/team", **HOW)
def team(request: Asked, db: NamedDependency[Database], actor: NamedDependency[Actor]) -> Response[Any]:
    with db.reading() as session:
        view = views.team(session, actor, now=db.now(session))
    return page(request, view)


@get("/devices/{device_id:uuid}", **HOW)
def device(
    request: Asked, device_id: FromPath[UUID], db: NamedDependency[Database], actor: NamedDependency[Actor]
) -> Response[Any]:
    with db.reading() as session:
        view = views.device(session, actor, device_id, now=db.now(session))
    return page(request, view)


@get("/devices/{device_id:uuid}/erase", **HOW)
def ask_to_erase(
    request: Asked, device_id: FromPath[UUID], db: NamedDependency[Database], actor: NamedDependency[Actor]
) -> Response[Any]:
    with db.reading() as session:
        view = views.device(session, actor, device_id, now=db.now(session), template="erase")
    return page(request, view)


@post("/devices/{device_id:uuid}/lock", **HOW)
def lock(
    request: Asked, device_id: FromPath[UUID], db: NamedDependency[Database], actor: NamedDependency[Actor]
) -> Response[Any]:
    with db.transaction() as session:
        service.lock(session, actor, device_id, now=db.now(session))
    return forms.go(request, f"/devices/{device_id}")


@post("/devices/{device_id:uuid}/erase", **HOW)
def erase(
    request: Asked, device_id: FromPath[UUID], db: NamedDependency[Database], actor: NamedDependency[Actor]
) -> Response[Any]:
    with db.transaction() as session:
        service.wipe(session, actor, device_id, now=db.now(session))
    return forms.go(request, f"/devices/{device_id}")


@get("/devices/team/{account_id:uuid}", **HOW)
def member(
    request: Asked, account_id: FromPath[UUID], db: NamedDependency[Database], actor: NamedDependency[Actor]
) -> Response[Any]:
    with db.reading() as session:
        view = views.member(session, actor, account_id, now=db.now(session))
    return page(request, view)


def _change(how: Callable[..., None], request: Asked, account_id: UUID, data: Typed, db: Database, actor: Actor) -> Any:
    def again() -> View:
        with db.reading() as session:
            return views.member(session, actor, account_id, now=db.now(session))

    with forms.redrawing(again, data), db.transaction() as session:
        how(session, actor, account_id, str(data.get("reason", "")), now=db.now(session))
    return forms.go(request, f"/devices/team/{account_id}")


@post("/devices/team/{account_id:uuid}/end", **HOW)
def end_access(
    request: Asked,
    account_id: FromPath[UUID],
    data: Typed,
    db: NamedDependency[Database],
    actor: NamedDependency[Actor],
) -> Response[Any]:
    return _change(service.end_access, request, account_id, data, db, actor)


@post("/devices/team/{account_id:uuid}/restore", **HOW)
def restore_access(
    request: Asked,
    account_id: FromPath[UUID],
    data: Typed,
    db: NamedDependency[Database],
    actor: NamedDependency[Actor],
) -> Response[Any]:
    return _change(service.restore_access, request, account_id, data, db, actor)


ROUTES = [mine, team, device, ask_to_erase, lock, erase, member, end_access, restore_access]
