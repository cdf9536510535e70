"""The page of a safety plan, the one that holds or one before it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import Session

from porchlight.audit import service as audit
from porchlight.cases import queries as cases
from porchlight.cases.emergency import views as emergency
from porchlight.core.actor import Actor
from porchlight.core.clock import local_day
from porchlight.core.i18n import _
from porchlight.core.refused import NotFound
from porchlight.people import access
from porchlight.people import queries as people
from porchlight.people.access import Capability, Field
from porchlight.plans import queries, rules
from porchlight.plans.queries import PlanVersion
from porchlight.web.rendering import View

NOT_HERE = _("We could not find that page. It may have moved, or it may not be on your caseload.")


def safety_plan(session: Session, actor: Actor, person_id: UUID, *, now: datetime, number: int | None = None) -> View:
    """The plan that holds now, or the version of that number. Raises NotFound."""
    person = cases.person(session, person_id)
    if person is None:
        raise NotFound(NOT_HERE)
    access.check(session, actor, person.case_id, Capability.SAFETY_PLAN, now=now)
    versions = queries.versions(session, person_id)
    shown = next((one for one in versions if number in (None, one.number)), None)
    if shown is None:
        raise NotFound(NOT_HERE)
    audit.saw(session, actor, "plan.seen", shown.id, now=now, people=[person_id])
    context = {
        "child": {"name": person.name, "href": f"/people/{person_id}"},
        "plan": _plan(session, actor, shown, now),
        "emergency": emergency.banner(session, actor, person.case_id, now=now),
        "newest": shown.number == versions[0].number,
        "versions": [
            {"number": one.number, "written_at": one.written_at, "href": _href(person_id, one, versions[0])}
            for one in versions
        ],
        "help_href": f"/help#case={person.case_id}",
    }
    return View("plans/safety_plan.html", context)


def _href(person_id: UUID, one: PlanVersion, newest: PlanVersion) -> str:
    here = f"/people/{person_id}/safety-plan"
    return here if one.number == newest.number else f"{here}/{one.number}"


def _plan(session: Session, actor: Actor, shown: PlanVersion, now: datetime) -> dict[str, Any]:
    """Health and places to stay follow the fields of the face sheet, phone numbers the right to ring."""
    fields = access.fields(session, actor, shown.case_id, Capability.FACE_SHEET, now=now)
    fields |= access.fields(session, actor, shown.case_id, Capability.SAFETY_PLAN, now=now)
    phones = access.fields(session, actor, shown.case_id, Capability.PHONES, now=now)
    sections = rules.open_sections(
        shown.sections, health=Field.HEALTH in fields, address=Field.ADDRESS in fields, phones=bool(phones)
    )
    author = people.account(session, shown.written_by)
    today = local_day(now, actor.time_zone)
    return {
        "number": shown.number,
        "sections": sections,
        "written_by": author.name if author else "",
        "written_at": shown.written_at,
        "updated_days": (today - local_day(shown.written_at, actor.time_zone)).days,
        "valid_from": shown.valid_from,
        "review_due_on": shown.review_due_on,
        "late": shown.review_due_on < today,
        "use": queries.last_use(session, shown),
    }
