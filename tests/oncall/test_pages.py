"""Who is on call as page and API, and standing in: only a supervisor may say so, and it is written down."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlmodel import select

from porchlight.audit.models import AuditEvent
from porchlight.core.db import Database
from porchlight.core.refused import NotFound, Refused
from porchlight.oncall import queries, service
from porchlight.oncall.models import Rotation
from porchlight.people.models import Account, Organization
from tests.browsing import Browser, text_of
from tests.clocks import Clock
from tests.world import MONDAY, World

Browsers = Callable[..., Browser]
SATURDAY = datetime(2026, 11, 28, 12, 0, tzinfo=UTC)


def stand_in(db: Database, world: World, **other: Any) -> None:
    """Joss stands in for the worker on Saturday, as Priya says; `other` changes the story."""
    given: dict[str, Any] = {
        "actor": "priya",
        "schedule_id": world.schedule,
        "position": "worker",
        "account_id": world.accounts["joss"],
        "from_at": SATURDAY,
        "to_at": SATURDAY + timedelta(hours=8),
        **other,
    }
    with db.transaction() as session:
        actor = world.actor(session, given.pop("actor"))
        service.stand_in(
            session,
            actor,
            given.pop("schedule_id"),
            given.pop("position"),
            given.pop("account_id"),
            now=MONDAY,
            **given,
        )


def test_a_stand_in_is_on_call_for_exactly_that_time_and_it_is_written_down(db: Database, world: World) -> None:
    stand_in(db, world)

    with db.reading() as session:
        found = [
            queries.who(session, world.schedule, SATURDAY + timedelta(seconds=s))["worker"]
            for s in (-1, 0, 28799, 28800)
        ]
        acts = session.exec(select(AuditEvent).where(AuditEvent.act == "oncall.stand_in")).all()
    rowan, joss = world.accounts["rowan"], world.accounts["joss"]
    assert found == [rowan, joss, joss, rowan]
    assert [(one.account_id, one.detail["position"]) for one in acts] == [(world.accounts["priya"], "worker")]


@pytest.mark.parametrize(
    ("other", "field"),
    [
        ({"to_at": SATURDAY}, "to_at"),
        ({"from_at": MONDAY - timedelta(days=2), "to_at": MONDAY - timedelta(days=1)}, "to_at"),
        ({"to_at": SATURDAY + timedelta(days=32)}, "to_at"),
        ({"position": "chef"}, "position"),
    ],
)
def test_an_impossible_stand_in_is_refused_in_words(
    db: Database, world: World, other: dict[str, Any], field: str
) -> None:
    with pytest.raises(Refused) as refused:
        stand_in(db, world, **other)

    assert refused.value.errors[0].field == field


def test_only_people_who_take_shifts_may_stand_in(db: Database, world: World) -> None:
    with pytest.raises(Refused):
        stand_in(db, world, account_id=world.accounts["tamsin"])


def test_nobody_of_another_organization_stands_in(db: Database, world: World) -> None:
    with db.transaction() as session:
        other = Organization(
            kind="contractor", name="Wexley Nights", phone="", hotline="", time_zone="America/Chicago", jurisdiction="X"
        )
        session.add(other)
        session.flush()
        session.get_one(Account, world.accounts["joss"]).organization_id = other.id

    with pytest.raises(Refused) as refused:
        stand_in(db, world)

    assert refused.value.errors[0].field == "account_id"


@pytest.mark.parametrize("who", ["lee", "rowan", "sunniva", "corin"])
def test_only_a_supervisor_may_say_who_stands_in(db: Database, world: World, who: str) -> None:
    with pytest.raises(NotFound):
        stand_in(db, world, actor=who)


def test_nobody_changes_a_schedule_that_is_not_there(db: Database, world: World) -> None:
    with pytest.raises(NotFound):
        stand_in(db, world, schedule_id=uuid4())


@pytest.mark.duty("S4-31")
def test_the_page_says_who_is_on_call_and_which_shifts_are_mine(browser_of: Browsers) -> None:
    said = text_of(browser_of("rowan").get("/oncall"))

    assert "Lee Marchetti First on call. Until Nov 27, 2026, 5:00 pm" in said
    assert "Joss Wetherby Backup" in said
    assert "Nov 27, 2026, 5:00 pm First on call. Until Dec 4, 2026, 5:00 pm" in said


def test_my_shifts_say_their_whole_time_not_where_the_page_begins_or_ends(browser_of: Browsers, db: Database) -> None:
    with db.transaction() as session:
        for rotation in session.exec(select(Rotation)):
            rotation.kind, rotation.length = "monthly", 3
    lee = browser_of("lee")

    said, today = text_of(lee.get("/oncall")), text_of(lee.get("/today"))

    assert "Nov 20, 2026, 5:00 pm First on call. Until Feb 20, 2027, 5:00 pm" in said
    assert "You First on call. Until Feb 20, 2027, 5:00 pm" in said
    assert "You First on call. Until Feb 20, 2027, 5:00 pm" in today


def test_my_own_turn_is_called_mine(browser_of: Browsers) -> None:
    assert "You First on call" in text_of(browser_of("lee").get("/oncall"))


@pytest.mark.parametrize("who", ["sunniva", "corin", "odell"])
def test_staff_numbers_are_for_staff(browser_of: Browsers, who: str) -> None:
    assert browser_of(who).get("/oncall").status_code == 404
    assert browser_of(who).get("/api/v1/oncall").status_code == 404


def test_the_api_answers_for_any_instant(browser_of: Browsers, world: World) -> None:
    browser = browser_of("joss")

    def worker(at: str) -> list[str]:
        answer = browser.get("/api/v1/oncall", params={"at": at} if at else {}).json()
        return [one["account_id"] for one in answer["schedules"][0]["on_call"] if one["position"] == "worker"]

    lee, rowan = str(world.accounts["lee"]), str(world.accounts["rowan"])
    assert worker("") == [lee]
    assert worker("2026-11-27T16:59:59-06:00") == [lee]
    assert worker("2026-11-27T17:00:00-06:00") == [rowan]
    assert worker("2026-11-27T23:00:00Z") == [rowan]


@pytest.mark.parametrize("at", ["tomorrow", "2026-11-27T17:00:00", "9999"])
def test_a_moment_without_its_offset_is_refused_in_words(browser_of: Browsers, at: str) -> None:
    answer = browser_of("joss").get("/api/v1/oncall", params={"at": at})

    assert answer.status_code == 422
    assert "offset" in answer.json()["detail"]


FAR_OFF = ["0001-01-01T00:00:00Z", "0001-01-01T00:00:00+12:00", "9999-12-31T23:59:59Z", "9999-12-31T23:59:59-12:00"]


@pytest.mark.parametrize("at", FAR_OFF)
def test_a_moment_that_no_rota_knows_is_refused_in_words(browser_of: Browsers, world: World, at: str) -> None:
    priya = browser_of("priya")
    person = {"position": "worker", "account_id": str(world.accounts["joss"])}
    path = f"/api/v1/oncall/{world.schedule}/stand-ins"

    answers = [
        priya.get("/api/v1/oncall", params={"at": at}),
        priya.post(path, json={**person, "from_at": at, "to_at": at}),
    ]

    for answer in answers:
        assert answer.status_code == 422
        assert "in the years 2000 to 2099" in answer.text


def test_standing_in_by_the_api(browser_of: Browsers, world: World, clock: Clock) -> None:
    body = {
        "position": "worker",
        "account_id": str(world.accounts["joss"]),
        "from_at": "2026-11-28T06:00:00-06:00",
        "to_at": "2026-11-28T14:00:00-06:00",
    }
    path = f"/api/v1/oncall/{world.schedule}/stand-ins"
    priya = browser_of("priya")

    assert priya.post(path, json=body).status_code == 201
    answer = priya.get("/api/v1/oncall", params={"at": "2026-11-28T13:59:59-06:00"}).json()
    assert answer["schedules"][0]["on_call"][0]["name"] == "Joss Wetherby"
    assert priya.post(path, json={**body, "until": "x"}).status_code == 422
    assert browser_of("lee").post(path, json=body).status_code == 404
