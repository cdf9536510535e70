"""Addresses at which a fresh installation is set up."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Field, SQLModel

from porchlight.core.ids import new_id


class SetUpAddress(SQLModel, table=True):
    """Printed once, at a start; only the hash of its secret is here. Worth nothing once anybody has joined."""

    __tablename__ = "set_up_addresses"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    token_hash: str = Field(unique=True)
    made_at: datetime
    expires_at: datetime
    used_at: datetime | None = None
