"""The words that a crisis' steps and clocks are described with."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Step(StrEnum):
    """What a responder logs with one chip; the name of its line on the timeline."""

    SPOKE = "spoke"
    LATER = "later"  # the family prefers that we come later
    LEFT = "left"
    ARRIVED = "arrived"
    POLICE = "police"
    NCMEC = "ncmec"
    HOSPITAL = "hospital"
    PLAN_YES = "plan_yes"
    PLAN_PART = "plan_part"
    PLAN_NO = "plan_no"
    STABLE = "stable"  # everyone is safe
    FOLLOWED_UP = "followed_up"


class Stage(StrEnum):
    RAISED = "raised"
    TAKEN = "taken"
    LEFT = "left"
    ARRIVED = "arrived"
    STABLE = "stable"
    RESOLVED = "resolved"
    FOLLOWED_UP = "followed_up"


class Clock(StrEnum):
    """What is to be done in time. Its name is that of the step which ends it."""

    TAKEN = "taken"
    LEFT = "left"
    ARRIVED = "arrived"
    POLICE = "police"
    NCMEC = "ncmec"
    STABLE = "stable"
    RESOLVED = "resolved"
    FOLLOWED_UP = "followed_up"


@dataclass(frozen=True, slots=True)
class Event:
    """One line of a timeline. kind: a Step, "raised", "taken", "resolved", or one that no clock goes by."""

    kind: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Running:
    """One clock at one moment. due_at: None where no rule sets a time; done_at: None while it runs.

    overdue: it ran out and is still not done. late: it was done, but after its time.
    logged: somebody said that it was done; without, the end of something else stopped it.
    """

    clock: Clock
    since: datetime
    due_at: datetime | None
    done_at: datetime | None
    overdue: bool
    source: str
    logged: bool = True

    @property
    def late(self) -> bool:
        return bool(self.due_at and self.done_at and self.done_at > self.due_at)
