"""Setting a fresh installation up: its agency, and the one who looks after its accounts and its people."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from porchlight.audit import service as audit
from porchlight.core.i18n import _
from porchlight.core.ids import new_id, new_secret
from porchlight.core.keys import sha256
from porchlight.core.refused import NotFound
from porchlight.people import rules as people_rules
from porchlight.people.access import Role
from porchlight.people.models import Account, AccountRole, Invitation, Organization
from porchlight.people.set_up import queries, rules
from porchlight.people.set_up.models import SetUpAddress

FIRST = (Role.ADMINISTRATOR, Role.SUPERVISOR)
NOT_HERE = _(
    "This address sets nothing up any more. It works once, for a day. Start Porchlight again, and it prints a new one."
)


@dataclass(frozen=True, slots=True)
class Beginning:
    """What the first person says. phone and hotline: E.164; reach: what they sign in with."""

    agency: str
    phone: str
    hotline: str
    time_zone: str
    jurisdiction: str
    name: str
    reach: str
    locale: str


def new_address(session: Session, *, now: datetime) -> str | None:
    """The secret of a new set-up address, 256 bits; None once anybody can sign in."""
    if not queries.nobody_has_joined(session):
        return None
    token = new_secret()
    session.add(SetUpAddress(token_hash=sha256(token.encode()), made_at=now, expires_at=now + rules.LIVES))
    audit.record(session, None, "set_up.address_made", None, now=now)
    return token


def begin(session: Session, token: str, said: Beginning, *, now: datetime) -> str:
    """The agency and its first account; the secret for this browser, which chooses how to sign in next. Raises NotFound.

    The address is used up. Whoever stops before they have chosen starts again from the next one that is printed.
    """
    # All of them locked, in one order: two people with two addresses must not both be the first.
    rows = session.exec(select(SetUpAddress).order_by(col(SetUpAddress.id)).with_for_update()).all()
    if not any(row.token_hash == sha256(token.encode()) for row in rows) or not queries.is_open(
        session, token, now=now
    ):
        raise NotFound(NOT_HERE)
    for row in rows:
        row.used_at = row.used_at or now
        session.add(row)
    account = _account(session, _agency(session, said), said, now)
    entry = new_secret()
    session.add(
        Invitation(
            account_id=account.id,
            invited_by=account.id,
            code_hash=sha256(new_secret().encode()),  # of no code: this browser has shown the address instead
            made_at=now,
            expires_at=now + people_rules.ENTRY_LIVES,
            entry_hash=sha256(entry.encode()),
            entered_at=now,
        )
    )
    audit.record(session, None, "set_up.begun", account.id, now=now, people=[account.id])
    return entry


def _agency(session: Session, said: Beginning) -> Organization:
    row = session.exec(select(Organization).where(Organization.kind == "agency")).first()
    if row is None:
        row = Organization(kind="agency", name="", phone="", hotline="", time_zone="", jurisdiction="")
    row.name, row.phone, row.hotline = said.agency, said.phone, said.hotline
    row.time_zone, row.jurisdiction = said.time_zone, said.jurisdiction
    session.add(row)
    session.flush()
    return row


def _account(session: Session, agency: Organization, said: Beginning, now: datetime) -> Account:
    """Whoever began before and never came to the end is shut; with the same name to sign in they go on."""
    name = people_rules.check_sign_in_name(said.reach)
    row = None
    for one in session.exec(select(Account)):
        if one.email == name:
            row = one
        else:
            one.disabled_at = one.disabled_at or now
            session.add(one)
    row = row or Account(id=new_id(), organization_id=agency.id, email=name, name="")
    row.name, row.locale, row.disabled_at = said.name, said.locale, None
    row.phone = "" if "@" in name else name
    session.add(row)
    session.flush()
    for held in session.exec(select(AccountRole).where(AccountRole.account_id == row.id)):
        session.delete(held)
    session.flush()
    session.add_all([AccountRole(account_id=row.id, role=role) for role in FIRST])
    return row
