"""Telling a person something that can wait; several notices ring once."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, select

from porchlight.alerts import chain
from porchlight.alerts.models import Alert, Chain, Notice
from porchlight.alerts.values import Severity, Urgency
from porchlight.core.ids import new_id


def tell(
    session: Session,
    account_id: UUID,
    words: str,
    params: Mapping[str, Any],
    *,
    href: str = "",
    key: str | None = None,
    now: datetime,
) -> None:
    """Leave a notice on a person's list, and ring for it once it may ring. A second one of the same key is not made.

    words: a gettext id with {names}; params fill them and are kept, so that the list reads in the reader's language.
    href: where to look. What rings says only that there is a notice.
    """
    if key and session.exec(select(Notice.id).where(Notice.key == key)).first():
        return
    session.add(Notice(account_id=account_id, words=words, params=dict(params), href=href, key=key, made_at=now))
    session.flush()
    if waiting(session, account_id, now=now):
        return
    alert = Alert(account_id=account_id, severity=Severity.NOTICE, subject_id=new_id(), made_at=now)
    session.add(alert)
    session.flush()
    chain.begin(session, alert, Urgency.CALM, now=now)


def waiting(session: Session, account_id: UUID, *, now: datetime) -> bool:
    """Whether a notice of this person is about to ring anyway, so that this one comes along."""
    query = (
        select(Chain.alert_id)
        .join(Alert, col(Alert.id) == Chain.alert_id)
        .where(Chain.account_id == account_id, Alert.severity == Severity.NOTICE, col(Alert.closed_at).is_(None))
        .where(col(Chain.started_at) > now, col(Chain.ended_at).is_(None))
    )
    return session.exec(query).first() is not None


def unread(session: Session, account_id: UUID, most: int = 50) -> list[Notice]:
    """The newest first, read ones behind them."""
    query = select(Notice).where(Notice.account_id == account_id)
    return list(session.exec(query.order_by(col(Notice.read_at).is_not(None), col(Notice.made_at).desc()).limit(most)))


def read(session: Session, account_id: UUID, *, now: datetime) -> None:
    """The list was opened and answered “I have read them”: nothing rings for it any more."""
    query = select(Notice).where(Notice.account_id == account_id, col(Notice.read_at).is_(None)).with_for_update()
    for row in session.exec(query):
        row.read_at = now
        session.add(row)
    calls = select(Alert).where(Alert.account_id == account_id, Alert.severity == Severity.NOTICE)
    for alert in session.exec(calls.where(col(Alert.closed_at).is_(None))):
        alert.closed_at = now
        session.add(alert)
