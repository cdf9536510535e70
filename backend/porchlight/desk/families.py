"""The caseload as a list, and one family with its children, people, plans, tasks and visits."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlmodel import Session

from porchlight.audit import service as audit
from porchlight.cases import queries as cases
from porchlight.cases.emergency import views as emergency
from porchlight.cases.values import FamilyLine, PersonLine
from porchlight.core.actor import Actor
from porchlight.core.clock import local_day
from porchlight.core.i18n import _
from porchlight.core.refused import NotFound
from porchlight.desk import shown
from porchlight.homes import queries as homes
from porchlight.homes.queries import PlacementLine
from porchlight.oncall.regions import views as regions
from porchlight.people import access
from porchlight.people.access import Capability, Field
from porchlight.plans import queries as plans
from porchlight.standards import queries as standards
from porchlight.standards.rules import Standing
from porchlight.teams import queries as teams
from porchlight.visits import amend_views
from porchlight.visits import queries as visits
from porchlight.web.rendering import View

NOT_HERE = _("We could not find that page. It may have moved, or it may not be on your caseload.")
AMENDABLE = timedelta(days=7)  # as long as a visit is fresh in its writer's mind, it is one tap to its form of change
RECENT = 6  # visits on the page; the rest stands behind "All visits"


def families(session: Session, actor: Actor, *, now: datetime, search: str = "") -> View:
    """The families open to this person, by name, with what is due and six months of visits for each child."""
    today = local_day(now, actor.time_zone)
    found = cases.families(session, actor, now=now, search=search)
    standings = standards.standings(session, found.families, today=today, zone=actor.time_zone)
    children = [child for family in found.families for child in family.children]
    audit.saw(session, actor, "families.listed", None, now=now, people=[child.id for child in children])
    rows = [
        {
            "href": f"/cases/{family.case_id}",
            "name": family.family,
            "program": family.program,
            "due_in": shown.due_in(family, standings),
            "children": [
                {
                    "name": child.preferred_name or child.first_name,
                    "names": " ".join([child.first_name, child.last_name, child.preferred_name or ""]).strip(),
                    "age": shown.age_of(child, today),
                    "months": standings[child.id].months,
                }
                for child in family.children
            ],
        }
        for family in found.families
    ]
    return View("cases/families.html", {"q": search, "total": found.total, "families": rows})


def family(session: Session, actor: Actor, case_id: UUID, *, now: datetime) -> View:
    """One family; what is not open to this person is not there. Raises NotFound."""
    access.check(session, actor, case_id, Capability.FACE_SHEET, now=now)
    line = cases.case(session, case_id)
    if line is None:
        raise NotFound(NOT_HERE)
    today = local_day(now, actor.time_zone)
    children = [child.id for child in line.children]
    audit.saw(session, actor, "family.seen", case_id, now=now, people=[person.id for person in line.persons])
    placements = homes.placements_on(session, children, today)
    standings = standards.standings(session, [line], today=today, zone=actor.time_zone)
    rights = _rights(session, actor, case_id, now)
    recent = []
    if Capability.READ_VISITS in rights:
        recent = visits.visits_of_case(session, actor, case_id, now=now, most=RECENT)
    tasks = cases.tasks(session, actor, now=now, case_id=case_id) if Capability.TASKS in rights else []
    context = {
        "emergency": emergency.banner(session, actor, case_id, now=now),
        "family": _head(line, standings),
        "new_visit_href": f"/cases/{case_id}/visits/new" if Capability.LOG_VISIT in rights else None,
        "children": [_child(child, placements.get(child.id), standings[child.id], today) for child in line.children],
        "people": _people(session, line, placements) if Capability.PHONES in rights else [],
        "plans": _plans(session, line, now, actor.time_zone) if Capability.SAFETY_PLAN in rights else [],
        "tasks": [shown.task_row(task, today) for task in tasks],
        "visits": [shown.visit_row(one) for one in recent],
        "visits_href": f"/cases/{case_id}/visits",
        "amendable": _amendable(session, actor, case_id, now) if Capability.LOG_VISIT in rights else [],
        "may_read_visits": Capability.READ_VISITS in rights,
        "on_call": regions.line(session, actor, case_id, now=now),
        "safety_links": _safety_links(session, actor, case_id, now),
        "here": f"/cases/{case_id}",
        "help_href": f"/help#case={case_id}",
    }
    return View("cases/family.html", context)


def _amendable(session: Session, actor: Actor, case_id: UUID, now: datetime) -> list[dict[str, Any]]:
    """One's own visits of late, each with its form of change, which a phone has without signal."""
    found = amend_views.to_amend(session, actor, case_id, now - AMENDABLE)
    return [{"href": f"/visits/{one}/amend", "on": local_day(began, zone)} for one, began, zone in found]


def _safety_links(session: Session, actor: Actor, case_id: UUID, now: datetime) -> dict[str, str] | None:
    """Where one begins what a family's bad day asks for; nothing for who only reviews."""
    if not (access.works(actor) and access.fields(session, actor, case_id, Capability.MANDATED, now=now)):
        return None
    return {
        "report": f"/mandated/new?case={case_id}",
        "missing": "/missing/new",
        "incident": f"/cases/{case_id}/incidents/new",
        "incidents": f"/incidents?case={case_id}",
        "call": f"/callbacks/new?case={case_id}",
        "check_in": f"/checkins?case={case_id}",
    }


def _head(line: FamilyLine, standings: Mapping[UUID, Standing]) -> dict[str, Any]:
    return {
        "name": line.family,
        "program": line.program,
        "court": line.court,
        "hearing_on": line.hearing_on,
        "due_in": shown.due_in(line, standings),
        "note": line.note,
        "culture": line.culture,
        "language": line.language,
    }


def _child(child: PersonLine, stay: PlacementLine | None, standing: Standing, today: date) -> dict[str, Any]:
    return {
        "href": f"/people/{child.id}",
        "name": child.name,
        "age": shown.age_of(child, today),
        "setting": stay.kind if stay else "",
        "months": standing.months,
    }


def _rights(session: Session, actor: Actor, case_id: UUID, now: datetime) -> frozenset[Capability]:
    """What this person may do with this case, of what the page asks for."""
    asked = (
        Capability.LOG_VISIT,
        Capability.READ_VISITS,
        Capability.PHONES,
        Capability.SAFETY_PLAN,
        Capability.TASKS,
    )
    return frozenset(one for one in asked if Field.GENERAL in access.fields(session, actor, case_id, one, now=now))


def _people(session: Session, line: FamilyLine, placements: dict[UUID, PlacementLine]) -> list[dict[str, Any]]:
    """The family itself, who cares for the children now, and the team; each number once."""
    rows = shown.relative_rows(line.persons)
    for placement in placements.values():
        rows += shown.caregiver_rows(placement)
    rows += [shown.member_row(member) for member in teams.members(session, line.case_id)]
    return list({(row["name"], row["phone"]): row for row in reversed(rows)}.values())[::-1]


def _plans(session: Session, line: FamilyLine, now: datetime, zone: str) -> list[dict[str, Any]]:
    held = plans.currents(session, [child.id for child in line.children])
    today = local_day(now, zone)
    return [
        {
            "href": f"/people/{child.id}/safety-plan",
            "child": child.preferred_name or child.first_name,
            "updated_days": (today - local_day(held[child.id].written_at, zone)).days,
            "late": held[child.id].review_due_on < today,
        }
        for child in line.children
        if child.id in held
    ]
