"""Starting a check-in, needing longer, being out, and being found."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, field_validator
from sqlmodel import Session, select

from porchlight.alerts import queries as alerts
from porchlight.audit import service as audit
from porchlight.core import jobs
from porchlight.core.actor import Actor
from porchlight.core.i18n import _
from porchlight.core.refused import NotFound, Refused
from porchlight.crises import calling
from porchlight.crises.checkins import rules
from porchlight.crises.checkins.models import CheckIn, CheckInEntry
from porchlight.crises.checkins.values import Ending, State
from porchlight.crises.deadlines import queries as deadlines
from porchlight.crises.deadlines.rules import Clock
from porchlight.crises.once import once
from porchlight.crises.values import Ending as CrisisEnding
from porchlight.crises.wall import Wall, instant
from porchlight.people import access
from porchlight.people import queries as people
from porchlight.people.access import Capability
from porchlight.web.forms import Input, Moment

LOOK = "checkins.look"
NOT_FOUND = _("We could not find that check-in. It may be someone else's.")


class StartBody(Input):
    """out_by: on the agency's wall clock."""

    id: UUID
    place: Annotated[str, Field(min_length=1, max_length=rules.LONGEST_PLACE)]
    out_by: Wall = None
    case_id: UUID | None = None
    trip_id: UUID | None = None

    @field_validator("case_id", "trip_id", mode="before")
    @classmethod
    def _none(cls, value: object) -> object:
        return value or None


class LongerBody(Input):
    """seen: the time that stood there when the button was pressed, so that a second press of it adds nothing."""

    minutes: Literal["15", "30", "60"]
    seen: Moment


def start(session: Session, actor: Actor, body: StartBody, *, now: datetime) -> CheckIn:
    """“I should be out by …”. The same body again answers the same. Raises Refused, NotFound, Conflict."""
    access.check_works(actor)
    known = session.get(CheckIn, body.id)
    if known is None:
        _check_can_start(session, actor, body, now)
    out_by = instant(body.out_by, actor.time_zone) or now
    row = CheckIn(
        **body.model_dump(exclude={"out_by"}),
        account_id=actor.account_id,
        started_at=now,
        out_by=out_by,
        page_at=out_by + deadlines.span(session, Clock.CHECK_IN, now),
        body_sha256=body.fingerprint(),
    )
    row, new = once(session, row, lambda one: (one.account_id, one.body_sha256) == (row.account_id, row.body_sha256))
    if new:
        _say(session, row, "started", actor.account_id, now)
        audit.record(session, actor, "checkin.started", row.id, now=now)
        look_at(session, row.id, row.out_by)
    return row


def _check_can_start(session: Session, actor: Actor, body: StartBody, now: datetime) -> None:
    rules.check_out_by(instant(body.out_by, actor.time_zone), now)
    if running(session, actor.account_id):
        raise Refused(_("A check-in of yours is running. End it first, or say that you need longer."))
    if body.case_id:
        access.check(session, actor, body.case_id, Capability.FACE_SHEET, now=now)
    if body.trip_id and not alerts.alerted(session, body.trip_id, actor.account_id):
        raise NotFound(NOT_FOUND)


def longer(session: Session, actor: Actor, check_in_id: UUID, body: LongerBody, *, now: datetime) -> None:
    """“I need longer.” Raises NotFound for another person's, Refused when it is too late for that."""
    row = _own(session, actor, check_in_id)
    if row.out_by != body.seen:
        return
    rules.check_can_extend(State(row.state))
    row.out_by = rules.longer(row.out_by, int(body.minutes), now)
    row.page_at = row.out_by + deadlines.span(session, Clock.CHECK_IN, now)
    row.state = State.RUNNING
    session.add(row)
    _say(session, row, "longer", actor.account_id, now)
    audit.record(session, actor, "checkin.longer", row.id, now=now, minutes=int(body.minutes))
    look_at(session, row.id, row.out_by)


def check_in(session: Session, actor: Actor, check_in_id: UUID, *, now: datetime) -> None:
    """“I am safe.” Whoever was called for it is told that it is over. Twice changes nothing. Raises NotFound."""
    row = _own(session, actor, check_in_id)
    if row.state == State.OVER:
        return
    _end(session, actor, row, rules.ENDS[State(row.state)], now)


def found(session: Session, actor: Actor, check_in_id: UUID, *, now: datetime) -> None:
    """A supervisor or whoever was called has heard from the worker. Twice changes nothing. Raises NotFound, Refused."""
    row = locked(session, check_in_id)
    if row is None or not watches(session, actor, row):
        raise NotFound(NOT_FOUND)
    if row.account_id == actor.account_id:
        raise Refused(_("This is your own check-in. Press “I am safe”."))
    if row.state != State.OVER:
        _end(session, actor, row, Ending.FOUND, now)


def _end(session: Session, actor: Actor, row: CheckIn, ending: Ending, now: datetime) -> None:
    if row.alarm_id:
        how = CrisisEnding.MISTAKE if ending is Ending.FALSE_ALARM else CrisisEnding.CALM
        calling.call_off(session, actor, row.alarm_id, how, now=now)
    row.state, row.ending, row.ended_by, row.ended_at = State.OVER, ending, actor.account_id, now
    session.add(row)
    _say(session, row, "over", actor.account_id, now)
    audit.record(session, actor, "checkin.over", row.id, now=now, ending=ending)


def running(session: Session, account_id: UUID) -> CheckIn | None:
    """The check-in of this person that is not over."""
    query = select(CheckIn).where(CheckIn.account_id == account_id, CheckIn.state != State.OVER)
    return session.exec(query).first()


def look_at(session: Session, check_in_id: UUID, at: datetime) -> None:
    """Look after this check-in at that moment; the server does, whether or not the phone has signal."""
    jobs.enqueue(session, LOOK, {"check_in_id": str(check_in_id)}, due_at=at)


def watches(session: Session, actor: Actor, row: CheckIn) -> bool:
    """Whose it is, the supervisors over them, and whoever was called for it."""
    called = row.alarm_id is not None and alerts.alerted(session, row.alarm_id, actor.account_id)
    mine = row.account_id == actor.account_id
    return mine or called or people.supervises(session, actor.account_id, row.account_id)


def locked(session: Session, check_in_id: UUID) -> CheckIn | None:
    return session.exec(select(CheckIn).where(CheckIn.id == check_in_id).with_for_update()).first()


def _own(session: Session, actor: Actor, check_in_id: UUID) -> CheckIn:
    row = locked(session, check_in_id)
    if row is None or row.account_id != actor.account_id:
        raise NotFound(NOT_FOUND)
    return row


def _say(session: Session, row: CheckIn, kind: str, account_id: UUID | None, now: datetime) -> None:
    session.add(CheckInEntry(check_in_id=row.id, at=now, kind=kind, account_id=account_id, out_by=row.out_by))


def say(session: Session, row: CheckIn, kind: str, *, now: datetime) -> None:
    """One line that nobody wrote: the clock did."""
    _say(session, row, kind, None, now)
