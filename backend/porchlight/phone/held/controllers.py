"""What is held, over HTTP: the list, one item, and the four things that can be decided."""

from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, URLEncodedBody

from porchlight.core.actor import Actor
from porchlight.core.db import Database
from porchlight.core.refused import NotFound
from porchlight.core.tools import Tools
from porchlight.evidence import controllers as photos
from porchlight.evidence import jobs as evidence
from porchlight.phone.held import service, views
from porchlight.web import forms
from porchlight.web.rendering import View, page

Asked = Request[Any, Any, Any]
Typed = URLEncodedBody[dict[str, Any]]
HOW: dict[str, Any] = {"sync_to_thread": True, "include_in_schema": False}


@get("/held", **HOW)
def listed(request: Asked, db: NamedDependency[Database], actor: NamedDependency[Actor]) -> Response[Any]:
    with db.reading() as session:
        view = views.listed(session, actor, now=db.now(session))
    return page(request, view)


def _opened(op_id: UUID, db: Database, tools: Tools, actor: Actor) -> View | str:
    with db.reading() as session:
        return views.opened(session, tools.keys, actor, op_id, now=db.now(session))


@get("/held/{op_id:uuid}", **HOW)
def opened(
    request: Asked,
    op_id: FromPath[UUID],
    db: NamedDependency[Database],
    tools: NamedDependency[Tools],
    actor: NamedDependency[Actor],
) -> Response[Any]:
    view = _opened(op_id, db, tools, actor)
    return forms.go(request, view) if isinstance(view, str) else page(request, view)


def _again(op_id: UUID, db: Database, tools: Tools, actor: Actor) -> View:
    """The same page with what is wrong; the list where it was decided meanwhile."""
    view = _opened(op_id, db, tools, actor)
    if isinstance(view, str):
        with db.reading() as session:
            return views.listed(session, actor, now=db.now(session))
    return view


@get("/held/{op_id:uuid}/picture", opt=photos.AS_IT_IS, **HOW)
def picture(
    request: Asked,
    op_id: FromPath[UUID],
    db: NamedDependency[Database],
    tools: NamedDependency[Tools],
    actor: NamedDependency[Actor],
) -> Response[bytes]:
    """A held photo, rebuilt from its pixels each time that it is looked at; nothing of it is kept but what came."""
    photos.from_here(request)
    with db.reading() as session:
        announced = views.picture(session, tools.keys, actor, op_id, now=db.now(session))
    try:
        return photos.picture(evidence.look_at(tools, announced))
    except (evidence.Damaged, evidence.Hopeless) as error:
        raise NotFound(photos.NOT_HERE) from error


@post("/held/{op_id:uuid}/take", **HOW)
def take(
    request: Asked,
    op_id: FromPath[UUID],
    db: NamedDependency[Database],
    tools: NamedDependency[Tools],
    actor: NamedDependency[Actor],
) -> Response[Any]:
    with forms.redrawing(lambda: _again(op_id, db, tools, actor), {}), db.transaction() as session:
        visit_id = service.take(session, tools.keys, actor, op_id, now=db.now(session))
    return forms.go(request, f"/visits/{visit_id}")


@post("/held/{op_id:uuid}/set-aside", **HOW)
def set_aside(
    request: Asked,
    op_id: FromPath[UUID],
    data: Typed,
    db: NamedDependency[Database],
    tools: NamedDependency[Tools],
    actor: NamedDependency[Actor],
) -> Response[Any]:
    with forms.redrawing(lambda: _again(op_id, db, tools, actor), data), db.transaction() as session:
        service.set_aside(session, actor, op_id, str(data.get("aside_reason", "")), now=db.now(session))
    return forms.go(request, "/held")


@post("/held/{op_id:uuid}/hand-on", **HOW)
def hand_on(
    request: Asked,
    op_id: FromPath[UUID],
    data: Typed,
    db: NamedDependency[Database],
    tools: NamedDependency[Tools],
    actor: NamedDependency[Actor],
) -> Response[Any]:
    said = {name: str(data.get(name, "")) for name in ("to_id", "reason")}
    with forms.redrawing(lambda: _again(op_id, db, tools, actor), data), db.transaction() as session:
        now = db.now(session)
        service.hand_on(session, tools.keys, actor, op_id, said["to_id"], said["reason"], now=now)
    return forms.go(request, "/held")


@post("/held/{op_id:uuid}/bring-back", **HOW)
def bring_back(
    request: Asked, op_id: FromPath[UUID], db: NamedDependency[Database], actor: NamedDependency[Actor]
) -> Response[Any]:
    with db.transaction() as session:
        service.bring_back(session, actor, op_id, now=db.now(session))
    return forms.go(request, f"/held/{op_id}")


ROUTES = [listed, opened, picture, take, set_aside, hand_on, bring_back]
