"""Beginning a way back in, agreeing to it, telling the code, and what ends with it."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from porchlight.audit import service as audit
from porchlight.core.actor import Actor
from porchlight.core.i18n import _
from porchlight.core.keys import Keys
from porchlight.core.refused import NotFound
from porchlight.people import inviting, passkeys, queries, telling
from porchlight.people import rules as people_rules
from porchlight.people.access import Role
from porchlight.people.inviting import NewCode
from porchlight.people.models import Account, Invitation, Passkey
from porchlight.people.recovery import rules
from porchlight.people.recovery.models import Recovery
from porchlight.people.recovery.rules import Stands
from porchlight.people.second import service as second
from porchlight.people.sessions import service as sessions

NOT_HERE = _("We could not find that. It may have ended.")


@dataclass(frozen=True, slots=True)
class RecoveryLine:
    id: UUID
    account_id: UUID
    name: str
    started_by: UUID
    starter: str
    started_at: datetime
    second: str
    stands: Stands
    yours: bool
    may_agree: bool


def stands_of(row: Recovery, now: datetime) -> Stands:
    return rules.stands(
        started_at=row.started_at,
        confirmed_at=row.confirmed_at,
        used_at=row.used_at,
        withdrawn_at=row.withdrawn_at,
        now=now,
    )


def may_help(session: Session, actor: Actor, account_id: UUID) -> bool:
    """Whether this person may begin it for that one: their supervisor, or who looks after the accounts."""
    row = session.get(Account, account_id)
    if row is None or row.disabled_at or row.id == actor.account_id:
        return False
    above = actor.has(Role.SUPERVISOR) and queries.supervises(session, actor.account_id, account_id)
    return above or (actor.has(Role.ADMINISTRATOR) and row.organization_id == actor.organization_id)


def start(session: Session, actor: Actor, account_id: UUID, *, now: datetime) -> UUID:
    """Somebody stands beside this supervisor and has lost their way in. Begun twice it is one. Raises NotFound, NotFresh."""
    if not may_help(session, actor, account_id) or not inviting.has_joined(session, account_id):
        raise NotFound(NOT_HERE)
    passkeys.check_fresh(session, actor, now=now)
    session.exec(select(Account).where(Account.id == account_id).with_for_update()).one()
    for row in session.exec(select(Recovery).where(Recovery.account_id == account_id)):
        if stands_of(row, now) in rules.OPEN:
            return row.id
    made = Recovery(account_id=account_id, started_by=actor.account_id, started_at=now)
    session.add(made)
    session.flush()
    audit.record(session, actor, "recovery.started", made.id, now=now, people=[account_id])
    telling.tell(session, account_id, "recovery_started", now=now)
    return made.id


def agree(session: Session, actor: Actor, recovery_id: UUID, *, now: datetime) -> None:
    """The second person. Raises NotFound, Refused, NotFresh."""
    row = _locked(session, actor, recovery_id)
    if not actor.has(Role.SUPERVISOR, Role.ADMINISTRATOR):
        raise NotFound(NOT_HERE)
    passkeys.check_fresh(session, actor, now=now)
    rules.check_second(actor.account_id, started_by=row.started_by, account_id=row.account_id)
    rules.check_moves(stands_of(row, now), Stands.AGREED)
    row.confirmed_by, row.confirmed_at = actor.account_id, now
    session.add(row)
    people = [row.account_id, row.started_by]
    audit.record(session, actor, "recovery.agreed", row.id, now=now, people=people, started_by=str(row.started_by))
    telling.tell(session, row.account_id, "recovery_confirmed", now=now)
    telling.tell(session, row.started_by, "recovery_agreed", now=now)


def make_code(session: Session, actor: Actor, recovery_id: UUID, *, keys: Keys, now: datetime) -> NewCode:
    """The code, for the one who stands beside the person: shown once, and a new one ends the last. Raises as `agree`."""
    row = _locked(session, actor, recovery_id)
    if row.started_by != actor.account_id:
        raise NotFound(NOT_HERE)
    passkeys.check_fresh(session, actor, now=now)
    rules.check_moves(stands_of(row, now), Stands.USED)
    assert row.confirmed_at is not None  # noqa: S101  it could not be used otherwise
    _end_codes(session, row.id, now)
    code = "".join(secrets.choice(people_rules.ALPHABET) for _sign in range(people_rules.CODE_LENGTH))
    made = Invitation(
        account_id=row.account_id,
        invited_by=actor.account_id,
        code_hash=inviting.code_hash(keys, code),
        made_at=now,
        expires_at=row.confirmed_at + rules.LIVES,
        recovery_id=row.id,
    )
    session.add(made)
    audit.record(session, actor, "recovery.code_made", row.id, now=now, people=[row.account_id])
    return NewCode(row.account_id, code, made.expires_at)


def withdraw(session: Session, actor: Actor, recovery_id: UUID, *, now: datetime) -> None:
    """Stop it: whoever may see it may, and the person themselves. Raises NotFound, Refused."""
    row = _locked(session, actor, recovery_id)
    rules.check_moves(stands_of(row, now), Stands.WITHDRAWN)
    row.withdrawn_at = now
    session.add(row)
    _end_codes(session, row.id, now)
    audit.record(session, actor, "recovery.withdrawn", row.id, now=now, people=[row.account_id])


def take(session: Session, recovery_id: UUID, *, now: datetime) -> bool:
    """The code was used: all that opened this account before is gone, but the agency's own sign-in. False: it had ended."""
    row = session.exec(select(Recovery).where(Recovery.id == recovery_id).with_for_update()).first()
    if row is None or stands_of(row, now) is not Stands.AGREED:
        return False
    row.used_at = now
    session.add(row)
    account = session.get_one(Account, row.account_id)
    account.password_hash = ""
    session.add(account)
    session.execute(sa.delete(Passkey).where(col(Passkey.account_id) == row.account_id))
    second.forget(session, row.account_id)
    sessions.end_all(session, None, row.account_id, now=now)
    names = {"started_by": str(row.started_by), "agreed_by": str(row.confirmed_by)}
    actor = queries.actor_of(session, row.account_id)
    audit.record(session, actor, "recovery.used", row.id, now=now, people=[row.account_id], **names)
    telling.tell(session, row.account_id, "recovered", now=now)
    for helper in (row.started_by, row.confirmed_by):
        if helper:
            telling.tell(session, helper, "helped", now=now)
    return True


