"""What is known of the people who work here, many at once."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from porchlight.core.i18n import LOCALES
from porchlight.people.models import Account, AccountRole, Device
from porchlight.people.values import DeviceState


@dataclass(frozen=True, slots=True)
class StaffLine:
    """proven_at: when a phone that they have in use was last proven to wake them."""

    id: UUID
    organization_id: UUID
    name: str
    phone: str
    roles: frozenset[str]
    languages: frozenset[str]
    employed_since: date | None
    works_here: bool
    proven_at: datetime | None


def staff(session: Session, ids: Sequence[UUID]) -> dict[UUID, StaffLine]:
    """Of all these accounts, those whose access was ended, too."""
    wanted = list(ids)
    roles: dict[UUID, set[str]] = {}
    for held in session.exec(select(AccountRole).where(col(AccountRole.account_id).in_(wanted))):
        roles.setdefault(held.account_id, set()).add(held.role)
    proven = _proven(session, wanted)
    return {
        row.id: StaffLine(
            row.id,
            row.organization_id,
            row.name,
            row.phone,
            frozenset(roles.get(row.id, ())),
            frozenset(row.languages),
            row.employed_since,
            row.disabled_at is None,
            proven.get(row.id),
        )
        for row in session.exec(select(Account).where(col(Account.id).in_(wanted)))
    }


def holding(session: Session, organization_id: UUID, roles: Sequence[str]) -> list[UUID]:
    """Who works in this organization and holds one of these roles, by name."""
    query = (
        select(Account.id)
        .where(Account.organization_id == organization_id, col(Account.disabled_at).is_(None))
        .where(col(Account.id).in_(select(AccountRole.account_id).where(col(AccountRole.role).in_(roles))))
        .order_by(Account.name, col(Account.id))
    )
    return list(session.exec(query))


def set_known(session: Session, account_id: UUID, *, since: date | None, languages: Collection[str]) -> None:
    """Since when somebody works here and which of our languages they speak; others that they speak stay.

    The caller has checked who may say so, and records it.
    """
    row = session.get_one(Account, account_id, with_for_update=True)
    row.employed_since = since
    others = [code for code in row.languages if code not in LOCALES]
    row.languages = [*(code for code in LOCALES if code in languages), *others]
    session.add(row)


_LEFT = sa.select(col(Account.id), col(Account.disabled_at)).where(col(Account.disabled_at).is_not(None))


def left(session: Session) -> dict[UUID, datetime]:
    """Since when each of those is gone who does not work here any more."""
    return {row[0]: row[1] for row in session.connection().execute(_LEFT) if row[1]}


_CHANGES = sa.select(sa.func.sum(col(Account.revision) + 1)).where(
    col(Account.organization_id) == sa.bindparam("organization")
)


def changes(session: Session, organization_id: UUID) -> int:
    """Another number whenever anybody's name, phone or access in this organization was changed."""
    return int(session.connection().execute(_CHANGES, {"organization": organization_id}).scalar() or 0)


def _proven(session: Session, ids: Sequence[UUID]) -> dict[UUID, datetime]:
    query = (
        select(Device.account_id, sa.func.max(Device.last_proven_at))
        .where(col(Device.account_id).in_(ids), col(Device.revoked_at).is_(None))
        .where(Device.state == DeviceState.ACTIVE, col(Device.last_proven_at).is_not(None))
        .group_by(col(Device.account_id))
    )
    return {account_id: at for account_id, at in session.exec(query) if at}
