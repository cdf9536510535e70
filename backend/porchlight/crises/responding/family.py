"""What an open crisis opens of its family: plans, phones, addresses, as far as the access table says; nothing else."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from urllib.parse import quote
from uuid import UUID

from sqlmodel import Session

from porchlight.audit import service as audit
from porchlight.cases import queries as cases
from porchlight.cases import rules as ages
from porchlight.cases.values import PersonLine
from porchlight.core.actor import Actor
from porchlight.core.clock import local_day
from porchlight.crises import queries
from porchlight.crises.models import Crisis
from porchlight.homes import queries as homes
from porchlight.homes.queries import PlacementLine
from porchlight.people import access
from porchlight.people import queries as people
from porchlight.people.access import Capability, Field, Role
from porchlight.plans import queries as plans
from porchlight.plans.rules import open_sections
from porchlight.teams import queries as teams

MAPS = "https://www.google.com/maps/dir/?api=1&destination="


def family(session: Session, actor: Actor, crisis: Crisis, now: datetime) -> dict[str, Any]:
    """The children with their plans, whom it is about first; phones, addresses: as far as the access table opens them."""
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
    about = queries.child_of(session, crisis.id)
    served = [person for person in cases.persons(session, case_id) if person.served]
    served.sort(key=lambda person: person.id != about)
    stays = homes.placements_on(session, [person.id for person in served], today)
    phones = bool(open_[Capability.PHONES])
    audit.saw(session, actor, "crisis.seen", crisis.id, now=now, people=[person.id for person in served])
    return {
        "children": [{**_child(session, one, today, open_), "about": one.id == about} for one in served],
        "people": _team(session, case_id, list(stays.values()), now) if phones else [],
        "places": _places(served, stays, with_phones=phones) if Field.ADDRESS in open_[Capability.FACE_SHEET] else [],
        "plan_contact": _plan_contact(session, case_id, now),
    }


def _child(
    session: Session, person: PersonLine, today: date, open_: Mapping[Capability, frozenset[Field]]
) -> dict[str, Any]:
    plan = plans.current(session, person.id) if open_[Capability.SAFETY_PLAN] else None
    fields = open_[Capability.FACE_SHEET] | open_[Capability.SAFETY_PLAN]
    phones = bool(open_[Capability.PHONES])
    sections = plan and open_sections(
        plan.sections, health=Field.HEALTH in fields, address=Field.ADDRESS in fields, phones=phones
    )
    return {
        "name": person.name,
        "age": ages.age(person.born_on, today) if person.born_on else None,
        "plan": plan and {"sections": sections, "updated_days": max(0, (today - plan.valid_from).days)},
    }


def _team(session: Session, case_id: UUID, stays: Sequence[PlacementLine], now: datetime) -> list[dict[str, Any]]:
    """Those who care for the children first, then who works the case and who leads them, then the team.

    Who only reviews the case is of no help tonight.
    """
    carers = {one.id: one for stay in stays for one in stay.caregivers}.values()
    rows = [(one.name, Role.CAREGIVER.value, one.phone) for one in carers]
    for worker in cases.workers(session, [case_id], now=now).get(case_id, []):
        leads = people.supervisor_of(session, worker)
        known = people.accounts(session, [worker, *([leads] if leads else [])])
        rows += [(known[worker].name, Role.CASEWORKER.value, known[worker].phone)]
        rows += [(known[leads].name, Role.SUPERVISOR.value, known[leads].phone)] if leads in known else []
    rows += [(one.name, one.role, one.phone) for one in teams.members(session, case_id) if one.role != Role.OVERSIGHT]
    # Somebody of the team who works the case, too, is one person with one number.
    each = {(name, phone): (name, what, phone) for name, what, phone in reversed(rows)}
    return [
        {"name": name, "what": what, "phone": phone, "text": False} for name, what, phone in reversed(each.values())
    ]


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
