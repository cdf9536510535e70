"""Children who are missing, over HTTP."""

from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, URLEncodedBody

from porchlight.core.actor import Actor
from porchlight.core.db import Database
from porchlight.crises.missing import service, views
from porchlight.crises.missing.service import BeginBody, FoundBody, LinkBody, StepBody, TalkBody
from porchlight.crises.older import which
from porchlight.web import forms
from porchlight.web.rendering import View, page

Asked = Request[Any, Any, Any]
Typed = URLEncodedBody[dict[str, Any]]
HOW: dict[str, Any] = {"sync_to_thread": True, "include_in_schema": False}


def _new(db: Database, actor: Actor, person_id: UUID | None = None) -> View:
    with db.reading() as session:
        return views.new(session, actor, now=db.now(session), person_id=person_id)


def _show(db: Database, actor: Actor, episode_id: UUID) -> View:
    with db.reading() as session:
        return views.show(session, actor, episode_id, now=db.now(session))


@get("/missing", **HOW)
def index(
    request: Asked, db: NamedDependency[Database], actor: NamedDependency[Actor], older: FromQuery[int] = 0
) -> Response[Any]:
    with db.reading() as session:
        view = views.index(session, actor, now=db.now(session), page=which(older))
    return page(request, view)


@get("/missing/new", **HOW)
def new(
    request: Asked, db: NamedDependency[Database], actor: NamedDependency[Actor], child: FromQuery[UUID | None] = None
) -> Response[Any]:
    return page(request, _new(db, actor, child))


@post("/missing", **HOW)
def begin(request: Asked, db: NamedDependency[Database], actor: NamedDependency[Actor], data: Typed) -> Response[Any]:
    with forms.redrawing(lambda: _new(db, actor), data):
        body = forms.read(BeginBody, data)
        with db.transaction() as session:
            service.begin(session, actor, body, now=db.now(session))
    return forms.go(request, f"/missing/{body.id}")


@get("/missing/{episode_id:uuid}", **HOW)
def show(
    request: Asked, db: NamedDependency[Database], actor: NamedDependency[Actor], episode_id: FromPath[UUID]
) -> Response[Any]:
    return page(request, _show(db, actor, episode_id))


@post("/missing/{episode_id:uuid}/steps", **HOW)
def note(
    request: Asked,
    db: NamedDependency[Database],
    actor: NamedDependency[Actor],
    episode_id: FromPath[UUID],
    data: Typed,
) -> Response[Any]:
    with forms.redrawing(lambda: _show(db, actor, episode_id), data):
        body = forms.read(StepBody, data)
        with db.transaction() as session:
            service.note(session, actor, episode_id, body, now=db.now(session))
    return forms.go(request, f"/missing/{episode_id}")


@post("/missing/{episode_id:uuid}/link", **HOW)
def link(
    request: Asked,
    db: NamedDependency[Database],
    actor: NamedDependency[Actor],
    episode_id: FromPath[UUID],
    data: Typed,
) -> Response[Any]:
    with forms.redrawing(lambda: _show(db, actor, episode_id), data):
        body = forms.read(LinkBody, data)
        with db.transaction() as session:
            service.link(session, actor, episode_id, body, now=db.now(session))
    return forms.go(request, f"/missing/{episode_id}")


@post("/missing/{episode_id:uuid}/found", **HOW)
def find(
    request: Asked,
    db: NamedDependency[Database],
    actor: NamedDependency[Actor],
    episode_id: FromPath[UUID],
    data: Typed,
) -> Response[Any]:
    with forms.redrawing(lambda: _show(db, actor, episode_id), data):
        body = forms.read(FoundBody, data)
        with db.transaction() as session:
            service.find(session, actor, episode_id, body, now=db.now(session))
    return forms.go(request, f"/missing/{episode_id}")


@post("/missing/{episode_id:uuid}/close", **HOW)
def close(
    request: Asked,
    db: NamedDependency[Database],
    actor: NamedDependency[Actor],
    episode_id: FromPath[UUID],
    data: Typed,
) -> Response[Any]:
    with forms.redrawing(lambda: _show(db, actor, episode_id), data):
        body = forms.read(TalkBody, data)
        with db.transaction() as session:
            service.close(session, actor, episode_id, body, now=db.now(session))
    return forms.go(request, f"/missing/{episode_id}")


ROUTES = [index, new, begin, show, note, link, find, close]
