"""Promising a call, trying to ring, letting it go, and handing it to somebody who accepts it."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field, field_validator
from sqlmodel import Session, select

from porchlight.audit import service as audit
from porchlight.core import jobs
from porchlight.core.actor import Actor
from porchlight.core.i18n import _
from porchlight.core.refused import NotFound, Refused
from porchlight.crises import noticing
from porchlight.crises.callbacks import queries, rules
from porchlight.crises.callbacks.models import CallAttempt, Callback, CallbackHandOver
from porchlight.crises.callbacks.values import Outcome, Passing, State
from porchlight.crises.deadlines import queries as deadlines
from porchlight.crises.deadlines.rules import Clock
from porchlight.crises.once import once
from porchlight.crises.wall import Wall, instant
from porchlight.people import access
from porchlight.people import queries as people
from porchlight.people.access import Capability
from porchlight.web.forms import Input, Unfit

DUE = "callbacks.due"
NOT_FOUND = _("We could not find that call. It may be someone else's.")
DIGITS = (3, 15)

Short = Annotated[str, Field(max_length=rules.LONGEST)]


class PromiseBody(Input):
    """promised_at: on the agency's wall clock; empty is now."""

    id: UUID
    to_name: Annotated[str, Field(min_length=1, max_length=120)]
    phone: Annotated[str, Field(min_length=1, max_length=40)]
    about: Short = ""
    case_id: UUID | None = None
    promised_at: Wall = None

    @field_validator("case_id", mode="before")
    @classmethod
    def _none(cls, value: object) -> object:
        return value or None

    @field_validator("phone")
    @classmethod
    def _can_be_rung(cls, value: str) -> str:
        digits = sum(sign.isdigit() for sign in value)
        if not DIGITS[0] <= digits <= DIGITS[1]:
            raise Unfit(_("Write the number to call, like 555-0134."))
        return value


class AttemptBody(Input):
    id: UUID
    outcome: Outcome
    words: Short = ""


class LetGoBody(Input):
    why: Annotated[str, Field(min_length=1, max_length=rules.LONGEST)]


class PassBody(Input):
    to_id: UUID
    words: Short = ""


def promise(session: Session, actor: Actor, body: PromiseBody, *, now: datetime) -> Callback:
    """Owe somebody a call. The same body again answers the same. Raises Refused, NotFound, Conflict."""
    access.check_works(actor)
    if body.case_id:
        access.check(session, actor, body.case_id, Capability.FACE_SHEET, now=now)
    promised_at = instant(body.promised_at, actor.time_zone) or now
    rules.check_promised_at(promised_at, now)
    row = Callback(
        **body.model_dump(exclude={"promised_at"}),
        account_id=actor.account_id,
        promised_by=actor.account_id,
        promised_at=promised_at,
        due_at=promised_at + deadlines.span(session, Clock.CALLBACK, promised_at),
        body_sha256=body.fingerprint(),
    )
    row, new = once(session, row, lambda one: (one.promised_by, one.body_sha256) == (row.promised_by, row.body_sha256))
    if new:
        audit.record(session, actor, "callback.promised", row.id, now=now)
        jobs.enqueue(session, DUE, {"callback_id": str(row.id)}, due_at=row.due_at)
    return row


def log_attempt(session: Session, actor: Actor, callback_id: UUID, body: AttemptBody, *, now: datetime) -> None:
    """“I called.” Reached keeps the promise. Sent again it counts once. Raises NotFound, Refused, Conflict."""
    row = owed(session, actor, callback_id)
    attempt = CallAttempt(**body.model_dump(), callback_id=row.id, account_id=actor.account_id, at=now)
    tried = (attempt.callback_id, attempt.account_id, attempt.outcome)
    if session.get(CallAttempt, body.id) is None:
        rules.check_open(State(row.state))
    if not once(session, attempt, lambda one: (one.callback_id, one.account_id, one.outcome) == tried)[1]:
        return
    audit.record(session, actor, "callback.tried", row.id, now=now, outcome=body.outcome)
    _go(session, row, rules.AFTER[body.outcome], now)


