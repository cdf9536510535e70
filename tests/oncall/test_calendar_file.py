"""A shift in a calendar: read back by the library's own parser, at both edges of daylight saving time."""

from datetime import UTC, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar

from porchlight.oncall.feeds.values import Entry, uid_of
from porchlight.oncall.feeds.writing import calendar

CHICAGO = ZoneInfo("America/Chicago")
CHANGED = datetime(2026, 11, 20, 1, 2, 3, tzinfo=UTC)


def entry(start: datetime, end: datetime, **other: object) -> Entry:
    given = {"uid": "a-shift", "summary": "On call: Backup", "description": "", "revision": 4, "changed_at": CHANGED}
    return Entry(start=start, end=end, **{**given, "settled": True, **other})  # type: ignore[arg-type]


def written(*entries: Entry, following: bool = True) -> bytes:
    return calendar(
        "My shifts", entries, uid=UUID(int=9), url="https://oak.example/oncall/mine", language="en", following=following
    )


@pytest.mark.parametrize(
    ("start", "end", "hours"),
    [
        (datetime(2026, 3, 7, 17, tzinfo=CHICAGO), datetime(2026, 3, 8, 8, tzinfo=CHICAGO), 14),
        (datetime(2026, 10, 31, 17, tzinfo=CHICAGO), datetime(2026, 11, 1, 8, tzinfo=CHICAGO), 16),
        (datetime(2026, 11, 27, 17, tzinfo=CHICAGO), datetime(2026, 11, 28, 8, tzinfo=CHICAGO), 15),
    ],
)
def test_a_night_in_which_the_clocks_change_keeps_its_hours_and_its_walls(
    start: datetime, end: datetime, hours: int
) -> None:
    read = Calendar.from_ical(written(entry(start.astimezone(UTC), end.astimezone(UTC)))).events[0]

    assert read.DTEND.astimezone(UTC) - read.DTSTART.astimezone(UTC) == timedelta(hours=hours)
    assert read.DTSTART.astimezone(CHICAGO).replace(tzinfo=None) == start.replace(tzinfo=None)
    assert read.DTEND.astimezone(CHICAGO).replace(tzinfo=None) == end.replace(tzinfo=None)


def test_an_event_carries_what_calendars_need_to_follow_a_change() -> None:
    start = datetime(2026, 11, 27, 23, tzinfo=UTC)

    whole = Calendar.from_ical(written(entry(start, start + timedelta(hours=9))))
    read = whole.events[0]

    assert (str(read["UID"]), read.sequence, read.DTSTAMP) == ("a-shift", 4, CHANGED)
    assert (str(read["STATUS"]), str(read["TRANSP"]), str(read["CLASS"])) == ("CONFIRMED", "TRANSPARENT", "PRIVATE")
    assert (str(whole["METHOD"]), str(whole["VERSION"]), str(whole["PRODID"])[:13]) == (
        "PUBLISH",
        "2.0",
        "-//Porchlight",
    )
    assert b"REFRESH-INTERVAL;VALUE=DURATION:PT1H" in written(entry(start, start + timedelta(hours=9)))


def test_what_is_not_published_yet_is_tentative() -> None:
    start = datetime(2026, 11, 27, 23, tzinfo=UTC)

    read = Calendar.from_ical(written(entry(start, start + timedelta(hours=9), settled=False))).events[0]

    assert str(read["STATUS"]) == "TENTATIVE"


def test_the_same_shifts_give_the_same_bytes() -> None:
    start = datetime(2026, 11, 27, 23, tzinfo=UTC)
    one = entry(start, start + timedelta(hours=9))

    assert written(one) == written(one)


def test_commas_line_breaks_and_accents_come_out_as_they_went_in_and_lines_are_short() -> None:
    start = datetime(2026, 11, 27, 23, tzinfo=UTC)
    words = "Guardia: primera persona; ñandú, y más\nuna línea " + "á" * 90

    raw = written(entry(start, start + timedelta(hours=9), summary=words, description=words))

    assert str(Calendar.from_ical(raw).events[0]["SUMMARY"]) == words
    assert max(len(line) for line in raw.split(b"\r\n")) <= 75


def test_a_calendar_without_a_shift_is_a_calendar() -> None:
    assert Calendar.from_ical(written()).events == []


def test_a_file_that_is_taken_over_once_does_not_ask_to_be_asked_again() -> None:
    assert b"REFRESH" not in written(following=False)


def test_the_id_of_a_shift_depends_on_whose_it_is_and_when_it_begins_and_on_nothing_else() -> None:
    start = datetime(2026, 11, 27, 23, tzinfo=UTC)
    one = uid_of(UUID(int=1), "worker", UUID(int=2), start)

    assert one == uid_of(UUID(int=1), "worker", UUID(int=2), start.astimezone(CHICAGO))
    assert (
        len(
            {
                one,
                uid_of(UUID(int=1), "backup", UUID(int=2), start),
                uid_of(UUID(int=1), "worker", UUID(int=3), start),
                uid_of(UUID(int=3), "worker", UUID(int=2), start),
                uid_of(UUID(int=1), "worker", UUID(int=2), start + timedelta(seconds=1)),
            }
        )
        == 5
    )
