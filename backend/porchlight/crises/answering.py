"""Answering a crisis: taking it, writing down what happens, ending it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from pydantic import Field
from sqlmodel import Session

from porchlight.alerts import queries as alerts
from porchlight.alerts import service as alerting
from porchlight.alerts.service import Receipt
from porchlight.alerts.values import DeliveryState, Severity
from porchlight.audit import service as audit
from porchlight.core.actor import Actor
from porchlight.core.i18n import _
from porchlight.core.refused import NotFound, Refused
from porchlight.crises import rules
from porchlight.crises.drills import service as drills
from porchlight.crises.escalating import locked
from porchlight.crises.holding import service as holding
from porchlight.crises.models import Acknowledgement, Crisis
from porchlight.crises.timeline import hear, say
from porchlight.crises.values import Ending, State
from porchlight.people import queries as people
from porchlight.people.access import Role
from porchlight.web.forms import Input

NOT_FOUND = _("We could not find that alert. It may be for someone else.")


class NoteBody(Input):
    words: str = Field(min_length=1, max_length=rules.LONGEST_WORDS)


class ResolveBody(Input):
    ending: Ending
    words: str = Field(default="", max_length=rules.LONGEST_WORDS)


@dataclass(frozen=True, slots=True)
class Taken:
    """Who has it. account_id and at: None when it ended before anybody took it."""

    crisis_id: UUID
    account_id: UUID | None
    at: datetime | None
    yours: bool


def acknowledge(session: Session, crisis_id: UUID, account_id: UUID, via: str, *, now: datetime) -> Taken:
    """“I've got it.” The first one stands until they let go of it; everybody after that is told who has it.

    via: notification, page, sms or voice. Raises NotFound for somebody who was not called.
    """
    crisis = locked(session, crisis_id)
    if crisis is None or not alerts.alerted(session, crisis_id, account_id):
        raise NotFound(NOT_FOUND)
    if State.TAKEN in rules.NEXT[State(crisis.state)]:
        _take(session, crisis, account_id, via, now)
    elif crisis.nudged_at and taken(session, crisis_id, account_id).yours:
        # The nudge is an alert like any other: whoever presses its button says that they are still on it.
        holding.still(session, crisis, account_id, now=now)
    return taken(session, crisis_id, account_id)


def taken(session: Session, crisis_id: UUID, account_id: UUID) -> Taken:
    """Who has it, as this person sees it."""
    holder = session.get(Acknowledgement, crisis_id)
    if holder is None:
        return Taken(crisis_id, None, None, yours=False)
    return Taken(crisis_id, holder.account_id, holder.at, yours=holder.account_id == account_id)


def _take(session: Session, crisis: Crisis, account_id: UUID, via: str, now: datetime) -> None:
    holding.hold(session, crisis, account_id, via, now=now)
    alerting.close(session, crisis.id, now=now)
    actor = people.actor_of(session, account_id)
    audit.record(session, actor, "crisis.taken", crisis.id, now=now, number=crisis.number, via=via)


def hear_receipt(session: Session, receipt: Receipt, *, now: datetime) -> Taken | None:
    """A phone said what became of an alert: on to the timeline; and “I've got it” takes the crisis.

    None when the alert is no crisis' (a test, a notice).
    """
    if receipt.severity == Severity.TEST and receipt.what == DeliveryState.ACKNOWLEDGED:
        drills.hear(session, receipt.alert_id, now=now)
    if receipt.severity != Severity.CRISIS:
        return None
    if receipt.what == DeliveryState.ACKNOWLEDGED:
        answer = acknowledge(session, receipt.subject_id, receipt.account_id, "notification", now=now)
    else:
        locked(session, receipt.subject_id)
        answer = taken(session, receipt.subject_id, receipt.account_id)
    hear(session, receipt.subject_id)
    return answer


def note(session: Session, actor: Actor, crisis_id: UUID, body: NoteBody, *, now: datetime) -> None:
    """Write down what happens, while the crisis is open. Raises NotFound, Refused."""
    crisis = _mine(session, actor, crisis_id)
    if crisis.state == State.RESOLVED:
        raise Refused(_("This alert is closed. Call your supervisor to add something."), field="words")
    say(session, crisis.id, "note", actor.account_id, at=now, words=body.words)
    audit.record(session, actor, "crisis.noted", crisis.id, now=now, number=crisis.number)


def resolve(session: Session, actor: Actor, crisis_id: UUID, body: ResolveBody, *, now: datetime) -> None:
    """It is over: whoever has it says so, or a supervisor who was called. Raises NotFound, Refused."""
    crisis = _mine(session, actor, crisis_id)
    if crisis.state == State.RESOLVED:
        return
    has_it = taken(session, crisis_id, actor.account_id)
    if not has_it.yours and not actor.has(Role.SUPERVISOR):
        raise Refused(_("Only the person who has this alert can close it. Press “I've got it” first."))
    holding.over(session, crisis, now=now)
    say(session, crisis.id, "resolved", actor.account_id, at=now, ending=body.ending, words=body.words)
    alerting.close(session, crisis.id, now=now)
    audit.record(session, actor, "crisis.resolved", crisis.id, now=now, number=crisis.number, ending=body.ending)


def _mine(session: Session, actor: Actor, crisis_id: UUID) -> Crisis:
    """The crisis, locked, for somebody who was called to it."""
    crisis = locked(session, crisis_id)
    if crisis is None or not alerts.alerted(session, crisis_id, actor.account_id):
        raise NotFound(NOT_FOUND)
    return crisis
