"""What may become of a promised call, and how promises were kept; time comes in."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from porchlight.core.i18n import _
from porchlight.core.refused import Refused
from porchlight.crises.callbacks.values import Outcome, Passing, State

LONGEST = 500  # characters of what it is about
LEEWAY = timedelta(minutes=1)  # two clocks that are set alike are not the same
OLDEST = timedelta(days=14)

NEXT: Mapping[State, frozenset[State]] = {
    State.PROMISED: frozenset({State.KEPT, State.LET_GO}),
    State.KEPT: frozenset(),
    State.LET_GO: frozenset(),
}
NEXT_PASSING: Mapping[Passing, frozenset[Passing]] = {
    Passing.ASKED: frozenset({Passing.ACCEPTED, Passing.DECLINED, Passing.TAKEN_BACK}),
    Passing.ACCEPTED: frozenset(),
    Passing.DECLINED: frozenset(),
    Passing.TAKEN_BACK: frozenset(),
}
AFTER: Mapping[Outcome, State] = {
    Outcome.REACHED: State.KEPT,
    Outcome.NO_ANSWER: State.PROMISED,
    Outcome.MESSAGE: State.PROMISED,
}


@dataclass(frozen=True, slots=True)
class Kept:
    """One promise, for the share. tried_at: the first try to ring; reached_at: None while nobody was reached."""

    due_at: datetime
    state: State
    tried_at: datetime | None
    reached_at: datetime | None


@dataclass(frozen=True, slots=True)
class Share:
    """due: promises whose time is over or that were kept; those let go in time count nowhere."""

    due: int = 0
    reached_in_time: int = 0
    tried_in_time: int = 0


def check_open(state: State) -> None:
    if not NEXT[state]:
        raise Refused(_("This call is done. Promise a new one if they are to be called again."))


def check_promised_at(promised_at: datetime, now: datetime) -> None:
    """A promise was made before now and not weeks ago. Raises Refused."""
    if promised_at > now + LEEWAY:
        raise Refused(_("This time lies ahead. When did you promise it?"), field="promised_at")
    if promised_at < now - OLDEST:
        raise Refused(_("This is more than two weeks ago. Look at the date."), field="promised_at")


def share(promises: Iterable[Kept], now: datetime) -> Share:
    """How many were kept within their time: at the last moment is in time, after it is not."""
    counted = [one for one in promises if _counts(one, now)]
    return Share(
        due=len(counted),
        reached_in_time=sum(one.reached_at is not None and one.reached_at <= one.due_at for one in counted),
        tried_in_time=sum(one.tried_at is not None and one.tried_at <= one.due_at for one in counted),
    )


def _counts(one: Kept, now: datetime) -> bool:
    return one.state is State.KEPT or (one.state is State.PROMISED and one.due_at < now)