def let_go(session: Session, actor: Actor, callback_id: UUID, body: LetGoBody, *, now: datetime) -> None:
    """The call is not needed any more: with a reason. Raises NotFound, Refused."""
    row = owed(session, actor, callback_id)
    if row.state == State.LET_GO:
        return
    rules.check_open(State(row.state))
    row.ended_words = body.why
    _go(session, row, State.LET_GO, now)
    audit.record(session, actor, "callback.let_go", row.id, now=now)


def ask(session: Session, actor: Actor, callback_id: UUID, body: PassBody, *, now: datetime) -> None:
    """Ask a colleague to take it over; until they accept it stays with its owner. Raises NotFound, Refused."""
    row = owed(session, actor, callback_id)
    rules.check_open(State(row.state))
    before = queries.asking(session, callback_id)
    if before and before.to_id == body.to_id:
        return
    other = people.actor_of(session, body.to_id)
    if other is None or not access.works(other) or other.organization_id != actor.organization_id:
        raise Refused(_("Choose one from the list."), field="to_id")
    if other.account_id == row.account_id:
        raise Refused(_("It is theirs already. Choose somebody else."), field="to_id")
    if before:
        _answer(session, before, Passing.TAKEN_BACK, now)
    session.add(
        CallbackHandOver(callback_id=row.id, from_id=row.account_id, to_id=body.to_id, words=body.words, asked_at=now)
    )
    audit.record(session, actor, "callback.asked", row.id, now=now, to=str(body.to_id))
    noticing.tell(session, body.to_id, noticing.CALL, row.id, now=now)


def answer(session: Session, actor: Actor, callback_id: UUID, *, accept: bool, now: datetime) -> None:
    """The one who was asked takes it, or says no. Saying it twice changes nothing. Raises NotFound, Refused."""
    row = locked(session, callback_id)
    if row and accept and row.account_id == actor.account_id:
        return
    asked = queries.asking(session, callback_id) if row else None
    if row is None or asked is None or asked.to_id != actor.account_id:
        raise NotFound(NOT_FOUND)
    rules.check_open(State(row.state))
    _answer(session, asked, Passing.ACCEPTED if accept else Passing.DECLINED, now)
    if accept:
        row.account_id = actor.account_id
        session.add(row)
    else:
        noticing.tell(session, row.account_id, noticing.CALL, row.id, now=now)
    audit.record(session, actor, "callback.accepted" if accept else "callback.declined", row.id, now=now)


def take_back(session: Session, actor: Actor, callback_id: UUID, *, now: datetime) -> None:
    """The owner does it themselves after all. Twice changes nothing. Raises NotFound."""
    owed(session, actor, callback_id)
    asked = queries.asking(session, callback_id)
    if asked:
        _answer(session, asked, Passing.TAKEN_BACK, now)
        audit.record(session, actor, "callback.taken_back", callback_id, now=now)


def locked(session: Session, callback_id: UUID) -> Callback | None:
    """The call, ours alone until the transaction ends."""
    return session.exec(select(Callback).where(Callback.id == callback_id).with_for_update()).first()


def owed(session: Session, actor: Actor, callback_id: UUID) -> Callback:
    """The call, locked, for its owner or a supervisor over them. Raises NotFound."""
    row = locked(session, callback_id)
    if row is None or not acts_for(session, actor, row.account_id):
        raise NotFound(NOT_FOUND)
    return row


def acts_for(session: Session, actor: Actor, account_id: UUID) -> bool:
    """Whether this person may do what that one owes: it is theirs, or their people's."""
    return account_id == actor.account_id or people.supervises(session, actor.account_id, account_id)


def _go(session: Session, row: Callback, to: State, now: datetime) -> None:
    if to in rules.NEXT[State(row.state)]:
        row.state, row.ended_at = to, now
        asked = queries.asking(session, row.id)
        if asked:
            _answer(session, asked, Passing.TAKEN_BACK, now)
    session.add(row)


def _answer(session: Session, asked: CallbackHandOver, to: Passing, now: datetime) -> None:
    asked.state, asked.answered_at = to, now
    session.add(asked)
    session.flush()
