"""The list of a person's notices."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency

from porchlight.alerts.notices import telling, views
from porchlight.core.actor import Actor
from porchlight.core.db import Database
from porchlight.web import forms
from porchlight.web.rendering import page

Asked = Request[Any, Any, Any]
HOW: dict[str, Any] = {"sync_to_thread": True, "include_in_schema": False}


@get("/alerts/notices", **HOW)
def notices(request: Asked, db: NamedDependency[Database], actor: NamedDependency[Actor]) -> Response[Any]:
    with db.reading() as session:
        view = views.notices_view(session, actor)
    return page(request, view)


@post("/alerts/notices/read", **HOW)
def have_read(request: Asked, db: NamedDependency[Database], actor: NamedDependency[Actor]) -> Response[Any]:
    """I have read them: nothing rings for them any more."""
    with db.transaction() as session:
        telling.read(session, actor.account_id, now=db.now(session))
    return forms.go(request, "/alerts/notices")


ROUTES = [notices, have_read]
