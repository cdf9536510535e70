"""A person's passkeys: made, used, named and removed; each challenge is answered once."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from porchlight.audit import service as audit
from porchlight.core.actor import Actor
from porchlight.core.i18n import _
from porchlight.core.keys import b64u, sha256
from porchlight.core.refused import NotFound, Refused, TooMany
from porchlight.people import ceremonies, queries, rules, telling
from porchlight.people.agency import queries as agency
from porchlight.people.ceremonies import Site
from porchlight.people.models import Account, Passkey, PasskeyChallenge, SignIn
from porchlight.people.second import queries as second
from porchlight.people.sessions import service as sessions

SIGN_IN, JOIN, ADD = "sign_in", "join", "add"
NOT_HERE = _("We could not find that passkey. It may be gone already.")


@dataclass(frozen=True, slots=True)
class PasskeyLine:
    id: UUID
    label: str
    made_at: datetime
    last_used_at: datetime | None
    backed_up: bool


def challenge(session: Session, purpose: str, account_id: UUID | None, *, address: str, now: datetime) -> bytes:
    """32 random bytes to be signed once within CHALLENGE_LIVES. Raises TooMany for an address that only ever asks."""
    session.execute(sa.delete(PasskeyChallenge).where(col(PasskeyChallenge.made_at) <= now - rules.CHALLENGE_LIVES))
    waiting = select(sa.func.count()).select_from(PasskeyChallenge).where(PasskeyChallenge.address == address)
    if session.exec(waiting).one() >= rules.CHALLENGES_PER_ADDRESS:
        raise TooMany(_("Too many tries. Wait {seconds} seconds, then try again."), seconds=rules.SHORTEST)
    made = secrets.token_bytes(32)
    session.add(
        PasskeyChallenge(
            challenge_hash=sha256(made), purpose=purpose, account_id=account_id, address=address, made_at=now
        )
    )
    return made


def take(session: Session, answered: bytes, purpose: str, account_id: UUID | None, *, now: datetime) -> bool:
    """Whether this challenge was ours, for this purpose and person, and unanswered. It is gone after this, either way.

    Commit before judging the answer: a bad answer must not leave the challenge for another try.
    """
    ours = col(PasskeyChallenge.challenge_hash) == sha256(answered)
    row = session.exec(select(PasskeyChallenge).where(ours).with_for_update()).first()
    if row is None:
        return False
    session.delete(row)
    return (row.purpose, row.account_id) == (purpose, account_id) and now - row.made_at < rules.CHALLENGE_LIVES


def known(session: Session, account_id: UUID) -> list[str]:
    """The credential ids of this person."""
    return list(session.exec(select(Passkey.credential_id).where(Passkey.account_id == account_id)))


def add(
    session: Session,
    account_id: UUID,
    here: Site,
    credential: dict[str, Any],
    answered: bytes,
    label: str,
    *,
    now: datetime,
) -> Passkey:
    """Keep a passkey whose challenge was taken; its person hears of it. Raises Refused."""
    made = ceremonies.check_made(here, credential, answered)
    row = Passkey(
        account_id=account_id,
        credential_id=b64u(made.credential_id),
        public_key=b64u(made.credential_public_key),
        sign_count=made.sign_count,
        transports=[one for one in credential["response"].get("transports", []) if one in ceremonies.TRANSPORTS],
        label=label,
        backed_up=made.credential_backed_up,
        made_at=now,
    )
    session.add(row)
    try:
        session.flush()
    except IntegrityError as error:
        raise Refused(ceremonies.NOT_MADE) from error
    actor = queries.actor_of(session, account_id)
    audit.record(session, actor, "passkey.added", row.id, now=now, people=[account_id])
    telling.tell(session, account_id, "passkey_added", now=now)
    return row


def signed_by(
    session: Session, here: Site, credential: dict[str, Any], answered: bytes, user_handle: str, *, now: datetime
) -> UUID | None:
    """Whose passkey signed a challenge that was taken; None whatever was wrong."""
    query = (
        select(Passkey)
        .join(Account, col(Account.id) == Passkey.account_id)
        .where(Passkey.credential_id == credential["id"], col(Account.disabled_at).is_(None))
    )
    row = session.exec(query.with_for_update(of=Passkey)).first()
    if row is None or user_handle not in {"", b64u(row.account_id.bytes)}:
        return None
    signed = ceremonies.check_signed(here, credential, answered, public_key=row.public_key, sign_count=row.sign_count)
    if signed is None:
        return None
    row.sign_count, row.backed_up, row.last_used_at = signed.new_sign_count, signed.credential_backed_up, now
    session.add(row)
    return row.account_id


def of(session: Session, actor: Actor) -> list[PasskeyLine]:
    query = select(Passkey).where(Passkey.account_id == actor.account_id).order_by(col(Passkey.made_at))
    return [PasskeyLine(row.id, row.label, row.made_at, row.last_used_at, row.backed_up) for row in session.exec(query)]


def rename(session: Session, actor: Actor, passkey_id: UUID, label: str, *, now: datetime) -> None:
    row = _own(session, actor, passkey_id)
    row.label = label
    session.add(row)
    audit.record(session, actor, "passkey.renamed", row.id, now=now)


def remove(session: Session, actor: Actor, passkey_id: UUID, *, now: datetime) -> None:
    """What it opened before is shut, too, but this session. Raises NotFound; Refused of the last way in; NotFresh."""
    check_fresh(session, actor, now=now)
    account = session.exec(select(Account).where(Account.id == actor.account_id).with_for_update()).one()
    row = _own(session, actor, passkey_id)
    if len(known(session, account.id)) == 1 and not _another_way(session, account):
        raise Refused(_("This is your only way to sign in. Add another passkey first, then remove this one."))
    session.delete(row)
    sessions.end_all(session, actor, account.id, but=actor.session_id, now=now)
    audit.record(session, actor, "passkey.removed", row.id, now=now, people=[actor.account_id])
    telling.tell(session, actor.account_id, "passkey_removed", now=now)


def _another_way(session: Session, account: Account) -> bool:
    """Besides passkeys: a password with codes, or the agency's own sign-in."""
    return bool(account.password_hash and second.since(session, account.id)) or agency.is_linked(session, account.id)


def _own(session: Session, actor: Actor, passkey_id: UUID) -> Passkey:
    row = session.get(Passkey, passkey_id)
    if row is None or row.account_id != actor.account_id:
        raise NotFound(NOT_HERE)
    return row


def is_fresh(session: Session, actor: Actor, *, now: datetime) -> bool:
    row = session.get(SignIn, actor.session_id) if actor.session_id else None
    return row is not None and rules.is_fresh(row.proved_at or row.started_at, now)


def check_fresh(session: Session, actor: Actor, *, now: datetime) -> None:
    """Raises NotFresh when this person signed in too long ago to change how they sign in (ASVS 7.5.1)."""
    if not is_fresh(session, actor, now=now):
        raise rules.NotFresh(_("To change how you sign in, sign in once more first. Then you have 5 minutes."))
