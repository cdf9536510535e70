"""The pages of emergency access, of its reviews, and the line on every page of a case that it has opened."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import Session

from porchlight.audit import service as audit
from porchlight.cases import queries as cases
from porchlight.cases import regions
from porchlight.cases.emergency import queries, rules, service
from porchlight.cases.emergency.models import EmergencyAccess
from porchlight.cases.emergency.values import Finding
from porchlight.core.actor import Actor
from porchlight.core.ids import new_id
from porchlight.core.refused import NotFound
from porchlight.people import access, passkeys
from porchlight.people import queries as people
from porchlight.people.access import Role
from porchlight.web.rendering import View

MOST_FOUND = 5


def banner(session: Session, actor: Actor, case_id: UUID, *, now: datetime) -> dict[str, Any] | None:
    """For every page of a case that an emergency has opened: until when, and how to end it. None otherwise."""
    row = queries.running(session, actor.account_id, case_id, now) if service.may_open(actor) else None
    return {"until": row.ends_at, "end_action": f"/emergency/{row.id}/end"} if row else None


def whom_to_ask(session: Session, actor: Actor) -> dict[str, str] | None:
    """This person's supervisor, with a number."""
    above = people.account(session, people.who_reads(session, actor.account_id))
    return {"name": above.name, "phone": above.phone} if above and above.id != actor.account_id else None


def page_view(session: Session, actor: Actor, *, now: datetime, name: str = "") -> View:
    """The form, with the families of a name once one was looked for. Raises NotFound for whom it never opens."""
    if not service.may_open(actor) or actor.organization_id is None:
        raise NotFound(access.NOT_HERE)
    fresh = passkeys.is_fresh(session, actor, now=now)
    ids = regions.named(session, queries.openable(actor.organization_id), name, most=MOST_FOUND) if fresh else []
    found = [line for one in ids if (line := cases.case(session, one))]
    if found:
        seen = [child.id for line in found for child in line.children]
        audit.saw(session, actor, "emergency.family_sought", None, now=now, people=seen)
    context = {
        "fresh": fresh,
        "minutes": int(rules.LASTS.total_seconds() // 60),
        "ask": whom_to_ask(session, actor),
        "open": queries.own_open(session, actor, now),
        "sought": name,
        "families": [
            (str(line.case_id), line.family, ", ".join(child.name for child in line.children)) for line in found
        ],
        "emergency_id": str(new_id()),
        "values": {"name": name},
    }
    return View("cases/emergency.html", context)


def reviews_view(session: Session, actor: Actor, *, now: datetime) -> View:
    """What waits for a review, and what was reviewed. Raises NotFound for whoever reviews nothing."""
    if not actor.has(Role.SUPERVISOR, Role.DIRECTOR):
        raise NotFound(access.NOT_HERE)
    waiting = queries.to_review(session, actor, now=now)
    audit.saw(session, actor, "emergency.reviews_seen", None, now=now)
    context = {"waiting": waiting, "done": queries.reviewed(session, actor, now=now)}
    return View("cases/emergency_reviews.html", context)


def review_view(session: Session, actor: Actor, emergency_id: UUID, *, now: datetime) -> View:
    """One use, for whoever is to review it. Raises NotFound for anybody else, its own person too."""
    row = session.get(EmergencyAccess, emergency_id)
    if row is None or not queries.may_review(session, actor, row):
        raise NotFound(access.NOT_HERE)
    audit.saw(session, actor, "emergency.seen", row.id, now=now, people=[row.account_id])
    context = {
        "one": queries.lines(session, actor, [row], now)[0],
        "findings": [one.value for one in Finding],
        "action": f"/emergency/{row.id}/review",
    }
    return View("cases/emergency_review.html", context)
