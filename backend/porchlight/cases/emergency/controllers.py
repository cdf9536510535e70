"""Emergency access over HTTP."""

from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, URLEncodedBody

from porchlight.cases.emergency import service, views
from porchlight.cases.emergency.service import OpenBody, ReviewBody
from porchlight.core.actor import Actor
from porchlight.core.db import Database
from porchlight.web import forms
from porchlight.web.rendering import View, page

Asked = Request[Any, Any, Any]
Db = NamedDependency[Database]
Who = NamedDependency[Actor]
Typed = URLEncodedBody[dict[str, Any]]
HOW: dict[str, Any] = {"sync_to_thread": True, "include_in_schema": False}


def _page(db: Database, actor: Actor, name: str = "") -> View:
    with db.reading() as session:
        return views.page_view(session, actor, now=db.now(session), name=name)


@get("/emergency", **HOW)
def emergency(request: Asked, db: Db, actor: Who) -> Response[Any]:
    return page(request, _page(db, actor))


@post("/emergency/find", status_code=200, **HOW)
def find(request: Asked, db: Db, actor: Who, data: Typed) -> Response[Any]:
    """The name is posted, so that it stands in no address and in no log."""
    return page(request, _page(db, actor, str(data.get("name", ""))))


@post("/emergency", **HOW)
def open_case(request: Asked, db: Db, actor: Who, data: Typed) -> Response[Any]:
    name = str(data.get("name", ""))
    said = {key: value for key, value in data.items() if key != "name"}
    with forms.taking(db, OpenBody, said, lambda: _page(db, actor, name)) as (session, body, now):
        row = service.open_case(session, actor, body, now=now)
        case_id = row.case_id
    return forms.go(request, f"/cases/{case_id}")


@post("/emergency/{emergency_id:uuid}/end", **HOW)
def end(request: Asked, db: Db, actor: Who, emergency_id: FromPath[UUID]) -> Response[Any]:
    with db.transaction() as session:
        service.end(session, actor, emergency_id, now=db.now(session))
    return forms.go(request, "/emergency")


@get("/emergency/reviews", **HOW)
def reviews(request: Asked, db: Db, actor: Who) -> Response[Any]:
    with db.reading() as session:
        view = views.reviews_view(session, actor, now=db.now(session))
    return page(request, view)


def _review(db: Database, actor: Actor, emergency_id: UUID) -> View:
    with db.reading() as session:
        return views.review_view(session, actor, emergency_id, now=db.now(session))


@get("/emergency/{emergency_id:uuid}", **HOW)
def one(request: Asked, db: Db, actor: Who, emergency_id: FromPath[UUID]) -> Response[Any]:
    return page(request, _review(db, actor, emergency_id))


@post("/emergency/{emergency_id:uuid}/review", **HOW)
def review(request: Asked, db: Db, actor: Who, emergency_id: FromPath[UUID], data: Typed) -> Response[Any]:
    with forms.taking(db, ReviewBody, data, lambda: _review(db, actor, emergency_id)) as (session, body, now):
        service.review(session, actor, emergency_id, body, now=now)
    return forms.go(request, "/emergency/reviews")


ROUTES = [emergency, find, open_case, end, reviews, one, review]
