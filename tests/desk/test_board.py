"""The supervisor's board: who cannot be woken, what is not published, and that it stays right by itself."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import Session

from porchlight.alerts.models import PushSubscription
from porchlight.core.db import Database
from porchlight.core.ids import new_id
from porchlight.crises.drills.models import Drill
from porchlight.desk.board import board
from porchlight.oncall.models import Override, Rotation, Schedule
from porchlight.people.models import Device
from tests.browsing import Browser, text_of
from tests.clocks import Clock
from tests.world import MONDAY, World

Browsers = Callable[..., Browser]


def opened(world: World, db: Database, name: str) -> dict[str, Any]:
    with db.reading() as session:
        return dict(board(session, world.actor(session, name), now=MONDAY).context)


def failed(world: World, db: Database) -> list[tuple[str, datetime, bool]]:
    rows = opened(world, db, "priya")["phones"]
    return [(one["name"], one["since_at"], one["running"]) for one in rows if one["problem"] == "failed_test"]


def has_phone(session: Session, world: World, name: str) -> None:
    device = Device(
        id=new_id(),
        account_id=world.accounts[name],
        public_key={},
        enrolled_at=MONDAY,
        last_seen_at=MONDAY,
        last_proven_at=MONDAY,
    )
    session.add(device)
    session.flush()
    session.add(
        PushSubscription(
            device_id=device.id,
            account_id=device.account_id,
            endpoint=f"https://push.example.org/{name}",
            p256dh="",
            auth="",
            made_at=MONDAY,
        )
    )


def drilled(session: Session, world: World, name: str, state: str, at: datetime) -> None:
    session.add(
        Drill(account_id=world.accounts[name], why="weekly", for_at=at, made_at=at, due_at=at, ended_at=at, state=state)
    )


def test_whose_test_alert_failed_stands_on_the_board_and_is_tried_again_from_there(
    world: World, db: Database, browser_of: Browsers
) -> None:
    priya = browser_of("priya")
    with db.transaction() as session:
        for name in ("tamsin", "mara", "rowan"):
            has_phone(session, world, name)
        drilled(session, world, "tamsin", "failed", MONDAY)  # takes no shifts: not tried, not shown
        drilled(session, world, "mara", "failed", MONDAY - timedelta(days=8))
        drilled(session, world, "mara", "passed", MONDAY - timedelta(days=1))
        drilled(session, world, "rowan", "failed", MONDAY - timedelta(hours=1))
    before, page = failed(world, db), priya.get("/board").text

    went = priya.post("/crises/drills", data={"account_id": str(world.accounts["rowan"])})

    assert before == [("Rowan Ibarra", MONDAY - timedelta(hours=1), False)]
    assert f'name="account_id" value="{world.accounts["rowan"]}"' in page
    assert went.status_code == 303
    assert failed(world, db) == [("Rowan Ibarra", MONDAY - timedelta(hours=1), True)]
    assert "Being tried now" in text_of(priya.get("/board"))


def test_who_has_no_phone_at_all_is_called_that_and_no_test_is_offered(world: World, db: Database) -> None:
    with db.transaction() as session:
        drilled(session, world, "rowan", "failed", MONDAY)

    rows = [one["problem"] for one in opened(world, db, "priya")["phones"] if one["name"] == "Rowan Ibarra"]

    assert rows == ["no_alerts"]


def test_whoever_is_on_call_this_week_without_a_phone_that_takes_alerts_is_named_before_their_shift(
    world: World, db: Database
) -> None:
    with db.transaction() as session:
        session.execute(sa.delete(Rotation))
        for name, days in (("joss", 6), ("lee", 8)):
            start = MONDAY + timedelta(days=days)
            session.add(
                Override(
                    schedule_id=world.schedule,
                    position="worker",
                    account_id=world.accounts[name],
                    from_at=start,
                    to_at=start + timedelta(hours=8),
                    made_by=world.accounts["priya"],
                    made_at=MONDAY,
                )
            )

    names = [one["name"] for one in opened(world, db, "priya")["phones"] if one["problem"] == "no_alerts"]

    assert names == ["Joss Wetherby"]


@pytest.mark.parametrize(("days", "shown"), [(None, True), (6, True), (7, False)])
def test_a_schedule_that_is_not_published_for_a_week_stands_on_the_board(
    days: int | None, shown: bool, world: World, db: Database, browser_of: Browsers
) -> None:
    with db.transaction() as session:
        schedule = session.get(Schedule, world.schedule)
        assert schedule
        schedule.published_until = MONDAY + timedelta(days=days) if days else None

    page = browser_of("priya").get("/board").text

    assert (f"/oncall/schedules/{world.schedule}/publish" in page) is shown


def test_the_board_hears_of_the_rota_without_reloading_and_of_nothing_while_nothing_changes(
    world: World, db: Database, clock: Clock, browser_of: Browsers
) -> None:
    priya = browser_of("priya", **{"HX-Request": "true"})
    asked = cover_href(priya.get("/board").text)
    clock.move(seconds=2)
    quiet = priya.get(asked)

    with db.transaction() as session:
        schedule = session.get(Schedule, world.schedule)
        assert schedule
        schedule.published_until = MONDAY + timedelta(days=31)
    published = priya.get(asked)
    with db.transaction() as session:
        session.execute(sa.delete(Rotation))
    empty = priya.get(asked)
    clock.move(seconds=2)  # a gap that runs on is no news

    assert quiet.status_code == 204
    assert "Everybody knows their next 7 days" in text_of(published)
    assert "Every hour has somebody" not in text_of(empty)
    assert "Nobody from" in text_of(empty)
    assert "After hours. First on call" in text_of(empty)
    assert f'href="/oncall/schedules/{world.schedule}">Nobody from' in empty.text
    assert priya.get(cover_href(empty.text)).status_code == 204


def cover_href(page: str) -> str:
    found = re.search(r'hx-get="(/board/cover[^"]+)"', page)
    assert found
    return found[1]


@pytest.mark.asvs("8.2.2")
@pytest.mark.parametrize("name", ["rowan", "joss", "corin", "sunniva"])
def test_what_the_board_asks_for_is_a_supervisors_alone(name: str, browser_of: Browsers) -> None:
    assert browser_of(name).get("/board/cover").status_code == 404


@pytest.mark.parametrize("path", ["/board/cover", "/board/live", "/board/live?seen=x"])
def test_whoever_opens_the_address_of_a_piece_gets_the_whole_board(path: str, browser_of: Browsers) -> None:
    answer = browser_of("priya").get(path)

    assert (answer.status_code, answer.headers["location"]) == (303, "/board")
