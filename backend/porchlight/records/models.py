"""Rules of keeping that are an agency's own, holds, and erasures."""

from datetime import date, datetime
from uuid import UUID

from sqlmodel import Field, SQLModel

from porchlight.core.ids import new_id
from porchlight.records.values import State


class RetentionRule(SQLModel, table=True):
    """As `rules.Rule`; goes before one of retention.toml of the same kind, event and jurisdiction."""

    __tablename__ = "retention_rules"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    kind: str = "family"
    jurisdiction: str
    after: str
    years: int | None = None
    source: str
    valid_from: date
    valid_to: date | None = None


class LegalHold(SQLModel, table=True):
    """While it lasts nothing of this case is erased. Several may lie on one case."""

    __tablename__ = "legal_holds"

    id: UUID = Field(primary_key=True)  # made with the form
    case_id: UUID = Field(foreign_key="cases.id", index=True)
    reason: str
    placed_by: UUID = Field(foreign_key="accounts.id")
    placed_at: datetime
    until: date | None = None  # the first day on which it holds no more, where that is known
    ended_by: UUID | None = Field(default=None, foreign_key="accounts.id")
    ended_at: datetime | None = None
    ended_why: str = ""


class Erasure(SQLModel, table=True):
    """One file that somebody asked to erase. order: of which court, where it was not due. keys, rows: what was done."""

    __tablename__ = "erasures"

    id: UUID = Field(primary_key=True)  # made with the form
    case_id: UUID = Field(foreign_key="cases.id", index=True)
    state: str = Field(default=State.ASKED, index=True)
    due_on: date | None = None
    source: str = ""
    order: str = ""
    asked_by: UUID = Field(foreign_key="accounts.id")
    asked_at: datetime
    settled_by: UUID | None = Field(default=None, foreign_key="accounts.id")
    settled_at: datetime | None = None
    keys: int = 0
    rows: int = 0
    photos: int = 0
