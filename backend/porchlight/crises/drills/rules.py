"""When phones are tried, and what a try has shown."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from porchlight.core.clock import local
from porchlight.crises.drills.values import DrillState

NEXT: Mapping[DrillState, frozenset[DrillState]] = {
    DrillState.RUNNING: frozenset({DrillState.PASSED, DrillState.FAILED}),
    DrillState.PASSED: frozenset(),
    DrillState.FAILED: frozenset(),
}

BEFORE_SHIFT = timedelta(hours=1)
TO_ANSWER = timedelta(minutes=10)
WEEK = timedelta(days=7)
BY_DAY = range(
    10, 16
)  # hours of the agency's wall clock in which the weekly drill may ring: nobody sleeps after a night


def shift_drill(starts_at: datetime, now: datetime) -> datetime | None:
    """When to ring before this shift: an hour ahead, at once when less is left; None when it has begun."""
    return None if starts_at <= now else max(starts_at - BEFORE_SHIFT, now)


def weekly_due(last_at: datetime | None, zone: str, now: datetime) -> bool:
    """Whether it is time for this person's weekly drill. last_at: their latest drill of any kind, or since when they
    have had a phone; None: they have none, which the boards say without a drill.
    """
    return last_at is not None and now - last_at >= WEEK and local(now, zone).hour in BY_DAY


def ended(answered_at: datetime | None, due_at: datetime, now: datetime) -> DrillState:
    """How a drill stands. answered_at: when “I've got it” was first pressed on one of the person's phones."""
    if answered_at is not None and answered_at <= due_at:
        return DrillState.PASSED
    return DrillState.RUNNING if now < due_at else DrillState.FAILED
