"""What a responder's steps bring with them: the end, the look back, the plan, the family a caller's alert is about."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from porchlight.alerts import queries as alerts
from porchlight.audit import service as audit
from porchlight.cases import queries as cases
from porchlight.cases import service as tasks
from porchlight.core.actor import Actor
from porchlight.core.clock import local_day
from porchlight.core.i18n import _
from porchlight.core.refused import NotFound, Refused
from porchlight.crises import answering
from porchlight.crises.answering import ResolveBody
from porchlight.crises.clocks import queries as clocks
from porchlight.crises.clocks import service as logging
from porchlight.crises.clocks.service import LogBody
from porchlight.crises.clocks.values import Clock, Step
from porchlight.crises.escalating import locked
from porchlight.crises.models import Crisis
from porchlight.crises.responding import shifts
from porchlight.crises.timeline import say
from porchlight.crises.values import Ending, State
from porchlight.people import queries as people
from porchlight.people.access import Role
from porchlight.plans import reviewing

FOLLOW_UP = "crisis_follow_up"
TITLE = _("Ask the family how it goes: the alert is over")
USED = {Step.PLAN_YES: "yes", Step.PLAN_PART: "part", Step.PLAN_NO: "no"}


def log(session: Session, actor: Actor, crisis_id: UUID, body: LogBody, *, now: datetime) -> None:
    """One chip of the log with what belongs to it. Raises NotFound, Refused."""
    crisis = logging.log(session, actor, crisis_id, body, now=now)
    if body.step in USED:
        _look_at_plans(session, actor, crisis, USED[body.step], now)
    if body.step == Step.FOLLOWED_UP:
        tasks.settle(session, actor, crisis.id, FOLLOW_UP, now=now)


def resolve(session: Session, actor: Actor, crisis_id: UUID, body: ResolveBody, *, now: datetime) -> None:
    """It is over; the plan and the family are looked at again, unless it was a mistake. Raises NotFound, Refused."""
    before = locked(session, crisis_id)
    was_over = before is not None and before.state == State.RESOLVED
    answering.resolve(session, actor, crisis_id, body, now=now)
    if was_over:
        return
    crisis = session.get_one(Crisis, crisis_id)
    logging.watch(session, crisis, now=now)
    if body.ending != Ending.MISTAKE:
        _look_at_plans(session, actor, crisis, "", now)
        _look_back(session, crisis, now)


def link(session: Session, actor: Actor, crisis_id: UUID, case_id: UUID, *, now: datetime) -> None:
    """The alert is about this family: by whoever has it, or by a supervisor. Saying it again changes nothing.

    Raises NotFound for a crisis or a family that is not theirs to name, Refused for one that stands on another family.
    """
    crisis = locked(session, crisis_id)
    if crisis is None or not may_link(session, actor, crisis):
        raise NotFound(answering.NOT_FOUND)
    if crisis.case_id == case_id:
        return
    if crisis.case_id is not None:
        raise Refused(_("This alert is about another family already. Call your supervisor to change it."))
    rows = shifts.linkable(session, actor, now).subquery()
    if case_id not in set(session.scalars(rows.select().where(rows.c[0] == case_id))):
        raise NotFound(answering.NOT_FOUND)
    crisis.case_id = case_id
    session.add(crisis)
    say(session, crisis.id, "linked", actor.account_id, at=now)
    people_in = [one.id for one in cases.persons(session, case_id) if one.served]
    audit.record(session, actor, "crisis.linked", crisis.id, now=now, people=people_in, number=crisis.number)


def may_link(session: Session, actor: Actor, crisis: Crisis) -> bool:
    """While it is open: whoever has it, and a supervisor who was called or whose agency took the call."""
    if crisis.state == State.RESOLVED:
        return False
    holder = clocks.holder_id(session, crisis.id)
    called = alerts.alerted(session, crisis.id, actor.account_id)
    return called and (holder == actor.account_id or actor.has(Role.SUPERVISOR))


def _look_at_plans(session: Session, actor: Actor, crisis: Crisis, used: str, now: datetime) -> None:
    if crisis.case_id is None:
        return
    served = [one.id for one in cases.persons(session, crisis.case_id) if one.served]
    owner = _worker(session, crisis, now)
    reviewing.after_crisis(session, actor, served, source_id=crisis.id, used=used, owner_id=owner, now=now)


def _look_back(session: Session, crisis: Crisis, now: datetime) -> None:
    """A task for the family's worker, due with the clock."""
    due = next((one.due_at for one in clocks.clocks(session, crisis, now=now) if one.clock == Clock.FOLLOWED_UP), None)
    if crisis.case_id is None or due is None:
        return
    zone = (people.agency(session) or people.NO_AGENCY).time_zone
    tasks.add_task(
        session,
        case_id=crisis.case_id,
        owner_id=_worker(session, crisis, now),
        kind=FOLLOW_UP,
        title=TITLE,
        due_on=local_day(due, zone),
        source_id=crisis.id,
        now=now,
    )


def _worker(session: Session, crisis: Crisis, now: datetime) -> UUID:
    """Who works the family; where nobody does, whoever reads the work of the one who had the alert."""
    found = cases.workers(session, [crisis.case_id], now=now).get(crisis.case_id, []) if crisis.case_id else []
    if found:
        return found[0]
    holder = clocks.holder_id(session, crisis.id)
    return people.who_reads(session, holder) if holder else UUID(crisis.policy["last_resort_id"])
