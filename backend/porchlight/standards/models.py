"""Contact rules."""

from datetime import date
from uuid import UUID

from sqlmodel import Field, SQLModel

from porchlight.core.ids import new_id


class ContactRule(SQLModel, table=True):
    """A child in this program is to be seen face to face at least once in every `every_days` days."""

    __tablename__ = "contact_rules"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    jurisdiction: str
    program: str
    every_days: int
    source: str
    valid_from: date
    valid_to: date | None = None
