"""After a crisis: whether the plan was used is written down, and somebody looks at it again."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, select

from porchlight.audit import service as audit
from porchlight.cases import service as cases
from porchlight.core.actor import Actor
from porchlight.core.clock import local_day
from porchlight.core.i18n import _
from porchlight.people import queries as people
from porchlight.plans import rules
from porchlight.plans.models import SafetyPlan, SafetyPlanUse

TASK = "plan_review"
TITLE = _("Look at the safety plan again: there was an alert")


def after_crisis(
    session: Session,
    actor: Actor,
    person_ids: Sequence[UUID],
    *,
    source_id: UUID,
    used: str = "",
    owner_id: UUID,
    now: datetime,
) -> None:
    """The plans of these persons held in a crisis; each is looked at again, by a task of the owner's. Safe to repeat.

    used: yes, part, no, or "" when nobody said. source_id: the crisis. The caller has checked the access.
    """
    agency = people.agency(session) or people.NO_AGENCY
    due = rules.review_after(agency.jurisdiction, local_day(now, agency.time_zone))
    for plan in session.exec(select(SafetyPlan).where(col(SafetyPlan.person_id).in_(person_ids))):
        said = select(SafetyPlanUse).where(SafetyPlanUse.plan_id == plan.id, SafetyPlanUse.source_id == source_id)
        known = [one.used for one in session.exec(said.order_by(col(SafetyPlanUse.at), col(SafetyPlanUse.id)))]
        if known and used in ("", known[-1]):
            continue
        row = SafetyPlanUse(
            plan_id=plan.id, source_id=source_id, used=used, said_by=actor.account_id, at=now, review_due_on=due
        )
        session.add(row)
        audit.record(session, actor, "plan.used", plan.id, now=now, people=[plan.person_id], used=used)
        cases.add_task(
            session,
            case_id=plan.case_id,
            owner_id=owner_id,
            kind=TASK,
            title=TITLE,
            due_on=due,
            source_id=plan.id,
            now=now,
        )
