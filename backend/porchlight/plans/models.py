"""A safety plan and its versions."""

from datetime import date, datetime
from uuid import UUID

from sqlmodel import Field, SQLModel, UniqueConstraint

from porchlight.core.ids import new_id
from porchlight.core.keyring.sealed import SealedJSON


class SafetyPlan(SQLModel, table=True):
    __tablename__ = "safety_plans"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    case_id: UUID = Field(foreign_key="cases.id", index=True)
    person_id: UUID = Field(foreign_key="persons.id", unique=True)


class SafetyPlanVersion(SQLModel, table=True):
    """sections: {"sets_off": [words], "early_signs": […], "helps": […], "makes_worse": […], "steps": [{"what","who"}],

    "people": [{"name","relation","phone"}], "professionals": [{"name","phone"}], "respite": […], "safer_home": […],
    "must_be_told": […], "worked_before": […], "communication": […], "medical": […]}.
    """

    __tablename__ = "safety_plan_versions"
    __table_args__ = (UniqueConstraint("plan_id", "number"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    plan_id: UUID = Field(foreign_key="safety_plans.id", index=True)
    number: int
    sections: dict[str, list[str | dict[str, str]]] = Field(sa_type=SealedJSON(dict))
    written_by: UUID = Field(foreign_key="accounts.id")
    written_at: datetime
    valid_from: date
    review_due_on: date


class SafetyPlanUse(SQLModel, table=True):
    """A crisis came while this plan held: was it used, and by when somebody looks at it again; only ever added.

    used: yes | part | no | "" (nobody said). source_id: the crisis.
    """

    __tablename__ = "safety_plan_uses"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    plan_id: UUID = Field(foreign_key="safety_plans.id", index=True)
    source_id: UUID = Field(index=True)
    used: str = ""
    said_by: UUID = Field(foreign_key="accounts.id")
    at: datetime
    review_due_on: date
