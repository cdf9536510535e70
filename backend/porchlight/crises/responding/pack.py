"""What whoever is called has without signal: the alerts that are open for them, and on shift the region's safety plans."""

from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from sqlmodel import Session

from porchlight.audit import service as audit
from porchlight.cases import queries as cases
from porchlight.cases.values import PersonLine
from porchlight.core.actor import Actor
from porchlight.core.i18n import _
from porchlight.core.refused import NotFound
from porchlight.crises import queries
from porchlight.crises.responding import shifts
from porchlight.crises.responding.views import alert_view
from porchlight.oncall import queries as oncall
from porchlight.oncall import shifts as oncall_shifts
from porchlight.oncall.cover.rules import PROVEN
from porchlight.people import queries as people
from porchlight.people.access import Role
from porchlight.plans import queries as plans
from porchlight.plans.views import safety_plan
from porchlight.web.rendering import View

MOST_PLANS = 60  # on a phone at once: what a shift needs, not the county's files
NOT_HERE = _("We could not find that page. It may have moved, or it may not be on your caseload.")
ABOVE = ("supervisor", "director")

Page = tuple[str, Callable[[], View]]


def open_alerts(session: Session, actor: Actor, now: datetime) -> Iterator[Page]:
    """Each alert to which this person was called and that is not over, as it stands now."""
    for one in queries.open_for(session, actor.account_id, now=now):
        yield f"/alerts/{one.alert_id}", partial(alert_view, session, actor, one.alert_id, now=now)


def shift_pages(session: Session, actor: Actor, now: datetime) -> Iterator[Page]:
    """While somebody is on call, and no longer: the next pack after the hand-off lacks them, so the phone erases them."""
    found = planned(session, actor, now)
    if found is None:
        return
    yield "/oncall/plans", partial(plans_view, session, actor, now=now)
    for person, _total in found[0]:
        yield f"/people/{person.id}/safety-plan", partial(safety_plan, session, actor, person.id, now=now)


def planned(session: Session, actor: Actor, now: datetime) -> tuple[list[tuple[PersonLine, int]], int] | None:
    """Who of the shift's regions has a safety plan, with its age in days, and how many there are in all. None off shift."""
    mine = shifts.cases_of(session, actor.account_id, now) if actor.has(Role.ON_CALL) else None
    if mine is None:
        return None
    holding, total = plans.held_in(session, mine, most=MOST_PLANS)
    known = cases.person_lines(session, list(holding))
    rows = [(known[one], max(0, (now.date() - holding[one]).days)) for one in holding if one in known]
    return sorted(rows, key=lambda row: (row[0].last_name, row[0].name)), total


def plans_view(session: Session, actor: Actor, *, now: datetime) -> View:
    """The safety plans of the shift, and whom to ring for a child who has none; off shift, when they open.

    Raises NotFound for whoever takes no shifts.
    """
    if not actor.has(Role.ON_CALL):
        raise NotFound(NOT_HERE)
    found = planned(session, actor, now)
    if found is None:
        return View("alerts/plans.html", {"closed": True, "opens_at": _opens_at(session, actor, now)})
    rows, total = found
    audit.saw(session, actor, "shift.plans_seen", None, now=now, people=[person.id for person, _days in rows])
    context = {
        "closed": False,
        "plans": [
            {"href": f"/people/{person.id}/safety-plan", "name": person.name, "updated_days": days}
            for person, days in rows
        ],
        "more": max(0, total - len(rows)),
        "ring": _whom_to_ring(session, actor, now),
    }
    return View("alerts/plans.html", context)


def _opens_at(session: Session, actor: Actor, now: datetime) -> datetime | None:
    """When this person's next shift begins; None where there is none in the time that is proven."""
    return min((one.start for one in oncall_shifts.mine(session, actor, now, now + PROVEN)), default=None)


def _whom_to_ring(session: Session, actor: Actor, now: datetime) -> list[dict[str, Any]]:
    """Who is above on call; behind them the agency's own line."""
    holding: dict[str, UUID] = {}
    for schedule in oncall.schedules(session, actor.organization_id) if actor.organization_id else []:
        holding |= {
            position: one for position, one in oncall.who(session, schedule.id, now).items() if one != actor.account_id
        }
    known = people.accounts(session, list(holding.values()))
    rows = [(known[holding[one]], one) for one in ABOVE if one in holding and holding[one] in known]
    line = people.line_of(session, actor.organization_id)
    found = [
        {"name": person.name, "what": what, "phone": person.phone, "text": False}
        for person, what in rows
        if person.phone and person.here
    ]
    return [*found, {"name": line.name, "what": "on_call", "phone": line.phone, "text": False}]
