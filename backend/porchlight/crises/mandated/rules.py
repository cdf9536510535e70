"""How a mandated report stands by its two clocks; rules, steps and time come in."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from porchlight.core.i18n import _
from porchlight.core.refused import Refused
from porchlight.crises.deadlines.rules import When, overdue
from porchlight.crises.mandated.values import State, Step

LONGEST = 8000  # characters of what was seen, heard and said
LEEWAY = timedelta(minutes=1)  # two clocks that are set alike are not the same
OLDEST = timedelta(days=366)
# “At once” has no last moment. So long after it others are told that the call has not been made [our own choice].
AT_ONCE = timedelta(hours=1)

NEXT: Mapping[State, frozenset[State]] = {
    State.OPEN: frozenset({State.CLOSED}),
    State.CLOSED: frozenset(),
}
BY_HAND = frozenset({Step.ORAL, Step.WRITTEN, Step.ELECTRONIC, Step.ASKED, Step.NOT_ASKED, Step.NOTE})
TELLING = frozenset({Step.ORAL, Step.ELECTRONIC})  # either is the first word to the state


@dataclass(frozen=True, slots=True)
class Demand:
    """What the law wanted when it was seen or heard. Minutes as in deadlines.rules.Rule."""

    oral_due_at: datetime | None
    written_due_at: datetime | None
    written: When


@dataclass(frozen=True, slots=True)
class Done:
    step: Step
    at: datetime


@dataclass(frozen=True, slots=True)
class Clock:
    """needed: None while nobody has said whether they asked for it. done_at: None while it runs."""

    due_at: datetime | None
    done_at: datetime | None
    needed: bool | None
    late: bool

    @property
    def runs(self) -> bool:
        return self.done_at is None and self.needed is not False


@dataclass(frozen=True, slots=True)
class Standing:
    oral: Clock
    written: Clock

    @property
    def whole(self) -> bool:
        """Whether everything that the law wants was done, so that the report may be closed."""
        return not self.oral.runs and not self.written.runs


def standing(demand: Demand, steps: Iterable[Done], now: datetime) -> Standing:
    """Both clocks. What was filed electronically was told, and was written where the law takes it for the paper."""
    done = list(steps)
    told_at = _first(done, TELLING)
    filed_at = _first(done, {Step.ELECTRONIC}) if demand.written is When.NOT_IF_ELECTRONIC else None
    needed = False if filed_at else _needed(demand.written, done)
    written_at = _first(done, {Step.WRITTEN})
    return Standing(
        Clock(demand.oral_due_at, told_at, True, overdue(demand.oral_due_at, told_at or now)),
        Clock(
            demand.written_due_at,
            written_at,
            needed,
            needed is not False and overdue(demand.written_due_at, written_at or now),
        ),
    )


def _needed(written: When, done: Iterable[Done]) -> bool | None:
    if written in {When.ALWAYS, When.NOT_IF_ELECTRONIC}:
        return True
    if written is When.NEVER:
        return False
    # Asked for once is asked for, whatever was said before.
    said = {one.step for one in done}
    if Step.ASKED in said:
        return True
    return False if Step.NOT_ASKED in said else None


def _first(done: Iterable[Done], steps: Iterable[Step]) -> datetime | None:
    wanted = set(steps)
    return min((one.at for one in done if one.step in wanted), default=None)


def others_may_read(standing: Standing, now: datetime) -> bool:
    """A supervisor is told after: once the state was told, or once it is late and somebody must look.

    Before that it is the reporter's alone, so that nobody can talk them out of it.
    """
    due_at = standing.oral.due_at
    return standing.oral.done_at is not None or (due_at is not None and now > due_at + AT_ONCE)


def check_can_close(state: State, standing: Standing) -> None:
    """Never unsent. Raises Refused with what is still to be done."""
    if not NEXT[state]:
        raise Refused(_("This report is closed."))
    if standing.oral.runs:
        raise Refused(_("It was not called in yet. Call the hotline first, then write down whom you told."))
    if standing.written.runs and standing.written.needed is None:
        raise Refused(_("Write down first if they asked for a written report."))
    if standing.written.runs:
        raise Refused(_("The written report was not sent yet. Send it, then write down when."))


def check_open(state: State) -> None:
    if not NEXT[state]:
        raise Refused(_("This report is closed. Start a new one for what you saw or heard since."))


def check_went(at: datetime | None, now: datetime, field: str) -> datetime:
    """A time that is over, within a year. Raises Refused."""
    if at is None:
        raise Refused(_("Fill this in."), field=field)
    if at > now + LEEWAY:
        raise Refused(_("This time lies ahead. Look at the date and the time."), field=field)
    if at < now - OLDEST:
        raise Refused(_("This is more than a year ago. Look at the date."), field=field)
    return at
