"""The number of a region, tries of it, and who called."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Field, SQLModel

from porchlight.core.ids import new_id
from porchlight.core.keyring.sealed import Sealed


class HelpLine(SQLModel, table=True):
    """The number that people of a region ring, and who answers it; the newest row of a region holds, only ever added."""

    __tablename__ = "help_lines"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    organization_id: UUID = Field(foreign_key="organizations.id", index=True)
    region: str
    phone: str  # E.164
    answered_by: str
    made_by: UUID = Field(foreign_key="accounts.id")
    made_at: datetime


class LineDrill(SQLModel, table=True):
    """Somebody rang a region's number to see whether it is answered; only ever added."""

    __tablename__ = "line_drills"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    organization_id: UUID = Field(foreign_key="organizations.id", index=True)
    region: str
    phone: str
    answered: bool
    answered_by: str = ""
    made_by: UUID = Field(foreign_key="accounts.id")
    made_at: datetime


class Caller(SQLModel, table=True):
    """Who called about a crisis, as the one who took the call heard it."""

    __tablename__ = "crisis_callers"

    crisis_id: UUID = Field(foreign_key="crises.id", primary_key=True)
    organization_id: UUID = Field(foreign_key="organizations.id", index=True)
    name: str = ""
    phone: str = ""
    who: str = Field(default="", sa_type=Sealed)  # the child and the place, in the caller's words: never looked up
    region: str = ""


class RegionHelper(SQLModel, table=True):
    """Whom a responder of a region rings besides the team; the newest row of a kind holds, only ever added.

    kind: police | mobile_crisis | interpreter. phone: as it is dialled; "" for none.
    """

    __tablename__ = "region_helpers"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    organization_id: UUID = Field(foreign_key="organizations.id", index=True)
    region: str
    kind: str
    phone: str
    made_by: UUID = Field(foreign_key="accounts.id")
    made_at: datetime
