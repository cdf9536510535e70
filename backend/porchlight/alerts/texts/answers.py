"""Answering those who answer a text: which alert they mean, and one short text back."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, select

from porchlight.alerts.models import Alert, Delivery
from porchlight.alerts.queries import AlertLine, alert
from porchlight.alerts.rules import moved
from porchlight.alerts.values import Channel, DeliveryState, Severity
from porchlight.core import jobs
from porchlight.core.clock import iso

SAY = "alerts.say"
HELP = "help"
YOURS = "yours"
TAKEN = "taken"


def answered(session: Session, account_id: UUID, ref: str) -> AlertLine | None:
    """The crisis alert that a reply of this person is about: the text it answers, else the latest that was texted."""
    query = (
        select(Delivery.alert_id, Delivery.ref)
        .join(Alert, col(Alert.id) == Delivery.alert_id)
        .where(Alert.account_id == account_id, Alert.severity == Severity.CRISIS, Delivery.channel == Channel.SMS)
        .order_by(col(Delivery.made_at).desc(), col(Delivery.id).desc())
    )
    rows = session.exec(query).all()
    open_ones = [one for one, _ in rows if (line := alert(session, one)) and line.closed_at is None]
    named = [one for one, each in rows if ref and each == ref]
    found = (named or open_ones or [one for one, _ in rows[:1]])[:1]
    return alert(session, found[0]) if found else None


def acknowledged(session: Session, alert_id: UUID, *, now: datetime) -> None:
    """The text of this alert was answered: that is proof that it was read."""
    query = select(Delivery).where(Delivery.alert_id == alert_id, Delivery.channel == Channel.SMS).with_for_update()
    for row in session.exec(query):
        row.acknowledged_at = row.acknowledged_at or now
        row.state = moved(DeliveryState(row.state), DeliveryState.ACKNOWLEDGED)
        session.add(row)


def say_soon(session: Session, account_id: UUID, *, yours: bool, now: datetime) -> None:
    """Leave the text that says who has it."""
    said = YOURS if yours else TAKEN
    payload = {"account_id": str(account_id), "say": said}
    jobs.enqueue(session, SAY, payload, due_at=now, key=f"{SAY}/{account_id}/{said}/{iso(now)[:16]}")


def help_soon(session: Session, number: str, *, now: datetime) -> None:
    """Leave the text with whom to ring, at most once an hour for a number: two machines must not talk for ever."""
    jobs.enqueue(session, SAY, {"number": number, "say": HELP}, due_at=now, key=f"{SAY}/{number}/{iso(now)[:13]}")
