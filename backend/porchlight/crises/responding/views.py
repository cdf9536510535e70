"""The page of the one who was woken: one screen, in the order in which it is needed at three in the morning."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import Session

from porchlight.alerts import queries as alerts
from porchlight.alerts.notices.views import notices_view
from porchlight.alerts.queries import AlertLine
from porchlight.alerts.values import Severity
from porchlight.audit import service as audit
from porchlight.cases import queries as cases
from porchlight.cases import regions
from porchlight.core.actor import Actor
from porchlight.core.clock import local
from porchlight.core.refused import NotFound
from porchlight.crises import following, queries
from porchlight.crises.clocks import queries as clocks
from porchlight.crises.clocks.rules import first
from porchlight.crises.escalating import outlook
from porchlight.crises.intake import queries as intake
from porchlight.crises.models import Crisis
from porchlight.crises.responding import acting, service, shifts
from porchlight.crises.responding.family import family
from porchlight.crises.timeline import paged
from porchlight.crises.values import State
from porchlight.people import queries as people
from porchlight.web.rendering import View

MOST_FOUND = 5
NIGHT_FROM, NIGHT_TO = 21, 6  # hours of the wall clock in which the page is dark (screens.md, 36)


def alert_view(session: Session, actor: Actor, alert_id: UUID, *, now: datetime) -> View:
    """Everything that the one who was called needs, on one page. Raises NotFound for anybody else."""
    alert = alerts.alert(session, alert_id)
    if alert is None or alert.account_id != actor.account_id:
        raise NotFound(queries.NOT_FOUND)
    if alert.severity == Severity.TEST:
        called = alerts.answerable(session, alert_id, actor.device_id)
        answer = f"/alerts/{alert_id}/answer" if called and not called.acknowledged_at else None
        return View("alerts/test.html", {"made_at": alert.made_at, "answer_action": answer})
    if alert.severity == Severity.NOTICE:
        return notices_view(session, actor)
    return View("alerts/show.html", _whole(session, actor, alert, now))


def piece(session: Session, actor: Actor, alert_id: UUID, part: str, shown: str, *, now: datetime) -> View:
    """What the page asks for again while it is open: without the family, which is no part of it.

    shown: what the page had in its now_href. What its reader may press comes along where that has changed since.
    """
    alert = alerts.alert(session, alert_id)
    if alert is None or alert.account_id != actor.account_id or alert.severity == Severity.TEST:
        raise NotFound(queries.NOT_FOUND)
    standing = _standing(session, actor, alert, now)
    fresh = [] if part == "called" else acting.changed(shown, standing["shown"])
    return View(f"alerts/_{part}.html", {**standing, "asked": True, "fresh": fresh})


def _standing(session: Session, actor: Actor, alert: AlertLine, now: datetime) -> dict[str, Any]:
    """Where the alert stands, who else was called, and what its reader may press."""
    crisis = _crisis_of(session, alert)
    has_it = queries.holder(session, crisis.id)
    mine = bool(has_it and has_it.account_id == alert.account_id)
    running = clocks.clocks(session, crisis, now=now)
    acts = acting.acts(session, actor, crisis, mine=mine)
    return {
        **acts,
        "crisis": _crisis(session, crisis, alert, has_it, mine=mine),
        "clocks": running,
        "due": first(running),
        "now_href": f"/alerts/{alert.id}/now?shown={acts['shown']}",
        "called_href": f"/alerts/{alert.id}/called",
        "ack_action": f"/alerts/{alert.id}/acknowledge" if crisis.state == State.RAISED else None,
    }


def _crisis_of(session: Session, alert: AlertLine) -> Crisis:
    crisis = queries.crisis(session, alert.subject_id)
    if crisis is None:
        raise NotFound(queries.NOT_FOUND)
    return crisis


def _whole(session: Session, actor: Actor, alert: AlertLine, now: datetime) -> dict[str, Any]:
    crisis = _crisis_of(session, alert)
    return {
        **_standing(session, actor, alert, now),
        "night": not NIGHT_TO <= local(now, actor.time_zone).hour < NIGHT_FROM,
        "family_href": f"/crises/{crisis.id}/family" if _unknown(session, actor, crisis) else None,
        "helpers": list(_helpers(session, actor, crisis).items()),
        **family(session, actor, crisis, now),
    }


def _helpers(session: Session, actor: Actor, crisis: Crisis) -> dict[str, str]:
    """The numbers of the region whose people are called: police, mobile crisis team, interpreter."""
    if actor.organization_id is None:
        return {}
    region = shifts.region_of(session, actor.organization_id, UUID(crisis.policy["schedule_id"]))
    return intake.helpers(session, actor.organization_id, region)


def _unknown(session: Session, actor: Actor, crisis: Crisis) -> bool:
    return crisis.case_id is None and service.may_link(session, actor, crisis)


def family_view(session: Session, actor: Actor, crisis_id: UUID, name: str, *, now: datetime) -> View:
    """Which family a caller's alert is about. Raises NotFound for whoever may not say so."""
    crisis = queries.crisis(session, crisis_id)
    mine = alerts.calls_of(session, actor.account_id).get(crisis_id)
    if crisis is None or mine is None or not _unknown(session, actor, crisis):
        raise NotFound(queries.NOT_FOUND)
    found = regions.named(session, shifts.linkable(session, actor, now), name, most=MOST_FOUND)
    lines = [line for one in found if (line := cases.case(session, one))]
    seen = [child.id for line in lines for child in line.children]
    audit.saw(session, actor, "crisis.family_sought", crisis.id, now=now, people=seen)
    context = {
        "number": crisis.number,
        "words": crisis.words,
        "back_href": f"/alerts/{mine}",
        "find_action": f"/crises/{crisis.id}/family",
        "link_action": f"/crises/{crisis.id}/link",
        "sought": name,
        "families": [
            {"case_id": line.case_id, "name": line.family, "children": [child.name for child in line.children]}
            for line in lines
        ],
        "values": {"name": name},
    }
    return View("alerts/family.html", context)


