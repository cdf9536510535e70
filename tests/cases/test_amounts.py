"""Reading very much: the supervisor hears of it once a day; reading like a machine waits; an alert never does."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlmodel import select

from porchlight.alerts.models import Alert, Notice
from porchlight.audit.models import AuditEvent
from porchlight.cases.amounts import queries, rules, service
from porchlight.core.db import Database
from porchlight.core.ids import new_id
from porchlight.core.refused import TooMany
from tests.browsing import Browser, text_of
from tests.clocks import Clock
from tests.world import World

Browsers = Callable[..., Browser]


def shown(db: Database, world: World, clock: Clock, count: int, act: str = "families.listed") -> None:
    """Rowan is shown so many people, each in a row of their own."""
    with db.transaction() as session:
        session.add_all(
            AuditEvent(
                at=clock.moment,
                account_id=world.accounts["rowan"],
                act=act,
                subject_id=new_id(),
                people=[str(new_id())],
            )
            for _number in range(count)
        )


def told(db: Database) -> list[tuple[object, str]]:
    with db.reading() as session:
        return [(one.account_id, one.words) for one in session.exec(select(Notice))]


def look(db: Database, world: World, clock: Clock) -> bool:
    with db.transaction() as session:
        return service.look(session, world.actor(session, "rowan"), now=clock.moment)


@pytest.mark.parametrize(("count", "much"), [(300, False), (301, True)])
def test_more_than_three_hundred_people_in_a_day_are_many(count: int, much: bool) -> None:
    assert rules.too_many_people(count) is much


@pytest.mark.parametrize(("count", "fast"), [(60, False), (61, True)])
def test_more_than_sixty_files_in_a_minute_are_fast(count: int, fast: bool) -> None:
    assert rules.too_fast(count) is fast


@pytest.mark.asvs("2.4.1")
def test_the_supervisor_is_told_once_on_a_day(db: Database, world: World, clock: Clock) -> None:
    shown(db, world, clock, 300)
    assert not look(db, world, clock)
    shown(db, world, clock, 1)

    said = [look(db, world, clock), look(db, world, clock)]

    assert said == [True, False]
    assert told(db) == [(world.accounts["priya"], service.MANY)]
    clock.move(hours=24)
    assert not look(db, world, clock)
    shown(db, world, clock, 301)
    assert look(db, world, clock)


def test_the_same_person_again_is_one_person(db: Database, world: World, clock: Clock) -> None:
    with db.transaction() as session:
        row = {"at": clock.moment, "account_id": world.accounts["rowan"], "act": "family.seen"}
        session.add_all(AuditEvent(**row, people=[str(world.children[0])]) for _number in range(400))

    with db.reading() as session:
        assert queries.people_since(session, world.accounts["rowan"], clock.moment - timedelta(days=1)) == 1


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_it_is_looked_at_while_somebody_works(db: Database, world: World, clock: Clock, browser_of: Browsers) -> None:
    rowan = browser_of("rowan")
    shown(db, world, clock, 301)
    clock.move(minutes=1)

    rowan.get("/today")

    assert told(db) == [(world.accounts["priya"], service.MANY)]


@pytest.mark.asvs("2.4.1")
def test_files_that_are_opened_faster_than_anybody_reads_wait_a_minute(
    db: Database, world: World, clock: Clock
) -> None:
    with db.reading() as session:
        rowan = world.actor(session, "rowan")
    shown(db, world, clock, 60, "face_sheet.seen")
    service.check(db, rowan)
    shown(db, world, clock, 1, "family.seen")

    for _time in range(2):
        with pytest.raises(TooMany):
            service.check(db, rowan)

    assert told(db) == [(world.accounts["priya"], service.FAST)]
    clock.move(minutes=1, seconds=1)
    service.check(db, rowan)


def test_what_a_phone_takes_along_is_no_reading(db: Database, world: World, clock: Clock) -> None:
    with db.reading() as session:
        rowan = world.actor(session, "rowan")
    shown(db, world, clock, 90, "family.seen")
    shown(db, world, clock, 1, "pack.given")

    service.check(db, rowan)

    assert told(db) == []


@pytest.mark.asvs("2.4.1")
@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_page_says_so_in_plain_words_and_an_alert_stays_open(
    db: Database, world: World, clock: Clock, browser_of: Browsers
) -> None:
    rowan = browser_of("rowan")
    with db.transaction() as session:
        alert = Alert(account_id=world.accounts["rowan"], severity="test", subject_id=new_id(), made_at=clock.moment)
        session.add(alert)
        session.flush()
        alert_id = alert.id
    shown(db, world, clock, 61, "visit.seen")

    pages = (f"/cases/{world.case}", f"/people/{world.children[0]}", f"/cases/{world.case}/visits")
    slowed = [rowan.get(one) for one in (*pages, f"/api/v1/cases/{world.case}")]

    assert [one.status_code for one in slowed] == [429] * 4
    assert "Wait 60 seconds" in text_of(slowed[0])
    assert slowed[0].headers["retry-after"] == "60"
    assert rowan.get(f"/alerts/{alert_id}").status_code == 200
    assert rowan.get("/today").status_code == 200
