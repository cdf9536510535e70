"""Deadlines that an agency, or its state, sets otherwise than the product."""

from datetime import date
from uuid import UUID

from sqlmodel import Field, SQLModel

from porchlight.core.ids import new_id
from porchlight.crises.deadlines.rules import When


class DeadlineRule(SQLModel, table=True):
    """As `rules.Rule`. A row goes before a built-in one of the same clock and jurisdiction that came into force earlier."""

    __tablename__ = "deadline_rules"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    clock: str
    jurisdiction: str
    minutes: int | None = None
    source: str
    when: str = When.ALWAYS
    form: str = ""
    valid_from: date
    valid_to: date | None = None
