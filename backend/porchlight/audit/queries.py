"""Reading the audit: who did what about some people and things."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from porchlight.audit.models import AuditEvent, AuditPerson, AuditSeal


@dataclass(frozen=True, slots=True)
class Line:
    """account_id: None for what nobody of ours did, as a foster parent's answer."""

    id: UUID
    at: datetime
    account_id: UUID | None
    act: str


@dataclass(frozen=True, slots=True)
class Asked:
    """What a file is, and what is asked of it.

    people: whom rows may name; their list is made by the sealer, so a row is found by them a second after it was made.
    things: selectables of ids that rows may be about. acts: no others are given. since and until: aware UTC.
    """

    people: Collection[UUID]
    things: Sequence[sa.Select[Any]]
    acts: Collection[str]
    account_id: UUID | None = None
    since: datetime | None = None
    until: datetime | None = None


def about(session: Session, asked: Asked, *, most: int, skip: int = 0) -> list[Line]:
    """Newest first."""
    columns = (AuditEvent.id, AuditEvent.at, AuditEvent.account_id, AuditEvent.act)
    query = _narrowed(sa.select(*map(col, columns)), asked)  # type: ignore[arg-type]
    query = query.order_by(col(AuditEvent.at).desc(), col(AuditEvent.id).desc()).limit(most).offset(skip)
    return [Line(*row) for row in session.connection().execute(query)]


def who(session: Session, asked: Asked) -> set[UUID]:
    """Accounts that did anything of that."""
    query = _narrowed(sa.select(col(AuditEvent.account_id)).distinct(), asked)
    return {one for (one,) in session.connection().execute(query) if one}


def _narrowed(query: sa.Select[Any], asked: Asked) -> sa.Select[Any]:
    named = sa.select(col(AuditSeal.event_id)).join(AuditPerson, col(AuditPerson.number) == col(AuditSeal.number))
    named = named.where(col(AuditPerson.person_id).in_(asked.people))
    touched = sa.select(col(AuditEvent.id)).where(
        sa.or_(*(col(AuditEvent.subject_id).in_(one) for one in asked.things))
    )
    for since_or_until in ("since", "until"):
        moment = getattr(asked, since_or_until)
        if moment is None:
            continue
        early = since_or_until == "since"
        named = named.where(col(AuditPerson.at) >= moment if early else col(AuditPerson.at) < moment)
        touched = touched.where(col(AuditEvent.at) >= moment if early else col(AuditEvent.at) < moment)
    query = query.where(col(AuditEvent.id).in_(sa.union(named, touched)), col(AuditEvent.act).in_(asked.acts))
    return query.where(col(AuditEvent.account_id) == asked.account_id) if asked.account_id else query
