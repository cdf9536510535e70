"""Who is on call now, answered at once: right at the second of a hand-off, after any change on any node, and to nobody else."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import select

from porchlight.core.db import Database
from porchlight.oncall import answering, queries, service
from porchlight.people.models import Account, SignIn
from tests.browsing import Browser
from tests.clocks import Clock
from tests.world import MONDAY, World

Browsers = Callable[..., Browser]
HAND_OFF = datetime(2026, 11, 27, 23, 0, tzinfo=UTC)
PATH = "/api/v1/oncall"


def worker(answer: Any) -> str:
    return next(one["name"] for one in answer.json()["schedules"][0]["on_call"] if one["position"] == "worker")


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """How often the route itself was asked."""
    times: list[str] = []
    made = answering.now

    def counting(*given: Any, **named: Any) -> Any:
        times.append("now")
        return made(*given, **named)

    monkeypatch.setattr(answering, "now", counting)
    return times


def test_the_same_question_is_answered_at_once_until_something_changes(
    db: Database, world: World, browser_of: Browsers, clock: Clock, asked: list[str]
) -> None:
    priya = browser_of("priya")
    first = priya.get(PATH)
    clock.move(seconds=2)

    again = priya.get(PATH)
    before = len(asked)
    other = Database(db.url.render_as_string(hide_password=False))  # another node
    with other.transaction() as session:
        given = {"from_at": MONDAY, "to_at": MONDAY + timedelta(hours=1), "now": clock.moment}
        actor = world.actor(session, "priya")
        service.stand_in(session, actor, world.schedule, "worker", world.accounts["joss"], **given)
    other.close()
    changed = priya.get(PATH)

    assert (worker(first), worker(again), worker(changed)) == ("Lee Marchetti", "Lee Marchetti", "Joss Wetherby")
    assert before == 1
    assert (first.json()["at"], again.json()["at"]) == ("2026-11-23T18:00:00.000Z", "2026-11-23T18:00:02.000Z")


def test_a_name_or_a_number_that_changes_is_another_answer(db: Database, world: World, browser_of: Browsers) -> None:
    priya = browser_of("priya")
    priya.get(PATH)
    with db.transaction() as session:
        session.get_one(Account, world.accounts["lee"]).phone = "+15550142"

    lee = next(one for one in priya.get(PATH).json()["schedules"][0]["on_call"] if one["position"] == "worker")

    assert lee["phone"] == "+15550142"


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_at_the_second_of_the_hand_off_the_next_person_is_named(browser_of: Browsers, clock: Clock) -> None:
    priya = browser_of("priya")
    clock.moment = HAND_OFF - timedelta(seconds=2)
    with_renewed = browser_of("priya")

    said = []
    for _ in range(4):
        said.append(worker(with_renewed.get(PATH)))
        clock.move(seconds=1)

    assert said == ["Lee Marchetti", "Lee Marchetti", "Rowan Ibarra", "Rowan Ibarra"]
    assert priya is not with_renewed


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_kept_answer_inside_the_route_ends_at_the_hand_off_and_with_the_clock_set_back(
    db: Database, world: World, clock: Clock
) -> None:
    def said() -> str:
        with db.reading() as session:
            found, _until = answering.now(db, session, world.agency)
        return "Lee" if found and '"worker", "account_id": "' + str(world.accounts["lee"]) in found else "Rowan"

    found = []
    for at in (HAND_OFF - timedelta(microseconds=1), HAND_OFF, HAND_OFF - timedelta(hours=1)):
        clock.moment = at
        found.append(said())

    assert found == ["Lee", "Rowan", "Lee"]


def test_whose_session_has_ended_is_told_nothing_more(db: Database, world: World, browser_of: Browsers) -> None:
    lee, cook = browser_of("lee"), browser_of("sunniva")
    assert lee.get(PATH).status_code == 200
    with db.transaction() as session:
        for row in session.exec(select(SignIn).where(SignIn.account_id == world.accounts["lee"])):
            row.ended_at = MONDAY

    answer = lee.get(PATH, headers={"Accept": "application/json"}, follow_redirects=False)

    assert answer.status_code in (303, 401)
    assert "Lee Marchetti" not in answer.text
    assert cook.get(PATH).status_code == 404
    assert browser_of().get(PATH, follow_redirects=False).status_code in (303, 401)


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_session_that_only_time_ends_is_looked_at_again_within_seconds(browser_of: Browsers, clock: Clock) -> None:
    lee = browser_of("lee")
    lee.get(PATH)
    clock.move(minutes=31)

    assert lee.get(PATH, follow_redirects=False).status_code in (303, 401)


def test_one_schedule_alone_and_none_that_is_not_ours(db: Database, world: World, browser_of: Browsers) -> None:
    priya = browser_of("priya")

    assert len(priya.get(PATH, params={"schedule": str(world.schedule)}).json()["schedules"]) == 1
    assert priya.get(PATH, params={"schedule": str(world.case)}).status_code == 404
    at = {"at": "2026-11-28T12:00:00Z", "schedule": str(world.schedule)}
    assert worker(priya.get(PATH, params=at)) == "Rowan Ibarra"


def test_a_mark_is_another_one_as_soon_as_anybody_has_committed_anything(db: Database, world: World) -> None:
    other = Database(db.url.render_as_string(hide_password=False))
    first, second = db.mark()[1], db.mark()[1]

    with other.transaction() as session:
        session.get_one(Account, world.accounts["lee"]).phone = "+15550142"
    third = db.mark()[1]
    with db.transaction() as session:
        session.get_one(Account, world.accounts["lee"]).phone = "+15550143"

    assert first == second
    assert len({second, third, db.mark()[1]}) == 3
    other.close()


def test_the_answer_is_what_paging_asks(db: Database, world: World, clock: Clock) -> None:
    with db.reading() as session:
        found, until = answering.now(db, session, world.agency, str(world.schedule))
        assert found is not None
        for account_id in queries.who(session, world.schedule, clock.moment).values():
            assert str(account_id) in found
    assert until == HAND_OFF
