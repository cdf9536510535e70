"""Joining: a code is typed, a way of signing in is chosen, and from then on the code is worth nothing."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, select

from porchlight.audit import service as audit
from porchlight.core.i18n import _
from porchlight.core.ids import new_secret
from porchlight.core.keys import sha256
from porchlight.core.refused import Refused
from porchlight.people import inviting, queries, rules, telling
from porchlight.people.models import Account, Invitation
from porchlight.people.recovery import service as recovery
from porchlight.people.rules import Invited

TYPE_AGAIN = _("That took too long. Type your code again.")


@dataclass(frozen=True, slots=True)
class Joiner:
    """Who has typed a code that works, and has not chosen how to sign in yet.

    locale: the one language that their supervisor said they speak; empty when that is open.
    """

    invitation_id: UUID
    account_id: UUID
    name: str
    sign_in_name: str
    locale: str


def enter(session: Session, code_hash: str, *, now: datetime) -> str | None:
    """A secret for the browser that typed this code, good for ENTRY_LIVES; None for a code that does not work."""
    row = session.exec(select(Invitation).where(Invitation.code_hash == code_hash).with_for_update()).first()
    if row is None or inviting.state_of(row, now) != Invited.OPEN:
        return None
    entry = new_secret()
    row.entry_hash, row.entered_at = sha256(entry.encode()), now
    session.add(row)
    audit.record(session, None, "invitation.entered", row.id, now=now, people=[row.account_id])
    return entry


def joiner(session: Session, entry: str, *, now: datetime) -> Joiner | None:
    """Whom this browser's secret lets join now."""
    row = _entered(session, entry, now)
    account = session.get(Account, row.account_id) if row else None
    if row is None or account is None:
        return None
    said = account.locale if len(account.languages) == 1 else ""
    return Joiner(row.id, account.id, account.name, account.email, said)


def _entered(session: Session, entry: str, now: datetime, *, lock: bool = False) -> Invitation | None:
    query = (
        select(Invitation)
        .join(Account, col(Account.id) == Invitation.account_id)
        .where(Invitation.entry_hash == sha256(entry.encode()), col(Account.disabled_at).is_(None))
    )
    row = session.exec(query.with_for_update(of=Invitation) if lock else query).first() if entry else None
    late = row is None or row.entered_at is None or now - row.entered_at >= rules.ENTRY_LIVES
    return None if row is None or late or inviting.state_of(row, now) != Invited.OPEN else row


def finish(session: Session, entry: str, *, locale: str, now: datetime) -> UUID:
    """The account of this browser's secret; the code is used up. Raises Refused when it was not valid any more.

    locale: the language in which they have joined; messages are in it from now on.
    """
    row = _entered(session, entry, now, lock=True)
    if row is None or not _may_finish(session, row, now):
        raise Refused(TYPE_AGAIN)
    rules.check_moves(Invited.OPEN, Invited.USED)
    row.used_at, row.entry_hash = now, None
    account = session.get_one(Account, row.account_id)
    account.locale = locale
    session.add_all([row, account])
    actor = queries.actor_of(session, row.account_id)
    audit.record(session, actor, "person.joined", row.id, now=now, people=[row.account_id])
    return row.account_id


def _may_finish(session: Session, row: Invitation, now: datetime) -> bool:
    """A way back in ends all ways before it; whoever joins must not have done so by another code in this very moment."""
    if row.recovery_id:
        return recovery.take(session, row.recovery_id, now=now)
    return not inviting.has_joined(session, row.account_id)


def set_password(session: Session, account_id: UUID, password_hash: str, *, now: datetime) -> None:
    """From now on this person signs in with that password; they hear of it."""
    account = session.get_one(Account, account_id)
    account.password_hash = password_hash
    session.add(account)
    actor = queries.actor_of(session, account_id)
    audit.record(session, actor, "password.set", account_id, now=now, people=[account_id])
    telling.tell(session, account_id, "password_set", now=now)
