"""Telling people about a swap: a notice, whose words on a locked phone name nobody."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from porchlight.alerts import service as alerting
from porchlight.alerts.values import Severity


def tell(session: Session, account_ids: Iterable[UUID], subject_id: UUID, *, now: datetime) -> None:
    """One notice for each of these people; the thing itself is read in My shifts."""
    for account_id in dict.fromkeys(account_ids):
        alert_id = alerting.make_alert(session, account_id, Severity.NOTICE, subject_id, now=now)
        alerting.make_deliveries(session, alert_id, now=now)
