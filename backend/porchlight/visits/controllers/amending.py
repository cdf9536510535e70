"""Changing a visit over HTTP: the form, what to keep where two changed the same, and the API."""

from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, URLEncodedBody

from porchlight.core.actor import Actor
from porchlight.core.db import Database
from porchlight.core.ids import new_id
from porchlight.visits import amend_drafts, amend_views, amending, drafts, queries
from porchlight.visits.amend_drafts import AmendmentDraft
from porchlight.visits.amend_views import Form
from porchlight.visits.values import VisitRecord
from porchlight.web import forms
from porchlight.web.rendering import View, page

Asked = Request[Any, Any, Any]
Typed = URLEncodedBody[dict[str, Any]]


@get("/visits/{visit_id:uuid}/amend", sync_to_thread=True, include_in_schema=False)
def amend_page(
    request: Asked, visit_id: FromPath[UUID], db: NamedDependency[Database], actor: NamedDependency[Actor]
) -> Response[Any]:
    with db.reading() as session:
        view = amend_views.amend(session, actor, visit_id, db.now(session), amendment_id=new_id())
    return page(request, view)


@post("/visits/{visit_id:uuid}/amend", sync_to_thread=True, include_in_schema=False)
def amend(
    request: Asked,
    visit_id: FromPath[UUID],
    data: Typed,
    db: NamedDependency[Database],
    actor: NamedDependency[Actor],
) -> Response[Any]:
    """The form without a script; a phone seals and deposits instead."""

    def again() -> View:
        with db.reading() as session:
            return amend_views.amend(session, actor, visit_id, db.now(session), typed=data)

    with forms.redrawing(again, drafts.as_lists(data)), amend_drafts.in_form_words(), db.transaction() as session:
        now = db.now(session)
        draft = amend_views.typed_draft(session, actor, visit_id, data, now)
        amending.amend(session, actor, draft, captured_at=now, device_id=None, now=now)
    return forms.go(request, f"/visits/{visit_id}")


@post("/visits/{visit_id:uuid}/decide", sync_to_thread=True, include_in_schema=False)
def decide(
    request: Asked,
    visit_id: FromPath[UUID],
    data: Typed,
    db: NamedDependency[Database],
    actor: NamedDependency[Actor],
) -> Response[Any]:
    typed = {name: drafts.text(data, name) for name in ("part", "keep", "words", "amendment_id")}
    with db.transaction() as session:
        now = db.now(session)
        amending.decide(session, actor, visit_id, typed, amend_views.base_in(data), now=now)
    return forms.go(request, f"/visits/{visit_id}")


@post("/api/v1/amendments", sync_to_thread=True)
def amend_by_api(
    data: JSONBody[AmendmentDraft], db: NamedDependency[Database], actor: NamedDependency[Actor]
) -> VisitRecord:
    """Change a logged visit. The same body under the same amendment_id answers the same; another is a conflict (409)."""
    with db.transaction() as session:
        now = db.now(session)
        amending.amend(session, actor, data, captured_at=now, device_id=None, now=now)
        return queries.visit(session, actor, data.visit_id, now=now)


@get("/api/v1/visits/{visit_id:uuid}/form", sync_to_thread=True)
def form_by_api(visit_id: FromPath[UUID], db: NamedDependency[Database], actor: NamedDependency[Actor]) -> Form:
    """What the form of a change shows now, and which changes its writer then has seen; for who may write."""
    with db.reading() as session:
        return amend_views.form(session, actor, visit_id, db.now(session))


ROUTES = [amend_page, amend, decide, amend_by_api, form_by_api]
