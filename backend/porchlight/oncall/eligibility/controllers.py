"""The people who take shifts, over HTTP."""

from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, URLEncodedBody

from porchlight.core.actor import Actor
from porchlight.core.db import Database
from porchlight.oncall.eligibility import service, views
from porchlight.oncall.eligibility.service import KnownBody, TrainingBody
from porchlight.oncall.regions.queries import regions
from porchlight.web import forms
from porchlight.web.rendering import View, page

Asked = Request[Any, Any, Any]
Db = NamedDependency[Database]
Who = NamedDependency[Actor]
Typed = URLEncodedBody[dict[str, Any]]
HOW: dict[str, Any] = {"sync_to_thread": True, "include_in_schema": False}
ONE = "/oncall/people/{account_id:uuid}"


def _person(db: Database, actor: Actor, account_id: UUID) -> View:
    with db.reading() as session:
        return views.person_view(session, actor, account_id, now=db.now(session))


@get("/oncall/people", **HOW)
def everybody(request: Asked, db: Db, actor: Who) -> Response[Any]:
    with db.reading() as session:
        view = views.people_view(session, actor, now=db.now(session))
    return page(request, view)


@get(ONE, **HOW)
def person(request: Asked, db: Db, actor: Who, account_id: FromPath[UUID]) -> Response[Any]:
    return page(request, _person(db, actor, account_id))


@post(ONE, **HOW)
def take_known(request: Asked, db: Db, actor: Who, account_id: FromPath[UUID], data: Typed) -> Response[Any]:
    with forms.taking(db, KnownBody, data, lambda: _person(db, actor, account_id)) as (session, body, now):
        known = regions(session, actor.organization_id)
        service.set_known(session, actor, account_id, body, known=known, now=now)
    return forms.go(request, f"/oncall/people/{account_id}")


@post(ONE + "/trainings", **HOW)
def note_training(request: Asked, db: Db, actor: Who, account_id: FromPath[UUID], data: Typed) -> Response[Any]:
    with forms.taking(db, TrainingBody, data, lambda: _person(db, actor, account_id)) as (session, body, now):
        service.note_training(session, actor, account_id, body, now=now)
    return forms.go(request, f"/oncall/people/{account_id}")


@post(ONE + "/trainings/{training_id:uuid}/strike", **HOW)
def strike_training(
    request: Asked, db: Db, actor: Who, account_id: FromPath[UUID], training_id: FromPath[UUID]
) -> Response[Any]:
    with db.transaction() as session:
        service.strike_training(session, actor, account_id, training_id, now=db.now(session))
    return forms.go(request, f"/oncall/people/{account_id}")


ROUTES = [everybody, person, take_known, note_training, strike_training]
