"""What the chain of an escalation is asked about and what it answers: who could be called, who is called, who is not there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Candidate:
    """reachable: has a phone that can be woken, as far as we know. proven: the last drill did not say otherwise."""

    account_id: UUID
    reachable: bool
    proven: bool = True


@dataclass(frozen=True, slots=True)
class Roster:
    """Who would be called now, by position; behind the last level (never empty): last resort and duty manager."""

    on_call: Mapping[str, Sequence[Candidate]]
    behind: Sequence[Candidate]


@dataclass(frozen=True, slots=True)
class Page:
    """One person to call now."""

    account_id: UUID
    position: str  # empty for the last resort
    level: int
    round: int


@dataclass(frozen=True, slots=True)
class Nobody:
    """A level on which nobody is on call: it is skipped, and that is written down."""

    position: str
    level: int
    round: int


@dataclass(frozen=True, slots=True)
class Decision:
    level: int
    round: int
    pages: tuple[Page, ...] = ()
    nobody: tuple[Nobody, ...] = ()
    next_due_at: datetime | None = None
    unseen_at: datetime | None = None  # earlier: when what no phone has shown counts as lost
