"""When a check-in is missed and what follows; time comes in, decisions come out."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from porchlight.core.i18n import _
from porchlight.core.refused import Refused
from porchlight.crises.checkins.values import Ending, State

LONGEST_PLACE = 300
LONGEST_TRIP = timedelta(hours=24)
MINUTES = (15, 30, 60)  # what one tap adds

NEXT: Mapping[State, frozenset[State]] = {
    State.RUNNING: frozenset({State.NUDGED, State.PAGED, State.OVER}),
    State.NUDGED: frozenset({State.RUNNING, State.PAGED, State.OVER}),  # running again: they need longer
    State.PAGED: frozenset({State.OVER}),
    State.OVER: frozenset(),
}
ENDS: Mapping[State, Ending] = {
    State.RUNNING: Ending.SAFE,
    State.NUDGED: Ending.SAFE,
    State.PAGED: Ending.FALSE_ALARM,
}


@dataclass(frozen=True, slots=True)
class Look:
    """What a look at the clock decides. nudge: ask the worker now; page: call others now; next_at: when to look again."""

    state: State
    nudge: bool = False
    page: bool = False
    next_at: datetime | None = None


def look(state: State, out_by: datetime, page_at: datetime, now: datetime) -> Look:
    """Safe to ask early (nothing happens), late (both happen at once) and again (neither happens twice)."""
    if state in {State.PAGED, State.OVER}:
        return Look(state)
    if now >= page_at:
        return Look(State.PAGED, nudge=state is State.RUNNING, page=True)
    if now >= out_by:
        return Look(State.NUDGED, nudge=state is State.RUNNING, next_at=page_at)
    return Look(state, next_at=out_by)


def check_out_by(out_by: datetime | None, now: datetime) -> datetime:
    """A time to come, within a day. Raises Refused."""
    if out_by is None:
        raise Refused(_("Say by when you should be out."), field="out_by")
    if out_by <= now:
        raise Refused(_("This time is over already. Say by when you should be out."), field="out_by")
    if out_by > now + LONGEST_TRIP:
        raise Refused(_("A check-in runs for at most 24 hours. Look at the date."), field="out_by")
    return out_by


def longer(out_by: datetime, minutes: int, now: datetime) -> datetime:
    """The new time: so many minutes more, counted from now where the old time is over."""
    return max(out_by, now) + timedelta(minutes=minutes)


def check_can_extend(state: State) -> None:
    if state is State.PAGED:
        raise Refused(_("Others were called already. If you are safe, press “I am safe”, then start a new one."))
    if state is State.OVER:
        raise Refused(_("This check-in is over. Start a new one."))
