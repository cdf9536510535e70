"""Reminders: whoever takes over is told some hours before, once, whichever worker looks."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from sqlmodel import select

from porchlight import worker
from porchlight.alerts.models import Alert
from porchlight.core.db import Database
from porchlight.core.refused import NotFound, Refused
from porchlight.core.tools import Tools
from porchlight.oncall.reminders import queries, rounds, rules, service
from porchlight.oncall.swaps import service as swaps
from tests.browsing import Browser
from tests.clocks import Clock
from tests.oncall.people_on_call import FRIDAY, act, ask, join, prove_phones, shift_at
from tests.world import MONDAY, World

HOUR = timedelta(hours=1)
LEE, ROWAN = UUID(int=1), UUID(int=2)


@dataclass(frozen=True)
class Turn:
    account_id: UUID
    start: datetime
    end: datetime
    position: str = "worker"


def at(hour: float) -> datetime:
    return datetime(2026, 11, 28, tzinfo=UTC) + timedelta(hours=hour)


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        ([Turn(LEE, at(3), at(9))], 1),
        ([Turn(LEE, at(3.01), at(9))], 0),
        ([Turn(LEE, at(0), at(9))], 0),  # it has begun
        ([Turn(LEE, at(0.01), at(9))], 1),
        # Who goes on takes nothing over; who comes back after a gap, or in another position, does.
        ([Turn(LEE, at(-5), at(2)), Turn(LEE, at(2), at(9))], 0),
        ([Turn(LEE, at(-5), at(1)), Turn(LEE, at(2), at(9))], 1),
        ([Turn(LEE, at(-5), at(2), "backup"), Turn(LEE, at(2), at(9))], 1),
        ([Turn(ROWAN, at(-5), at(2)), Turn(LEE, at(2), at(9))], 1),
    ],
)
def test_who_takes_over_within_the_lead_is_due(found: list[Turn], expected: int) -> None:
    assert len(rules.due(found, 3 * HOUR, at(0))) == expected


def reminded(db: Database, world: World) -> list[str]:
    names = {id_: key for key, id_ in world.accounts.items()}
    with db.reading() as session:
        return [
            names[one]
            for one in session.exec(select(Alert.account_id).where(Alert.severity == "notice").order_by(Alert.id))
        ]


def test_the_next_one_is_told_once_and_nobody_who_goes_on(
    tools: Tools, db: Database, world: World, clock: Clock
) -> None:
    clock.moment = FRIDAY - 3 * HOUR - timedelta(minutes=1)
    rounds.go(tools)
    assert reminded(db, world) == []

    for minutes in (1, 30, 60):
        clock.move(minutes=minutes)
        rounds.go(tools)

    assert reminded(db, world) == ["rowan"]  # Joss, Priya and Mara have every week


def test_who_has_it_instead_is_told_too(tools: Tools, db: Database, world: World, clock: Clock) -> None:
    prove_phones(db, world)
    wren = join(db, world, "wren", "Wren Adeyemi-Castillo")
    clock.moment = FRIDAY - 2 * HOUR
    rounds.go(tools)
    swap_id = ask(db, world, "priya", to=wren, act=swaps.assign, now=clock.moment)
    before = reminded(db, world)

    rounds.go(tools)
    rounds.go(tools)

    assert swap_id
    assert reminded(db, world)[len(before) :] == ["wren"]


def test_of_two_workers_that_saw_the_same_shift_one_reminds(db: Database, world: World) -> None:
    made = []
    for _ in range(2):
        with db.transaction() as session:
            made.append(service.remind(session, shift_at(session, world, FRIDAY), now=FRIDAY - HOUR))

    assert made == [True, False]
    assert reminded(db, world) == ["rowan"]


def test_the_worker_looks_by_itself(
    tools: Tools, db: Database, world: World, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "POLL", 0.01)
    clock.moment = FRIDAY - HOUR
    one = worker.Worker(tools)
    watch = threading.Thread(target=one._watch)

    watch.start()
    until = time.monotonic() + 10
    while not reminded(db, world) and time.monotonic() < until:
        time.sleep(0.05)
    one.stop()
    watch.join()

    assert reminded(db, world) == ["rowan"]


def test_an_agency_says_how_long_before_or_never(tools: Tools, db: Database, world: World, clock: Clock) -> None:
    with db.transaction() as session:
        service.set_lead(session, world.actor(session, "priya"), 0, now=MONDAY)
    clock.moment = FRIDAY - HOUR
    rounds.go(tools)
    assert reminded(db, world) == []

    with db.transaction() as session:
        service.set_lead(session, world.actor(session, "priya"), 1, now=MONDAY)
        assert queries.lead(session, world.agency) == HOUR
    rounds.go(tools)

    assert reminded(db, world) == ["rowan"]


def test_only_a_supervisor_says_so_and_only_what_can_be_chosen(db: Database, world: World) -> None:
    with db.transaction() as session:
        with pytest.raises(NotFound):
            service.set_lead(session, world.actor(session, "lee"), 1, now=MONDAY)
        with pytest.raises(Refused):
            service.set_lead(session, world.actor(session, "priya"), 5, now=MONDAY)


def test_by_the_page(browser_of: Callable[..., Browser], db: Database, world: World) -> None:
    priya = browser_of("priya")

    assert priya.post("/oncall/reminders", data={"hours": "6"}).status_code == 303
    assert 'value="6" checked' in priya.get("/oncall/reminders").text
    assert priya.post("/oncall/reminders", data={"hours": "5"}).status_code == 422
    assert browser_of("lee").get("/oncall/reminders").status_code == 404
    assert browser_of("lee").post("/oncall/reminders", data={"hours": "6"}).status_code == 404


def test_a_notice_leads_to_my_shifts(
    browser_of: Callable[..., Browser], tools: Tools, db: Database, world: World, clock: Clock
) -> None:
    clock.moment = FRIDAY - HOUR
    rounds.go(tools)
    with db.reading() as session:
        alert_id = session.exec(select(Alert.id)).one()

    answer = browser_of("rowan").get(f"/alerts/{alert_id}")

    assert 'href="/oncall/mine"' in answer.text
    assert browser_of("lee").get(f"/alerts/{alert_id}").status_code == 404


def test_a_notice_about_what_is_settled_is_not_sent_any_more(db: Database, world: World) -> None:
    prove_phones(db, world)
    wren = join(db, world, "wren", "Wren Adeyemi-Castillo")
    swap_id = ask(db, world, to=wren)

    act(db, world, swaps.withdraw, "rowan", swap_id)

    with db.reading() as session:
        assert all(one.closed_at for one in session.exec(select(Alert).where(Alert.subject_id == swap_id)))
