"""Reading alerts: whose phones can be woken, what became of each delivery."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, func, select

from porchlight.alerts.models import Alert, Chain, Delivery, PushSubscription
from porchlight.alerts.subscriptions import Health, device_health, live_subscriptions, subscribed
from porchlight.alerts.values import DeliveryState, Severity
from porchlight.alerts.ways.queries import reachable, second_channel
from porchlight.people.here import may_read

__all__ = ["Health", "device_health", "live_subscriptions", "reachable", "second_channel", "subscribed"]
S = DeliveryState


@dataclass(frozen=True, slots=True)
class AlertLine:
    id: UUID
    account_id: UUID
    severity: str
    subject_id: UUID
    made_at: datetime
    closed_at: datetime | None


@dataclass(frozen=True, slots=True)
class DeliveryLine:
    """What became of one attempt; a moment that is None has not come."""

    id: UUID
    alert_id: UUID
    account_id: UUID
    channel: str
    state: str
    made_at: datetime
    accepted_at: datetime | None
    shown_at: datetime | None
    opened_at: datetime | None
    acknowledged_at: datetime | None
    failed_at: datetime | None
    trouble: str


def answered_at(session: Session, device_id: UUID) -> datetime | None:
    """When somebody last answered an alert on this device; None: it never woke anybody, as far as we know."""
    query = (
        select(func.max(Delivery.acknowledged_at))
        .join(PushSubscription, col(PushSubscription.id) == Delivery.subscription_id)
        .where(PushSubscription.device_id == device_id)
    )
    return session.exec(query).one()


def answerable(session: Session, alert_id: UUID, device_id: UUID | None) -> DeliveryLine | None:
    """The delivery of this alert to this device; None when it went to others only."""
    query = (
        select(Delivery.id)
        .join(PushSubscription, col(PushSubscription.id) == Delivery.subscription_id)
        .where(Delivery.alert_id == alert_id, PushSubscription.device_id == device_id)
    )
    mine = set(session.exec(query)) if device_id else set()
    return next((one for one in deliveries(session, [alert_id]) if one.id in mine), None)


def may_answer(session: Session, delivery: Delivery) -> bool:
    """Whether the phone that was called is still the called person's: enrolled, not handed on, not locked or erased."""
    phone = session.get(PushSubscription, delivery.subscription_id) if delivery.subscription_id else None
    if phone is None:
        return True  # a call by another channel
    return phone.account_id == delivery.account_id and may_read(session, phone.account_id, phone.device_id)


def alert(session: Session, alert_id: UUID) -> AlertLine | None:
    row = session.get(Alert, alert_id)
    return _line(row) if row else None


def alerts_about(session: Session, subject_id: UUID) -> list[AlertLine]:
    """Every call for a person about this, the first one first."""
    query = select(Alert).where(Alert.subject_id == subject_id).order_by(col(Alert.made_at), col(Alert.id))
    return [_line(row) for row in session.exec(query)]


def alerted(session: Session, subject_id: UUID, account_id: UUID) -> bool:
    query = select(Alert.id).where(Alert.subject_id == subject_id, Alert.account_id == account_id)
    return session.exec(query).first() is not None


def subjects(account_id: UUID) -> sa.Select[Any]:
    """A selectable of what this person was alerted about as a crisis; a higher room joins it."""
    return sa.select(col(Alert.subject_id)).where(
        col(Alert.account_id) == account_id, col(Alert.severity) == Severity.CRISIS
    )


def calls_of(session: Session, account_id: UUID) -> dict[UUID, UUID]:
    """What this person was alerted about as a crisis, each with this person's latest alert about it."""
    query = select(Alert.subject_id, Alert.id).where(Alert.account_id == account_id, Alert.severity == Severity.CRISIS)
    return dict(session.exec(query.order_by(col(Alert.made_at), col(Alert.id))).all())


def deliveries(session: Session, alert_ids: Sequence[UUID]) -> list[DeliveryLine]:
    query = select(Delivery).where(col(Delivery.alert_id).in_(alert_ids)).order_by(col(Delivery.id))
    return [
        DeliveryLine(
            row.id,
            row.alert_id,
            row.account_id,
            row.channel,
            row.state,
            row.made_at,
            row.accepted_at,
            row.shown_at,
            row.opened_at,
            row.acknowledged_at,
            row.failed_at,
            row.trouble,
        )
        for row in session.exec(query)
    ]


def lost(session: Session, alert_id: UUID) -> bool:
    """Whether nothing of this alert may still arrive and no other channel will be tried: whoever is next need not wait.

    What failed for now is tried again while the alert is open; nobody waits for that.
    """
    row = session.get(Chain, alert_id)
    if row and row.next_due_at is not None:
        return False
    states = session.exec(select(Delivery.state).where(Delivery.alert_id == alert_id))
    return all(state == S.FAILED for state in states)


def furthest(states: Iterable[str]) -> str:
    """Of what became of several deliveries, the one that got furthest; failed when there was none."""
    order = [S.FAILED, S.MADE, S.ACCEPTED, S.SHOWN, S.OPENED, S.ACKNOWLEDGED]
    return max((DeliveryState(state) for state in states), key=order.index, default=S.FAILED)


def _line(row: Alert) -> AlertLine:
    return AlertLine(row.id, row.account_id, row.severity, row.subject_id, row.made_at, row.closed_at)
