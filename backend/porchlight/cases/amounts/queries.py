"""Counting what a person has read, from the audit: nothing else knows."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session

from porchlight.audit import counting as audit

# The pages of one file, each counted by what it is about.
FILES = ("family.seen", "face_sheet.seen", "visits.listed", "visit.seen", "incident.seen", "missing.seen")


def people_since(session: Session, account_id: UUID, since: datetime) -> int:
    """How many different people this account was shown since then."""
    return len(audit.people_shown(session, account_id, since))


def files_since(session: Session, account_id: UUID, since: datetime) -> int:
    """How many different files were opened one by one; what a phone took along in one go does not count."""
    shown = audit.shown_since(account_id, since, FILES, but_with="pack.given").subquery()
    return session.scalar(sa.select(sa.func.count(sa.distinct(shown.c[0])))) or 0
