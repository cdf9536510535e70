"""Times of being missing, and each thing that was done about one."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Field, SQLModel

from porchlight.core.keyring.sealed import Sealed
from porchlight.crises.missing.values import State


class MissingEpisode(SQLModel, table=True):
    """learned_at: when the agency heard of it; the clocks are counted from there, in elapsed hours."""

    __tablename__ = "missing_episodes"

    id: UUID = Field(primary_key=True)  # made with the form
    case_id: UUID = Field(foreign_key="cases.id", index=True)
    person_id: UUID = Field(foreign_key="persons.id", index=True)
    crisis_id: UUID | None = Field(default=None, foreign_key="crises.id")
    written_by: UUID = Field(foreign_key="accounts.id")
    learned_at: datetime
    last_seen_at: datetime | None = None
    last_seen_where: str = Field(default="", sa_type=Sealed)
    clothing: str = Field(default="", sa_type=Sealed)
    police_due_at: datetime
    ncmec_due_at: datetime
    source: str  # of the rule that these two come from
    state: str = Field(default=State.MISSING, index=True)
    found_at: datetime | None = None
    found_where: str = Field(default="", sa_type=Sealed)
    found_how: str = Field(default="", sa_type=Sealed)
    why_left: str = Field(default="", sa_type=Sealed)
    while_away: str = Field(default="", sa_type=Sealed)
    screened: str = Field(default="", sa_type=Sealed)
    what_helps: str = Field(default="", sa_type=Sealed)
    closed_at: datetime | None = None
    body_sha256: str


class MissingStep(SQLModel, table=True):
    """One line of what was done, when, and the number that was given; only ever added."""

    __tablename__ = "missing_steps"

    id: UUID = Field(primary_key=True)  # made with the form
    episode_id: UUID = Field(foreign_key="missing_episodes.id", index=True)
    step: str
    at: datetime
    number: str = Field(default="", sa_type=Sealed)
    words: str = Field(default="", sa_type=Sealed)
    account_id: UUID | None = Field(default=None, foreign_key="accounts.id")
    written_at: datetime
