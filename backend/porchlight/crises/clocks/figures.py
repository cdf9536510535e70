"""Within what time each step of a crisis is due: rows with jurisdiction, source and first day, for the agency to check."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from porchlight.crises.clocks.values import Clock
from porchlight.crises.values import Reason

OURS = ""  # holds where neither the state nor the country says anything
COUNTRY = "US"
# Where the source names no first day: before anything that is kept here.
ALWAYS = date(2000, 1, 1)
HOUR = timedelta(hours=1)
DAY = 24 * HOUR


@dataclass(frozen=True, slots=True)
class Figure:
    """within: elapsed time from the clock's start. later: only where the family prefers that we come later."""

    clock: Clock
    jurisdiction: str
    within: timedelta
    source: str
    valid_from: date = ALWAYS
    later: bool = False


_MRSS = "New Jersey MRSS, N.J.A.C. 10:77-6.7"
_FURS = "California FURS: three hours at most"
_AFTER_MRSS = "Our default, after New Jersey MRSS"
_MISSING = "42 U.S.C. 671(a)(35)(B): at once, 24 hours at most"
_MISSOURI = "Missouri Child Welfare Manual: two hours"
_ALDER = "Alder County practice guide, 7.1 (invented)"
_ACT = date(2016, 9, 29)  # two years after P.L. 113-183, which sets the duty

FIGURES = (
    Figure(Clock.TAKEN, OURS, HOUR / 4, "Our default: the director is called after 15 minutes"),
    Figure(Clock.ARRIVED, OURS, HOUR, _AFTER_MRSS),
    Figure(Clock.ARRIVED, OURS, DAY, _AFTER_MRSS, later=True),
    Figure(Clock.ARRIVED, "New Jersey", HOUR, _MRSS),
    Figure(Clock.ARRIVED, "New Jersey", DAY, _MRSS, later=True),
    Figure(Clock.ARRIVED, "California", 3 * HOUR, _FURS),
    Figure(Clock.ARRIVED, "Example", HOUR, _ALDER),
    Figure(Clock.ARRIVED, "Example", DAY, _ALDER, later=True),
    Figure(Clock.POLICE, COUNTRY, DAY, _MISSING, _ACT),
    Figure(Clock.NCMEC, COUNTRY, DAY, _MISSING, _ACT),
    Figure(Clock.POLICE, "Missouri", 2 * HOUR, _MISSOURI),
    Figure(Clock.NCMEC, "Missouri", 2 * HOUR, _MISSOURI),
    Figure(Clock.POLICE, "Example", HOUR / 2, _ALDER),
    Figure(Clock.NCMEC, "Example", 4 * HOUR, _ALDER),
    Figure(Clock.STABLE, OURS, 3 * DAY, "Our default, after the first phase of New Jersey MRSS"),
    Figure(Clock.STABLE, "New Jersey", 3 * DAY, _MRSS),
    Figure(Clock.FOLLOWED_UP, OURS, 3 * DAY, "Our default: 72 hours"),
)

# The clocks of each kind of crisis, in the order in which they are shown.
_IN_PERSON = (Clock.TAKEN, Clock.LEFT, Clock.ARRIVED, Clock.STABLE, Clock.RESOLVED, Clock.FOLLOWED_UP)
CLOCKS: dict[Reason, tuple[Clock, ...]] = {
    Reason.HURT: _IN_PERSON,
    Reason.MISSING: (Clock.TAKEN, Clock.POLICE, Clock.NCMEC, Clock.STABLE, Clock.RESOLVED, Clock.FOLLOWED_UP),
    Reason.THREAT: _IN_PERSON,
    Reason.SUICIDE: _IN_PERSON,
    Reason.PLACEMENT: _IN_PERSON,
    Reason.WORKER: _IN_PERSON,
}


def figure(
    clock: Clock, jurisdiction: str, on: date, *, later: bool = False, rows: Iterable[Figure] = FIGURES
) -> Figure | None:
    """The row that holds on that day: of the state's and the country's the stricter; ours only where neither has one.

    later: the family prefers that we come later; where a jurisdiction knows no such row, its ordinary one holds.
    None: no rule sets a time.
    """
    valid = [one for one in rows if one.clock == clock and one.valid_from <= on and (later or not one.later)]
    found = [newest for place in {jurisdiction, COUNTRY} - {OURS} if (newest := _newest(valid, place))]
    return min(found, key=lambda one: one.within) if found else _newest(valid, OURS)


def _newest(valid: list[Figure], jurisdiction: str) -> Figure | None:
    here = [one for one in valid if one.jurisdiction == jurisdiction]
    return max(here, key=lambda one: (one.later, one.valid_from), default=None)


def may_be_later(jurisdiction: str, on: date) -> bool:
    """Whether a family's wish moves the time to be there in person at all."""
    wished, plain = (figure(Clock.ARRIVED, jurisdiction, on, later=later) for later in (True, False))
    return wished != plain
