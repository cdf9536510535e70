"""Who is behind a session's token: one statement, for it is asked before every answer."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from porchlight.core.actor import Actor
from porchlight.core.keys import sha256
from porchlight.people import rules
from porchlight.people.models import Account, AccountRole, Organization, SignIn

_ROLES = (
    sa.select(sa.func.aggregate_strings(col(AccountRole.role), " "))
    .where(col(AccountRole.account_id) == col(Account.id))
    .scalar_subquery()
)
_LIVE = (
    sa.select(
        col(SignIn.id),
        col(SignIn.started_at),
        col(SignIn.last_seen_at),
        col(SignIn.device_id),
        col(Account.id),
        col(Account.name),
        col(Account.organization_id),
        col(Account.locale),
        col(Account.email),
        col(Organization.time_zone),
        _ROLES,
    )
    .join(Account, col(Account.id) == col(SignIn.account_id))
    .join(Organization, col(Organization.id) == col(Account.organization_id))
    .where(col(SignIn.token_hash) == sa.bindparam("token_hash"), col(SignIn.ended_at).is_(None))
    .where(col(Account.disabled_at).is_(None))
)


def asking(session: Session, token: str, *, now: datetime) -> tuple[UUID, datetime, Actor] | None:
    """The live session of this cookie, when it was last seen, and whom it speaks for; None of one that has ended, run out
    or belongs to somebody who has left."""
    row = session.connection().execute(_LIVE, {"token_hash": sha256(token.encode())}).first()
    if row is None or not rules.session_lives(row[1], row[2], now):
        return None
    actor = Actor(
        account_id=row[4],
        name=row[5],
        roles=frozenset((row[10] or "").split()),
        organization_id=row[6],
        locale=row[7],
        time_zone=row[9],
        session_id=row[0],
        device_id=row[3],
        email=row[8],
    )
    return row[0], row[2], actor
