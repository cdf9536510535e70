"""A check-in: asked at once, others called after ten minutes by the true path, and a false alarm that ends it."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlmodel import Session, select

from porchlight.alerts.models import Alert
from porchlight.core.clock import iso
from porchlight.core.db import Database
from porchlight.core.ids import new_id
from porchlight.core.refused import Conflict, NotFound, Refused
from porchlight.core.tools import Tools
from porchlight.crises.checkins import queries, rules, service
from porchlight.crises.checkins.models import CheckIn
from porchlight.crises.checkins.rules import Look, look
from porchlight.crises.checkins.service import LongerBody, StartBody
from porchlight.crises.checkins.values import Ending, State
from porchlight.crises.models import Crisis, EscalationPolicy
from porchlight.crises.values import State as CrisisState
from tests.clocks import Clock
from tests.notices import noticed
from tests.pushing import Service
from tests.working import work
from tests.world import MONDAY, World

Phone = Callable[..., UUID]
NOBODY_AWAKE = [
    "joss",
    "lee",
    "mara",
    "priya",
]  # no phone can be woken, so the whole chain is called at once, each once
AT = MONDAY + timedelta(minutes=60)
PAGE = AT + timedelta(minutes=10)
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("state", "now", "decided"),
    [
        (State.RUNNING, AT - SECOND, Look(State.RUNNING, next_at=AT)),
        (State.RUNNING, AT, Look(State.NUDGED, nudge=True, next_at=PAGE)),
        (State.NUDGED, AT, Look(State.NUDGED, next_at=PAGE)),
        (State.NUDGED, PAGE - SECOND, Look(State.NUDGED, next_at=PAGE)),
        (State.NUDGED, PAGE, Look(State.PAGED, page=True)),
        (State.RUNNING, PAGE, Look(State.PAGED, nudge=True, page=True)),
        (State.PAGED, PAGE, Look(State.PAGED)),
        (State.OVER, PAGE, Look(State.OVER)),
    ],
)
def test_what_a_look_at_the_clock_decides(state: State, now: datetime, decided: Look) -> None:
    assert look(state, AT, PAGE, now) == decided


@pytest.mark.parametrize(
    ("now", "after"), [(AT - SECOND, AT + timedelta(minutes=30)), (AT + SECOND, AT + SECOND + timedelta(minutes=30))]
)
def test_longer_counts_from_now_where_the_time_is_over(now: datetime, after: datetime) -> None:
    assert rules.longer(AT, 30, now) == after


def body(out_by: str = "2026-11-23T13:00", **other: Any) -> StartBody:
    return StartBody.model_validate({"id": str(new_id()), "place": "4 Lantern Row", "out_by": out_by, **other})


def start(db: Database, world: World, clock: Clock, name: str = "rowan", **other: Any) -> UUID:
    with db.transaction() as session:
        return service.start(session, world.actor(session, name), body(**other), now=clock.moment).id


def act(db: Database, world: World, what: Callable[..., Any], name: str, *given: Any, now: datetime) -> Any:
    with db.transaction() as session:
        return what(session, world.actor(session, name), *given, now=now)


def row(db: Database, check_in: UUID) -> CheckIn:
    with db.reading() as session:
        return session.get_one(CheckIn, check_in)


def called(session: Session, world: World, subject: UUID, severity: str) -> list[str]:
    keys = {account: key for key, account in world.accounts.items()}
    if severity == "notice":
        return sorted(keys[one] for one in noticed(session, f"/checkins/{subject}"))
    found = session.exec(select(Alert).where(Alert.subject_id == subject, Alert.severity == severity))
    return sorted(keys[one.account_id] for one in found)


def crisis(db: Database, check_in: UUID) -> Crisis:
    alarm = row(db, check_in).alarm_id
    assert alarm
    with db.reading() as session:
        return session.get_one(Crisis, alarm)


def test_who_checks_in_in_time_is_not_asked_and_nobody_is_called(world: World, tools: Tools, clock: Clock) -> None:
    one = start(tools.db, world, clock)
    act(tools.db, world, service.check_in, "rowan", one, now=clock.moment)

    clock.move(hours=3)
    work(tools)

    assert (row(tools.db, one).state, row(tools.db, one).ending, row(tools.db, one).alarm_id) == (
        State.OVER,
        Ending.SAFE,
        None,
    )
    with tools.db.reading() as session:
        assert called(session, world, one, "notice") == []


def test_a_missed_time_asks_the_worker_at_once_and_once(world: World, tools: Tools, clock: Clock) -> None:
    one = start(tools.db, world, clock)

    clock.move(minutes=59)
    work(tools)
    before = row(tools.db, one).state
    clock.move(minutes=1)
    work(tools)
    work(tools)

    assert before == State.RUNNING
    assert row(tools.db, one).state == State.NUDGED
    with tools.db.reading() as session:
        assert called(session, world, one, "notice") == ["rowan"]


def test_ten_minutes_later_on_call_and_the_supervisor_are_called_with_the_place_on_the_page(
    world: World, sending: Tools, clock: Clock, phone: Phone, push: Service
) -> None:
    phone("lee"), phone("priya"), phone("rowan")
    clock.move(minutes=5)
    one = start(sending.db, world, clock)

    clock.move(minutes=64, seconds=59)
    work(sending)
    assert row(sending.db, one).state == State.NUDGED
    clock.move(seconds=1)
    work(sending)
    work(sending)

    raised = crisis(sending.db, one)
    with sending.db.reading() as session:
        assert called(session, world, raised.id, "crisis") == ["lee", "priya"]
    assert raised.raised_by == world.accounts["rowan"]
    assert "4 Lantern Row" in raised.words
    assert "Rowan Ibarra" in raised.words
    assert "12:00 pm" in raised.words  # last heard of a phone
    assert {path.split("/")[2].split("-")[0] for path in push.paths()} == {"rowan", "lee", "priya"}


def test_a_timer_that_comes_very_late_does_both(world: World, tools: Tools, clock: Clock) -> None:
    one = start(tools.db, world, clock)

    clock.move(hours=5)
    work(tools)

    assert row(tools.db, one).state == State.PAGED
    with tools.db.reading() as session:
        assert called(session, world, one, "notice") == ["rowan"]
        assert len(session.exec(select(Crisis)).all()) == 1


def test_a_false_alarm_ends_it_for_everybody(world: World, tools: Tools, clock: Clock) -> None:
    one = start(tools.db, world, clock)
    clock.move(minutes=75)
    work(tools)

    act(tools.db, world, service.check_in, "rowan", one, now=clock.moment)
    act(tools.db, world, service.check_in, "rowan", one, now=clock.moment)

    assert row(tools.db, one).ending == Ending.FALSE_ALARM
    assert crisis(tools.db, one).state == CrisisState.RESOLVED
    with tools.db.reading() as session:
        assert [one for one in session.exec(select(Alert)) if one.severity == "crisis" and one.closed_at is None] == []
    clock.move(hours=2)
    work(tools)
    with tools.db.reading() as session:
        assert called(session, world, crisis(tools.db, one).id, "crisis") == NOBODY_AWAKE


def test_who_was_called_or_supervises_says_that_they_were_heard_from(world: World, tools: Tools, clock: Clock) -> None:
    one = start(tools.db, world, clock)
    clock.move(minutes=75)
    work(tools)
    with pytest.raises(NotFound):
        act(tools.db, world, service.found, "tamsin", one, now=clock.moment)
    with pytest.raises(Refused):
        act(tools.db, world, service.found, "rowan", one, now=clock.moment)

    act(tools.db, world, service.found, "lee", one, now=clock.moment)

    assert (row(tools.db, one).state, row(tools.db, one).ending) == (State.OVER, Ending.FOUND)
    assert row(tools.db, one).ended_by == world.accounts["lee"]


@pytest.mark.parametrize("minutes", [30, 65])
def test_longer_moves_the_time_and_a_second_press_adds_nothing(
    minutes: int, world: World, tools: Tools, clock: Clock
) -> None:
    one = start(tools.db, world, clock)
    clock.move(minutes=minutes)
    work(tools)
    said = LongerBody(minutes="30", seen=row(tools.db, one).out_by)

    for _ in range(2):
        act(tools.db, world, service.longer, "rowan", one, said, now=clock.moment)

    expected = max(AT, clock.moment) + timedelta(minutes=30)
    assert row(tools.db, one).out_by == expected
    assert row(tools.db, one).state == State.RUNNING
    clock.moment = expected - SECOND
    work(tools)
    assert row(tools.db, one).state == State.RUNNING
    clock.move(minutes=10, seconds=1)
    work(tools)
    assert row(tools.db, one).state == State.PAGED


def test_once_others_were_called_it_is_too_late_for_longer(world: World, tools: Tools, clock: Clock) -> None:
    one = start(tools.db, world, clock)
    clock.move(minutes=75)
    work(tools)

    with pytest.raises(Refused):
        act(tools.db, world, service.longer, "rowan", one, LongerBody(minutes="30", seen=AT), now=clock.moment)


def test_where_nobody_is_set_up_to_be_called_the_supervisor_is_told_all_the_same(
    world: World, tools: Tools, clock: Clock
) -> None:
    with tools.db.transaction() as session:
        session.delete(session.exec(select(EscalationPolicy)).one())
    one = start(tools.db, world, clock)

    clock.move(minutes=75)
    work(tools)

    assert row(tools.db, one).state == State.PAGED
    with tools.db.reading() as session:
        assert noticed(session, "/board") == [world.accounts["priya"]]


def test_the_same_start_twice_is_one_and_a_second_one_waits(world: World, db: Database, clock: Clock) -> None:
    said = body()
    with db.transaction() as session:
        rowan = world.actor(session, "rowan")
        first = service.start(session, rowan, said, now=clock.moment)
        again = service.start(session, rowan, said, now=clock.moment)
        with pytest.raises(Conflict):
            service.start(session, rowan, said.model_copy(update={"place": "else"}), now=clock.moment)
        with pytest.raises(Refused):
            service.start(session, rowan, body(), now=clock.moment)

    assert first.id == again.id


@pytest.mark.parametrize("out_by", ["", "2026-11-23T12:00", "2026-11-23T11:00", "2026-11-24T12:01"])
def test_a_time_that_is_over_or_far_off_is_no_time(out_by: str, world: World, db: Database, clock: Clock) -> None:
    with pytest.raises(Refused) as refused:
        start(db, world, clock, out_by=out_by)

    assert refused.value.errors[0].field == "out_by"


@pytest.mark.parametrize("name", ["sunniva", "corin"])
def test_foster_parents_and_reviewers_make_no_trips(name: str, world: World, db: Database, clock: Clock) -> None:
    with pytest.raises(NotFound):
        start(db, world, clock, name)


def test_an_aide_goes_out_too(world: World, db: Database, clock: Clock) -> None:
    assert start(db, world, clock, "odell")


def test_a_family_or_an_alert_that_is_not_theirs_cannot_be_named(world: World, db: Database, clock: Clock) -> None:
    for wrong in ({"case_id": str(world.other_case)}, {"trip_id": str(new_id())}):
        with pytest.raises(NotFound):
            start(db, world, clock, **wrong)


def test_the_board_has_those_of_ones_own_people_from_the_first_minute_whatever_the_timer_did(
    world: World, db: Database, clock: Clock
) -> None:
    one = start(db, world, clock)
    found = {}

    with db.reading() as session:
        for name in ("priya", "mara", "rowan"):
            who = world.actor(session, name)
            found[name] = [line.id for line in queries.missed(session, who, now=AT)]
        early = queries.missed(session, world.actor(session, "priya"), now=AT - SECOND)

    assert found == {"priya": [one], "mara": [one], "rowan": []}
    assert early == []


def test_what_was_seen_on_the_screen_is_a_moment_that_comes_back_as_it_was() -> None:
    assert LongerBody(minutes="15", seen=iso(AT)).seen == AT
