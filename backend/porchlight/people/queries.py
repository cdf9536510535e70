"""Reading people: accounts, live sessions, devices, the agency's numbers."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from porchlight.core.actor import Actor
from porchlight.people import rules
from porchlight.people.access import Role
from porchlight.people.models import Account, AccountRole, Device, Organization, SignInFailure
from porchlight.people.values import DeviceState


@dataclass(frozen=True, slots=True)
class Agency:
    id: UUID
    name: str
    phone: str
    hotline: str
    time_zone: str
    jurisdiction: str


# Before the first set-up: pages still have a name to show.
NO_AGENCY = Agency(UUID(int=0), "Porchlight", "", "", "UTC", "")


@dataclass(frozen=True, slots=True)
class AccountLine:
    """here: has not left."""

    id: UUID
    name: str
    title: str
    phone: str
    email: str
    locale: str
    here: bool = True

    @property
    def initials(self) -> str:
        return "".join(part[0] for part in self.name.split()[:2])


@dataclass(frozen=True, slots=True)
class DeviceLine:
    id: UUID
    account_id: UUID
    public_key: dict[str, Any]
    label: str
    enrolled_at: datetime
    last_seen_at: datetime
    last_proven_at: datetime | None
    highest_seq: int
    revoked_at: datetime | None
    state: str
    ordered_at: datetime | None
    ordered_by: UUID | None
    erased_at: datetime | None
    confirmed_at: datetime | None
    sealed_left: int
    drafts_lost: int

    @property
    def is_active(self) -> bool:
        """Whether it may read: be given a session's pages, a share of a key, an alert."""
        return self.state == DeviceState.ACTIVE and self.revoked_at is None


_AGENCY = select(Organization).where(Organization.kind == "agency")


def agency(session: Session) -> Agency | None:
    """The agency of this installation: its name and the numbers to ring."""
    row = session.exec(_AGENCY).first()
    if row is None:
        return None
    return Agency(row.id, row.name, row.phone, row.hotline, row.time_zone, row.jurisdiction)


def line_of(session: Session, organization_id: UUID | None) -> Agency:
    """The organization whose line rings this person's phone; the agency's where theirs has no number."""
    row = session.get(Organization, organization_id) if organization_id else None
    if row is None or not row.phone:
        return agency(session) or NO_AGENCY
    return Agency(row.id, row.name, row.phone, row.hotline, row.time_zone, row.jurisdiction)


def any_account(session: Session) -> bool:
    return session.exec(select(Account.id).limit(1)).first() is not None


def any_real_account(session: Session) -> bool:
    return session.exec(select(Account.id).where(col(Account.demo).is_(False)).limit(1)).first() is not None


def credentials(session: Session, email: str) -> tuple[UUID, str] | None:
    """Account id and password hash of an account that may sign in. email: or phone number, as it was typed."""
    query = select(Account.id, Account.password_hash).where(
        Account.email == rules.sign_in_name(email), col(Account.disabled_at).is_(None)
    )
    return session.exec(query).first()


def failures(session: Session, *, account_key: str, address: str, now: datetime) -> rules.Failures:
    """Moments of failed tries in the window."""
    recent = select(SignInFailure.at).where(SignInFailure.at > now - rules.WINDOW)
    for_account, from_address = SignInFailure.account_key == account_key, SignInFailure.address == address
    return rules.Failures(
        both=list(session.exec(recent.where(for_account, from_address))),
        account=list(session.exec(recent.where(for_account))),
        address=list(session.exec(recent.where(from_address))),
    )


_WHO = (
    select(Account, Organization.time_zone)
    .join(Organization, col(Organization.id) == Account.organization_id)
    .where(col(Account.id) == sa.bindparam("account"))
)
_ROLES = select(AccountRole.role).where(col(AccountRole.account_id) == sa.bindparam("account"))


def actor_of(
    session: Session, account_id: UUID, *, device_id: UUID | None = None, even_ended: bool = False
) -> Actor | None:
    """Whom a device or a job speaks for; None for a disabled account, unless it is asked who once wrote something."""
    row = session.exec(_WHO, params={"account": account_id}).first()
    if row is None or (row[0].disabled_at is not None and not even_ended):
        return None
    return _actor(session, row[0], row[1], session_id=None, device_id=device_id)


