"""What an administrator ends: sessions, a lost passkey, an authenticator app that is in the wrong hands."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from porchlight.audit import service as audit
from porchlight.core.actor import Actor
from porchlight.people import passkeys, telling
from porchlight.people.accounts import queries
from porchlight.people.second import service as second
from porchlight.people.sessions import service as sessions


def end_session(session: Session, actor: Actor, account_id: UUID, session_id: UUID, *, now: datetime) -> None:
    """Raises NotFound."""
    account = queries.account_for(session, actor, account_id)
    sessions.end(session, actor, account.id, session_id, now=now)


def end_sessions(session: Session, actor: Actor, account_id: UUID, *, now: datetime) -> None:
    """All of this person's, but the one that asks. They hear of it. Raises NotFound."""
    account = queries.account_for(session, actor, account_id)
    sessions.end_all(session, actor, account.id, but=actor.session_id, now=now)
    telling.tell(session, account.id, "sessions_ended", now=now)


def revoke_passkey(session: Session, actor: Actor, account_id: UUID, passkey_id: UUID, *, now: datetime) -> None:
    """A phone is lost: its passkey opens nothing any more, and all sessions end. The person hears of it. Where nothing is
    left to sign in with, two people give them a way back in. Raises NotFound, NotFresh."""
    passkeys.check_fresh(session, actor, now=now)
    account = queries.account_for(session, actor, account_id)
    row = queries.passkey_of(session, account.id, passkey_id)
    session.delete(row)
    sessions.end_all(session, actor, account.id, but=actor.session_id, now=now)
    audit.record(session, actor, "passkey.revoked", row.id, now=now, people=[account.id])
    telling.tell(session, account.id, "passkey_removed", now=now)


def revoke_codes(session: Session, actor: Actor, account_id: UUID, *, now: datetime) -> None:
    """The password and the codes open nothing any more, and all sessions end. Raises NotFound, NotFresh."""
    passkeys.check_fresh(session, actor, now=now)
    account = queries.account_for(session, actor, account_id)
    second.forget(session, account.id)
    account.password_hash = ""
    session.add(account)
    sessions.end_all(session, actor, account.id, but=actor.session_id, now=now)
    audit.record(session, actor, "codes.revoked", account.id, now=now, people=[account.id])
    telling.tell(session, account.id, "codes_removed", now=now)
