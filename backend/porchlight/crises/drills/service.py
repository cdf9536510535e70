"""Trying phones: a drill is made, heard of, and ended; a failed one is told to the supervisor."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlmodel import Session, col, select

from porchlight.alerts import queries as alerts
from porchlight.alerts import service as alerting
from porchlight.alerts.notices import telling
from porchlight.alerts.values import Severity, Urgency
from porchlight.audit import service as audit
from porchlight.core import jobs
from porchlight.core.actor import Actor
from porchlight.core.i18n import _
from porchlight.core.refused import NotFound
from porchlight.crises.drills import queries, rules
from porchlight.crises.drills.models import Drill
from porchlight.crises.drills.values import DrillState, Why
from porchlight.crises.models import EscalationPolicy
from porchlight.oncall import queries as oncall
from porchlight.people import queries as people
from porchlight.people.access import Role

ENDED = "crises.drill_ended"
NOT_FOUND = _("We could not find this person. Go back to the list and try again.")
NO_PHONE = _("{name} has no phone for the test alert. Call {name} before the shift.")
NOT_ANSWERED = _("{name} did not answer the test alert. Call {name} before the shift.")
SPAN = timedelta(minutes=1)


def send(session: Session, actor: Actor, account_id: UUID, *, now: datetime) -> UUID:
    """A supervisor tries somebody's phones now. Returns the drill's id. Raises NotFound for whoever may not."""
    person = people.actor_of(session, account_id)
    if not actor.has(Role.SUPERVISOR) or person is None or person.organization_id != actor.organization_id:
        raise NotFound(NOT_FOUND)
    row = make(session, account_id, Why.ASKED, now, now=now)
    audit.record(session, actor, "drill.sent", row.id, now=now, account=str(account_id))
    return row.id


def make(session: Session, account_id: UUID, why: Why, for_at: datetime, *, now: datetime) -> Drill:
    """A test alert to every phone of this person; the same drill again changes nothing."""
    query = select(Drill).where(Drill.account_id == account_id, Drill.why == why, Drill.for_at == for_at)
    if known := session.exec(query).first():
        return known
    row = Drill(account_id=account_id, why=why, for_at=for_at, made_at=now, due_at=now + rules.TO_ANSWER)
    session.add(row)
    session.flush()
    row.alert_id, phones = alerting.call(session, account_id, Severity.TEST, row.id, now=now)
    if phones:
        jobs.enqueue(session, ENDED, {"drill_id": str(row.id)}, due_at=row.due_at)
    else:
        _fail(session, row, "no_phone", now)
    return row


def hear(session: Session, alert_id: UUID, *, now: datetime) -> None:
    """A phone answered a test alert: if that was a drill, it may be over."""
    row = session.exec(select(Drill).where(Drill.alert_id == alert_id).with_for_update()).first()
    if row:
        _settle(session, row, now)


def end(session: Session, drill_id: UUID, *, now: datetime) -> None:
    """The time to answer is over, or was not: safe to repeat."""
    row = session.exec(select(Drill).where(Drill.id == drill_id).with_for_update()).first()
    if row:
        _settle(session, row, now)


def _settle(session: Session, row: Drill, now: datetime) -> None:
    if DrillState(row.state) is not DrillState.RUNNING or row.alert_id is None:
        return
    answers = [one.acknowledged_at for one in alerts.deliveries(session, [row.alert_id]) if one.acknowledged_at]
    state = rules.ended(min(answers, default=None), row.due_at, now)
    if state is DrillState.PASSED:
        row.state, row.ended_at = state, min(answers)
        session.add(row)
    elif state is DrillState.FAILED:
        _fail(session, row, "not_answered", now)


def _fail(session: Session, row: Drill, trouble: str, now: datetime) -> None:
    """Nobody's night is left empty by it: the phone is still rung first, with the next person's (crises/roster.py)."""
    row.state, row.ended_at, row.trouble = DrillState.FAILED, now, trouble
    session.add(row)
    person, above = people.account(session, row.account_id), people.who_reads(session, row.account_id)
    if person and above != row.account_id:
        words = NO_PHONE if trouble == "no_phone" else NOT_ANSWERED
        telling.tell(
            session,
            above,
            words,
            {"name": person.name},
            href="/crises/drills",
            key=f"drill/{row.id}",
            urgency=Urgency.SOON,
            now=now,
        )


def plan(session: Session, *, now: datetime) -> None:
    """Ring whoever's shift begins within the hour, and whoever was not tried for a week; safe to repeat."""
    for policy in session.exec(select(EscalationPolicy).order_by(col(EscalationPolicy.id))):
        _before_shifts(session, policy.schedule_id, now)
    agency = people.agency(session)
    for person in people.accounts_with_role(session, Role.ON_CALL):
        if rules.weekly_due(_last_tried(session, person.id), agency.time_zone if agency else "UTC", now):
            make(session, person.id, Why.WEEKLY, now, now=now)


def _before_shifts(session: Session, schedule_id: UUID, now: datetime) -> None:
    rota = oncall.rota(session, schedule_id, now, now + rules.BEFORE_SHIFT + SPAN)
    for shift in rota.shifts() if rota else ():
        due = rules.shift_drill(shift.start, now)
        if due is not None and due <= now and people.actor_of(session, shift.account_id):
            make(session, shift.account_id, Why.SHIFT, shift.start, now=now)


def _last_tried(session: Session, account_id: UUID) -> datetime | None:
    """The latest drill, or since when there is a phone that could be tried; None for whoever has none."""
    phones = [one.enrolled_at for one in people.devices_of(session, account_id) if alerts.subscribed(session, one.id)]
    latest = queries.last_made(session, account_id)
    return max([*phones, *([latest] if latest else [])]) if phones else None
