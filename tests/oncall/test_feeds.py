"""Calendar feeds over HTTP, as a calendar app reads them: without a session, with a secret that can be given up."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from icalendar import Calendar, Event
from sqlmodel import select

from porchlight.audit.models import AuditEvent
from porchlight.core.db import Database
from porchlight.core.keys import sha256
from porchlight.oncall import service as rota
from porchlight.oncall.feeds.content import first_names
from porchlight.oncall.feeds.models import CalendarFeed
from porchlight.oncall.swaps import service
from porchlight.people.models import Account, AccountRole
from tests.browsing import Browser, text_of
from tests.clocks import Clock
from tests.oncall.people_on_call import FRIDAY, WEEK, ask, join, prove_phones
from tests.world import MONDAY, World

Browsers = Callable[..., Browser]
CHICAGO = ZoneInfo("America/Chicago")


def address(browser: Browser, schedule: str = "") -> str:
    """Where a calendar app is to look, as the page says it once."""
    answer = browser.post("/oncall/calendar", data={"schedule": schedule})
    assert answer.status_code == 200, text_of(answer)
    return "/calendar/" + answer.text.partition("/calendar/")[2].partition('"')[0].partition("<")[0].strip()


def events(body: bytes) -> list[Event]:
    return list(Calendar.from_ical(body).events)


def test_a_calendar_app_reads_the_persons_own_shifts_without_a_session(browser_of: Browsers) -> None:
    path = address(browser_of("rowan"))

    answer = browser_of().get(path)

    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    found = events(answer.content)
    assert {str(one["SUMMARY"]) for one in found} == {"On call: First on call"}
    starts = [one.DTSTART for one in found]
    assert FRIDAY in starts
    assert starts == sorted(starts)
    assert {one.DTEND - one.DTSTART for one in found} <= {WEEK, WEEK - timedelta(hours=1), WEEK + timedelta(hours=1)}


def test_hand_offs_stay_at_five_on_both_sides_of_a_change_of_the_clocks(browser_of: Browsers, clock: Clock) -> None:
    path = address(browser_of("rowan"))

    for moment in (MONDAY, datetime(2027, 2, 1, tzinfo=UTC), datetime(2027, 10, 1, tzinfo=UTC)):
        clock.moment = moment
        found = events(browser_of().get(path).content)
        assert {one.DTSTART.astimezone(CHICAGO).strftime("%a %H:%M") for one in found} == {"Fri 17:00"}


def test_the_secret_is_shown_once_and_only_its_hash_is_kept(browser_of: Browsers, db: Database) -> None:
    browser = browser_of("rowan")

    token = address(browser).removeprefix("/calendar/").removesuffix(".ics")

    assert len(token) == 43
    assert token not in browser.get("/oncall/calendar").text
    with db.reading() as session:
        rows = session.exec(sa.text("SELECT token_hash FROM calendar_feeds")).all()  # type: ignore[call-overload]
        details = [one.detail for one in session.exec(select(AuditEvent).where(AuditEvent.act == "calendar.made"))]
    assert [row[0] for row in rows] == [sha256(token.encode())]
    assert token not in str(details)


def test_a_new_address_ends_the_one_before_and_turning_it_off_ends_the_last(browser_of: Browsers, db: Database) -> None:
    browser, app = browser_of("rowan"), browser_of()
    first = address(browser)
    second = address(browser)

    assert [app.get(path).status_code for path in (first, second)] == [404, 200]

    with db.reading() as session:
        live = session.exec(select(CalendarFeed.id).where(CalendarFeed.ended_at.is_(None))).one()  # type: ignore[union-attr]
    assert browser_of("lee").post(f"/oncall/calendar/{live}/end").status_code == 404
    assert app.get(second).status_code == 200
    assert browser.post(f"/oncall/calendar/{live}/end").status_code == 303
    assert browser.post(f"/oncall/calendar/{live}/end").status_code == 303
    assert app.get(second).status_code == 404


def test_one_address_for_my_shifts_and_one_for_each_schedule_stand_side_by_side(
    browser_of: Browsers, world: World
) -> None:
    browser, app = browser_of("rowan"), browser_of()

    paths = [address(browser), address(browser, str(world.schedule))]

    assert [app.get(path).status_code for path in paths] == [200, 200]


@pytest.mark.parametrize(
    "path", ["/calendar/x.ics", "/calendar/" + "A" * 43 + ".ics", "/calendar/" + "A" * 43, "/calendar/.ics"]
)
def test_an_address_that_is_not_known_looks_like_one_that_has_ended(browser_of: Browsers, path: str) -> None:
    assert browser_of().get(path).status_code == 404


def test_whoever_guesses_addresses_waits_and_keeps_nobody_from_signing_in(browser_of: Browsers, clock: Clock) -> None:
    known, ended = address(browser_of("rowan")), address(browser_of("lee"))
    address(browser_of("lee"))
    app = browser_of()

    read = {app.get(known).status_code for _again in range(60)}
    guessed = [app.get(ended).status_code for _again in range(51)]
    kept_off = app.get(known)
    browser_of("joss")
    clock.move(minutes=15)

    assert read == {200}
    assert guessed == [404] * 50 + [429]
    assert (kept_off.status_code, kept_off.headers["retry-after"]) == (429, "15")
    assert app.get(known).status_code == 200


def test_it_can_only_be_read(browser_of: Browsers) -> None:
    path = address(browser_of("rowan"))
    app = browser_of()

    assert app.request("HEAD", path).status_code == 200
    assert {app.request(method, path).status_code for method in ("POST", "PUT", "DELETE", "PATCH")} == {405}


def test_who_has_left_or_takes_no_part_any_more_reads_nothing(browser_of: Browsers, db: Database, world: World) -> None:
    lee, rowan = address(browser_of("lee")), address(browser_of("rowan"), str(world.schedule))
    with db.transaction() as session:
        session.get_one(Account, world.accounts["lee"]).disabled_at = MONDAY
        for role in ("caseworker", "on_call"):
            session.delete(session.get_one(AccountRole, (world.accounts["rowan"], role)))

    assert [browser_of().get(path).status_code for path in (lee, rowan)] == [404, 404]


@pytest.mark.parametrize("who", ["sunniva", "corin", "odell"])
def test_calendars_are_for_staff(browser_of: Browsers, world: World, who: str) -> None:
    browser = browser_of(who)

    assert browser.get("/oncall/calendar").status_code == 404
    assert browser.post("/oncall/calendar", data={"schedule": str(world.schedule)}).status_code == 404


def test_a_schedule_that_is_not_ones_own_has_no_calendar(browser_of: Browsers) -> None:
    assert browser_of("rowan").post("/oncall/calendar", data={"schedule": str(uuid4())}).status_code == 404


def test_a_schedules_calendar_has_first_names_and_nothing_else_of_anybody(browser_of: Browsers, world: World) -> None:
    body = browser_of().get(address(browser_of("rowan"), str(world.schedule))).content

    summaries = {str(one["SUMMARY"]) for one in events(body)}
    assert summaries == {
        "Lee: First on call",
        "Rowan: First on call",
        "Joss: Backup",
        "Priya: Supervisor",
        "Mara: Director",
    }
    for private in (
        b"Marchetti",
        b"Ibarra",
        b"5550110",
        b"example.org",
        b"Quintrell",
        b"Gideon",
        b"ATTENDEE",
        b"ORGANIZER",
    ):
        assert private not in body
    assert not any(str(id_).encode() in body for id_ in world.accounts.values())


def test_two_of_one_first_name_have_a_letter_more() -> None:
    one, two, three = uuid4(), uuid4(), uuid4()

    assert first_names({one: "Dana Rook", two: "Dana Abel-Soto", three: "Lee"}) == {
        one: "Dana R.",
        two: "Dana A.",
        three: "Lee",
    }


def test_an_unchanged_calendar_is_not_sent_again_and_the_clock_alone_changes_nothing(
    browser_of: Browsers, clock: Clock
) -> None:
    path, app = address(browser_of("rowan")), browser_of()
    first = app.get(path)

    clock.move(hours=3)
    again = app.get(path, headers={"If-None-Match": first.headers["etag"]})

    assert (again.status_code, again.content) == (304, b"")
    assert app.get(path).content == first.content


def test_a_taken_swap_moves_the_shift_from_one_calendar_to_the_other_with_a_higher_sequence(
    browser_of: Browsers, db: Database, world: World, clock: Clock
) -> None:
    prove_phones(db, world)
    wren = join(db, world, "wren", "Wren Adeyemi-Castillo")
    rowan, hers, app = address(browser_of("rowan")), address(browser_of("wren")), browser_of()
    before = app.get(rowan)
    clock.move(hours=1)
    part = (None, datetime.fromisoformat("2026-11-28T06:00"))
    swap_id = ask(db, world, to=wren, part=part, now=clock.moment)

    with db.transaction() as session:
        service.take(session, world.actor(session, "wren"), swap_id, now=clock.moment)
    after = app.get(rowan, headers={"If-None-Match": before.headers["etag"]})

    assert after.status_code == 200
    taken = events(app.get(hers).content)
    assert [(one.DTSTART, one.DTEND) for one in taken] == [(FRIDAY, FRIDAY + timedelta(hours=13))]
    old = {str(one["UID"]): one for one in events(before.content)}
    new = {str(one["UID"]): one for one in events(after.content)}
    assert len(new) == len(old)
    assert len(set(new) & set(old)) == len(old) - 1  # the rest of the shift is another one
    assert all(new[uid].sequence > old[uid].sequence for uid in set(new) & set(old))
    assert {one.DTSTAMP for one in new.values()} == {clock.moment}


def test_uids_do_not_change_with_the_window_or_with_changes_elsewhere(
    browser_of: Browsers, db: Database, world: World, clock: Clock
) -> None:
    path, app = address(browser_of("rowan")), browser_of()
    before = {one.DTSTART: str(one["UID"]) for one in events(app.get(path).content)}
    clock.move(days=17)
    with db.transaction() as session:
        rota.stand_in(
            session,
            world.actor(session, "priya"),
            world.schedule,
            "backup",
            world.accounts["lee"],
            from_at=FRIDAY + 4 * WEEK,
            to_at=FRIDAY + 5 * WEEK,
            now=clock.moment,
        )

    after = {one.DTSTART: str(one["UID"]) for one in events(app.get(path).content)}

    both = set(before) & set(after)
    assert len(both) > 10
    assert all(before[start] == after[start] for start in both)


def test_one_shift_as_a_file_for_whose_it_is(browser_of: Browsers, world: World) -> None:
    path = f"/calendar/{world.schedule}/worker/{FRIDAY.timestamp():.0f}"

    answer = browser_of("rowan").get(path)

    assert answer.headers["content-disposition"] == 'attachment; filename="shift.ics"'
    assert [(one.DTSTART, one.DTEND) for one in events(answer.content)] == [(FRIDAY, FRIDAY + WEEK)]
    assert browser_of("lee").get(path).status_code == 404
    assert browser_of().get(path).status_code == 303


def test_in_spanish_for_who_reads_spanish(browser_of: Browsers, db: Database, world: World) -> None:
    path = address(browser_of("rowan"))
    with db.transaction() as session:
        session.get_one(Account, world.accounts["rowan"]).locale = "es"

    assert {str(one["SUMMARY"]) for one in events(browser_of().get(path).content)} == {
        "De guardia: Primera persona de guardia"
    }
