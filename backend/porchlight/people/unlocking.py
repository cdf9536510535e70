"""The server's share of a phone's lock: random bytes that open the phone again while its person has a live session."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from porchlight.audit import service as audit
from porchlight.core.actor import Actor
from porchlight.core.i18n import _
from porchlight.core.ids import new_secret
from porchlight.core.keys import Keys, b64u
from porchlight.core.refused import NotFound
from porchlight.people.models import Device, DeviceShare, SignIn
from porchlight.people.values import DeviceState


def signed_in_at(session: Session, actor: Actor) -> datetime | None:
    """When this person's session began; None for a device that speaks without one."""
    row = session.get(SignIn, actor.session_id) if actor.session_id else None
    return row.started_at if row else None


def make_share(session: Session, actor: Actor, device_id: UUID, keys: Keys, *, now: datetime) -> str:
    """The share of the actor's own phone, made at the first call: 256 bits, b64u. Raises NotFound."""
    _own_device(session, actor, device_id)
    if session.get(DeviceShare, device_id) is None:
        session.add(DeviceShare(device_id=device_id, seed=new_secret(), made_at=now))
        session.flush()
        audit.record(session, actor, "device.share_made", device_id, now=now)
    return give_share(session, actor, device_id, keys, now=now)


def give_share(session: Session, actor: Actor, device_id: UUID, keys: Keys, *, now: datetime) -> str:
    """The share of the actor's own phone, for a live session only. Raises NotFound when there is none, or none any more.

    What lies in the database is a seed: without the installation's secret it opens nothing.
    """
    _own_device(session, actor, device_id)
    row = session.get(DeviceShare, device_id)
    if row is None or actor.session_id is None:
        raise NotFound(_("This phone has no lock that we could open. Use its own way to unlock it."))
    audit.record(session, actor, "device.share_given", device_id, now=now)
    return b64u(keys.derive(f"device-share/1/{device_id}/{row.seed}"))


def end_share(session: Session, device_id: UUID) -> None:
    """From now on nobody gets the share of this phone any more, for a phone that is revoked."""
    row = session.get(DeviceShare, device_id)
    if row:
        session.delete(row)


def _own_device(session: Session, actor: Actor, device_id: UUID) -> None:
    device = session.get(Device, device_id, with_for_update=True, populate_existing=True)
    ours = device is not None and device.account_id == actor.account_id
    if device is None or not ours or device.revoked_at or device.state != DeviceState.ACTIVE:
        raise NotFound(_("We do not know this phone. Sign in on it again."))
