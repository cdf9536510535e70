"""Writing a safety plan: always a new version, never over an old one."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlmodel import Session, select

from porchlight.audit import service as audit
from porchlight.cases import queries as cases
from porchlight.cases import service as tasks
from porchlight.core.actor import Actor
from porchlight.core.i18n import _
from porchlight.core.refused import Conflict, NotFound
from porchlight.people import access
from porchlight.plans import queries, reviewing, rules
from porchlight.plans.models import SafetyPlan, SafetyPlanVersion


def write_version(
    session: Session,
    actor: Actor,
    person_id: UUID,
    *,
    sections: Mapping[str, Any],
    valid_from: date,
    review_due_on: date | None = None,
    after: int,
    now: datetime,
) -> SafetyPlanVersion:
    """The next version of a person's safety plan.

    sections: as in `rules.SECTIONS`. review_due_on: 90 days on when not given. after: the number of the version that
    the writer read, 0 for none. Raises NotFound, Invalid, and Conflict when somebody wrote in between.
    """
    person = cases.person(session, person_id)
    if person is None:
        raise NotFound(_("We could not find that page. It may have moved, or it may not be on your caseload."))
    access.check(session, actor, person.case_id, access.Capability.WRITE_PLAN, now=now)
    review = review_due_on or valid_from + rules.REVIEW_EVERY
    rules.check_sections(sections)
    rules.check_days(valid_from=valid_from, review_due_on=review)
    plan, number = _held(session, person.case_id, person_id)
    if number != after:
        raise Conflict(_("Somebody wrote this plan while you did. Read the new one, then add what is missing."))
    version = SafetyPlanVersion(
        plan_id=plan.id,
        number=number + 1,
        sections={name: list(sections[name]) for name in rules.SECTIONS if sections.get(name)},
        written_by=actor.account_id,
        written_at=now,
        valid_from=valid_from,
        review_due_on=review,
    )
    session.add(version)
    session.flush()
    audit.record(session, actor, "plan.written", version.id, now=now, people=[person_id], number=version.number)
    tasks.settle(session, actor, plan.id, reviewing.TASK, now=now)
    return version


def _held(session: Session, case_id: UUID, person_id: UUID) -> tuple[SafetyPlan, int]:
    """The person's plan, ours alone until the transaction ends, with the number of its newest version."""
    plan = session.exec(select(SafetyPlan).where(SafetyPlan.person_id == person_id).with_for_update()).first()
    if plan is None:
        plan = SafetyPlan(case_id=case_id, person_id=person_id)
        session.add(plan)
        session.flush()
    newest = queries.current(session, person_id)
    return plan, newest.number if newest else 0
