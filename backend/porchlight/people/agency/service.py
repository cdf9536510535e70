"""Letting somebody in whom the agency vouches for, and ending what it ends."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from porchlight.audit import service as audit
from porchlight.core import jobs
from porchlight.core.keys import sha256
from porchlight.people import rules as people_rules
from porchlight.people import telling
from porchlight.people.agency import rules
from porchlight.people.agency.models import AgencyIdentity, AgencySession, SpentToken
from porchlight.people.agency.rules import NotLetIn
from porchlight.people.models import AccessChange, Account, Invitation, SignIn
from porchlight.people.sessions import service as sessions

ASK = "people.ask_agency"


def spend(session: Session, token: str, *, lives: timedelta, now: datetime) -> bool:
    """Whether this is the first time that it comes; from here on it is worth nothing, on every node."""
    session.execute(sa.delete(SpentToken).where(col(SpentToken.until) <= now))
    row = SpentToken(token_hash=sha256(token.encode()), until=now + lives)
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        return False
    return True


def find(session: Session, issuer: str, subject: str) -> AgencyIdentity | None:
    query = select(AgencyIdentity).where(AgencyIdentity.issuer == issuer, AgencyIdentity.subject == subject)
    return session.exec(query).first()


def let_in(session: Session, issuer: str, subject: str, person: Mapping[str, Any], *, now: datetime) -> AgencyIdentity:
    """Whose account this is: by (issuer, subject), and the first time by an e-mail address that the agency vouches for.

    person: the claims about them. Nobody is made here. Whoever was shut out over there, and is let in there again, is here,
    too; whose access a supervisor has ended is not. Raises NotLetIn.
    """
    found = find(session, issuer, subject) or _link(session, issuer, subject, person, now)
    account = session.exec(select(Account).where(Account.id == found.account_id).with_for_update()).one()
    if account.disabled_at is not None:
        if found.shut_at is None or _ended_here(session, account.id, found.shut_at):
            raise NotLetIn(rules.SHUT)
        account.disabled_at = None
        session.add(account)
        audit.record(session, None, "person.access_restored_at_agency", account.id, now=now, people=[account.id])
    found.shut_at = None
    session.add(found)
    session.flush()
    return found


def _ended_here(session: Session, account_id: UUID, since: datetime) -> bool:
    query = select(AccessChange.ended).where(AccessChange.account_id == account_id, AccessChange.at >= since)
    return bool(session.exec(query.order_by(col(AccessChange.at).desc())).first())


def _link(session: Session, issuer: str, subject: str, person: Mapping[str, Any], now: datetime) -> AgencyIdentity:
    email = person.get("email")
    if not isinstance(email, str) or "@" not in email or person.get("email_verified") is not True:
        raise NotLetIn(rules.UNVERIFIED)
    query = select(Account).where(Account.email == people_rules.sign_in_name(email), col(Account.disabled_at).is_(None))
    account = session.exec(query.with_for_update()).first()
    # Somebody else at the agency who was given the address of one who left is not that person.
    taken = (
        account
        and session.exec(
            select(AgencyIdentity.id).where(AgencyIdentity.account_id == account.id, AgencyIdentity.issuer == issuer)
        ).first()
    )
    if account is None or taken:
        raise NotLetIn(rules.UNKNOWN)
    made = AgencyIdentity(account_id=account.id, issuer=issuer, subject=subject, linked_at=now)
    session.add(made)
    for row in session.exec(select(Invitation).where(Invitation.account_id == account.id)):
        if row.used_at is None and row.withdrawn_at is None:  # they have joined by this
            row.withdrawn_at, row.entry_hash = now, None
            session.add(row)
    audit.record(session, None, "person.linked_to_agency", account.id, now=now, people=[account.id])
    telling.tell(session, account.id, "agency_linked", now=now)
    session.flush()
    return made


def note_session(
    session: Session, sign_in_id: UUID, identity_id: UUID, *, sid: str, sealed_token: str, now: datetime
) -> None:
    """Which session over there ours belongs to; with a token, they are asked about it from time to time."""
    row = AgencySession(
        sign_in_id=sign_in_id, identity_id=identity_id, sid=sid, sealed_token=sealed_token, asked_at=now
    )
    session.add(row)
    if sealed_token:
        ask_later(session, sign_in_id, now=now)


def ask_later(session: Session, sign_in_id: UUID, *, now: datetime, at_once: bool = False) -> None:
    due_at = now if at_once else now + rules.ASK_EVERY
    jobs.enqueue(session, ASK, {"sign_in_id": str(sign_in_id)}, due_at=due_at)


def log_out(session: Session, issuer: str, claims: Mapping[str, Any], *, now: datetime) -> int:
    """What a logout token names ends: one session over there by its `sid`, else everything of that person. Returns how many.

    A token that comes again changes nothing. Other sessions with a token are asked about at once: somebody may have left.
    """
    if not spend(session, f"logout {issuer} {claims['jti']}", lives=2 * rules.LOGOUT_LIVES, now=now):
        return 0
    known = find(session, issuer, str(claims["sub"])) if claims.get("sub") else None
    if not claims.get("sid"):
        return sessions.end_all(session, None, known.account_id, now=now) if known else 0
    query = (
        select(SignIn, AgencySession, AgencyIdentity)
        .join(AgencySession, col(AgencySession.sign_in_id) == SignIn.id)
        .join(AgencyIdentity, col(AgencyIdentity.id) == AgencySession.identity_id)
        .where(AgencyIdentity.issuer == issuer, col(SignIn.ended_at).is_(None))
    )
    ended = 0
    for row, there, identity in session.exec(query):
        if there.sid == claims["sid"] and (known is None or identity.id == known.id):
            sessions.end(session, None, row.account_id, row.id, now=now)
            ended += 1
        elif known and identity.id == known.id and there.sealed_token:
            ask_later(session, row.id, now=now, at_once=True)
    return ended


def shut_out(session: Session, identity_id: UUID, *, now: datetime) -> None:
    """The agency has shut this person out: so do we, at once, as when access is ended here. What their phones still send
    is held."""
    found = session.exec(select(AgencyIdentity).where(AgencyIdentity.id == identity_id).with_for_update()).one()
    account = session.exec(select(Account).where(Account.id == found.account_id).with_for_update()).one()
    sessions.end_all(session, None, account.id, now=now)
    if account.disabled_at is None:
        account.disabled_at, found.shut_at = now, now
        session.add_all([account, found])
        audit.record(session, None, "person.access_ended_at_agency", account.id, now=now, people=[account.id])
