"""What a shift asks of a person, and what is known of the person: trainings, regions."""

from datetime import date, datetime
from uuid import UUID

from sqlmodel import Field, SQLModel

from porchlight.core.ids import new_id


class OnCallRule(SQLModel, table=True):
    """What one jurisdiction asks of whoever takes a shift, in the place of what rules.toml says of the same kind.

    position: "" for all. schedule_id: for one schedule only. kind and value: as in rules.toml; an empty value: not asked.
    """

    __tablename__ = "oncall_rules"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    jurisdiction: str
    schedule_id: UUID | None = Field(default=None, foreign_key="schedules.id")
    position: str = ""
    kind: str
    value: str
    source: str
    valid_from: date
    valid_to: date | None = None


class StaffTraining(SQLModel, table=True):
    """A training that somebody has done; valid_to: the first day on which it does not count any more."""

    __tablename__ = "staff_trainings"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    account_id: UUID = Field(foreign_key="accounts.id", index=True)
    name: str
    done_on: date
    valid_to: date | None = None
    noted_by: UUID = Field(foreign_key="accounts.id")
    noted_at: datetime


class StaffRegion(SQLModel, table=True):
    """A region in which somebody takes shifts; who has none takes them in all."""

    __tablename__ = "staff_regions"

    account_id: UUID = Field(foreign_key="accounts.id", primary_key=True)
    region: str = Field(primary_key=True)
