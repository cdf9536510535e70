"""The pages of a crisis: getting help, following along, and the page of the one who was woken."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from urllib.parse import quote
from uuid import UUID

from sqlmodel import Session

from porchlight.alerts import queries as alerts
from porchlight.alerts.notices.views import notices_view
from porchlight.alerts.queries import AlertLine
from porchlight.alerts.values import Severity
from porchlight.audit import service as audit
from porchlight.cases import queries as cases
from porchlight.cases import rules as ages
from porchlight.cases.values import PersonLine
from porchlight.core.actor import Actor
from porchlight.core.clock import local_day
from porchlight.core.ids import new_id
from porchlight.core.refused import NotFound
from porchlight.crises import following, queries
from porchlight.crises.escalating import outlook, paged
from porchlight.crises.handovers import views as handovers
from porchlight.crises.handovers.queries import pending
from porchlight.crises.models import Crisis
from porchlight.crises.values import Ending, State
from porchlight.homes import queries as homes
from porchlight.homes.queries import PlacementLine
from porchlight.people import access
from porchlight.people import queries as people
from porchlight.people.access import Capability, Field, Role
from porchlight.plans import queries as plans
from porchlight.teams import queries as teams
from porchlight.web.rendering import View

MAPS = "https://www.google.com/maps/dir/?api=1&destination="


def id_or_none(text: str) -> UUID | None:
    """An id from an address that somebody may have typed."""
    try:
        return UUID(text)
    except ValueError:
        return None


def help_view(session: Session, actor: Actor | None, *, now: datetime, case_id: UUID | None = None) -> View:
    """The numbers first; the form below for whoever is known. Opens from the phone's own store, too."""
    mine = cases.families(session, actor, now=now, capability=Capability.RAISE_CRISIS).families if actor else ()
    context = {
        "families": [(str(family.case_id), family.family) for family in mine],
        "crisis_id": str(new_id()),
        "values": {"case_id": str(case_id or "")},
        "my_alerts": following.mine(session, actor.account_id) if actor else (),
    }
    return View("crises/help.html", context)


def mine_view(session: Session, actor: Actor) -> View:
    """The banner of one's own open alerts by itself: a page out of the phone's own store asks for it when it opens."""
    return View("crises/_mine.html", {"my_alerts": following.mine(session, actor.account_id), "asked": True})


def status_view(session: Session, actor: Actor, crisis_id: UUID, *, now: datetime, partial: bool = False) -> View:
    """What the one who called is told. Raises NotFound for anybody else."""
    status = following.caller_status(session, actor, crisis_id, now=now)
    crisis = {
        "id": status.id,
        "number": status.number,
        "reason": status.reason,
        "raised_at": status.raised_at,
        "state": status.state,
        "status_href": f"/crises/{crisis_id}/status",
        "reaching": status.reaching,
        "reached": status.reached,
        "taken_by": status.taken_by,
        "next_holder": offered.to_name if (offered := pending(session, [crisis_id]).get(crisis_id)) else "",
        "overdue": status.overdue,
        "outlook": status.outlook,
        "next_at": status.next_at,
        "ring": status.ring,
        "entries": status.entries,
        "as_of": now,
    }
    return View("crises/_status.html" if partial else "crises/status.html", {"crisis": crisis})


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
    crisis = queries.crisis(session, alert.subject_id)
    if crisis is None:
        raise NotFound(queries.NOT_FOUND)
    has_it = queries.holder(session, crisis.id)
    mine = bool(has_it and has_it.account_id == actor.account_id)
    over = crisis.state == State.RESOLVED
    context: dict[str, Any] = {
        "crisis": _crisis(session, crisis, alert, has_it, mine=mine),
        "ack_action": f"/alerts/{alert_id}/acknowledge" if crisis.state == State.RAISED else None,
        "note_action": None if over else f"/crises/{crisis.id}/notes",
        "resolve_action": f"/crises/{crisis.id}/resolve" if mine and not over else None,
        "endings": [ending.value for ending in Ending],
        "holding": handovers.holding(session, actor, crisis),
        **_family(session, actor, crisis, now),
    }
    return View("alerts/show.html", context)


