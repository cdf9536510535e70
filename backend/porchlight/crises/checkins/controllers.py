"""Check-ins over HTTP."""

from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, URLEncodedBody

from porchlight.core.actor import Actor
from porchlight.core.db import Database
from porchlight.crises.checkins import service, views
from porchlight.crises.checkins.service import LongerBody, StartBody
from porchlight.crises.older import which
from porchlight.web import forms
from porchlight.web.rendering import View, page

Asked = Request[Any, Any, Any]
Db = NamedDependency[Database]
Who = NamedDependency[Actor]
Typed = URLEncodedBody[dict[str, Any]]
HOW: dict[str, Any] = {"sync_to_thread": True, "include_in_schema": False}


def _index(db: Database, actor: Actor, **how: Any) -> View:
    with db.reading() as session:
        return views.index(session, actor, now=db.now(session), **how)


@get("/checkins", **HOW)
def index(
    request: Asked,
    db: Db,
    actor: Who,
    case: FromQuery[UUID | None] = None,
    trip: FromQuery[UUID | None] = None,
    older: FromQuery[int] = 0,
) -> Response[Any]:
    return page(request, _index(db, actor, case_id=case, trip_id=trip, page=which(older)))


@post("/checkins", **HOW)
def start(request: Asked, db: Db, actor: Who, data: Typed) -> Response[Any]:
    with forms.taking(db, StartBody, data, lambda: _index(db, actor)) as (session, body, now):
        service.start(session, actor, body, now=now)
    return forms.go(request, "/checkins")


@get("/checkins/{check_in_id:uuid}", **HOW)
def show(request: Asked, db: Db, actor: Who, check_in_id: FromPath[UUID]) -> Response[Any]:
    with db.reading() as session:
        view = views.show(session, actor, check_in_id, now=db.now(session))
    return page(request, view)


@post("/checkins/{check_in_id:uuid}/longer", **HOW)
def longer(request: Asked, db: Db, actor: Who, check_in_id: FromPath[UUID], data: Typed) -> Response[Any]:
    with forms.taking(db, LongerBody, data, lambda: _index(db, actor)) as (session, body, now):
        service.longer(session, actor, check_in_id, body, now=now)
    return forms.go(request, "/checkins")


@post("/checkins/{check_in_id:uuid}/safe", **HOW)
def check_in(request: Asked, db: Db, actor: Who, check_in_id: FromPath[UUID]) -> Response[Any]:
    with db.transaction() as session:
        service.check_in(session, actor, check_in_id, now=db.now(session))
    return forms.go(request, "/checkins")


@post("/checkins/{check_in_id:uuid}/found", **HOW)
def found(request: Asked, db: Db, actor: Who, check_in_id: FromPath[UUID]) -> Response[Any]:
    with db.transaction() as session:
        service.found(session, actor, check_in_id, now=db.now(session))
    return forms.go(request, f"/checkins/{check_in_id}")


ROUTES = [index, start, show, longer, check_in, found]
