"""Saying over HTTP which region a family is in."""

from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, URLEncodedBody

from porchlight.cases.regions import set_region
from porchlight.core.actor import Actor
from porchlight.core.db import Database
from porchlight.oncall.regions import views
from porchlight.oncall.regions.queries import regions
from porchlight.web import forms
from porchlight.web.forms import Input
from porchlight.web.rendering import View, page

Asked = Request[Any, Any, Any]
Db = NamedDependency[Database]
Who = NamedDependency[Actor]
PATH = "/cases/{case_id:uuid}/region"


class RegionBody(Input):
    region: str = ""


def _form(db: Database, actor: Actor, case_id: UUID) -> View:
    with db.reading() as session:
        return views.region_view(session, actor, case_id, now=db.now(session))


@get(PATH, sync_to_thread=True, include_in_schema=False)
def region_form(request: Asked, db: Db, actor: Who, case_id: FromPath[UUID]) -> Response[Any]:
    return page(request, _form(db, actor, case_id))


@post(PATH, sync_to_thread=True, include_in_schema=False)
def take_region(
    request: Asked, db: Db, actor: Who, case_id: FromPath[UUID], data: URLEncodedBody[dict[str, Any]]
) -> Response[Any]:
    with forms.taking(db, RegionBody, data, lambda: _form(db, actor, case_id)) as (session, body, now):
        known = regions(session, actor.organization_id)
        set_region(session, actor, case_id, body.region, known=known, now=now)
    return forms.go(request, f"/cases/{case_id}")


ROUTES = [region_form, take_region]
