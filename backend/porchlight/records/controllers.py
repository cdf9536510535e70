"""Keeping and erasing over HTTP."""

from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, URLEncodedBody

from porchlight.core.actor import Actor
from porchlight.core.db import Database
from porchlight.records import service, views
from porchlight.records.service import AskBody, EndBody, HoldBody, SettleBody
from porchlight.web import forms
from porchlight.web.rendering import View, page

Asked = Request[Any, Any, Any]
Db = NamedDependency[Database]
Who = NamedDependency[Actor]
Typed = URLEncodedBody[dict[str, Any]]
HOW: dict[str, Any] = {"sync_to_thread": True, "include_in_schema": False}


def _show(db: Database, actor: Actor, case_id: UUID) -> View:
    with db.reading() as session:
        return views.show(session, actor, case_id, now=db.now(session))


def _filled(data: dict[str, Any]) -> dict[str, Any]:
    """A browser sends an empty field of a date as an empty text."""
    return {name: value for name, value in data.items() if value != "" or name != "until"}


@get("/records", **HOW)
def index(request: Asked, db: Db, actor: Who) -> Response[Any]:
    with db.reading() as session:
        view = views.index(session, actor, now=db.now(session))
    return page(request, view)


@get("/records/{case_id:uuid}", **HOW)
def show(request: Asked, db: Db, actor: Who, case_id: FromPath[UUID]) -> Response[Any]:
    return page(request, _show(db, actor, case_id))


@post("/records/{case_id:uuid}/hold", **HOW)
def hold(request: Asked, db: Db, actor: Who, case_id: FromPath[UUID], data: Typed) -> Response[Any]:
    with forms.taking(db, HoldBody, _filled(data), lambda: _show(db, actor, case_id)) as (session, body, now):
        service.hold(session, actor, case_id, body, now=now)
    return forms.go(request, f"/records/{case_id}")


@post("/records/{case_id:uuid}/end-hold", **HOW)
def end_hold(request: Asked, db: Db, actor: Who, case_id: FromPath[UUID], data: Typed) -> Response[Any]:
    with forms.taking(db, EndBody, data, lambda: _show(db, actor, case_id)) as (session, body, now):
        service.end_hold(session, actor, case_id, body, now=now)
    return forms.go(request, f"/records/{case_id}")


@post("/records/{case_id:uuid}/ask", **HOW)
def ask(request: Asked, db: Db, actor: Who, case_id: FromPath[UUID], data: Typed) -> Response[Any]:
    with forms.taking(db, AskBody, data, lambda: _show(db, actor, case_id)) as (session, body, now):
        service.ask(session, actor, case_id, body, now=now)
    return forms.go(request, f"/records/{case_id}")


@post("/records/{case_id:uuid}/withdraw", **HOW)
def withdraw(request: Asked, db: Db, actor: Who, case_id: FromPath[UUID], data: Typed) -> Response[Any]:
    with forms.taking(db, SettleBody, data, lambda: _show(db, actor, case_id)) as (session, body, now):
        service.withdraw(session, actor, case_id, body, now=now)
    return forms.go(request, f"/records/{case_id}")


@post("/records/{case_id:uuid}/erase", **HOW)
def erase(request: Asked, db: Db, actor: Who, case_id: FromPath[UUID], data: Typed) -> Response[Any]:
    with forms.taking(db, SettleBody, data, lambda: _show(db, actor, case_id)) as (session, body, now):
        service.erase(session, actor, case_id, body, now=now)
    return forms.go(request, f"/records/{case_id}")


ROUTES = [index, show, hold, end_hold, ask, withdraw, erase]
