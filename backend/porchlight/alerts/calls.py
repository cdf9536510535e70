"""Whom crises have called, and when: what counts as a call-out."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, select

from porchlight.alerts.models import Alert
from porchlight.alerts.values import Severity


def by_crises(
    session: Session, account_ids: Sequence[UUID], from_at: datetime, to_at: datetime
) -> dict[UUID, list[datetime]]:
    """When each of these people was called in [from_at, to_at), by time; two calls about one crisis are one call-out."""
    query = (
        select(Alert.account_id, Alert.subject_id, Alert.made_at)
        .where(col(Alert.account_id).in_(account_ids), Alert.severity == Severity.CRISIS)
        .where(Alert.made_at >= from_at, Alert.made_at < to_at)
        .order_by(col(Alert.made_at))
    )
    first: dict[tuple[UUID, UUID], datetime] = {}
    for account_id, subject_id, at in session.exec(query):
        first.setdefault((account_id, subject_id), at)
    found: dict[UUID, list[datetime]] = {}
    for (account_id, _), at in first.items():
        found.setdefault(account_id, []).append(at)
    return found
