"""Cover proof and publishing: gaps in words on the schedule's clock, what changed since, and who may be relied on."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlmodel import select

from porchlight.core.db import Database
from porchlight.core.refused import Conflict, Refused
from porchlight.oncall import queries
from porchlight.oncall.cover import rules, service
from porchlight.oncall.models import Publication, Rotation
from porchlight.oncall.planning import service as planning
from porchlight.oncall.planning.drafts import OverrideDraft
from porchlight.oncall.rules import Gap, Shift
from porchlight.people.models import Account
from tests.browsing import Browser, text_of
from tests.world import MONDAY, World

Browsers = Callable[..., Browser]
on_sqlite = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
ANN, BOB = UUID(int=1), UUID(int=2)
SATURDAY_EVENING = datetime(2026, 11, 29, 4, 0, tzinfo=UTC)  # ten in Chicago


def publish(
    db: Database, world: World, *, days: int = 31, revision: int = 0, anyway: str = "", now: datetime = MONDAY
) -> datetime:
    with db.transaction() as session:
        return service.publish(
            session, world.actor(session, "priya"), world.schedule, days=days, revision=revision, anyway=anyway, now=now
        )


def leave_a_gap(db: Database, world: World) -> None:
    """Nobody is backup from ten on Saturday to six on Sunday."""
    draft = OverrideDraft(
        position="backup",
        instead_of=world.accounts["joss"],
        from_at=SATURDAY_EVENING,
        to_at=SATURDAY_EVENING + 8 * HOUR,
    )
    with db.transaction() as session:
        planning.override(session, world.actor(session, "priya"), world.schedule, draft, now=MONDAY)


def test_days_are_those_of_the_wall_clock_and_have_23_or_25_hours_at_its_edges() -> None:
    start = rules.midnight(date(2027, 3, 13), "America/Chicago")
    shift = Shift("worker", ANN, start, start + 3 * DAY)

    found = list(rules.days([shift], [], "America/Chicago", start, start + 71 * HOUR))

    assert [(one.day.day, (one.shifts[0].end - one.shifts[0].start) / HOUR) for one in found] == [
        (13, 24),
        (14, 23),
        (15, 24),
    ]


def test_a_gap_over_midnight_stands_in_both_days() -> None:
    start = rules.midnight(date(2026, 11, 28), "America/Chicago")
    gap = Gap("worker", start + 22 * HOUR, start + 30 * HOUR)

    found = list(rules.days([], [gap], "America/Chicago", start, start + 2 * DAY))

    assert [(one.gaps[0].end - one.gaps[0].start) / HOUR for one in found] == [2, 6]


def test_differences_are_spans_and_those_that_go_on_alike_are_one() -> None:
    def held(who: UUID, start: int, end: int) -> Shift:
        return Shift("worker", who, MONDAY + start * HOUR, MONDAY + end * HOUR)

    found = rules.differences(
        [held(ANN, 0, 8), held(ANN, 8, 24)], [held(ANN, 0, 4), held(BOB, 4, 8), held(BOB, 8, 12)], MONDAY, MONDAY + DAY
    )

    assert [((one.start - MONDAY) / HOUR, (one.end - MONDAY) / HOUR, one.before, one.after) for one in found] == [
        (4, 12, ANN, BOB), (12, 24, ANN, None),
    ]  # fmt: skip


def test_what_is_published_is_kept_with_who_and_when_and_up_to_a_midnight(db: Database, world: World) -> None:
    until = publish(db, world)

    assert until == rules.midnight(date(2026, 12, 25), "America/Chicago")
    with db.reading() as session:
        line = queries.schedule(session, world.schedule)
        kept = session.exec(select(Publication)).one()
    assert line is not None
    assert (line.published_until, kept.published_by, kept.published_at) == (until, world.accounts["priya"], MONDAY)
    assert len({one["position"] for one in kept.shifts}) == 4


@pytest.mark.parametrize(("days", "late"), [(6, True), (7, False), (8, False)])
def test_seven_days_ahead_are_to_be_published(days: int, late: bool) -> None:
    assert rules.unpublished(MONDAY + days * DAY, MONDAY) is late
    assert rules.unpublished(None, MONDAY)


@on_sqlite
def test_fewer_than_seven_days_are_not_published(db: Database, world: World) -> None:
    with pytest.raises(Refused) as refused:
        publish(db, world, days=6)

    assert refused.value.errors[0].field == "days"


@on_sqlite
def test_a_rota_that_was_changed_meanwhile_is_looked_at_again(db: Database, world: World) -> None:
    leave_a_gap(db, world)

    with pytest.raises(Conflict):
        publish(db, world, revision=0, anyway="x")


@on_sqlite
def test_gaps_and_people_who_are_not_eligible_need_words_but_keep_nobody_from_being_on_call(
    db: Database, world: World
) -> None:
    with db.transaction() as session:
        session.get_one(Account, world.accounts["joss"]).employed_since = MONDAY.date()

    with pytest.raises(Refused) as refused:
        publish(db, world)
    publish(db, world, anyway="Joss is shadowed by Lee.")

    assert refused.value.errors[0].field == "anyway"
    with db.reading() as session:
        assert queries.who(session, world.schedule, MONDAY)["backup"] == world.accounts["joss"]


@on_sqlite
def test_a_turn_of_somebody_who_has_left_is_a_gap(db: Database, world: World) -> None:
    with db.transaction() as session:
        session.get_one(Account, world.accounts["joss"]).disabled_at = MONDAY
        line = queries.schedules(session, world.agency)[0]
        proof = service.prove(session, line, now=MONDAY)

    assert [(one.position, one.start, one.end) for one in proof.gaps] == [("backup", MONDAY, MONDAY + rules.PROVEN)]


@on_sqlite
@pytest.mark.parametrize(
    "path", ["/oncall", "/oncall/sheet?from=2026-11-24T08:00&to=2026-11-25T08:00", "/calls", "/board"]
)
def test_whoever_has_left_stands_on_no_page_as_on_call_and_the_gap_does(
    db: Database, world: World, browser_of: Browsers, path: str
) -> None:
    priya = browser_of("priya")
    before = text_of(priya.get(path))
    with db.transaction() as session:
        session.get_one(Account, world.accounts["joss"]).disabled_at = MONDAY
    after = text_of(priya.get(path))

    assert "Joss" in before or path == "/board"
    assert "Joss" not in after
    assert after.count("Nobody") > before.count("Nobody") or path == "/calls"


@on_sqlite
def test_what_somebody_had_before_they_left_stays_theirs(db: Database, world: World) -> None:
    with db.transaction() as session:
        session.get_one(Account, world.accounts["joss"]).disabled_at = MONDAY
        rota = queries.rota(session, world.schedule, MONDAY - timedelta(days=1), MONDAY + timedelta(days=1))
        assert rota
        backup = [one for one in rota.shifts() if one.position == "backup"]

    assert [(one.account_id, one.end) for one in backup] == [(world.accounts["joss"], MONDAY)]


@pytest.mark.duty("S4-31")
@on_sqlite
@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "Nobody Saturday, Nov 28, 10:00 pm to 6:00 am Backup"),
        ("es", "Nadie sábado 28 de nov, 10:00 p.m. a 6:00 a.m."),
    ],
)
def test_gaps_are_said_in_words_on_the_schedules_clock(
    db: Database, world: World, browser_of: Browsers, language: str, words: str
) -> None:
    leave_a_gap(db, world)
    browser = browser_of("priya")
    browser.client.cookies.set("locale", language)

    for page in ("", "/publish"):
        assert words in text_of(browser.get(f"/oncall/schedules/{world.schedule}{page}"))


@on_sqlite
def test_before_publishing_one_sees_what_changes_and_then_it_is_published(
    db: Database, world: World, browser_of: Browsers
) -> None:
    publish(db, world)
    leave_a_gap(db, world)
    priya, path = browser_of("priya"), f"/oncall/schedules/{world.schedule}/publish"

    seen = text_of(priya.get(path))
    bare = priya.post(path, data={"days": "31", "revision": "1"})
    done = priya.post(path, data={"days": "31", "revision": "1", "anyway": "Mara is near her phone."})

    assert "Nobody for Joss Wetherby Backup. From Nov 28, 2026, 10:00 pm to Nov 29, 2026, 6:00 am" in seen
    assert "Priya Castellane published it last" in seen
    assert bare.status_code == 422
    assert done.status_code == 303
    assert "Nothing that was published before." in text_of(priya.get(path))


@on_sqlite
def test_a_schedule_without_turns_says_what_to_do(db: Database, world: World, browser_of: Browsers) -> None:
    with db.transaction() as session:
        for row in session.exec(select(Rotation)):
            session.delete(row)

    page = text_of(browser_of("priya").get(f"/oncall/schedules/{world.schedule}"))

    assert "Nobody takes turns yet. Add turns, so that somebody is on call." in page
    assert "Nobody from Nov 23, 2026, 12:00 pm to Dec 23, 2026, 12:00 pm" in page


@on_sqlite
def test_a_day_without_anybody_says_so_in_one_word(db: Database, world: World, browser_of: Browsers) -> None:
    with db.transaction() as session:
        session.execute(sa.delete(Rotation))

    page = text_of(browser_of("priya").get(f"/oncall/schedules/{world.schedule}"))

    assert "Tuesday, Nov 24 First on call: nobody Backup: nobody" in page
    assert "12:00 am to 12:00 am" not in page


@on_sqlite
def test_a_day_names_who_hands_over_to_themselves_once(world: World, browser_of: Browsers) -> None:
    page = text_of(browser_of("priya").get(f"/oncall/schedules/{world.schedule}"))

    friday = page.split("Friday, Nov 27 First on call:")[1].split("Saturday")[0]
    assert [friday.count(name) for name in ("Lee Marchetti", "Rowan Ibarra", "Joss Wetherby")] == [1, 1, 1]
    assert "Backup: Joss Wetherby Supervisor:" in friday


@on_sqlite
def test_what_speaks_against_somebody_stands_there_once_with_the_days_and_positions(
    db: Database, world: World, browser_of: Browsers
) -> None:
    draft = OverrideDraft(
        position="worker",
        account_id=world.accounts["joss"],
        from_at=SATURDAY_EVENING,
        to_at=SATURDAY_EVENING + 8 * HOUR,
    )
    with db.transaction() as session:
        planning.override(session, world.actor(session, "priya"), world.schedule, draft, now=MONDAY)
        proof = service.prove(session, queries.schedules(session, world.agency)[0], now=MONDAY)
    twice = [(shift.account_id, why.kind) for shift, why in proof.against]
    assert len(set(twice)) < len(twice)  # of somebody in two positions

    priya = browser_of("priya")
    for path in ("", "/publish"):
        page = priya.get(f"/oncall/schedules/{world.schedule}{path}").text
        said = re.findall(r"<li><strong>([^<]+)</strong>: ([^<]+?)\s*((?:<br><span[^>]*>[^<]+</span>)+)</li>", page)
        assert len(said) == len(set(twice))
        assert len({(name, why) for name, why, _ in said}) == len(said)
        joss = next(shifts for name, why, shifts in said if name == "Joss Wetherby" and "phone" in why)
        assert "Backup. From " in joss
        assert "First on call. From Nov 28, 2026, 10:00 pm to Nov 29, 2026, 6:00 am" in joss
