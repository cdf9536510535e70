"""Team members of a case."""

from uuid import UUID

from sqlmodel import Field, SQLModel

from porchlight.core.ids import new_id


class TeamMember(SQLModel, table=True):
    """person_id: the child this member is for; empty means the whole family."""

    __tablename__ = "team_members"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    case_id: UUID = Field(foreign_key="cases.id", index=True)
    person_id: UUID | None = Field(default=None, foreign_key="persons.id")
    account_id: UUID | None = Field(default=None, foreign_key="accounts.id")
    name: str
    role: str
    phone: str = ""
    is_natural: bool = False
    position: int = 0
