"""Promised calls over HTTP."""

from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, URLEncodedBody

from porchlight.core.actor import Actor
from porchlight.core.db import Database
from porchlight.crises.callbacks import service, views
from porchlight.crises.callbacks.service import AttemptBody, LetGoBody, PassBody, PromiseBody
from porchlight.crises.older import which
from porchlight.web import forms
from porchlight.web.rendering import View, page

Asked = Request[Any, Any, Any]
Db = NamedDependency[Database]
Who = NamedDependency[Actor]
Typed = URLEncodedBody[dict[str, Any]]
HOW: dict[str, Any] = {"sync_to_thread": True, "include_in_schema": False}


@get("/callbacks", **HOW)
def index(request: Asked, db: Db, actor: Who, older: FromQuery[int] = 0) -> Response[Any]:
    with db.reading() as session:
        view = views.index(session, actor, now=db.now(session), page=which(older))
    return page(request, view)


def _new(db: Database, actor: Actor, case_id: UUID | None = None) -> View:
    with db.reading() as session:
        return views.new(session, actor, now=db.now(session), case_id=case_id)


def _show(db: Database, actor: Actor, callback_id: UUID) -> View:
    with db.reading() as session:
        return views.show(session, actor, callback_id, now=db.now(session))


@get("/callbacks/new", **HOW)
def new(request: Asked, db: Db, actor: Who, case: FromQuery[UUID | None] = None) -> Response[Any]:
    return page(request, _new(db, actor, case))


@post("/callbacks", **HOW)
def promise(request: Asked, db: Db, actor: Who, data: Typed) -> Response[Any]:
    with forms.taking(db, PromiseBody, data, lambda: _new(db, actor)) as (session, body, now):
        service.promise(session, actor, body, now=now)
    return forms.go(request, "/callbacks")


@get("/callbacks/{callback_id:uuid}", **HOW)
def show(request: Asked, db: Db, actor: Who, callback_id: FromPath[UUID]) -> Response[Any]:
    return page(request, _show(db, actor, callback_id))


@post("/callbacks/{callback_id:uuid}/tries", **HOW)
def log_attempt(request: Asked, db: Db, actor: Who, callback_id: FromPath[UUID], data: Typed) -> Response[Any]:
    with forms.taking(db, AttemptBody, data, lambda: _show(db, actor, callback_id)) as (session, body, now):
        service.log_attempt(session, actor, callback_id, body, now=now)
    return forms.go(request, f"/callbacks/{callback_id}")


@post("/callbacks/{callback_id:uuid}/let-go", **HOW)
def let_go(request: Asked, db: Db, actor: Who, callback_id: FromPath[UUID], data: Typed) -> Response[Any]:
    with forms.taking(db, LetGoBody, data, lambda: _show(db, actor, callback_id)) as (session, body, now):
        service.let_go(session, actor, callback_id, body, now=now)
    return forms.go(request, "/callbacks")


@post("/callbacks/{callback_id:uuid}/ask", **HOW)
def ask(request: Asked, db: Db, actor: Who, callback_id: FromPath[UUID], data: Typed) -> Response[Any]:
    with forms.taking(db, PassBody, data, lambda: _show(db, actor, callback_id)) as (session, body, now):
        service.ask(session, actor, callback_id, body, now=now)
    return forms.go(request, f"/callbacks/{callback_id}")


@post(["/callbacks/{callback_id:uuid}/accept", "/callbacks/{callback_id:uuid}/decline"], **HOW)
def answer(request: Asked, db: Db, actor: Who, callback_id: FromPath[UUID]) -> Response[Any]:
    accept = request.url.path.endswith("/accept")
    with db.transaction() as session:
        service.answer(session, actor, callback_id, accept=accept, now=db.now(session))
    return forms.go(request, f"/callbacks/{callback_id}" if accept else "/callbacks")


@post("/callbacks/{callback_id:uuid}/take-back", **HOW)
def take_back(request: Asked, db: Db, actor: Who, callback_id: FromPath[UUID]) -> Response[Any]:
    with db.transaction() as session:
        service.take_back(session, actor, callback_id, now=db.now(session))
    return forms.go(request, f"/callbacks/{callback_id}")


ROUTES = [index, new, promise, show, log_attempt, let_go, ask, answer, take_back]
