"""Counting in the audit: whom somebody was shown, and what they opened."""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from porchlight.audit.models import AuditEvent


def people_shown(session: Session, account_id: UUID, since: datetime) -> set[str]:
    """The ids of everybody whom this account was shown or changed since then."""
    rows = session.scalars(
        sa.select(col(AuditEvent.people)).where(col(AuditEvent.account_id) == account_id, col(AuditEvent.at) >= since)
    )
    return {one for people in rows for one in people}


def shown_since(account_id: UUID, since: datetime, acts: Collection[str], *, but_with: str) -> sa.Select[Any]:
    """What this account was shown by these acts, without those of one moment with the act `but_with`."""
    whole = sa.select(col(AuditEvent.at)).where(
        col(AuditEvent.account_id) == account_id, col(AuditEvent.act) == but_with, col(AuditEvent.at) >= since
    )
    return sa.select(col(AuditEvent.subject_id)).where(
        col(AuditEvent.account_id) == account_id,
        col(AuditEvent.at) >= since,
        col(AuditEvent.act).in_(acts),
        col(AuditEvent.at).not_in(whole),
    )
