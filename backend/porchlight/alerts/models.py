"""Push subscriptions, alerts, their chains of channels and deliveries; how each person is reached; what was sent."""

from datetime import datetime, time
from typing import Any
from uuid import UUID

from sqlmodel import Field, SQLModel, UniqueConstraint

from porchlight.alerts.values import DeliveryState, Urgency
from porchlight.core.columns import JSON
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


class Chain(SQLModel, table=True):
    """The channels of one alert: how urgent, from when, and when to look again. ended_at: nothing more will be tried."""

    __tablename__ = "chains"

    alert_id: UUID = Field(primary_key=True, foreign_key="alerts.id")
    account_id: UUID = Field(foreign_key="accounts.id", index=True)
    urgency: str = Urgency.SOON
    only: str = ""  # a test of one channel; empty: every channel
    started_at: datetime
    next_due_at: datetime | None = Field(default=None, index=True)
    ended_at: datetime | None = None
    then: dict[str, Any] | None = Field(default=None, sa_type=JSON)


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
    ref: str = Field(default="", index=True, sa_column_kwargs={"server_default": ""})  # the provider's name for it
    made_at: datetime
    accepted_at: datetime | None = None
    shown_at: datetime | None = None
    opened_at: datetime | None = None
    acknowledged_at: datetime | None = None
    failed_at: datetime | None = None
    trouble: str = ""


class OwnWay(SQLModel, table=True):
    """What is known of one channel of one person; where there is no row, the account's own number or address counts.

    proven_at: they read a code from it, for just this address. dead_at: it stopped working, or they said STOP.
    """

    __tablename__ = "own_ways"
    __table_args__ = (UniqueConstraint("account_id", "channel"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    account_id: UUID = Field(foreign_key="accounts.id", index=True)
    channel: str
    address: str = Field(index=True)
    place: int = 0
    after_seconds: int | None = None
    proven_at: datetime | None = None
    dead_at: datetime | None = None
    trouble: str = ""
    code_sent_at: datetime | None = None
    code_tries: int = 0


class QuietHours(SQLModel, table=True):
    """When notices wait, on the person's own wall clock; a crisis never does."""

    __tablename__ = "quiet_hours"

    account_id: UUID = Field(primary_key=True, foreign_key="accounts.id")
    from_time: time
    until_time: time


class OptOut(SQLModel, table=True):
    """A number that wants no more texts from us: STOP, or the wrong person. It may come back with START."""

    __tablename__ = "opt_outs"

    number: str = Field(primary_key=True)
    why: str  # stop | wrong_person
    at: datetime
    lifted_at: datetime | None = None


class TextConsent(SQLModel, table=True):
    """Somebody agreed to texts at this number: who wrote it down, when, and how it was given. The last row counts."""

    __tablename__ = "text_consents"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    number: str = Field(index=True)
    given: bool
    how: str  # said | wrote
    by: UUID = Field(foreign_key="accounts.id")
    at: datetime


class PushOnly(SQLModel, table=True):
    """A supervisor accepts in writing that somebody is on call with push alone; the last row counts."""

    __tablename__ = "push_only"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    account_id: UUID = Field(foreign_key="accounts.id", index=True)
    accepted: bool
    by: UUID = Field(foreign_key="accounts.id")
    at: datetime
    words: str


class Outgoing(SQLModel, table=True):
    """One text or call that a provider took: what it is about, how long and how dear. price: hundredths of a cent."""

    __tablename__ = "outgoing"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    channel: str
    ref: str = Field(index=True)
    subject_id: UUID = Field(index=True)
    at: datetime = Field(index=True)
    units: int
    price: int
    state: str = ""  # the provider's last word: delivered | failed
    trouble: str = ""


class Notice(SQLModel, table=True):
    """Something a person should know: a sentence of ours with its parameters, and where to look."""

    __tablename__ = "notices"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    account_id: UUID = Field(foreign_key="accounts.id", index=True)
    words: str
    params: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    href: str = ""
    key: str | None = Field(default=None, unique=True)
    made_at: datetime = Field(index=True)
    read_at: datetime | None = None
