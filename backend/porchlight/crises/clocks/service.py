"""Logging what a responder does, and setting the timers of the clocks that this moves."""

from datetime import datetime, timedelta
from uuid import UUID

from pydantic import Field
from sqlmodel import Session, col, select

from porchlight.alerts import queries as alerts
from porchlight.alerts.notices import telling
from porchlight.audit import service as audit
from porchlight.core import jobs
from porchlight.core.actor import Actor
from porchlight.core.clock import iso
from porchlight.core.i18n import _
from porchlight.core.refused import NotFound, Refused
from porchlight.crises import answering
from porchlight.crises.answering import NoteBody
from porchlight.crises.clocks import queries, rules
from porchlight.crises.clocks.values import Clock, Running, Step
from porchlight.crises.escalating import breach, locked
from porchlight.crises.models import Crisis, CrisisEntry
from porchlight.crises.rules import LONGEST_WORDS
from porchlight.crises.timeline import say
from porchlight.crises.values import Reason
from porchlight.people import queries as people
from porchlight.web.forms import Input

RING = "crises.clock"
FOLLOW_UP = _("Nobody has followed up on alert {number} yet.")
SAME_PRESS = timedelta(minutes=1)
EARLY = timedelta(seconds=30)
# Until somebody has it, the chain itself calls one after another: its clock needs no call of its own.
BY_THE_CHAIN = frozenset({Clock.TAKEN})


class LogBody(Input):
    """One chip, words, or both. step: "" for words alone."""

    step: Step | None = None
    words: str = Field(default="", max_length=LONGEST_WORDS)


def log(session: Session, actor: Actor, crisis_id: UUID, body: LogBody, *, now: datetime) -> Crisis:
    """Write down a step, and words with it. The same press within a minute is one. Raises NotFound, Refused."""
    crisis = locked(session, crisis_id)
    if crisis is None or not alerts.alerted(session, crisis_id, actor.account_id):
        raise NotFound(answering.NOT_FOUND)
    if body.step is None and not body.words:
        raise Refused(_("Choose what happened, or write it in your own words."), field="step")
    if body.step is None:
        answering.note(session, actor, crisis_id, NoteBody(words=body.words), now=now)
        return crisis
    if pressed(session, crisis_id, body.step, actor.account_id, now=now, words=body.words):
        return crisis
    rules.check_can_log(Reason(crisis.reason), queries.stage(session, crisis), body.step)
    say(session, crisis.id, body.step, actor.account_id, at=now, words=body.words)
    audit.record(session, actor, "crisis.logged", crisis.id, now=now, number=crisis.number, step=body.step)
    watch(session, crisis, now=now)
    return crisis


def pressed(
    session: Session, crisis_id: UUID, kind: str, account_id: UUID, *, now: datetime, words: str | None = None
) -> bool:
    """Whether this person has just said the same: a phone sends again what it got no answer to."""
    query = select(CrisisEntry).where(
        CrisisEntry.crisis_id == crisis_id,
        CrisisEntry.kind == kind,
        CrisisEntry.account_id == account_id,
        col(CrisisEntry.at) > now - SAME_PRESS,
    )
    return any(words is None or one.detail.get("words", "") == words for one in session.exec(query))


def begin(session: Session, crisis: Crisis, *, now: datetime) -> None:
    """The first timer of a crisis that is raised in this transaction; it asks the database as little as it can."""
    due = min((one.due_at for one in queries.at_first(session, crisis, now=now) if one.due_at), default=None)
    if due:
        _set_timer(session, crisis, due, fresh=True)


def watch(session: Session, crisis: Crisis, *, now: datetime) -> None:
    """A timer for the clock that falls due next, which sets the one after it; safe to repeat.

    Called whenever a step moves a clock.
    """
    session.flush()
    known = queries.told(session, crisis.id)
    running = [one for one in queries.clocks(session, crisis, now=now) if one.due_at and not one.done_at]
    due = min((one.due_at for one in running if one.due_at and (one.clock, iso(one.due_at)) not in known), default=None)
    if due:
        _set_timer(session, crisis, due)


def _set_timer(session: Session, crisis: Crisis, due: datetime, *, fresh: bool = False) -> None:
    key = f"{RING}/{crisis.id}/{iso(due)}"
    jobs.enqueue(session, RING, {"crisis_id": str(crisis.id)}, due_at=due, key=key, fresh=fresh)


def ring(session: Session, crisis: Crisis, *, now: datetime) -> None:
    """Whatever is over and was not said yet is said now, each once, and calls the next one. The crisis is locked."""
    known = queries.told(session, crisis.id)
    for one in queries.clocks(session, crisis, now=now):
        if one.overdue and one.due_at and (one.clock, iso(one.due_at)) not in known:
            _tell(session, crisis, one, iso(one.due_at), now)
        elif one.due_at and not one.done_at and now < one.due_at <= now + EARLY:
            # The clock went back a little: this timer rang too early, and it was the only one.
            jobs.enqueue(session, RING, {"crisis_id": str(crisis.id)}, due_at=one.due_at)
    watch(session, crisis, now=now)


def _tell(session: Session, crisis: Crisis, one: Running, due: str, now: datetime) -> None:
    say(session, crisis.id, "overdue", at=now, clock=one.clock, due=due)
    audit.record(session, None, "crisis.overdue", crisis.id, now=now, number=crisis.number, clock=one.clock)
    if one.clock == Clock.FOLLOWED_UP:
        _notify(session, crisis, now)
    elif one.clock not in BY_THE_CHAIN:
        breach(session, crisis, f"{one.clock}/{due}", now=now)


def _notify(session: Session, crisis: Crisis, now: datetime) -> None:
    """What is only late by day wakes nobody: whoever reads the work of the one who had it gets a notice."""
    holder = queries.holder_id(session, crisis.id)
    reader = people.who_reads(session, holder) if holder else UUID(crisis.policy["last_resort_id"])
    key = f"crisis/{crisis.id}/followed_up"
    telling.tell(session, reader, FOLLOW_UP, {"number": crisis.number}, href="/board", key=key, now=now)
