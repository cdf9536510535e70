"""What a calendar shows of a shift."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid5

SPACE = UUID("6f0c5b0e-5a0c-5a58-9d3c-0b8f1f4f7c11")


@dataclass(frozen=True, slots=True)
class Entry:
    """One shift. summary, description: in the reader's language; settled: it is published.

    revision: grows with each change of the schedule; changed_at: when that was.
    """

    uid: str
    start: datetime
    end: datetime
    summary: str
    description: str
    revision: int
    changed_at: datetime
    settled: bool


def uid_of(schedule_id: UUID, position: str, account_id: UUID, start: datetime) -> str:
    """The same for as long as this person's shift begins at this time; it says nothing about anybody."""
    return str(uuid5(SPACE, f"{schedule_id} {position} {account_id} {start.timestamp():.0f}"))
