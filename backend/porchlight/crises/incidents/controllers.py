"""Incidents over HTTP."""

from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, URLEncodedBody

from porchlight.core.actor import Actor
from porchlight.core.db import Database
from porchlight.crises.incidents import service, views
from porchlight.crises.incidents.service import FollowUpBody, IncidentBody, ReviewBody, ToldBody
from porchlight.crises.older import which
from porchlight.web import forms
from porchlight.web.rendering import View, page

Asked = Request[Any, Any, Any]
Db = NamedDependency[Database]
Who = NamedDependency[Actor]
Typed = URLEncodedBody[dict[str, Any]]
HOW: dict[str, Any] = {"sync_to_thread": True, "include_in_schema": False}


def _new(db: Database, actor: Actor, case_id: UUID) -> View:
    with db.reading() as session:
        return views.new(session, actor, case_id, now=db.now(session))


def _change(db: Database, actor: Actor, incident_id: UUID) -> View:
    with db.reading() as session:
        return views.change(session, actor, incident_id, now=db.now(session))


def _show(db: Database, actor: Actor, incident_id: UUID) -> View:
    with db.reading() as session:
        return views.show(session, actor, incident_id, now=db.now(session))


@get("/incidents", **HOW)
def index(
    request: Asked,
    db: Db,
    actor: Who,
    case: FromQuery[UUID | None] = None,
    older: FromQuery[int] = 0,
) -> Response[Any]:
    with db.reading() as session:
        view = views.index(session, actor, now=db.now(session), case_id=case, page=which(older))
    return page(request, view)


@get("/incidents/new", **HOW)
def chosen(request: Asked, case: FromQuery[UUID]) -> Response[Any]:
    """A family was chosen: on to its form, which looks whether it may be opened."""
    return forms.go(request, f"/cases/{case}/incidents/new")


@get("/cases/{case_id:uuid}/incidents/new", **HOW)
def new(request: Asked, db: Db, actor: Who, case_id: FromPath[UUID]) -> Response[Any]:
    return page(request, _new(db, actor, case_id))


@post("/cases/{case_id:uuid}/incidents", **HOW)
def write(request: Asked, db: Db, actor: Who, case_id: FromPath[UUID], data: Typed) -> Response[Any]:
    with forms.taking(db, IncidentBody, data, lambda: _new(db, actor, case_id)) as (session, body, now):
        service.write(session, actor, case_id, body, now=now)
    return forms.go(request, f"/incidents/{body.id}")


@get("/incidents/{incident_id:uuid}", opt={"file": True}, **HOW)
def show(request: Asked, db: Db, actor: Who, incident_id: FromPath[UUID]) -> Response[Any]:
    return page(request, _show(db, actor, incident_id))


@get("/incidents/{incident_id:uuid}/change", **HOW)
def change_form(request: Asked, db: Db, actor: Who, incident_id: FromPath[UUID]) -> Response[Any]:
    return page(request, _change(db, actor, incident_id))


@post("/incidents/{incident_id:uuid}/change", **HOW)
def change(request: Asked, db: Db, actor: Who, incident_id: FromPath[UUID], data: Typed) -> Response[Any]:
    with forms.taking(db, IncidentBody, data, lambda: _change(db, actor, incident_id)) as (session, body, now):
        service.change(session, actor, incident_id, body, now=now)
    return forms.go(request, f"/incidents/{incident_id}")


@post("/incidents/{incident_id:uuid}/told", **HOW)
def tell(request: Asked, db: Db, actor: Who, incident_id: FromPath[UUID], data: Typed) -> Response[Any]:
    with forms.taking(db, ToldBody, data, lambda: _show(db, actor, incident_id)) as (session, body, now):
        service.tell(session, actor, incident_id, body, now=now)
    return forms.go(request, f"/incidents/{incident_id}")


@post("/incidents/{incident_id:uuid}/follow-ups", **HOW)
def follow_up(request: Asked, db: Db, actor: Who, incident_id: FromPath[UUID], data: Typed) -> Response[Any]:
    with forms.taking(db, FollowUpBody, data, lambda: _show(db, actor, incident_id)) as (session, body, now):
        service.follow_up(session, actor, incident_id, body, now=now)
    return forms.go(request, f"/incidents/{incident_id}")


@post("/incidents/{incident_id:uuid}/review", **HOW)
def review(request: Asked, db: Db, actor: Who, incident_id: FromPath[UUID], data: Typed) -> Response[Any]:
    with forms.taking(db, ReviewBody, data, lambda: _show(db, actor, incident_id)) as (session, body, now):
        service.review(session, actor, incident_id, body, now=now)
    return forms.go(request, f"/incidents/{incident_id}")


ROUTES = [index, chosen, new, write, show, change_form, change, tell, follow_up, review]
