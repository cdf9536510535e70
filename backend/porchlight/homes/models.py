"""Homes, caregivers and placements."""

from datetime import date
from uuid import UUID

from sqlmodel import Field, SQLModel

from porchlight.core.columns import JSON
from porchlight.core.ids import new_id
from porchlight.core.keyring.sealed import Sealed


class ResourceHome(SQLModel, table=True):
    __tablename__ = "resource_homes"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    code: str
    name: str
    address: str = Field(sa_type=Sealed)
    phone: str = ""
    beds: int
    kin: bool = False
    licence_until: date | None = None
    languages: list[str] = Field(default_factory=list, sa_type=JSON)
    note: str = Field(default="", sa_type=Sealed)


class Caregiver(SQLModel, table=True):
    __tablename__ = "caregivers"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    home_id: UUID = Field(foreign_key="resource_homes.id", index=True)
    account_id: UUID | None = Field(default=None, foreign_key="accounts.id", index=True)
    name: str
    phone: str = ""
    email: str = ""
    locale: str = "en"


class Placement(SQLModel, table=True):
    """One stay of one person in one setting, from a day up to and without another.

    kind: foster_home | kin_home | own_home | missing | respite | other. Without a home_id the address is the placement's own.
    """

    __tablename__ = "placements"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    person_id: UUID = Field(foreign_key="persons.id", index=True)
    home_id: UUID | None = Field(default=None, foreign_key="resource_homes.id", index=True)
    kind: str
    address: str = Field(default="", sa_type=Sealed)
    from_on: date
    to_on: date | None = None
