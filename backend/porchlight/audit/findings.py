"""What a check of the audit found, in plain words."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

SHOWN = 10  # of each kind; all are counted


class Kind(StrEnum):
    CHANGED = "changed"
    DELETED = "deleted"
    INSERTED = "inserted"
    NOT_OURS = "not_ours"
    CUT = "cut"
    REWRITTEN = "rewritten"
    UNSIGNED = "unsigned"
    HIDDEN = "hidden"
    UNGUARDED = "unguarded"


WORDS: dict[Kind, str] = {
    Kind.CHANGED: "does not fit its seal: the row, its seal or its place was changed",
    Kind.DELETED: "is gone",
    Kind.INSERTED: "was put in behind the product's back: it neither has a seal nor waits for one",
    Kind.NOT_OURS: "does not carry the product's mark: somebody else wrote or changed it",
    Kind.CUT: "was signed for, and the chain ends before it",
    Kind.REWRITTEN: "was signed for, and another chain stands in its place",
    Kind.UNSIGNED: "is a checkpoint that no key of this installation signed",
    Kind.HIDDEN: "is listed under other people than it names",
    Kind.UNGUARDED: "has lost what keeps rows from being changed or left out of the chain",
}


@dataclass
class Report:
    """late: sentences about what cannot be vouched for yet. took: seconds."""

    rows: int = 0
    last: int = 0
    last_at: datetime | None = None
    checkpoints: int = 0
    covered: int = 0
    broken_lines: int = 0
    waiting: int = 0
    took: float = 0.0
    counts: Counter[Kind] = field(default_factory=Counter)
    shown: list[str] = field(default_factory=list)
    late: list[str] = field(default_factory=list)

    def found(self, kind: Kind, what: str) -> None:
        self.counts[kind] += 1
        if self.counts[kind] <= SHOWN:
            self.shown.append(f"{what} {WORDS[kind]}.")

    @property
    def code(self) -> int:
        """How a command ends: 0 whole, 1 something was done to it, 2 not all of it can be vouched for yet."""
        return 1 if self.counts else 2 if self.late else 0

    def sentences(self) -> Iterator[str]:
        pace = f"{self.rows / self.took:,.0f} a second" if self.took else "at once"
        yield f"Looked at {self.rows:,} rows in {self.took:.1f} s ({pace})."
        if self.last_at:
            yield f"The last one is number {self.last:,}, sealed {said(self.last_at)}; {self.waiting:,} wait for a number."
        yield f"{self.checkpoints:,} checkpoints; the newest covers the rows up to number {self.covered:,}."
        if self.broken_lines:
            yield f"{self.broken_lines:,} lines of the checkpoints cannot be read, as a power cut leaves them."
        yield from self.shown
        for kind, count in self.counts.items():
            if count > SHOWN:
                yield f"… and {count - SHOWN:,} more: {WORDS[kind]}."
        yield from self.late
        yield self._verdict()

    def _verdict(self) -> str:
        if self.counts:
            return f"NOT WHOLE: {self.counts.total():,} findings. Keep the database as it is, and tell your security officer."
        if self.late:
            return "Nothing is wrong with what is sealed, but not all of it can be vouched for yet."
        return "Whole: nothing was changed, deleted, put in, swapped, cut off or written anew."


def said(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S} UTC"


def spell(span: timedelta) -> str:
    seconds = round(span.total_seconds())
    return f"{seconds} seconds" if seconds < 120 else f"{seconds // 60} minutes"
