"""The page of whoever takes calls, and the page on which a supervisor keeps the numbers true."""

from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session

from porchlight.audit import service as audit
from porchlight.core.actor import Actor
from porchlight.core.ids import new_id
from porchlight.core.refused import NotFound
from porchlight.crises.intake import queries
from porchlight.crises.intake.service import NOT_HERE, check_takes_calls
from porchlight.people.access import Role
from porchlight.web.rendering import View

A_SHIFT = timedelta(hours=12)


def calls_view(session: Session, actor: Actor, *, now: datetime) -> View:
    """Who is on call and how to reach them, the form for a caller, the calls of the last hours. Raises NotFound."""
    organization_id = check_takes_calls(actor)
    calls = queries.calls(session, organization_id, since=now - A_SHIFT)
    if calls:
        audit.saw(session, actor, "calls.seen", None, now=now)
    context = {
        "lines": queries.lines(session, organization_id, now),
        "calls": [{"href": f"/crises/{one.crisis_id}", "call": one} for one in calls],
        "crisis_id": str(new_id()),
        "may_edit": actor.has(Role.SUPERVISOR),
    }
    return View("calls/index.html", context)


def lines_view(session: Session, actor: Actor, *, now: datetime, region: str = "") -> View:
    """The number of each region, who answers it, when it was last tried. Raises NotFound for whoever does not lead.

    region: of the form that is drawn again.
    """
    organization_id = check_takes_calls(actor)
    if not actor.has(Role.SUPERVISOR):
        raise NotFound(NOT_HERE)
    context: dict[str, Any] = {"lines": queries.lines(session, organization_id, now), "of": region}
    return View("calls/lines.html", context)
