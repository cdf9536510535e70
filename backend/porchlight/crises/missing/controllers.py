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
Db = NamedDependency[Database]
Who = NamedDependency[Actor]
Typed = URLEncodedBody[dict[str, Any]]
HOW: dict[str, Any] = {"sync_to_thread": True, "include_in_schema": False}


def _new(db: Database, actor: Actor, person_id: UUID | None = None) -> View:
    with db.reading() as session:
        return views.new(session, actor, now=db.now(session), person_id=person_id)


def _show(db: Database, actor: Actor, episode_id: UUID) -> View:
    with db.reading() as session:
        return views.show(session, actor, episode_id, now=db.now(session))


@get("/missing", **HOW)
def index(request: Asked, db: Db, actor: Who, older: FromQuery[int] = 0) -> Response[Any]:
    with db.reading() as session:
        view = views.index(session, actor, now=db.now(session), page=which(older))
    return page(request, view)


@get("/missing/new", **HOW)
def new(request: Asked, db: Db, actor: Who, child: FromQuery[UUID | None] = None) -> Response[Any]:
    return page(request, _new(db, actor, child))


@post("/missing", **HOW)
def begin(request: Asked, db: Db, actor: Who, data: Typed) -> Response[Any]:
    with forms.taking(db, BeginBody, data, lambda: _new(db, actor)) as (session, body, now):
        service.begin(session, actor, body, now=now)
    return forms.go(request, f"/missing/{body.id}")


@get("/missing/{episode_id:uuid}", opt={"file": True}, **HOW)
def show(request: Asked, db: Db, actor: Who, episode_id: FromPath[UUID]) -> Response[Any]:
    return page(request, _show(db, actor, episode_id))


@post("/missing/{episode_id:uuid}/steps", **HOW)
def note(request: Asked, db: Db, actor: Who, episode_id: FromPath[UUID], data: Typed) -> Response[Any]:
    with forms.taking(db, StepBody, data, lambda: _show(db, actor, episode_id)) as (session, body, now):
        service.note(session, actor, episode_id, body, now=now)
    return forms.go(request, f"/missing/{episode_id}")


@post("/missing/{episode_id:uuid}/link", **HOW)
def link(request: Asked, db: Db, actor: Who, episode_id: FromPath[UUID], data: Typed) -> Response[Any]:
    with forms.taking(db, LinkBody, data, lambda: _show(db, actor, episode_id)) as (session, body, now):
        service.link(session, actor, episode_id, body, now=now)
    return forms.go(request, f"/missing/{episode_id}")


@post("/missing/{episode_id:uuid}/found", **HOW)
def find(request: Asked, db: Db, actor: Who, episode_id: FromPath[UUID], data: Typed) -> Response[Any]:
    with forms.taking(db, FoundBody, data, lambda: _show(db, actor, episode_id)) as (session, body, now):
        service.find(session, actor, episode_id, body, now=now)
    return forms.go(request, f"/missing/{episode_id}")


@post("/missing/{episode_id:uuid}/close", **HOW)
def close(request: Asked, db: Db, actor: Who, episode_id: FromPath[UUID], data: Typed) -> Response[Any]:
    with forms.taking(db, TalkBody, data, lambda: _show(db, actor, episode_id)) as (session, body, now):
        service.close(session, actor, episode_id, body, now=now)
    return forms.go(request, f"/missing/{episode_id}")


ROUTES = [index, new, begin, show, note, link, find, close]
