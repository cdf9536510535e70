"""Drills: each phone is tried by the true path before its person needs it, and a phone that fails leaves no gap."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from sqlmodel import select

from porchlight.alerts import service as alerting
from porchlight.alerts.jobs import token_of
from porchlight.alerts.models import Alert, Delivery
from porchlight.alerts.values import DeliveryState
from porchlight.core.db import Database
from porchlight.core.refused import NotFound
from porchlight.core.tools import Tools
from porchlight.crises import answering
from porchlight.crises.drills import queries, rules, service
from porchlight.crises.drills.models import Drill
from porchlight.crises.drills.values import DrillState
from tests.clocks import Clock
from tests.crises.night import Night
from tests.pushing import Service
from tests.working import work
from tests.world import World

HAND_OFF = datetime(2026, 11, 27, 23, 0, tzinfo=UTC)  # Friday, 5 pm in Chicago: rowan comes on
NOON = datetime(2026, 11, 23, 18, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("answered", "now", "state"),
    [
        (None, 9.9, DrillState.RUNNING),
        (None, 10, DrillState.FAILED),
        (3, 3, DrillState.PASSED),
        (10, 12, DrillState.PASSED),
        (10.1, 12, DrillState.FAILED),
    ],
)
def test_a_drill_is_passed_by_an_answer_in_time(answered: float | None, now: float, state: DrillState) -> None:
    at = [NOON + timedelta(minutes=one) if one is not None else None for one in (answered, 10, now)]

    assert rules.ended(at[0], at[1], at[2]) is state  # type: ignore[arg-type]


@pytest.mark.parametrize(("ahead", "expected"), [(90, 30), (60, 0), (20, 0), (0, None), (-5, None)])
def test_a_shift_is_preceded_by_a_drill(ahead: int, expected: int | None) -> None:
    due = rules.shift_drill(NOON + timedelta(minutes=ahead), NOON)

    assert due == (None if expected is None else NOON + timedelta(minutes=expected))


@pytest.mark.parametrize(
    ("days", "hour", "due"), [(7, 12, True), (6.9, 12, False), (7, 3, False), (7, 16, False), (None, 12, False)]
)
def test_the_weekly_drill_rings_by_day(days: float | None, hour: int, due: bool) -> None:
    now = NOON + timedelta(hours=hour - 12)
    last = None if days is None else now - timedelta(days=days)

    assert rules.weekly_due(last, "America/Chicago", now) is due


def drills(db: Database) -> list[Drill]:
    with db.reading() as session:
        return list(session.exec(select(Drill).order_by(Drill.made_at)))  # type: ignore[arg-type]


def plan(db: Database, clock: Clock, tools: Tools) -> None:
    with db.transaction() as session:
        service.plan(session, now=clock.moment)
    work(tools)


def answer(db: Database, tools: Tools, clock: Clock, name: str, world: World) -> None:
    with db.transaction() as session:
        query = select(Delivery.id).where(Delivery.account_id == world.accounts[name]).order_by(Delivery.id)  # type: ignore[arg-type]
        token = token_of(tools.keys, list(session.exec(query))[-1])
        receipt = alerting.note(session, token, DeliveryState.ACKNOWLEDGED, now=clock.moment)
        answering.hear_receipt(session, receipt, now=clock.moment)


@pytest.mark.duty("S2-10")
def test_whoever_comes_on_is_tried_an_hour_before_once(
    db: Database, world: World, clock: Clock, sending: Tools, phone: Callable[..., UUID], push: Service
) -> None:
    for name in ("lee", "joss", "rowan"):
        phone(name)
    clock.moment = HAND_OFF - timedelta(minutes=61)
    plan(db, clock, sending)
    assert drills(db) == []

    for _ in range(3):
        clock.move(minutes=1)
        plan(db, clock, sending)

    made = [one for one in drills(db) if one.account_id == world.accounts["rowan"]]
    assert [(one.why, one.for_at, one.state) for one in made] == [("shift", HAND_OFF, "running")]
    assert [path.split("/")[2].split("-")[0] for path in push.paths()].count("rowan") == 1
    answer(db, sending, clock, "rowan", world)
    clock.move(minutes=30)
    work(sending)
    with db.reading() as session:
        line = queries.latest(session, [world.accounts["rowan"]])[0]
    assert (line.state, line.answered) == ("passed", 120.0)


def test_a_phone_that_does_not_answer_fails_and_the_supervisor_is_told(
    db: Database, world: World, clock: Clock, sending: Tools, phone: Callable[..., UUID], push: Service
) -> None:
    for name in ("lee", "priya"):
        phone(name)
    with db.transaction() as session:
        service.send(session, world.actor(session, "priya"), world.accounts["lee"], now=clock.moment)
    work(sending)
    clock.move(minutes=10)
    work(sending)

    assert [(one.state, one.trouble) for one in drills(db)] == [("failed", "not_answered")]
    with db.reading() as session:
        told = session.exec(select(Alert).where(Alert.severity == "notice")).one()
    assert told.account_id == world.accounts["priya"]


def test_a_person_without_a_phone_fails_at_once(db: Database, world: World, clock: Clock) -> None:
    with db.transaction() as session:
        service.send(session, world.actor(session, "priya"), world.accounts["lee"], now=clock.moment)

    assert [(one.state, one.trouble) for one in drills(db)] == [("failed", "no_phone")]


def test_an_answer_that_comes_too_late_is_none(
    db: Database, world: World, clock: Clock, sending: Tools, phone: Callable[..., UUID]
) -> None:
    phone("lee")
    with db.transaction() as session:
        service.send(session, world.actor(session, "priya"), world.accounts["lee"], now=clock.moment)
    work(sending)
    clock.move(minutes=11)
    answer(db, sending, clock, "lee", world)

    assert drills(db)[0].state == "failed"


@pytest.mark.duty("S2-10", "S4-31")
def test_a_shift_starts_all_the_same_a_failed_phone_is_rung_first_and_its_backup_at_once(night: Night) -> None:
    with night.db.transaction() as session:
        actor = night.world.actor(session, "priya")
        service.send(session, actor, night.world.accounts["lee"], now=night.clock.moment)
    night.work()
    night.work(minutes=10)
    before = len(night.rung())
    night.begin()
    assert sorted(night.rung()[before:]) == ["joss", "lee"]

    answered = [*night.rung()]
    with night.db.transaction() as session:
        actor = night.world.actor(session, "priya")
        service.send(session, actor, night.world.accounts["lee"], now=night.clock.moment)
    night.work()
    answer(night.db, night.tools, night.clock, "lee", night.world)
    night.begin()
    assert night.rung()[len(answered) :] == ["lee", "lee"]


def test_only_a_supervisor_of_the_agency_tries_phones(db: Database, world: World, clock: Clock) -> None:
    with db.transaction() as session:
        for name, whom in (("lee", "joss"), ("tamsin", "lee"), ("priya", "corin")):
            with pytest.raises(NotFound):
                service.send(session, world.actor(session, name), world.accounts[whom], now=clock.moment)


def test_the_weekly_drill_finds_whoever_was_not_tried(
    db: Database, world: World, clock: Clock, sending: Tools, phone: Callable[..., UUID]
) -> None:
    phone("lee")
    plan(db, clock, sending)
    assert drills(db) == []

    clock.move(days=7)
    plan(db, clock, sending)
    clock.move(minutes=1)
    plan(db, clock, sending)

    weekly = [one for one in drills(db) if one.why == "weekly"]
    assert [one.account_id for one in weekly] == [world.accounts["lee"]]
