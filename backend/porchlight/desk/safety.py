"""What concerns safety, gathered: a person's own page of it, their lines on Today, and the supervisor's part of the board."""

from datetime import datetime
from typing import Any

from sqlmodel import Session

from porchlight.audit import service as audit
from porchlight.cases.emergency import queries as emergency
from porchlight.core.actor import Actor
from porchlight.core.keys import Keys
from porchlight.crises.callbacks import queries as callbacks
from porchlight.crises.checkins import queries as checkins
from porchlight.crises.checkins import service as checking
from porchlight.crises.incidents import queries as incidents
from porchlight.crises.mandated import queries as mandated
from porchlight.crises.mandated.sealing import Seal
from porchlight.crises.missing import queries as missing
from porchlight.people import access
from porchlight.people.access import Role
from porchlight.web.rendering import View


def safety(session: Session, actor: Actor, keys: Keys, *, now: datetime) -> View:
    """Five doors, each with what waits behind it. Raises NotFound for who does not work for the agency's families."""
    access.check_works(actor)
    running = checking.running(session, actor.account_id)
    calls = callbacks.mine(session, actor, now=now)
    gone = missing.open_ones(session, actor, now=now)
    audit.saw(session, actor, "safety.seen", None, now=now)
    context = {
        "out_by": running.out_by if running else None,
        "missed": bool(running and running.out_by <= now),
        "calls": len(calls),
        "calls_late": sum(one.late for one in calls),
        "asked": len(callbacks.asked_of(session, actor, now=now)),
        "reports": len(mandated.own(session, actor, Seal(keys), now=now)),
        "missing": len(gone),
        "missing_late": sum(one.late for one in gone),
        "to_review": len(incidents.to_review(session, actor, now=now)) if actor.has(Role.SUPERVISOR) else 0,
    }
    return View("desk/safety.html", context)


def for_today(session: Session, actor: Actor, *, now: datetime) -> dict[str, Any]:
    """The calls that a person owes, by when, those they are asked to take, and their running check-in."""
    if not access.works(actor):
        return {"calls": [], "asked": 0, "out_by": None}
    running = checking.running(session, actor.account_id)
    return {
        "calls": callbacks.mine(session, actor, now=now),
        "asked": len(callbacks.asked_of(session, actor, now=now)),
        "out_by": running.out_by if running else None,
    }


def for_board(session: Session, actor: Actor, *, now: datetime) -> list[dict[str, Any]]:
    """What a supervisor must look at among their own people and families, the gravest kind first, the longest first.

    Rows {href, what: checkin|missing|call|report|emergency, name, about, at, late}; at is when it fell due, or will.
    """
    gone = checkins.missed(session, actor, now=now)
    rows = [_row(f"/checkins/{one.id}", "checkin", one.name, one.place, one.out_by) for one in gone]
    rows += [
        _row(f"/missing/{one.id}", "missing", one.child, one.family, one.next_due_at, late=one.late)
        for one in missing.open_ones(session, actor, now=now)
    ]
    rows += [
        _row(f"/mandated/{one.id}", "report", one.about, one.family, due, late=late)
        for one in mandated.of_others(session, actor, now=now)
        for due, late in [_clock(one)]
    ]
    rows += [
        _row(f"/callbacks/{one.id}", "call", one.owner, one.to_name, one.due_at)
        for one in callbacks.overdue(session, actor, now=now)
    ]
    rows += [
        _row("/emergency/reviews", "emergency", one.person, "", one.review_due_at, late=one.late)
        for one in emergency.to_review(session, actor, now=now)
        if one.late
    ]
    return rows


def _clock(line: mandated.Line) -> tuple[datetime | None, bool]:
    """Of the clocks that run the one that is due first."""
    runs = [one for one in (line.standing.oral, line.standing.written) if one.runs and one.due_at]
    first = min(runs, key=lambda one: (one.due_at is None, one.due_at), default=None)
    return (first.due_at, first.late) if first else (None, False)


def _row(href: str, what: str, name: str, about: str, at: datetime | None, *, late: bool = True) -> dict[str, Any]:
    return {"href": href, "what": what, "name": name, "about": about, "at": at, "late": late}
