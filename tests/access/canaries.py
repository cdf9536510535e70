"""A text of its own in every column that a person fills, and who may read it by the access table."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from itertools import count
from typing import Any
from uuid import UUID

from porchlight.people.access import TABLE, Capability, Field
from tests.access.cast import CAST

Rights = frozenset[tuple[Capability, Field]]


def ways(said: str) -> tuple[Rights, ...]:
    """From "face_sheet.education+face_sheet.address|…": each way is all that it needs, any way is enough."""
    return tuple(
        frozenset((Capability(one.split(".")[0]), Field(one.split(".")[1])) for one in way.split("+"))
        for way in said.split("|")
        if way
    )


def rights(name: str, family: str) -> Rights:
    """What the table gives to this person about this family, by their relations to it."""
    who = CAST[name]
    rows = (TABLE.get((role, one), {}) for role in who.roles for one in who.relations.get(family, ()))
    return frozenset((capability, one) for row in rows for capability, fields in row.items() for one in fields)


@dataclass(frozen=True)
class Canary:
    """text stands in `column` of a family's file. may: the ways by which it may be read; must: where it has to appear.

    also: whose own it is, whatever the table says: who wrote it, whom it was written to, who was called.
    child: "" for the whole family's.
    """

    text: str
    column: str
    family: str
    may: tuple[Rights, ...]
    must: tuple[Rights, ...]
    also: frozenset[str]
    child: str = ""

    def may_be_read(self, name: str, asked: Collection[Capability] | None = None) -> bool:
        """asked: by a page that asks for these capabilities and no other."""
        if name in self.also:
            return True
        held = rights(name, self.family)
        found = [way for way in self.may if way <= held]
        return any(asked is None or {one for one, _field in way} <= set(asked) for way in found)

    def must_be_read(self, name: str) -> bool:
        return any(way <= rights(name, self.family) for way in self.must)


@dataclass
class Planting:
    """Makes canaries, and remembers them."""

    family: str = ""
    all: list[Canary] = field(default_factory=list)
    numbers: Any = field(default_factory=lambda: count(1))

    def text(
        self, column: str, may: str = "", *, must: str | None = None, also: Iterable[str] = (), child: str = ""
    ) -> str:
        """must: "" for a text that no page has to show; left out: the first way of `may`."""
        number = next(self.numbers)
        text = f"+1555777{number:04}" if column.endswith("phone") else f"zq{number:04}kx"
        needed = ways(may)[:1] if must is None else ways(must)
        self.all.append(Canary(text, column, self.family, ways(may), needed, frozenset(also), child))
        return text


@dataclass
class File:
    """One family's file: its ids by the names that routes give them, its children by their names in CHILDREN."""

    ids: dict[str, UUID | int | str] = field(default_factory=dict)
    children: dict[str, UUID] = field(default_factory=dict)
