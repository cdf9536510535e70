"""Who is still here: the cheap question, for what is asked a hundred times a second."""

from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from porchlight.people.models import Account, Device
from porchlight.people.values import DeviceState

_HERE = select(Account.id).where(col(Account.id) == sa.bindparam("account"), col(Account.disabled_at).is_(None))


def is_here(session: Session, account_id: UUID) -> bool:
    """Whether this person has not left; `queries.actor_of` also says who they are."""
    return session.exec(_HERE, params={"account": account_id}).first() is not None


def may_read(session: Session, account_id: UUID, device_id: UUID) -> bool:
    """Whether this is a device of this person that may read, and the person has not left."""
    return session.execute(_MAY_READ, {"account": account_id, "device": device_id}).first() is not None


def devices_here(account_id: UUID | sa.BindParameter[Any]) -> sa.Select[Any]:
    """A selectable of the ids of this person's devices that may read, none once the person has left."""
    return (
        sa.select(col(Device.id))
        .join(Account, col(Account.id) == Device.account_id)
        .where(col(Device.account_id) == account_id, col(Account.disabled_at).is_(None))
        .where(col(Device.revoked_at).is_(None), col(Device.state) == DeviceState.ACTIVE)
    )


_MAY_READ = devices_here(sa.bindparam("account")).where(col(Device.id) == sa.bindparam("device"))
