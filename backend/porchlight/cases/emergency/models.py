"""Each use of emergency access."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Field, SQLModel

from porchlight.core.ids import new_id


class EmergencyAccess(SQLModel, table=True):
    """reviewer_id: who was told of it and is to review it. director_told: it was more than the usual for one day."""

    __tablename__ = "emergency_accesses"

    id: UUID = Field(default_factory=new_id, primary_key=True)  # made with the form
    case_id: UUID = Field(foreign_key="cases.id", index=True)
    account_id: UUID = Field(foreign_key="accounts.id", index=True)
    reason: str
    opened_at: datetime = Field(index=True)
    ends_at: datetime
    ended_at: datetime | None = None
    reviewer_id: UUID = Field(foreign_key="accounts.id", index=True)
    director_told: bool = False
    review_due_at: datetime
    reviewed_at: datetime | None = None
    reviewed_by: UUID | None = Field(default=None, foreign_key="accounts.id")
    finding: str = ""
    finding_words: str = ""
