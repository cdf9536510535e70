"""Which time a sheet is about; pure."""

from datetime import datetime, timedelta

from porchlight.core.clock import at_wall, local, local_day
from porchlight.core.i18n import _
from porchlight.core.refused import Refused
from porchlight.oncall.rules import YEARS

FRIDAY = 4
# When an office is closed, unless a sheet is asked for another span [our choice].
CLOSES, OPENS, NIGHTS = 17, 8, 3
LONGEST = timedelta(days=14)  # what one page holds
DAY = timedelta(days=1)
WEEK = timedelta(weeks=1)


def weekend(now: datetime, zone: str) -> tuple[datetime, datetime]:
    """From Friday at five to Monday at eight on the wall clock: the one that runs, else the next."""
    day = local_day(now, zone)
    friday = datetime.combine(day - DAY * ((day.weekday() - FRIDAY) % 7), datetime.min.time()).replace(hour=CLOSES)
    if at_wall(_ends(friday), zone) <= now:
        friday += WEEK
    return at_wall(friday, zone), at_wall(_ends(friday), zone)


def span(from_wall: datetime | None, to_wall: datetime | None, now: datetime, zone: str) -> tuple[datetime, datetime]:
    """The span that was asked for, by naive wall times; the weekend where none was. Raises Refused.

    With a start alone: from then to the Monday morning after it, as a weekend ends.
    """
    start, end = weekend(now, zone)
    if from_wall is not None:
        start = _instant(from_wall, zone, "from")
        end = weekend(start, zone)[1]
    if to_wall is not None:
        end = _instant(to_wall, zone, "to")
    if end <= start:
        raise Refused(_("The end must be after the start."), field="to")
    if end - start > LONGEST:
        raise Refused(_("A sheet holds at most {days} days."), field="to", days=LONGEST.days)
    return start, end


def _ends(friday: datetime) -> datetime:
    return (friday + DAY * NIGHTS).replace(hour=OPENS)


def _instant(wall: datetime, zone: str, field: str) -> datetime:
    if wall.year not in YEARS:
        raise Refused(_("Choose a time in the years {first} to {last}."), field=field, first=YEARS[0], last=YEARS[-1])
    return at_wall(wall, zone)


def wall(moment: datetime, zone: str) -> str:
    """As a field of type datetime-local has it."""
    return local(moment, zone).strftime("%Y-%m-%dT%H:%M")
