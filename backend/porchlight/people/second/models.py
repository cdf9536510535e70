"""Secrets of authenticator apps, and sign-ins that are half done."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Field, SQLModel

from porchlight.core.ids import new_id


class CodeSecret(SQLModel, table=True):
    """What an authenticator app makes its codes from, sealed. confirmed_at None: offered, and no code came from it yet.

    last_step: the step of time of the last code that was taken; that one and older ones are worth nothing any more.
    """

    __tablename__ = "code_secrets"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    account_id: UUID = Field(foreign_key="accounts.id", index=True)
    sealed: str
    made_at: datetime
    confirmed_at: datetime | None = None
    last_step: int = 0


class HalfSignIn(SQLModel, table=True):
    """A password fitted in a browser; the code is missing. No session: it opens the page that asks for the code."""

    __tablename__ = "half_sign_ins"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    entry_hash: str = Field(unique=True)
    account_id: UUID = Field(foreign_key="accounts.id", index=True)
    made_at: datetime = Field(index=True)
    tries: int = 0
