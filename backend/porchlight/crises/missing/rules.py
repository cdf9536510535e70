"""Which clocks run while a child is missing, and what may follow; time and steps come in."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from porchlight.core.i18n import _
from porchlight.core.refused import Refused
from porchlight.crises.deadlines.rules import Clock, overdue
from porchlight.crises.missing.values import Screened, State, Step

LONGEST = 4000  # characters
LEEWAY = timedelta(minutes=1)  # two clocks that are set alike are not the same
OLDEST = timedelta(days=365)

NEXT: Mapping[State, frozenset[State]] = {
    State.MISSING: frozenset({State.FOUND}),
    State.FOUND: frozenset({State.CLOSED}),
    State.CLOSED: frozenset(),
}
# What stops which clock.
STOPS: Mapping[Clock, Step] = {Clock.POLICE: Step.POLICE, Clock.NCMEC: Step.NCMEC}
BY_HAND = (Step.POLICE, Step.NCMEC, Step.LOOKED, Step.TOLD, Step.SEEN, Step.NOTE)
WITH_NUMBER = frozenset({Step.POLICE, Step.NCMEC})


@dataclass(frozen=True, slots=True)
class Running:
    """One clock. told_at: None while it runs. late: it ran out before anybody was told."""

    clock: Clock
    due_at: datetime
    told_at: datetime | None
    late: bool


def clocks(due: Mapping[Clock, datetime], steps: Iterable[tuple[Step, datetime]], now: datetime) -> tuple[Running, ...]:
    """Every clock with the first step that stopped it."""
    done = list(steps)
    found = []
    for clock, due_at in due.items():
        told_at = min((at for step, at in done if step is STOPS[clock]), default=None)
        found.append(Running(clock, due_at, told_at, overdue(due_at, told_at or now)))
    return tuple(found)


def check_went(at: datetime | None, now: datetime, field: str) -> datetime:
    """A time that is over, within a year. Raises Refused."""
    if at is None:
        raise Refused(_("Fill this in."), field=field)
    if at > now + LEEWAY:
        raise Refused(_("This time lies ahead. Look at the date and the time."), field=field)
    if at < now - OLDEST:
        raise Refused(_("This is more than a year ago. Look at the date."), field=field)
    return at


def check_open(state: State) -> None:
    if state is State.CLOSED:
        raise Refused(_("This record is closed. Start a new one if the child is missing again."))


def check_can_find(state: State) -> None:
    if State.FOUND not in NEXT[state]:
        raise Refused(_("It is written down already that the child was found. Reload the page."))


def check_can_close(state: State, screened: Screened) -> None:
    """The talk is a part of the record (42 U.S.C. 671(a)(35)(A)): it is not closed without. Raises Refused."""
    if state is State.MISSING:
        raise Refused(_("The child is still missing. First write down where they were found."))
    if state is State.CLOSED:
        raise Refused(_("This record is closed. Reload the page."))
    if screened is Screened.NOT_YET:
        raise Refused(
            _("Ask first if anybody has used or sold the child. The record stays open until then."), field="screened"
        )


def first_open(states: Sequence[State]) -> bool:
    """Whether no time of being missing of this child is running."""
    return State.MISSING not in states
