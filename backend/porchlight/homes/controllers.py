"""Homes over HTTP: foster parents who may be invited to an account of their own."""

from typing import Annotated, Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, URLEncodedBody
from pydantic import Field

from porchlight.audit import service as audit
from porchlight.core.actor import Actor
from porchlight.core.db import Database
from porchlight.core.tools import Tools
from porchlight.homes import inviting
from porchlight.people import joining_views
from porchlight.web import forms
from porchlight.web.forms import Input
from porchlight.web.rendering import View, page

Asked = Request[Any, Any, Any]
BACK = "/homes/caregivers"


class ReachForm(Input):
    reach: Annotated[str, Field(min_length=1, max_length=200)]


@get(BACK, sync_to_thread=True, include_in_schema=False)
def caregivers(request: Asked, db: NamedDependency[Database], actor: NamedDependency[Actor]) -> Response[Any]:
    with db.reading() as session:
        now = db.now(session)
        found = inviting.caregivers(session, actor, now=now)
        audit.saw(session, actor, "caregivers.seen", None, now=now, people=[one.caregiver.id for one in found])
    return page(request, View("homes/caregivers.html", {"caregivers": found}))


def _form(db: Database, actor: Actor, caregiver_id: UUID) -> View:
    with db.reading() as session:
        now = db.now(session)
        found = inviting.caregiver(session, actor, caregiver_id, now=now)
        audit.saw(session, actor, "caregiver.seen", caregiver_id, now=now, people=[caregiver_id])
    one = found.caregiver
    return View(
        "homes/invite.html", {"caregiver": one, "home": found.home, "values": {"reach": one.email or one.phone}}
    )


@get("/homes/caregivers/{caregiver_id:uuid}/invite", sync_to_thread=True, include_in_schema=False)
def form(
    request: Asked, caregiver_id: FromPath[UUID], db: NamedDependency[Database], actor: NamedDependency[Actor]
) -> Response[Any]:
    return page(request, _form(db, actor, caregiver_id))


@post("/homes/caregivers/{caregiver_id:uuid}/invite", sync_to_thread=True, include_in_schema=False, status_code=200)
def invite(
    request: Asked,
    caregiver_id: FromPath[UUID],
    data: URLEncodedBody[dict[str, Any]],
    db: NamedDependency[Database],
    tools: NamedDependency[Tools],
    actor: NamedDependency[Actor],
) -> Response[Any]:
    """Answers with the code itself: it is kept nowhere, so no other page could show it."""
    with forms.redrawing(lambda: _form(db, actor, caregiver_id), data):
        reach = forms.read(ReachForm, data).reach
        with db.transaction() as session:
            made, name = inviting.invite(session, actor, caregiver_id, reach, keys=tools.keys, now=db.now(session))
    return page(request, joining_views.code(made, name, tools.settings, back=BACK))


ROUTES = [caregivers, form, invite]
