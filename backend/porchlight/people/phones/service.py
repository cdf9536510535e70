"""Locking and erasing a phone from afar, hearing that it was done, ending a person's access and giving it back."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from porchlight.audit import service as audit
from porchlight.core import jobs
from porchlight.core.actor import Actor
from porchlight.core.i18n import _
from porchlight.core.refused import Refused
from porchlight.people import rules, unlocking
from porchlight.people.models import AccessChange, Account, Device, SignIn
from porchlight.people.phones import queries
from porchlight.people.values import DeviceState

MOST_REASON = 500


def lock(session: Session, actor: Actor, device_id: UUID, *, now: datetime) -> None:
    """End all reading on a phone until somebody signs in on it again. Raises NotFound, Refused."""
    row = _ordered(session, actor, device_id, DeviceState.LOCKED, now)
    audit.record(session, actor, "device.locked", row.id, now=now, owner=str(row.account_id))


def wipe(session: Session, actor: Actor, device_id: UUID, *, now: datetime) -> None:
    """Have everything erased that can be read on a phone; what it still sends is held. Raises NotFound, Refused."""
    row = _ordered(session, actor, device_id, DeviceState.WIPING, now)
    row.revoked_at = row.revoked_at or now
    session.add(row)
    unlocking.end_share(session, device_id)
    audit.record(session, actor, "device.wipe_ordered", row.id, now=now, owner=str(row.account_id))


def _ordered(session: Session, actor: Actor, device_id: UUID, state: DeviceState, now: datetime) -> Device:
    """The phone in its new state, with what ends at once: its sessions and its alerts."""
    device = queries.device_for(session, actor, device_id)
    row = session.exec(select(Device).where(Device.id == device_id).with_for_update()).one()
    if not rules.can_become(row.state, state):
        raise Refused(_("This was asked of the phone before. Reload the page to see how it stands."))
    row.state, row.ordered_at, row.ordered_by = state, now, actor.account_id
    session.add(row)
    unknown = sa.and_(col(SignIn.account_id) == device.account_id, col(SignIn.device_id).is_(None))
    _end_sessions(session, actor, sa.or_(col(SignIn.device_id) == device.id, unknown), now)
    jobs.enqueue(session, "alerts.forget_phone", {"device_id": str(device_id)}, due_at=now)
    return row


def _end_sessions(session: Session, actor: Actor, which: sa.ColumnElement[bool], now: datetime) -> None:
    """A session that never said whose phone it is on may be on that one; only whoever asks for this keeps theirs."""
    for row in session.exec(select(SignIn).where(which, col(SignIn.ended_at).is_(None))):
        if row.device_id or row.id != actor.session_id:
            row.ended_at = now
            session.add(row)


def confirm(session: Session, device_id: UUID, *, sealed_left: int, drafts_lost: int, now: datetime) -> None:
    """The phone itself says that nothing on it can be read any more. Saying it again changes nothing.

    sealed_left: items that still wait on it, sealed. drafts_lost: unfinished visits that it could not open to send them.
    """
    row = session.exec(select(Device).where(Device.id == device_id).with_for_update()).one()
    state = rules.confirmed(sealed_left)
    if not rules.can_become(row.state, state):
        return
    row.state, row.sealed_left = state, sealed_left
    row.drafts_lost = max(row.drafts_lost, drafts_lost)
    row.erased_at = row.erased_at or now
    row.confirmed_at = now if state is DeviceState.WIPED else None
    row.last_seen_at = now
    session.add(row)
    audit.record(session, None, f"device.{state}", device_id, now=now, sealed=sealed_left, lost=drafts_lost)


def end_access(session: Session, actor: Actor, account_id: UUID, reason: str, *, now: datetime) -> None:
    """This person may not read any more, at once; what their phones still send is held. Raises NotFound, Refused."""
    row = _change_access(session, actor, account_id, reason, ended=True, now=now)
    if row.disabled_at is None:
        row.disabled_at = now
        session.add(row)
        _end_sessions(session, actor, col(SignIn.account_id) == account_id, now)
        audit.record(session, actor, "person.access_ended", account_id, now=now)


def restore_access(session: Session, actor: Actor, account_id: UUID, reason: str, *, now: datetime) -> None:
    """They may sign in again; their phones ask them to. Raises NotFound, Refused."""
    row = _change_access(session, actor, account_id, reason, ended=False, now=now)
    row.disabled_at = None
    session.add(row)
    audit.record(session, actor, "person.access_restored", account_id, now=now)


def _change_access(
    session: Session, actor: Actor, account_id: UUID, reason: str, *, ended: bool, now: datetime
) -> Account:
    queries.member(session, actor, account_id)
    reason = reason.replace("\x00", "").strip()  # PostgreSQL keeps every character but this one
    if not reason:
        raise Refused(_("Write why, for whoever looks at this later."), field="reason")
    if len(reason) > MOST_REASON:
        raise Refused(_("This is too long. Make it shorter."), field="reason")
    change = AccessChange(account_id=account_id, ended=ended, by=actor.account_id, at=now, reason=reason)
    session.add(change)
    return session.exec(select(Account).where(Account.id == account_id).with_for_update()).one()
