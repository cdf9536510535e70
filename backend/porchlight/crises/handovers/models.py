"""Hand-overs of crises."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Field, SQLModel

from porchlight.core.keyring.sealed import Sealed
from porchlight.crises.handovers.values import Offer


class Handover(SQLModel, table=True):
    """One offer to one person; at most one a crisis is open (the crisis is locked while one is made or answered)."""

    __tablename__ = "handovers"

    id: UUID = Field(primary_key=True)  # made with the form, so that a second tap makes nothing new
    crisis_id: UUID = Field(foreign_key="crises.id", index=True)
    from_id: UUID = Field(foreign_key="accounts.id")
    to_id: UUID = Field(foreign_key="accounts.id", index=True)
    words: str = Field(default="", sa_type=Sealed)
    by_hand: bool = True  # False: the end of a shift asked for it
    state: str = Offer.OFFERED
    offered_at: datetime
    answered_at: datetime | None = None
