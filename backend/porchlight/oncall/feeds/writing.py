"""Shifts as a calendar (RFC 5545): the same shifts give the same bytes, so that an unchanged feed is not sent again."""

from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from icalendar import CLASS, STATUS, TRANSP, Calendar, Event, vDuration

from porchlight.oncall.feeds.values import Entry

PRODUCT = "-//Porchlight//On call//EN"
ASK_AGAIN = timedelta(hours=1)  # what calendars are told; most of them take their own time all the same
TYPE = "text/calendar"


def calendar(
    name: str, entries: Iterable[Entry], *, uid: UUID, url: str, language: str, following: bool = True
) -> bytes:
    """name: as the calendar app lists it. uid: the feed's own. url: the page to look at for what is true now.

    Times are in UTC, so no calendar needs to know our zones and both edges of daylight saving time come out right.
    following: a feed that is asked for again and again; else a file that is taken over once.
    """
    made = Calendar.new(
        name=name,
        prodid=PRODUCT,
        method="PUBLISH",
        language=language,
        uid=uid,
        subcomponents=[_event(one, url) for one in entries],
    )
    if following:
        made.add("REFRESH-INTERVAL", ASK_AGAIN, {"VALUE": "DURATION"})
        made.add("X-PUBLISHED-TTL", vDuration(ASK_AGAIN).to_ical().decode())
    return bytes(made.to_ical())


def _event(one: Entry, url: str) -> Event:
    return Event.new(
        uid=one.uid,
        start=one.start,
        end=one.end,
        stamp=one.changed_at,
        last_modified=one.changed_at,
        sequence=one.revision,
        summary=one.summary,
        description=one.description or None,
        url=url,
        status=STATUS.CONFIRMED if one.settled else STATUS.TENTATIVE,
        # On call is not the same as busy: meetings may be made.
        transparency=TRANSP.TRANSPARENT,
        classification=CLASS.PRIVATE,
    )