def _end_codes(session: Session, recovery_id: UUID, now: datetime) -> None:
    for one in session.exec(select(Invitation).where(Invitation.recovery_id == recovery_id)):
        if one.used_at is None and one.withdrawn_at is None:
            one.withdrawn_at, one.entry_hash = now, None
            session.add(one)


def _locked(session: Session, actor: Actor, recovery_id: UUID) -> Recovery:
    row = session.exec(select(Recovery).where(Recovery.id == recovery_id).with_for_update()).first()
    if row is None or not _sees(session, actor, row):
        raise NotFound(NOT_HERE)
    return row


def _sees(session: Session, actor: Actor, row: Recovery) -> bool:
    """The person, who began it, and everybody who might be the second one."""
    if actor.account_id in {row.account_id, row.started_by}:
        return True
    person = session.get_one(Account, row.account_id)
    return person.organization_id == actor.organization_id and actor.has(Role.SUPERVISOR, Role.ADMINISTRATOR)


def open_ones(session: Session, actor: Actor, *, now: datetime, of: UUID | None = None) -> list[RecoveryLine]:
    """Those that are not over, the newest first: one person's, or all that this person may have a part in."""
    query = select(Recovery).where(col(Recovery.used_at).is_(None), col(Recovery.withdrawn_at).is_(None))
    query = query.where(Recovery.account_id == of) if of else query
    rows = [
        row
        for row in session.exec(query.order_by(col(Recovery.started_at).desc()))
        if stands_of(row, now) in rules.OPEN and _sees(session, actor, row)
    ]
    ids = {one for row in rows for one in (row.account_id, row.started_by, row.confirmed_by) if one}
    names = {key: one.name for key, one in queries.accounts(session, ids).items()}
    return [_line(row, actor, names, now) for row in rows]


def _line(row: Recovery, actor: Actor, names: dict[UUID, str], now: datetime) -> RecoveryLine:
    here, others = stands_of(row, now), {row.started_by, row.account_id}
    helps = actor.has(Role.SUPERVISOR, Role.ADMINISTRATOR)
    return RecoveryLine(
        row.id,
        row.account_id,
        names.get(row.account_id, ""),
        row.started_by,
        names.get(row.started_by, ""),
        row.started_at,
        names.get(row.confirmed_by, "") if row.confirmed_by else "",
        here,
        yours=row.started_by == actor.account_id,
        may_agree=helps and here is Stands.WAITING and actor.account_id not in others,
    )
