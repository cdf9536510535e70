"""What every part of the demo is loaded with: the day, chance that repeats, the data files, and a bulk insert."""

import random
import tomllib
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, SQLModel

from porchlight.core.clock import at_wall, local_day
from porchlight.core.ids import new_id

ZONE = "America/Chicago"
SATURDAY = 5
FOLDER = Path(__file__).parent / "data"


def data(name: str) -> dict[str, Any]:
    with (FOLDER / f"{name}.toml").open("rb") as file:
        return tomllib.load(file)


@dataclass
class Child:
    """What later parts need of a person served."""

    id: UUID
    name: str
    home: str  # the code of a resource home, or a key of one's own address: who shares it is visited together
    entered_on: date
    key: str = ""


@dataclass
class Household:
    """One family's case."""

    case_id: UUID
    key: str
    name: str
    worker: str
    program: str
    children: list[Child]
    light: bool = True

    @property
    def groups(self) -> list[list[Child]]:
        """The children by where they live: each group is one visit."""
        homes: dict[str, list[Child]] = {}
        for child in self.children:
            homes.setdefault(child.home, []).append(child)
        return list(homes.values())


@dataclass
class Book:
    """The session, the moment and what has been made so far, by key."""

    session: Session
    now: datetime
    organizations: dict[str, UUID] = field(default_factory=dict)
    accounts: dict[str, UUID] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    schedule: UUID = field(default_factory=new_id)
    homes: dict[str, UUID] = field(default_factory=dict)
    caregivers: dict[str, list[UUID]] = field(default_factory=dict)
    households: list[Household] = field(default_factory=list)

    @property
    def today(self) -> date:
        return local_day(self.now, ZONE)

    def day(self, offset: int) -> date:
        return self.today + timedelta(days=offset)

    def court_day(self, offset: int) -> date:
        """So many days from now, or the Monday after when that is a weekend."""
        day = self.day(offset)
        return day + timedelta(days=max(0, 7 - day.weekday())) if day.weekday() >= SATURDAY else day

    def at(self, day: date, hour: int, minute: int = 0) -> datetime:
        return at_wall(datetime.combine(day, time(hour, minute)), ZONE)

    def chance(self, name: str) -> random.Random:
        """The same numbers in every run, and apart for every part."""
        return random.Random(f"porchlight/{name}")

    def put(self, *rows: SQLModel) -> None:
        """Insert rows in bulk, table by table in the order given: what is pointed at comes first."""
        tables: dict[type[SQLModel], list[dict[str, Any]]] = {}
        for row in rows:
            tables.setdefault(type(row), []).append(row.model_dump())
        for table, found in tables.items():
            self.session.execute(sa.insert(table), found)

    def household(self, key: str) -> Household:
        return next(one for one in self.households if one.key == key)

    def child(self, key: str) -> tuple[Household, Child]:
        return next((h, c) for h in self.households for c in h.children if c.key == key)


def months_before(day: date, months: int) -> date:
    """The same day of an earlier month, at most the 28th so that every month has it."""
    month = day.year * 12 + day.month - 1 - months
    return date(month // 12, month % 12 + 1, min(day.day, 28))
