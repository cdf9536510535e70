"""The printable sheet: which time it is about, and that it names everybody with a number."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from porchlight.core.db import Database
from porchlight.core.refused import Refused
from porchlight.oncall.models import Rotation
from porchlight.oncall.sheet import rules
from tests.browsing import Browser, text_of
from tests.world import MONDAY, World

Browsers = Callable[..., Browser]
CHICAGO = "America/Chicago"


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


@pytest.mark.parametrize(
    ("now", "start", "end"),
    [
        ("2026-11-23T12:00-06:00", "2026-11-27T17:00-06:00", "2026-11-30T08:00-06:00"),
        ("2026-11-27T16:59-06:00", "2026-11-27T17:00-06:00", "2026-11-30T08:00-06:00"),
        ("2026-11-29T03:00-06:00", "2026-11-27T17:00-06:00", "2026-11-30T08:00-06:00"),
        ("2026-11-30T07:59-06:00", "2026-11-27T17:00-06:00", "2026-11-30T08:00-06:00"),
        ("2026-11-30T08:00-06:00", "2026-12-04T17:00-06:00", "2026-12-07T08:00-06:00"),
        # Both changes of the clocks fall into a weekend.
        ("2026-03-05T12:00-06:00", "2026-03-06T17:00-06:00", "2026-03-09T08:00-05:00"),
        ("2026-10-30T12:00-05:00", "2026-10-30T17:00-05:00", "2026-11-02T08:00-06:00"),
    ],
)
def test_the_weekend_that_runs_or_comes_next(now: str, start: str, end: str) -> None:
    assert rules.weekend(utc(now), CHICAGO) == (utc(start), utc(end))


@pytest.mark.parametrize(
    ("from_wall", "to_wall", "expected"),
    [
        ("2026-12-24T12:00", "2026-12-28T08:00", ("2026-12-24T12:00-06:00", "2026-12-28T08:00-06:00")),
        ("2026-12-25T00:00", None, ("2026-12-25T00:00-06:00", "2026-12-28T08:00-06:00")),
        (None, "2026-12-01T08:00", ("2026-11-27T17:00-06:00", "2026-12-01T08:00-06:00")),
    ],
)
def test_any_other_time_by_the_wall_clock(
    from_wall: str | None, to_wall: str | None, expected: tuple[str, str]
) -> None:
    given = [datetime.fromisoformat(one) if one else None for one in (from_wall, to_wall)]

    assert rules.span(given[0], given[1], MONDAY, CHICAGO) == (utc(expected[0]), utc(expected[1]))


@pytest.mark.parametrize(
    ("from_wall", "to_wall", "field"),
    [
        ("2026-11-27T17:00", "2026-11-27T17:00", "to"),
        ("2026-11-27T17:00", "2026-12-11T17:01", "to"),
        ("1999-11-27T17:00", None, "from"),
        ("9999-12-31T23:59", None, "from"),
        (None, "0001-01-01T00:00", "to"),
    ],
)
def test_a_time_that_no_sheet_holds_is_refused(from_wall: str | None, to_wall: str | None, field: str) -> None:
    given = [datetime.fromisoformat(one) if one else None for one in (from_wall, to_wall)]

    with pytest.raises(Refused) as refused:
        rules.span(given[0], given[1], MONDAY, CHICAGO)

    assert refused.value.errors[0].field == field


def rows(html: str) -> list[str]:
    return [
        re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", row)).strip() for row in re.findall(r"<tr>(.*?)</tr>", html, re.S)
    ]


def test_the_sheet_names_everyone_with_a_number_and_the_lines_to_ring(browser_of: Browsers) -> None:
    said = rows(browser_of("lee").get("/oncall/sheet").text)

    assert said[:4] == [
        "Danger to life 911",
        "Thoughts of suicide 988",
        "On-call line 555-0100",
        "Child abuse hotline 555-0101",
    ]
    assert "Alder First on call Rowan Ibarra 555-0110 All of this time" in said
    assert [row.split()[1] for row in said[5:]] == ["First", "Backup", "Supervisor", "Director"]


def test_a_hand_off_inside_the_span_is_two_rows_and_a_gap_says_nobody(
    browser_of: Browsers, db: Database, world: World
) -> None:
    with db.transaction() as session:
        for row in session.exec(Rotation.__table__.select()).all():  # type: ignore[attr-defined,call-overload]
            if row.position == "backup":
                session.delete(session.get_one(Rotation, row.id))

    said = rows(
        browser_of("lee").get("/oncall/sheet", params={"from": "2026-11-27T12:00", "to": "2026-11-28T08:00"}).text
    )

    assert [row for row in said if row.startswith("Alder First")] == [
        "Alder First on call Lee Marchetti 555-0110 Friday, Nov 27, 12:00 pm to 5:00 pm",
        "Alder First on call Rowan Ibarra 555-0110 Friday, Nov 27, 5:00 pm to Saturday, Nov 28, 8:00 am",
    ]
    assert "Alder Backup Nobody – All of this time" in said


@pytest.mark.parametrize(
    ("name", "typed"), [("from", "Friday"), ("to", "2026-11-01T00:00"), ("from", "9999-12-31T00:00")]
)
def test_what_was_typed_wrong_is_said_and_kept(browser_of: Browsers, name: str, typed: str) -> None:
    answer = browser_of("lee").get("/oncall/sheet", params={name: typed})

    assert answer.status_code == 422
    assert "There is a problem" in text_of(answer)
    assert f'value="{typed}"' in answer.text


@pytest.mark.parametrize("who", ["sunniva", "corin", "odell"])
def test_the_sheet_is_for_staff(browser_of: Browsers, who: str) -> None:
    assert browser_of(who).get("/oncall/sheet").status_code == 404


def test_two_weeks_are_the_most() -> None:
    assert timedelta(days=14) == rules.LONGEST
