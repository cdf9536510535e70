"""Reading: the people of an organization, their ways to sign in, and where they are signed in."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, select

from porchlight.core.actor import Actor
from porchlight.core.i18n import _
from porchlight.core.refused import NotFound, Refused
from porchlight.people import passkeys, rules
from porchlight.people.access import Role
from porchlight.people.agency import queries as agency
from porchlight.people.models import Account, AccountRole, Passkey, SignIn
from porchlight.people.passkeys import PasskeyLine
from porchlight.people.second import queries as second
from porchlight.people.sessions import queries as sessions
from porchlight.people.sessions.queries import SessionLine
from porchlight.people.values import STRONG, How

NOT_HERE = _("We could not find that page.")
NOT_STRONG = _("Accounts open only after signing in with a passkey, with codes, or at the agency. Sign in once more.")


class NotStrong(Refused):
    """Signed in with less than an administrator needs."""

    status = 403


@dataclass(frozen=True, slots=True)
class AccountRow:
    id: UUID
    name: str
    title: str
    roles: tuple[str, ...]
    here: bool
    signed_in: bool


@dataclass(frozen=True, slots=True)
class Ways:
    """How somebody may sign in. codes_since: None without an authenticator app."""

    passkeys: list[PasskeyLine]
    has_password: bool
    codes_since: datetime | None
    at_agency: bool


def check_may(session: Session, actor: Actor, *, demo: bool) -> None:
    """Raises NotFound for whoever does not look after accounts, and NotStrong for a session that began with less than
    that needs (ASVS 8.4.2). demo: where nobody has to show anything."""
    if not actor.has(Role.ADMINISTRATOR):
        raise NotFound(NOT_HERE)
    how = sessions.how_of(session, actor.session_id)
    if how not in STRONG and not (demo and how == How.PRACTICE):
        raise NotStrong(NOT_STRONG)


def of_organization(session: Session, actor: Actor, *, now: datetime) -> list[AccountRow]:
    """Everybody who has an account, by name."""
    rows = list(
        session.exec(select(Account).where(Account.organization_id == actor.organization_id).order_by(Account.name))
    )
    ids = [row.id for row in rows]
    roles: dict[UUID, list[str]] = {}
    for held in session.exec(
        select(AccountRole).where(col(AccountRole.account_id).in_(ids)).order_by(AccountRole.role)
    ):
        roles.setdefault(held.account_id, []).append(held.role)
    live = select(SignIn.account_id).where(col(SignIn.account_id).in_(ids), col(SignIn.ended_at).is_(None))
    live = live.where(col(SignIn.last_seen_at) > now - rules.IDLE, col(SignIn.started_at) > now - rules.ABSOLUTE)
    inside = set(session.exec(live))
    return [
        AccountRow(row.id, row.name, row.title, tuple(roles.get(row.id, ())), row.disabled_at is None, row.id in inside)
        for row in rows
    ]


def account_for(session: Session, actor: Actor, account_id: UUID) -> Account:
    """An account of the administrator's own organization. Raises NotFound."""
    row = session.get(Account, account_id)
    if row is None or row.organization_id != actor.organization_id:
        raise NotFound(NOT_HERE)
    return row


def ways_of(session: Session, account: Account) -> Ways:
    return Ways(
        passkeys.of_account(session, account.id),
        bool(account.password_hash),
        second.since(session, account.id),
        agency.is_linked(session, account.id),
    )


def sessions_of(session: Session, actor: Actor, account_id: UUID, *, now: datetime) -> list[SessionLine]:
    return sessions.alive(session, account_id, now=now, here=actor.session_id)


def passkey_of(session: Session, account_id: UUID, passkey_id: UUID) -> Passkey:
    """Raises NotFound."""
    row = session.get(Passkey, passkey_id)
    if row is None or row.account_id != account_id:
        raise NotFound(passkeys.NOT_HERE)
    return row
