"""One schedule over HTTP: day by day, its proof of cover, publishing, and fairness."""

from typing import Annotated, Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, URLEncodedBody
from pydantic import Field

from porchlight.core.actor import Actor
from porchlight.core.db import Database
from porchlight.oncall.cover import service, views
from porchlight.oncall.planning.drafts import blank
from porchlight.web import forms
from porchlight.web.forms import Input
from porchlight.web.rendering import View, page

Asked = Request[Any, Any, Any]
Db = NamedDependency[Database]
Who = NamedDependency[Actor]
BASE = "/oncall/schedules/{schedule_id:uuid}"


class PublishForm(Input):
    days: int
    revision: int
    anyway: Annotated[str, Field(max_length=500)] = ""


@get(BASE, sync_to_thread=True, include_in_schema=False)
def show(request: Asked, db: Db, actor: Who, schedule_id: FromPath[UUID]) -> Response[Any]:
    with db.reading() as session:
        view = views.schedule_view(session, actor, schedule_id, now=db.now(session))
    return page(request, view)


@get(BASE + "/fairness", sync_to_thread=True, include_in_schema=False)
def fairness(request: Asked, db: Db, actor: Who, schedule_id: FromPath[UUID]) -> Response[Any]:
    with db.reading() as session:
        view = views.fairness_view(session, actor, schedule_id, now=db.now(session))
    return page(request, view)


def _publishing(db: Database, actor: Actor, schedule_id: UUID) -> View:
    with db.reading() as session:
        return views.publish_view(session, actor, schedule_id, now=db.now(session))


@get(BASE + "/publish", sync_to_thread=True, include_in_schema=False)
def publish_form(request: Asked, db: Db, actor: Who, schedule_id: FromPath[UUID]) -> Response[Any]:
    return page(request, _publishing(db, actor, schedule_id))


@post(BASE + "/publish", sync_to_thread=True, include_in_schema=False)
def publish(
    request: Asked, db: Db, actor: Who, schedule_id: FromPath[UUID], data: URLEncodedBody[dict[str, Any]]
) -> Response[Any]:
    with forms.redrawing(lambda: _publishing(db, actor, schedule_id), data):
        form = forms.read(PublishForm, blank(data))
        with db.transaction() as session:
            service.publish(
                session,
                actor,
                schedule_id,
                days=form.days,
                revision=form.revision,
                anyway=form.anyway,
                now=db.now(session),
            )
    return forms.go(request, f"/oncall/schedules/{schedule_id}")


ROUTES = [show, fairness, publish_form, publish]
