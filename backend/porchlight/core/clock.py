"""Times as people meet them: aware UTC inside, a wall clock at the edge."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo


def local(moment: datetime, zone: str) -> datetime:
    return moment.astimezone(ZoneInfo(zone))


def local_day(moment: datetime, zone: str) -> date:
    return local(moment, zone).date()


def at_wall(naive: datetime, zone: str) -> datetime:
    """The instant of a wall-clock time. In a spring gap the first instant after it, in an autumn fold the first."""
    zoned = naive.replace(tzinfo=ZoneInfo(zone), fold=0)
    back = zoned.astimezone(UTC).astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    if back == naive:
        return zoned.astimezone(UTC)
    low, high = zoned.replace(fold=1).astimezone(UTC), zoned.astimezone(UTC)
    low, high = min(low, high), max(low, high)
    while (high - low).total_seconds() > 1:
        middle = low + (high - low) / 2
        if middle.astimezone(ZoneInfo(zone)).utcoffset() == high.astimezone(ZoneInfo(zone)).utcoffset():
            high = middle
        else:
            low = middle
    return high.replace(microsecond=0)


def last_at_wall(naive: datetime, zone: str) -> datetime:
    """The same, but in an autumn fold the second."""
    zoned = naive.replace(tzinfo=ZoneInfo(zone), fold=1)
    back = zoned.astimezone(UTC).astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    return zoned.astimezone(UTC) if back == naive else at_wall(naive, zone)


def iso(moment: datetime) -> str:
    """RFC 3339 in UTC with milliseconds and a Z."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def parse_iso(text: str) -> datetime:
    """Aware UTC from RFC 3339. Raises ValueError without an offset."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("A time needs its offset.")
    return moment.astimezone(UTC)
