"""The keys of people, wrapped, and the roots that wrap them."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Field, SQLModel, UniqueConstraint

from porchlight.core.ids import new_id


class PersonKey(SQLModel, table=True):
    """subject_id: of the child, family's case, home or record whose words it seals. wrapped: under `root`; empty once
    it was destroyed. number: what is written of somebody who was erased gets a new key.
    """

    __tablename__ = "person_keys"
    __table_args__ = (UniqueConstraint("subject_id", "number"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    subject_id: UUID
    number: int
    root: str = Field(index=True)
    wrapped: str
    made_at: datetime
    destroyed_at: datetime | None = None


class KeyRoot(SQLModel, table=True):
    """What wraps keys, by its name; the key itself comes from the installation's secret. Without a row nothing is sealed."""

    __tablename__ = "key_roots"

    id: str = Field(primary_key=True)
    made_at: datetime
    retired_at: datetime | None = None
