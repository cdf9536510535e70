"""Promised calls, each try to ring, and each asking of somebody else to take one over."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Field, SQLModel

from porchlight.core.ids import new_id
from porchlight.core.keyring.sealed import Sealed
from porchlight.crises.callbacks.values import Passing, State


class Callback(SQLModel, table=True):
    """account_id: who owes the call now. due_at: counted in elapsed hours when it was promised."""

    __tablename__ = "callbacks"

    id: UUID = Field(primary_key=True)  # made with the form
    account_id: UUID = Field(foreign_key="accounts.id", index=True)
    promised_by: UUID = Field(foreign_key="accounts.id")
    case_id: UUID | None = Field(default=None, foreign_key="cases.id", index=True)
    to_name: str
    phone: str
    about: str = Field(default="", sa_type=Sealed)
    promised_at: datetime
    due_at: datetime = Field(index=True)
    state: str = Field(default=State.PROMISED, index=True)
    ended_at: datetime | None = None
    ended_words: str = Field(default="", sa_type=Sealed)
    body_sha256: str


class CallAttempt(SQLModel, table=True):
    """One try; only ever added."""

    __tablename__ = "call_attempts"

    id: UUID = Field(primary_key=True)  # made with the form
    callback_id: UUID = Field(foreign_key="callbacks.id", index=True)
    account_id: UUID = Field(foreign_key="accounts.id")
    at: datetime
    outcome: str
    words: str = Field(default="", sa_type=Sealed)


class CallbackHandOver(SQLModel, table=True):
    __tablename__ = "callback_hand_overs"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    callback_id: UUID = Field(foreign_key="callbacks.id", index=True)
    from_id: UUID = Field(foreign_key="accounts.id")
    to_id: UUID = Field(foreign_key="accounts.id", index=True)
    words: str = Field(default="", sa_type=Sealed)
    state: str = Passing.ASKED
    asked_at: datetime
    answered_at: datetime | None = None
