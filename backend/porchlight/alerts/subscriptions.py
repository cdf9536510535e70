"""Reading push subscriptions: whose phones can be woken, and what each has shown so far."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, func, select

from porchlight.alerts.models import Delivery, PushSubscription
from porchlight.people import queries as people
from porchlight.people.here import devices_here

# Built once: asked for every alert, of which a hundred may come in a second.
_LIVE = select(PushSubscription.id).where(
    col(PushSubscription.account_id) == sa.bindparam("account"),
    col(PushSubscription.dead_at).is_(None),
    col(PushSubscription.device_id).in_(devices_here(sa.bindparam("account"))),
)


@dataclass(frozen=True, slots=True)
class Health:
    """How one device takes alerts. A moment that is None has not come; dead_at: its push service let it go."""

    device_id: UUID
    account_id: UUID
    label: str
    accepted_at: datetime | None
    shown_at: datetime | None
    acknowledged_at: datetime | None
    failed_at: datetime | None
    dead_at: datetime | None

    @property
    def well(self) -> bool:
        """Alive, and nothing has failed since it last showed one."""
        shown = self.shown_at is not None and (self.failed_at is None or self.failed_at < self.shown_at)
        return self.dead_at is None and (shown or (self.accepted_at is None and self.failed_at is None))


def live_subscriptions(session: Session, account_id: UUID) -> list[UUID]:
    """Ids of the subscriptions by which this person can be woken now: not dead, on a device that may read.

    None for somebody whose access has ended: they could not answer.
    """
    return list(session.exec(_LIVE, params={"account": account_id}))


def subscribed(session: Session, device_id: UUID) -> bool:
    query = select(PushSubscription.id).where(
        PushSubscription.device_id == device_id, col(PushSubscription.dead_at).is_(None)
    )
    return session.exec(query).first() is not None


def device_health(session: Session, account_ids: Sequence[UUID]) -> list[Health]:
    """Each device of these people that ever had alerts turned on and is still in use, by person: for the boards."""
    devices = {one.id: one for one in people.devices_in_use(session, account_ids)}
    last = [func.max(getattr(Delivery, f"{what}_at")) for what in ("accepted", "shown", "acknowledged", "failed")]
    query = (
        sa.select(
            col(PushSubscription.device_id), col(PushSubscription.account_id), col(PushSubscription.dead_at), *last
        )
        .outerjoin(Delivery, col(Delivery.subscription_id) == PushSubscription.id)
        .where(col(PushSubscription.device_id).in_(list(devices)))
        .group_by(col(PushSubscription.id), col(PushSubscription.device_id), col(PushSubscription.account_id))
        .group_by(col(PushSubscription.dead_at))
        .order_by(col(PushSubscription.account_id), col(PushSubscription.made_at))
    )
    found: dict[UUID, Health] = {}
    for device_id, account_id, dead_at, accepted, shown, acknowledged, failed in session.connection().execute(query):
        if device_id in found and found[device_id].dead_at is None:
            continue  # of several subscriptions the living one speaks for the device
        label = devices[device_id].label
        found[device_id] = Health(device_id, account_id, label, accepted, shown, acknowledged, failed, dead_at)
    return list(found.values())
