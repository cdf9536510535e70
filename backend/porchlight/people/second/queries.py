"""Reading: who has an authenticator app, and who is half-way in."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from porchlight.core.keys import Keys, sha256
from porchlight.people import queries as people
from porchlight.people.models import Account
from porchlight.people.second import codes, rules
from porchlight.people.second.models import CodeSecret, HalfSignIn


@dataclass(frozen=True, slots=True)
class Half:
    """Whose password was right in this browser, and whether they have an authenticator app."""

    id: UUID
    account_id: UUID
    name: str
    sign_in_name: str
    locale: str
    has_codes: bool


@dataclass(frozen=True, slots=True)
class Offer:
    """A secret in clear, for its person's own page while it is set up. letters: in groups; address: for the picture."""

    letters: str
    address: str


def since(session: Session, account_id: UUID) -> datetime | None:
    """Since when this person has an authenticator app; None without one."""
    query = select(CodeSecret.confirmed_at).where(
        CodeSecret.account_id == account_id, col(CodeSecret.confirmed_at).is_not(None)
    )
    return session.exec(query.order_by(col(CodeSecret.confirmed_at).desc())).first()


def has_password(session: Session, account_id: UUID) -> bool:
    row = session.get(Account, account_id)
    return bool(row and row.password_hash)


def half(session: Session, entry: str, *, now: datetime) -> Half | None:
    """Who is half-way in with this browser's secret; None of one that ran out, was tried too often, or has left."""
    row = session.exec(select(HalfSignIn).where(HalfSignIn.entry_hash == sha256(entry.encode()))).first()
    if row is None or not rules.lives(row.made_at, row.tries, now):
        return None
    account = session.get(Account, row.account_id)
    if account is None or account.disabled_at is not None:
        return None
    has_codes = since(session, account.id) is not None
    return Half(row.id, account.id, account.name, account.email, account.locale, has_codes)


def offered(session: Session, account_id: UUID, keys: Keys) -> Offer | None:
    """What this person is offered and has not confirmed."""
    row = session.exec(offers(account_id)).first()
    account = people.account(session, account_id)
    if row is None or account is None:
        return None
    secret = codes.Seal(keys).open(row.id, account_id, row.sealed)
    return Offer(rules.in_fours(secret), codes.address_of(secret, account.email))


def offers(account_id: UUID) -> SelectOfScalar[CodeSecret]:
    query = select(CodeSecret).where(CodeSecret.account_id == account_id, col(CodeSecret.confirmed_at).is_(None))
    return query.order_by(col(CodeSecret.made_at).desc())
