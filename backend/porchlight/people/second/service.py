"""Half-way in and all the way: the code is checked, an authenticator app set up, replaced and taken away."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from porchlight.audit import service as audit
from porchlight.core.actor import Actor
from porchlight.core.i18n import _
from porchlight.core.ids import new_id, new_secret
from porchlight.core.keys import Keys, sha256
from porchlight.core.refused import Refused
from porchlight.people import passkeys, telling
from porchlight.people import queries as people
from porchlight.people.models import Account
from porchlight.people.second import codes, queries, rules
from porchlight.people.second.models import CodeSecret, HalfSignIn
from porchlight.people.second.queries import Half

NO_PASSKEY = _("Make a passkey first. Without the password and the codes it is your only way to sign in.")


def begin_half(session: Session, account_id: UUID, keys: Keys, *, has_agency: bool, now: datetime) -> str:
    """A password fitted: a secret for this browser that opens the page for the code. Raises Refused.

    Whoever has no authenticator app yet is offered one, unless the password would be a way around a passkey.
    has_agency: whether they sign in at their agency, too.
    """
    if queries.since(session, account_id) is None:
        rules.check_may_begin(has_passkey=bool(passkeys.known(session, account_id)), has_agency=has_agency)
        offer(session, account_id, keys, now=now)
    session.execute(sa.delete(HalfSignIn).where(col(HalfSignIn.made_at) <= now - rules.HALF_LIVES))
    entry = new_secret()
    session.add(HalfSignIn(entry_hash=sha256(entry.encode()), account_id=account_id, made_at=now))
    actor = people.actor_of(session, account_id)
    audit.record(session, actor, "person.half_signed_in", account_id, now=now)
    return entry


def offer(session: Session, account_id: UUID, keys: Keys, *, now: datetime) -> None:
    """A new secret for an authenticator app; what was offered before is gone."""
    session.execute(
        sa.delete(CodeSecret).where(col(CodeSecret.account_id) == account_id, col(CodeSecret.confirmed_at).is_(None))
    )
    row_id = new_id()
    sealed = codes.Seal(keys).close(row_id, account_id, codes.new_secret())
    session.add(CodeSecret(id=row_id, account_id=account_id, sealed=sealed, made_at=now))
    session.flush()


def finish(session: Session, half: Half, typed: str, keys: Keys, *, now: datetime) -> bool:
    """Whether the code is right, so that the sign-in is whole and the half of it gone. A wrong one is counted."""
    row = session.exec(select(HalfSignIn).where(HalfSignIn.id == half.id).with_for_update()).first()
    if row is None or not rules.lives(row.made_at, row.tries, now):
        return False
    if queries.since(session, half.account_id):
        right = check(session, half.account_id, typed, keys, now=now)
    else:  # a passkey may have been made since the password was typed
        rules.check_may_begin(has_passkey=bool(passkeys.known(session, half.account_id)), has_agency=False)
        right = confirm(session, half.account_id, typed, keys, now=now)
    if right:
        session.delete(row)
    else:
        row.tries += 1
        session.add(row)
    return right


def check(session: Session, account_id: UUID, typed: str, keys: Keys, *, now: datetime) -> bool:
    """Whether this is a code of the person's app that is good now and was never used; from here on it was."""
    query = select(CodeSecret).where(CodeSecret.account_id == account_id, col(CodeSecret.confirmed_at).is_not(None))
    row = session.exec(query.with_for_update()).first()
    return row is not None and _take(session, row, typed, keys, now)


def confirm(session: Session, account_id: UUID, typed: str, keys: Keys, *, now: datetime) -> bool:
    """Whether this code comes from the app that was offered; then it is the person's, and an older one is gone."""
    row = session.exec(queries.offers(account_id).with_for_update()).first()
    if row is None or not _take(session, row, typed, keys, now):
        return False
    older = sa.delete(CodeSecret).where(col(CodeSecret.account_id) == account_id, col(CodeSecret.id) != row.id)
    session.execute(older)
    row.confirmed_at = now
    session.add(row)
    actor = people.actor_of(session, account_id)
    audit.record(session, actor, "codes.set_up", row.id, now=now, people=[account_id])
    telling.tell(session, account_id, "codes_set_up", now=now)
    return True


def _take(session: Session, row: CodeSecret, typed: str, keys: Keys, now: datetime) -> bool:
    secret = codes.Seal(keys).open(row.id, row.account_id, row.sealed)
    step = codes.step_that_fits(secret, rules.good_steps(now, row.last_step), typed)
    if step is None:
        return False
    row.last_step = step
    session.add(row)
    return True


def replace(session: Session, actor: Actor, keys: Keys, *, now: datetime) -> None:
    """Offer a new app to somebody who is in and signed in a moment ago; the old one works until it is confirmed."""
    passkeys.check_fresh(session, actor, now=now)
    offer(session, actor.account_id, keys, now=now)


def remove(session: Session, actor: Actor, *, now: datetime) -> None:
    """The password and the codes go together: neither is worth anything alone. Raises Refused, NotFresh."""
    passkeys.check_fresh(session, actor, now=now)
    account = session.exec(select(Account).where(Account.id == actor.account_id).with_for_update()).one()
    if not passkeys.known(session, account.id):
        raise Refused(NO_PASSKEY)
    forget(session, account.id)
    account.password_hash = ""
    session.add(account)
    audit.record(session, actor, "codes.removed", account.id, now=now, people=[account.id])
    telling.tell(session, account.id, "codes_removed", now=now)


def forget(session: Session, account_id: UUID) -> None:
    """All secrets and halves of this person."""
    session.execute(sa.delete(CodeSecret).where(col(CodeSecret.account_id) == account_id))
    session.execute(sa.delete(HalfSignIn).where(col(HalfSignIn.account_id) == account_id))
