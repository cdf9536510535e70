"""How long before a shift people are reminded, for supervisors."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import URLEncodedBody

from porchlight.core.actor import Actor
from porchlight.core.db import Database
from porchlight.core.refused import NotFound
from porchlight.oncall.reminders import queries, service
from porchlight.oncall.reminders.rules import CHOICES
from porchlight.oncall.shifts import GONE
from porchlight.people.access import Role
from porchlight.web import forms
from porchlight.web.forms import Input
from porchlight.web.rendering import View, page

Asked = Request[Any, Any, Any]


class LeadForm(Input):
    hours: int


def _view(db: Database, actor: Actor) -> View:
    if not actor.has(Role.SUPERVISOR):
        raise NotFound(GONE)
    with db.reading() as session:
        hours = int(queries.lead(session, actor.organization_id).total_seconds() // 3600)
    return View("oncall/reminders.html", {"choices": CHOICES, "values": {"hours": str(hours)}})


@get("/oncall/reminders", sync_to_thread=True, include_in_schema=False)
def form(request: Asked, db: NamedDependency[Database], actor: NamedDependency[Actor]) -> Response[Any]:
    return page(request, _view(db, actor))


@post("/oncall/reminders", sync_to_thread=True, include_in_schema=False)
def set_lead(
    request: Asked,
    data: URLEncodedBody[dict[str, Any]],
    db: NamedDependency[Database],
    actor: NamedDependency[Actor],
) -> Response[Any]:
    with forms.redrawing(lambda: _view(db, actor), data):
        typed = forms.read(LeadForm, data)
        with db.transaction() as session:
            service.set_lead(session, actor, typed.hours, now=db.now(session))
    return forms.go(request, "/oncall")


ROUTES = [form, set_lead]