def _crisis(
    session: Session, crisis: Crisis, alert: AlertLine, has_it: queries.Holder | None, *, mine: bool
) -> dict[str, Any]:
    return {
        "number": crisis.number,
        "reason": crisis.reason,
        "words": crisis.words,
        "raised_at": crisis.raised_at,
        "state": crisis.state,
        "caller": _caller(session, crisis),
        "outlook": outlook(session, crisis),
        "next_due_at": crisis.next_due_at,
        "taken_by": has_it,
        "mine": mine,
        "others": _others(session, crisis, alert, has_it),
        "worse_at": following.worse_at(session, crisis.id),
        "entries": queries.timeline(session, crisis.id, with_words=True),
    }


def _caller(session: Session, crisis: Crisis) -> dict[str, str]:
    """Whom to ring first. by: who took the call, where it came by telephone."""
    raised = people.account(session, crisis.raised_by)
    name, phone = (raised.name, raised.phone) if raised else ("", "")
    said = intake.caller(session, crisis.id)
    return {"name": said.name, "phone": said.phone, "by": name} if said else {"name": name, "phone": phone, "by": ""}


def _others(session: Session, crisis: Crisis, alert: AlertLine, has_it: queries.Holder | None) -> list[dict[str, str]]:
    """Everybody else who was called, once each, with the furthest that their phones got."""
    calls = {one.account_id: one.detail for one in paged(session, crisis.id) if one.account_id != alert.account_id}
    names = people.accounts(session, [one for one in calls if one])
    every = alerts.deliveries(session, [one.id for one in alerts.alerts_about(session, crisis.id)])
    found = []
    for account_id, detail in calls.items():
        if account_id not in names:
            continue
        states = [one.state for one in every if one.account_id == account_id]
        state = "taken" if has_it and has_it.account_id == account_id else alerts.furthest(states)
        found.append({"name": names[account_id].name, "position": str(detail["position"]), "state": state})
    return found