def _crisis(
    session: Session, crisis: Crisis, alert: AlertLine, has_it: queries.Holder | None, *, mine: bool
) -> dict[str, Any]:
    caller = people.account(session, crisis.raised_by)
    return {
        "number": crisis.number,
        "reason": crisis.reason,
        "words": crisis.words,
        "raised_at": crisis.raised_at,
        "state": crisis.state,
        "caller": {"name": caller.name if caller else "", "phone": caller.phone if caller else ""},
        "outlook": outlook(session, crisis),
        "next_due_at": crisis.next_due_at,
        "taken_by": has_it,
        "mine": mine,
        "others": _others(session, crisis, alert, has_it),
        "entries": queries.timeline(session, crisis.id, with_words=True),
    }


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


def _family(session: Session, actor: Actor, crisis: Crisis, now: datetime) -> dict[str, Any]:
    """The children with their plans, the team's phones, the addresses: as far as the access table opens them."""
    nothing: dict[str, Any] = {"children": [], "people": [], "places": [], "plan_contact": None}
    case_id = crisis.case_id
    if case_id is None:
        return nothing
    open_: dict[Capability, frozenset[Field]] = {
        one: access.fields(session, actor, case_id, one, now=now)
        for one in (Capability.FACE_SHEET, Capability.SAFETY_PLAN, Capability.PHONES)
    }
    if not open_[Capability.FACE_SHEET]:
        return nothing
    today = local_day(now, actor.time_zone)
    served = [person for person in cases.persons(session, case_id) if person.served]
    stays = homes.placements_on(session, [person.id for person in served], today)
    phones = bool(open_[Capability.PHONES])
    audit.saw(session, actor, "crisis.seen", crisis.id, now=now, people=[person.id for person in served])
    return {
        "children": [_child(session, one, today, with_plan=bool(open_[Capability.SAFETY_PLAN])) for one in served],
        "people": _team(session, case_id, list(stays.values())) if phones else [],
        "places": _places(served, stays, with_phones=phones) if Field.ADDRESS in open_[Capability.FACE_SHEET] else [],
        "plan_contact": _plan_contact(session, case_id, now),
    }


def _child(session: Session, person: PersonLine, today: date, *, with_plan: bool) -> dict[str, Any]:
    plan = plans.current(session, person.id) if with_plan else None
    return {
        "name": person.name,
        "age": ages.age(person.born_on, today) if person.born_on else None,
        "plan": plan and {"sections": plan.sections, "updated_days": max(0, (today - plan.valid_from).days)},
    }


def _team(session: Session, case_id: UUID, stays: Sequence[PlacementLine]) -> list[dict[str, Any]]:
    """Those who care for the children first, then the team; who only reviews the case is of no help tonight."""
    carers = {one.id: one for stay in stays for one in stay.caregivers}.values()
    rows = [(one.name, Role.CAREGIVER.value, one.phone) for one in carers]
    rows += [(one.name, one.role, one.phone) for one in teams.members(session, case_id) if one.role != Role.OVERSIGHT]
    return [{"name": name, "what": what, "phone": phone, "text": False} for name, what, phone in dict.fromkeys(rows)]


def _places(
    served: Sequence[PersonLine], stays: Mapping[UUID, PlacementLine], *, with_phones: bool
) -> list[dict[str, Any]]:
    """Each address once: which of the children live there, and with whom."""
    found: dict[str, dict[str, Any]] = {}
    for child in served:
        stay = stays.get(child.id)
        if stay is None or not stay.address:
            continue
        place = found.setdefault(
            stay.address, {"address": stay.address, "maps_href": MAPS + quote(stay.address), "who": [], "carers": []}
        )
        place["who"].append(child.preferred_name or child.first_name)
        place["carers"] = [{"name": one.name, "phone": with_phones and one.phone} for one in stay.caregivers]
    return list(found.values())


def _plan_contact(session: Session, case_id: UUID, now: datetime) -> dict[str, str] | None:
    """Whom to ring where a child has no plan: who works the case."""
    for account_id in cases.workers(session, [case_id], now=now).get(case_id, []):
        person = people.account(session, account_id)
        if person and person.phone:
            return {"name": person.name, "phone": person.phone}
    return None
