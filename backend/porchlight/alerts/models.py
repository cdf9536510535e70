"""Push subscriptions, alerts and deliveries."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Field, SQLModel

from porchlight.alerts.values import DeliveryState
from porchlight.core.ids import new_id


class PushSubscription(SQLModel, table=True):
    __tablename__ = "push_subscriptions"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    device_id: UUID = Field(foreign_key="devices.id", index=True)
    account_id: UUID = Field(foreign_key="accounts.id", index=True)
    endpoint: str = Field(unique=True)
    p256dh: str
    auth: str
    made_at: datetime
    dead_at: datetime | None = None


class Alert(SQLModel, table=True):
    """One call for one person about one thing; the thing's own room knows what it is about."""

    __tablename__ = "alerts"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    account_id: UUID = Field(foreign_key="accounts.id", index=True)
    severity: str  # crisis | test | notice
    subject_id: UUID = Field(index=True)
    made_at: datetime
    closed_at: datetime | None = None


class Delivery(SQLModel, table=True):
    """One attempt to one person by one channel on one device; its token may only report what became of it."""

    __tablename__ = "deliveries"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    alert_id: UUID = Field(foreign_key="alerts.id", index=True)
    account_id: UUID = Field(foreign_key="accounts.id", index=True)
    subscription_id: UUID | None = Field(default=None, foreign_key="push_subscriptions.id")
    channel: str = "push"
    state: str = DeliveryState.MADE
    token_hash: str = Field(default="", index=True)
    made_at: datetime
    accepted_at: datetime | None = None
    shown_at: datetime | None = None
    opened_at: datetime | None = None
    acknowledged_at: datetime | None = None
    failed_at: datetime | None = None
    trouble: str = ""
