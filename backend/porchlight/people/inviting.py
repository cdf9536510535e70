"""Inviting somebody: an account without a password, and a code with which its person joins."""

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from porchlight.audit import service as audit
from porchlight.core import jobs
from porchlight.core.actor import Actor
from porchlight.core.i18n import _
from porchlight.core.ids import new_id
from porchlight.core.keys import Keys, b64u
from porchlight.core.refused import NotFound, Refused
from porchlight.people import access, queries, rules
from porchlight.people.access import Role
from porchlight.people.agency import queries as agency
from porchlight.people.models import Account, AccountRole, Invitation, Passkey
from porchlight.people.rules import Invited

TELL = "people.tell_invited"
ANOTHER = _(
    "{name} was invited with this address and has not joined yet. Use another one, or withdraw that code first."
)
TAKEN = _("Somebody with this address has an account already.")
NOT_HERE = _("We could not find that invitation. It may have ended.")


@dataclass(frozen=True, slots=True)
class NewPerson:
    """Whom a supervisor invites. reach: e-mail or phone number. team: the account that supervises them, if any."""

    name: str
    reach: str
    roles: tuple[Role, ...]
    languages: tuple[str, ...]
    team: UUID | None
    title: str = ""


@dataclass(frozen=True, slots=True)
class NewCode:
    """A code in clear, for the one time that it is shown."""

    account_id: UUID
    code: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class InvitationLine:
    id: UUID
    account_id: UUID
    name: str
    reach: str
    made_at: datetime
    expires_at: datetime
    state: Invited


def code_hash(keys: Keys, code: str) -> str:
    """Fifty bits could be tried out; with a key that is not in the database they cannot."""
    return b64u(hmac.digest(keys.derive("join-code/1"), code.encode(), hashlib.sha256))


def invite(session: Session, actor: Actor, person: NewPerson, *, keys: Keys, now: datetime) -> NewCode:
    """Make the account and its code. Who was invited before and never joined is invited anew. Raises Refused."""
    _check_may_invite(session, actor, person)
    return make_account(session, actor, person, keys=keys, now=now)


def make_account(session: Session, actor: Actor, person: NewPerson, *, keys: Keys, now: datetime) -> NewCode:
    """As `invite`, for a room that has asked whether this person may be invited in this role."""
    name = rules.check_sign_in_name(person.reach)
    account = session.exec(select(Account).where(Account.email == name).with_for_update()).first()
    if account and not _may_be_invited_again(session, actor, account.id):
        raise Refused(TAKEN, field="reach")
    if account and account.name.casefold() != person.name.casefold() and _has_open_code(session, account.id, now):
        raise Refused(ANOTHER, field="reach", name=account.name)
    if account is None:
        if actor.organization_id is None:
            raise NotFound(NOT_HERE)
        account = Account(id=new_id(), organization_id=actor.organization_id, email=name, name="")
    inviter = session.get_one(Account, actor.account_id)
    account.name, account.title, account.supervisor_id = person.name, person.title, person.team
    account.languages = list(person.languages)
    account.locale = person.languages[0] if len(person.languages) == 1 else account.locale
    account.phone = "" if "@" in name else name
    account.demo, account.disabled_at = inviter.demo, None
    session.add(account)
    try:
        session.flush()
    except IntegrityError as error:  # somebody else invited them in this very moment
        raise Refused(TAKEN, field="reach") from error
    _give(session, account.id, person.roles)
    audit.record(session, actor, "person.invited", account.id, now=now, people=[account.id])
    if "@" in name:
        jobs.enqueue(session, TELL, {"account_id": str(account.id)}, due_at=now)
    return _new_code(session, actor, account.id, keys=keys, now=now)


def _may_be_invited_again(session: Session, actor: Actor, account_id: UUID) -> bool:
    """Only somebody who never joined, and whom this supervisor or one below had invited: any other account is not theirs."""
    made = session.exec(select(Invitation.invited_by).where(Invitation.account_id == account_id))
    ours = any(_is_ours(session, actor, one) for one in made)
    return ours and not has_joined(session, account_id)


def _has_open_code(session: Session, account_id: UUID, now: datetime) -> bool:
    rows = session.exec(select(Invitation).where(Invitation.account_id == account_id))
    return any(state_of(one, now) == Invited.OPEN for one in rows)


def _is_ours(session: Session, actor: Actor, invited_by: UUID) -> bool:
    return invited_by == actor.account_id or queries.supervises(session, actor.account_id, invited_by)


def _check_may_invite(session: Session, actor: Actor, person: NewPerson) -> None:
    allowed = access.may_give(actor)
    if not allowed:
        raise NotFound(NOT_HERE)
    if not person.roles or not set(person.roles) <= set(allowed):
        raise Refused(_("Choose what this person will do."), field="roles")
    if person.team not in {one.id for one in teams(session, actor)}:
        raise Refused(_("Choose one from the list."), field="team")


