"""Holidays over HTTP."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import URLEncodedBody

from porchlight.core.actor import Actor
from porchlight.core.db import Database
from porchlight.oncall.fairness import service, views
from porchlight.oncall.fairness.service import DayBody, HolidayBody
from porchlight.web import forms
from porchlight.web.rendering import View, page

Asked = Request[Any, Any, Any]
Db = NamedDependency[Database]
Who = NamedDependency[Actor]
Typed = URLEncodedBody[dict[str, Any]]
PATH = "/oncall/holidays"


def _holidays(db: Database, actor: Actor) -> View:
    with db.reading() as session:
        return views.holidays_view(session, actor)


@get(PATH, sync_to_thread=True, include_in_schema=False)
def index(request: Asked, db: Db, actor: Who) -> Response[Any]:
    return page(request, _holidays(db, actor))


@post(PATH, sync_to_thread=True, include_in_schema=False)
def add(request: Asked, db: Db, actor: Who, data: Typed) -> Response[Any]:
    with forms.taking(db, HolidayBody, data, lambda: _holidays(db, actor)) as (session, body, now):
        service.add_holiday(session, actor, body, now=now)
    return forms.go(request, PATH)


@post(PATH + "/drop", sync_to_thread=True, include_in_schema=False)
def drop(request: Asked, db: Db, actor: Who, data: Typed) -> Response[Any]:
    with forms.taking(db, DayBody, data, lambda: _holidays(db, actor)) as (session, body, now):
        service.drop_holiday(session, actor, body.day, now=now)
    return forms.go(request, PATH)


ROUTES = [index, add, drop]