def _actor(session: Session, account: Account, zone: str, *, session_id: UUID | None, device_id: UUID | None) -> Actor:
    roles = session.exec(_ROLES, params={"account": account.id})
    return Actor(
        account_id=account.id,
        name=account.name,
        roles=frozenset(roles),
        organization_id=account.organization_id,
        locale=account.locale,
        time_zone=zone,
        session_id=session_id,
        device_id=device_id,
        email=account.email,
    )


def _line(account: Account) -> AccountLine:
    here = account.disabled_at is None
    return AccountLine(account.id, account.name, account.title, account.phone, account.email, account.locale, here)


def account(session: Session, account_id: UUID) -> AccountLine | None:
    row = session.get(Account, account_id)
    return _line(row) if row else None


_ACCOUNTS = select(Account).where(col(Account.id).in_(sa.bindparam("ids", expanding=True)))


def accounts(session: Session, ids: Collection[UUID]) -> dict[UUID, AccountLine]:
    rows = session.exec(_ACCOUNTS, params={"ids": list(ids)})
    return {row.id: _line(row) for row in rows}


def accounts_with_role(session: Session, role: str) -> list[AccountLine]:
    query = (
        select(Account)
        .join(AccountRole, col(AccountRole.account_id) == Account.id)
        .where(AccountRole.role == role, col(Account.disabled_at).is_(None))
        .order_by(Account.name)
    )
    return [_line(row) for row in session.exec(query)]


def with_role(role: str) -> sa.Select[Any]:
    """A selectable of the ids of the accounts that hold a role; a higher room joins it."""
    return sa.select(col(AccountRole.account_id)).where(col(AccountRole.role) == role)


def supervisor_of(session: Session, account_id: UUID) -> UUID | None:
    return session.exec(select(Account.supervisor_id).where(Account.id == account_id)).first()


def who_reads(session: Session, account_id: UUID) -> UUID:
    """Who looks at what concerns this person's work: the nearest supervisor above who is still here, else any other.

    Only where the agency has no other supervisor at all is it the person's own.
    """
    passed = {account_id}
    above = supervisor_of(session, account_id)
    while above and above not in passed:
        if actor_of(session, above):
            return above
        passed.add(above)
        above = supervisor_of(session, above)
    others = [one.id for one in accounts_with_role(session, Role.SUPERVISOR) if one.id != account_id]
    return others[0] if others else account_id


def staff_under(account_id: UUID) -> sa.Select[Any]:
    """A selectable of the ids of everyone whose chain of supervisors holds this account; a higher room joins it."""
    chain = sa.select(col(Account.id)).where(col(Account.supervisor_id) == account_id).cte(recursive=True)
    # UNION, not UNION ALL: two people who are each other's supervisor must not make it endless.
    chain = chain.union(sa.select(col(Account.id)).join(chain, col(Account.supervisor_id) == chain.c.id))
    return sa.select(chain.c.id)


def supervises(session: Session, account_id: UUID, other_id: UUID) -> bool:
    chain = staff_under(account_id).subquery()
    return bool(session.scalar(sa.select(sa.func.count()).select_from(chain).where(chain.c[0] == other_id)))


def demo_people(session: Session) -> list[AccountLine]:
    """Who may be tried with one tap: demo accounts that have a password, since nobody signs in with the others."""
    query = select(Account).where(col(Account.demo).is_(True), Account.password_hash != "").order_by(Account.name)
    return [_line(row) for row in session.exec(query)]


def device(session: Session, device_id: UUID) -> DeviceLine | None:
    row = session.get(Device, device_id)
    return _device(row) if row else None


def devices_of(session: Session, account_id: UUID) -> list[DeviceLine]:
    query = select(Device).where(Device.account_id == account_id).order_by(col(Device.last_seen_at).desc())
    return [_device(row) for row in session.exec(query)]


def devices_in_use(session: Session, account_ids: Sequence[UUID]) -> list[DeviceLine]:
    """Of all these people, without those that were revoked."""
    query = select(Device).where(col(Device.account_id).in_(account_ids), col(Device.revoked_at).is_(None))
    return [_device(row) for row in session.exec(query.order_by(col(Device.id)))]


def devices_of_all(session: Session, account_ids: Sequence[UUID]) -> list[DeviceLine]:
    """Of all these people, those that were revoked, too."""
    query = select(Device).where(col(Device.account_id).in_(account_ids)).order_by(col(Device.id))
    return [_device(row) for row in session.exec(query)]


def _device(row: Device) -> DeviceLine:
    return DeviceLine(**{name: getattr(row, name) for name in DeviceLine.__slots__})