def _give(session: Session, account_id: UUID, roles: Sequence[Role]) -> None:
    for old in session.exec(select(AccountRole).where(AccountRole.account_id == account_id)):
        session.delete(old)
    session.flush()
    session.add_all([AccountRole(account_id=account_id, role=role) for role in roles])


def has_joined(session: Session, account_id: UUID) -> bool:
    """Whether this person has any way of signing in."""
    account = session.get(Account, account_id)
    keys = select(Passkey.id).where(Passkey.account_id == account_id).limit(1)
    known = session.exec(keys).first() is not None or agency.is_linked(session, account_id)
    return known or bool(account and account.password_hash)


def teams(session: Session, actor: Actor) -> list[queries.AccountLine]:
    """Whose team somebody may be invited into: one's own, or that of a supervisor below; any, for an administrator."""
    if actor.has(Role.ADMINISTRATOR):
        return queries.accounts_with_role(session, Role.SUPERVISOR)
    below = set(session.scalars(queries.staff_under(actor.account_id))) | {actor.account_id}
    return [one for one in queries.accounts_with_role(session, Role.SUPERVISOR) if one.id in below]


def _new_code(session: Session, actor: Actor, account_id: UUID, *, keys: Keys, now: datetime) -> NewCode:
    for old in session.exec(select(Invitation).where(Invitation.account_id == account_id)):
        if state_of(old, now) == Invited.OPEN:
            _withdraw(session, old, now)
    code = "".join(secrets.choice(rules.ALPHABET) for _sign in range(rules.CODE_LENGTH))
    row = Invitation(
        account_id=account_id,
        invited_by=actor.account_id,
        code_hash=code_hash(keys, code),
        made_at=now,
        expires_at=now + rules.CODE_LIVES,
    )
    session.add(row)
    audit.record(session, actor, "invitation.made", row.id, now=now, people=[account_id])
    return NewCode(account_id, code, row.expires_at)


def renew(session: Session, actor: Actor, invitation_id: UUID, *, keys: Keys, now: datetime) -> NewCode:
    """A new code for the same person; the old one ends. Raises NotFound, and Refused once they have joined."""
    old = _own(session, actor, invitation_id)
    if has_joined(session, old.account_id):
        raise Refused(_("This person has joined already and needs no code."))
    account = session.get_one(Account, old.account_id)
    account.disabled_at = None
    session.add(account)
    return _new_code(session, actor, old.account_id, keys=keys, now=now)


def withdraw(session: Session, actor: Actor, invitation_id: UUID, *, now: datetime) -> None:
    """End a code that nobody has used; the account stays shut. Raises NotFound, Refused."""
    row = _own(session, actor, invitation_id)
    rules.check_moves(state_of(row, now), Invited.WITHDRAWN)
    _withdraw(session, row, now)
    account = session.get_one(Account, row.account_id)
    account.disabled_at = now
    session.add(account)
    audit.record(session, actor, "invitation.withdrawn", row.id, now=now, people=[row.account_id])


def _withdraw(session: Session, row: Invitation, now: datetime) -> None:
    row.withdrawn_at, row.entry_hash = now, None
    session.add(row)


def state_of(row: Invitation, now: datetime) -> Invited:
    return rules.invited(used_at=row.used_at, withdrawn_at=row.withdrawn_at, expires_at=row.expires_at, now=now)


def _own(session: Session, actor: Actor, invitation_id: UUID) -> Invitation:
    """An invitation, locked, that this supervisor or one below made."""
    row = session.exec(select(Invitation).where(Invitation.id == invitation_id).with_for_update()).first()
    if row is None or row.recovery_id or not _is_ours(session, actor, row.invited_by):
        raise NotFound(NOT_HERE)
    return row


def not_joined(session: Session, actor: Actor, *, now: datetime) -> list[InvitationLine]:
    """The last invitation of each person whom this supervisor or one below has invited and who has not joined yet."""
    below = queries.staff_under(actor.account_id)
    query = (
        select(Invitation, Account)
        .join(Account, col(Account.id) == Invitation.account_id)
        .where(sa.or_(col(Invitation.invited_by) == actor.account_id, col(Invitation.invited_by).in_(below)))
        .where(col(Invitation.recovery_id).is_(None))
        .order_by(col(Invitation.made_at), col(Invitation.id))
    )
    last = {account.id: (row, account) for row, account in session.exec(query)}
    lines = [
        InvitationLine(row.id, one.id, one.name, one.email, row.made_at, row.expires_at, state_of(row, now))
        for row, one in last.values()
    ]
    return [line for line in reversed(lines) if line.state in {Invited.OPEN, Invited.EXPIRED}]
