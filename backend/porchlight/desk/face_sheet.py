"""A child's face sheet: alerts first, then likes and what calms, home, team, plan, months of visits."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlmodel import Session

from porchlight.audit import service as audit
from porchlight.cases import queries as cases
from porchlight.cases.emergency import views as emergency
from porchlight.cases.values import FamilyLine, PersonRecord
from porchlight.core.actor import Actor
from porchlight.core.clock import local_day
from porchlight.core.refused import NotFound
from porchlight.desk import shown
from porchlight.desk.families import NOT_HERE, RECENT
from porchlight.homes import queries as homes
from porchlight.people import access
from porchlight.people.access import Capability, Field
from porchlight.plans import queries as plans
from porchlight.standards import queries as standards
from porchlight.teams import queries as teams
from porchlight.visits import queries as visits
from porchlight.web.rendering import View


def face_sheet(session: Session, actor: Actor, person_id: UUID, *, now: datetime) -> View:
    """One person served. Health, address and phones are there only where they are open. Raises NotFound."""
    person = cases.person(session, person_id)
    if person is None or not person.served:
        raise NotFound(NOT_HERE)
    seen = access.check(session, actor, person.case_id, Capability.FACE_SHEET, now=now)
    family = cases.case(session, person.case_id)
    if family is None:
        raise NotFound(NOT_HERE)
    audit.saw(session, actor, "face_sheet.seen", person_id, now=now, people=[person_id])
    today = local_day(now, actor.time_zone)
    rights = {one: access.fields(session, actor, person.case_id, one, now=now) for one in _ASKED}
    standing = standards.standings(session, [family], today=today, zone=actor.time_zone)[person_id]
    recent = []
    if rights[Capability.READ_VISITS]:
        recent = visits.visits_of_case(session, actor, person.case_id, now=now, most=RECENT, person_id=person_id)
    context = {
        "child": _child(person, today, seen),
        "emergency": emergency.banner(session, actor, family.case_id, now=now),
        "family": {"name": family.family, "href": f"/cases/{family.case_id}"},
        "new_visit_href": f"/cases/{family.case_id}/visits/new" if rights[Capability.LOG_VISIT] else None,
        "months": standing.months,
        "standing": standing,
        "visits": [shown.visit_row(one) for one in recent],
        "visits_href": f"/cases/{family.case_id}/visits",
        "may_read_visits": bool(rights[Capability.READ_VISITS]),
        "plan": _plan(session, person_id, today, actor.time_zone) if rights[Capability.SAFETY_PLAN] else None,
        "may_read_plan": bool(rights[Capability.SAFETY_PLAN]),
        "help_href": f"/help#case={family.case_id}",
        "seen_href": f"/cases/{family.case_id}/seen" if rights[Capability.TRAIL] else None,
    }
    phones = bool(rights[Capability.PHONES])
    context["placement"] = _placement(session, family, person_id, today, address=Field.ADDRESS in seen, phones=phones)
    context["team"] = _team(session, family, person_id) if phones else []
    return View("desk/face_sheet.html", context)


_ASKED = (Capability.READ_VISITS, Capability.LOG_VISIT, Capability.SAFETY_PLAN, Capability.PHONES, Capability.TRAIL)


def _child(person: PersonRecord, today: date, seen: frozenset[Field]) -> dict[str, Any]:
    """The school is a place where a child can be found: it needs the address, too."""
    health, education, address = (one in seen for one in (Field.HEALTH, Field.EDUCATION, Field.ADDRESS))
    return {
        "name": person.name,
        "age": shown.age_of(person, today),
        "born_on": person.born_on,
        "pronouns": person.pronouns,
        "languages": person.languages,
        "school": person.school if education and address else "",
        "grade": person.grade if education else "",
        "goal": person.goal,
        "concurrent_goal": person.concurrent_goal,
        "legal_status": person.legal_status,
        "systems": person.systems,
        "removed_on": person.removed_on,
        "alerts": person.alerts,
        "likes": person.likes.splitlines(),
        "calm_down": person.calm_down.splitlines(),
        "allergies": person.allergies if health else "",
        "medicines": person.medicines if health else "",
        "health_due_on": person.health_due_on if health else None,
        "dental_due_on": person.dental_due_on if health else None,
    }


def _plan(session: Session, person_id: UUID, today: date, zone: str) -> dict[str, Any] | None:
    plan = plans.current(session, person_id)
    if plan is None:
        return None
    return {
        "href": f"/people/{person_id}/safety-plan",
        "updated_days": (today - local_day(plan.written_at, zone)).days,
        "late": plan.review_due_on < today,
    }


def _placement(
    session: Session, family: FamilyLine, person_id: UUID, today: date, *, address: bool, phones: bool
) -> dict[str, Any] | None:
    """Without the address only the kind of place and since when: a home's name would give it away."""
    stay = homes.placement_on(session, person_id, today)
    if stay is None:
        return None
    people = shown.caregiver_rows(stay) if stay.home_id else shown.relative_rows(family.persons)
    return {
        "name": stay.name if address else "",
        "kind": stay.kind,
        "from_on": stay.from_on,
        "address": stay.address if address else "",
        "maps_href": shown.maps_href(stay.address) if address else None,
        "people": people if phones and stay.kind != "missing" else [],
    }


def _team(session: Session, family: FamilyLine, person_id: UUID) -> list[dict[str, Any]]:
    return [shown.member_row(member) for member in teams.members(session, family.case_id, person_id=person_id)]
