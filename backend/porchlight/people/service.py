"""Signing in and out, and enrolling a phone."""

from datetime import datetime
from uuid import UUID

from joserfc.errors import JoseError
from joserfc.jwk import ECKey
from sqlmodel import Session

from porchlight.audit import service as audit
from porchlight.core.actor import Actor
from porchlight.core.i18n import _
from porchlight.core.ids import new_secret
from porchlight.core.keys import sha256
from porchlight.core.refused import Conflict, Refused
from porchlight.people import queries, rules
from porchlight.people.models import Device, Organization, SignIn, SignInFailure
from porchlight.people.values import DeviceState


def sign_in(
    session: Session,
    account_id: UUID,
    *,
    device_id: UUID | None,
    how: str = "",
    label: str = "",
    proved_at: datetime | None = None,
    now: datetime,
) -> str:
    """A new session of somebody who has shown who they are; returns its token, of which only the hash is kept.

    how: values.How. proved_at: when they have shown it, where that was not now.
    """
    token = new_secret()
    row = SignIn(
        token_hash=sha256(token.encode()),
        account_id=account_id,
        device_id=device_id,
        started_at=now,
        last_seen_at=now,
        how=how,
        label=label,
        proved_at=proved_at,
    )
    session.add(row)
    actor = queries.actor_of(session, account_id, device_id=device_id)
    audit.record(session, actor, "person.signed_in", row.id, now=now, how=how)
    return token


def note_failure(session: Session, *, account_key: str, address: str, now: datetime) -> None:
    session.add(SignInFailure(account_key=account_key, address=address, at=now))
    audit.record(session, None, "person.sign_in_failed", None, now=now)


def set_number(session: Session, actor: Actor, organization_id: UUID, phone: str, *, now: datetime) -> None:
    """The number that every page shows for this organization. The caller has checked who may say so. phone: E.164."""
    row = session.get_one(Organization, organization_id)
    row.phone = phone
    session.add(row)
    audit.record(session, actor, "organization.number_set", organization_id, now=now)


def seen(session: Session, sign_in_id: UUID, *, now: datetime) -> None:
    """Keep an active session alive; written at most once a minute."""
    row = session.get(SignIn, sign_in_id)
    if row and now - row.last_seen_at >= rules.SEEN_EVERY:
        row.last_seen_at = now
        session.add(row)
        if row.device_id:
            heard_from(session, row.device_id, now=now)


def sign_out(session: Session, actor: Actor, *, now: datetime) -> None:
    row = session.get(SignIn, actor.session_id) if actor.session_id else None
    if row and row.ended_at is None:
        row.ended_at = now
        session.add(row)
        audit.record(session, actor, "person.signed_out", row.id, now=now)


def enrol(
    session: Session, actor: Actor, device_id: UUID, public_key: dict[str, str], label: str, *, now: datetime
) -> Device:
    """Make this browser profile a device of this person. Enrolling the same one again changes nothing.

    public_key: a P-256 JWK with kty, crv, x and y only. Raises Refused, Conflict.
    """
    if public_key.get("kty") != "EC" or public_key.get("crv") != "P-256" or "d" in public_key:
        raise Refused(_("This phone sent a key we cannot use. Close the page and sign in again."))
    try:
        ECKey.import_key(dict(public_key)).get_op_key("verify")
    except (JoseError, ValueError, TypeError) as error:
        raise Refused(_("This phone sent a key we cannot use. Close the page and sign in again.")) from error
    known = session.get(Device, device_id, with_for_update=True, populate_existing=True)
    if known is None:
        known = Device(
            id=device_id,
            account_id=actor.account_id,
            public_key={name: public_key[name] for name in ("kty", "crv", "x", "y")},
            label=label[:80],
            enrolled_at=now,
            last_seen_at=now,
        )
        audit.record(session, actor, "device.enrolled", device_id, now=now)
    elif known.account_id != actor.account_id or known.public_key.get("x") != public_key.get("x"):
        raise Conflict(_("This phone is set up for someone else. Sign out and sign in again."))
    elif known.state == DeviceState.LOCKED:  # whoever has just signed in on it has shown who they are
        known.state, known.ordered_at, known.ordered_by = DeviceState.ACTIVE, None, None
        audit.record(session, actor, "device.unlocked", device_id, now=now)
    elif known.state != DeviceState.ACTIVE:
        raise Conflict(_("This phone was erased from afar. Sign out and sign in again."))
    known.last_seen_at = now
    session.add(known)
    row = session.get(SignIn, actor.session_id) if actor.session_id else None
    if row:
        row.device_id = device_id
        session.add(row)
    return known


def heard_from(session: Session, device_id: UUID, *, now: datetime | None, seq: int = 0) -> None:
    """A device spoke to us: note when, and the highest number it has used. Its row stays locked until the commit.

    now: None where somebody else brought what it made.
    """
    row = session.get(Device, device_id, with_for_update=True, populate_existing=True)
    if row:
        row.last_seen_at = now or row.last_seen_at
        row.highest_seq = max(row.highest_seq, seq)
        session.add(row)


def proven(session: Session, device_id: UUID, *, now: datetime) -> None:
    """An alert was shown on this device: it can be woken."""
    row = session.get(Device, device_id)
    if row:
        row.last_proven_at = now
        session.add(row)
