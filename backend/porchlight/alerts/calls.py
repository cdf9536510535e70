"""Whom crises have called, and when: what counts as a call-out."""

from collections.abc import Callable, Sequence
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, select

from porchlight.alerts.models import Alert, Delivery
from porchlight.alerts.values import Severity

Answered = Callable[[Session, Sequence[UUID], datetime], set[tuple[UUID, UUID]]]
_answered: list[Answered] = []


def relate(answered: Answered) -> None:
    """answered: who of these people took which crisis since a moment, by whatever road: (account id, crisis id)."""
    _answered[:] = [answered]


def by_crises(
    session: Session, account_ids: Sequence[UUID], from_at: datetime, to_at: datetime
) -> dict[UUID, list[datetime]]:
    """When each of these people was called in [from_at, to_at), by time; two calls about one crisis are one call-out.

    Only a call that a phone of theirs was handed costs sleep, or one that they answered: not one that reached nobody.
    """
    handed = select(Delivery.alert_id).where(
        col(Delivery.accepted_at).is_not(None)
        | col(Delivery.shown_at).is_not(None)
        | col(Delivery.opened_at).is_not(None)
        | col(Delivery.acknowledged_at).is_not(None)
    )
    reached = set(
        session.exec(handed.where(col(Delivery.account_id).in_(account_ids), col(Delivery.made_at) >= from_at))
    )
    answered = {pair for ask in _answered for pair in ask(session, account_ids, from_at)}
    query = (
        select(Alert.id, Alert.account_id, Alert.subject_id, Alert.made_at)
        .where(col(Alert.account_id).in_(account_ids), Alert.severity == Severity.CRISIS)
        .where(Alert.made_at >= from_at, Alert.made_at < to_at)
        .order_by(col(Alert.made_at))
    )
    first: dict[tuple[UUID, UUID], datetime] = {}
    for alert_id, account_id, subject_id, at in session.exec(query):
        if alert_id in reached or (account_id, subject_id) in answered:
            first.setdefault((account_id, subject_id), at)
    found: dict[UUID, list[datetime]] = {}
    for (account_id, _), at in first.items():
        found.setdefault(account_id, []).append(at)
    return found
