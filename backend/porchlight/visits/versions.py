"""A visit as it stands: what was logged and every change since, put together the same way in whatever order they came; pure.

A change names the changes that its writer saw. What one writer saw and wrote over is settled; where two wrote over the
same part and neither had seen the other, nobody's words win by a clock: what stood before the two stands, and both
are kept until a person decides (docs/decisions/0010-amendments.md).
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

# The parts of a visit that are changed as one; a child's two parts are named by `child_part`.
PARTS = (
    "where",
    "when",
    "persons_seen",
    "observations",
    "topics",
    "came",
    "agreed",
    "next_visit",
    "note",
    "place_note",
)
HOW_SEEN, PRIVATE_NOTE, PLACE_NOTE = "how_seen", "private_note", "place_note"
NEEDS = {
    PRIVATE_NOTE: "private_note",
    PLACE_NOTE: "address",
}  # the field class (people/access.py) beyond the general one
ONE_TEXT = frozenset(
    {"observations", "came", "note", "place_note", PRIVATE_NOTE}
)  # two of them can be written together


@dataclass(frozen=True, slots=True)
class Change:
    """One amendment. base: the ids of those that its writer saw; values: the new value of each part that it changes."""

    id: UUID
    base: frozenset[UUID]
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Folded:
    """values: by part. undecided: by part, the changes that did not see each other, by their ids."""

    values: dict[str, Any]
    undecided: dict[str, tuple[UUID, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Side:
    """One change: who made it, when by our clock, why. value: of the part that is asked about, as it is shown."""

    id: UUID
    author: str
    at: datetime
    received_at: datetime
    reason: str
    value: Any


@dataclass(frozen=True, slots=True)
class Changed:
    """One part before and after a change (versions.PARTS, or a child's own with their name), as it is shown.

    hidden: it is not for this reader.
    """

    part: str
    what: str
    child: str
    hidden: bool
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class Undecided:
    """A part that was changed by several who had not seen each other. stands: what was logged, and what stands now."""

    part: str
    stands: Changed
    sides: tuple[Side, ...]


@dataclass(frozen=True, slots=True)
class Past:
    """What was changed after a visit was logged. base: what whoever has read it has seen, to be named by their change."""

    changes: tuple[tuple[Side, tuple[Changed, ...]], ...] = ()
    undecided: tuple[Undecided, ...] = ()
    base: tuple[UUID, ...] = ()


def hidden(opened: Collection[str]) -> frozenset[str]:
    """The parts that a reader does not see to whom these field classes are open."""
    return frozenset(part for part, needed in NEEDS.items() if needed not in opened)


def child_part(person_id: UUID | str, what: str) -> str:
    """The name of a child's own part. what: HOW_SEEN or PRIVATE_NOTE."""
    return f"{person_id}.{what}"


def child_of(part: str) -> tuple[UUID | None, str]:
    """Whose part this is and which, or None and the part itself when it is the whole visit's."""
    person_id, dot, what = part.partition(".")
    return (UUID(person_id), what) if dot else (None, part)


def stamp(moment: datetime) -> str:
    """A time as a change keeps it: two that are the same read the same."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


class Log:
    """Every change of one visit that has arrived. An id in a base that is not among them (taken back, or still on its
    way) says nothing; should two say of each other that they came later, neither did.
    """

    def __init__(self, changes: Iterable[Change]) -> None:
        self.changes = {change.id: change for change in changes}
        self._seen = {one: self._all_seen(one) for one in self.changes}

    def _all_seen(self, one: UUID) -> frozenset[UUID]:
        found: set[UUID] = set()
        waiting = [*self.changes[one].base]
        while waiting:
            earlier = waiting.pop()
            if earlier in self.changes and earlier not in found:
                found.add(earlier)
                waiting += self.changes[earlier].base
        return frozenset(found - {one})

    def seen_by(self, one: UUID) -> frozenset[UUID]:
        """What the writer of this change had seen, and what the writers of that had."""
        return self._seen[one]

    def all_of(self, ids: Collection[UUID]) -> frozenset[UUID]:
        """These changes, as far as they are here, with all that their writers had seen."""
        here = self.changes.keys() & set(ids)
        return frozenset(here).union(*(self._seen[one] for one in here))

    def ids(self) -> frozenset[UUID]:
        return frozenset(self.changes)

    def _came_before(self, one: UUID, other: UUID) -> bool:
        return one in self._seen[other] and other not in self._seen[one]

    def in_order(self) -> list[Change]:
        """Each after all that it saw; among those that did not see each other, by their ids."""
        return sorted(self.changes.values(), key=lambda change: (len(self._seen[change.id]), change.id))

    def fold(self, first: Mapping[str, Any], among: Collection[UUID] | None = None) -> Folded:
        """first: what was logged, by part. among: only these changes; all of them when None."""
        ids = self.ids() if among is None else frozenset(among)
        values, undecided = dict(first), {}
        for part in sorted({part for one in ids for part in self.changes[one].values}):
            last = self._last(part, ids)
            if self._agree(part, last):
                values[part] = self.changes[last[0]].values[part]
            else:
                undecided[part] = last
                stood = self._stood(part, last)
                if stood is not None:
                    values[part] = self.changes[stood].values[part]
        return Folded(values, undecided)

    def _last(self, part: str, ids: frozenset[UUID]) -> tuple[UUID, ...]:
        """The changes of this part that nobody wrote over who had seen them."""
        about = sorted(one for one in ids if part in self.changes[one].values)
        return tuple(one for one in about if not any(self._came_before(one, other) for other in about))

    def _agree(self, part: str, ids: tuple[UUID, ...]) -> bool:
        said = [self.changes[one].values[part] for one in ids]
        return all(value == said[0] for value in said)

    def _stood(self, part: str, last: tuple[UUID, ...]) -> UUID | None:
        """The change that stood before these: of what all their writers had seen, the last. None: what was logged."""
        while last:
            common = frozenset.intersection(*(self._seen[one] for one in last))
            last = self._last(part, common)
            if last and self._agree(part, last):
                return last[0]
        return None


def summary_parts(text: str) -> dict[str, tuple[str, ...]]:
    """The lines of a summary (docs/wire.md) by the part of the visit that they belong to."""
    found: dict[str, list[str]] = {}
    for line in text.split("\n")[1:]:
        name, _space, words = line.partition(" ")
        found.setdefault(NAMES.get(name, name), []).append(words)
    return {name: tuple(lines) for name, lines in found.items()}


# A line of the summary -> the part it belongs to.
NAMES = {"from": "when", "to": "when", "zone": "when", "place": "where", "next": "next_visit"}


def differing(before: str, after: str) -> list[str]:
    """The parts in which two summaries differ, in the order of the summary."""
    was, now = summary_parts(before), summary_parts(after)
    return [name for name in dict.fromkeys([*was, *now]) if was.get(name) != now.get(name)]
