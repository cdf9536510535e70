"""Swaps as people make them: who keeps the shift until when, who hears of it, and of two takers one."""

import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlmodel import select

from porchlight.audit.models import AuditEvent
from porchlight.core.db import Database
from porchlight.core.refused import Conflict, NotFound, Refused
from porchlight.core.tools import Tools
from porchlight.oncall import service as rota
from porchlight.oncall.models import Swap
from porchlight.oncall.reminders import rounds
from porchlight.oncall.swaps import candidates, queries, service
from porchlight.oncall.swaps.values import Stretch, SwapState
from porchlight.people.models import Account, Organization
from tests.clocks import Clock
from tests.oncall.people_on_call import FRIDAY, SATURDAY, WEEK, act, ask, join, prove_phones, shift_at, told, worker_at
from tests.world import MONDAY, World

HOUR = timedelta(hours=1)
END = FRIDAY + WEEK


def wall(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.fixture
def wren(db: Database, world: World) -> UUID:
    prove_phones(db, world)
    return join(db, world, "wren", "Wren Adeyemi-Castillo")


def state_of(db: Database, swap_id: UUID, now: datetime = MONDAY) -> SwapState:
    with db.reading() as session:
        return queries.line(session, session.get_one(Swap, swap_id), now=now).state


@pytest.mark.duty("S4-31")
def test_who_asks_keeps_the_shift_until_it_is_taken_and_both_hear_of_it(db: Database, world: World, wren: UUID) -> None:
    swap_id = ask(db, world, to=wren)

    assert worker_at(db, world, FRIDAY) == ["rowan"]
    assert told(db, world) == ["wren"]

    act(db, world, service.take, "wren", swap_id)

    assert worker_at(db, world, FRIDAY - HOUR, FRIDAY, END - HOUR, END) == ["lee", "wren", "wren", "lee"]
    assert told(db, world) == ["wren", "rowan"]
    with db.reading() as session:
        acts = session.exec(
            select(AuditEvent.act, AuditEvent.account_id)
            .where(AuditEvent.subject_id == swap_id)
            .order_by(AuditEvent.id)
        ).all()
    assert acts == [("oncall.swap_asked", world.accounts["rowan"]), ("oncall.swap_taken", wren)]


def test_an_offer_reaches_everyone_who_may_and_nobody_else(db: Database, world: World, wren: UUID) -> None:
    swap_id = ask(db, world)

    # Joss, Priya and Mara are on call in other positions then.
    assert sorted(told(db, world)) == ["lee", "wren"]

    act(db, world, service.take, "wren", swap_id)

    with pytest.raises(Refused):
        act(db, world, service.take, "lee", swap_id)
    assert worker_at(db, world, FRIDAY) == ["wren"]


def test_a_supervisor_gives_a_shift_away_at_once(db: Database, world: World, wren: UUID) -> None:
    ask(db, world, "priya", to=wren, act=service.assign)

    assert worker_at(db, world, FRIDAY) == ["wren"]
    assert sorted(told(db, world)) == ["rowan", "wren"]


@pytest.mark.parametrize("who", ["rowan", "lee", "joss", "sunniva", "corin"])
def test_only_a_supervisor_gives_shifts_away(db: Database, world: World, wren: UUID, who: str) -> None:
    with pytest.raises(NotFound):
        ask(db, world, who, to=wren, act=service.assign)


@pytest.mark.parametrize("who", ["lee", "joss", "sunniva", "corin"])
def test_nobody_asks_for_somebody_else_but_a_supervisor(db: Database, world: World, wren: UUID, who: str) -> None:
    with pytest.raises(NotFound):
        ask(db, world, who, to=wren)

    assert ask(db, world, "priya", to=wren)


def test_only_who_was_asked_answers(db: Database, world: World, wren: UUID) -> None:
    swap_id = ask(db, world, to=wren)

    for who in ("lee", "rowan", "priya", "sunniva"):
        for does in (service.take, service.decline):
            with pytest.raises(NotFound):
                act(db, world, does, who, swap_id)
    with pytest.raises(NotFound):
        act(db, world, service.withdraw, "lee", swap_id)
    assert state_of(db, swap_id) == SwapState.ASKED


def test_a_no_is_told_and_ends_it(db: Database, world: World, wren: UUID) -> None:
    swap_id = ask(db, world, to=wren)

    act(db, world, service.decline, "wren", swap_id)
    act(db, world, service.decline, "wren", swap_id)

    assert told(db, world) == ["wren", "rowan"]
    with pytest.raises(Refused):
        act(db, world, service.take, "wren", swap_id)
    assert worker_at(db, world, FRIDAY) == ["rowan"]


def test_what_is_taken_back_cannot_be_taken_and_what_is_taken_cannot_be_taken_back(
    db: Database, world: World, wren: UUID
) -> None:
    first, second = ask(db, world, to=wren), ask(db, world, to=wren)

    act(db, world, service.withdraw, "rowan", first)
    with pytest.raises(Refused):
        act(db, world, service.take, "wren", first)
    act(db, world, service.take, "wren", second)
    with pytest.raises(Refused):
        act(db, world, service.withdraw, "rowan", second)

    assert worker_at(db, world, FRIDAY) == ["wren"]


def test_everything_said_twice_is_said_once(db: Database, world: World, wren: UUID) -> None:
    same = uuid4()

    assert ask(db, world, id=same, to=wren) == ask(db, world, id=same, to=wren) == same
    act(db, world, service.take, "wren", same)
    act(db, world, service.take, "wren", same)

    assert told(db, world) == ["wren", "rowan"]


def test_the_id_of_somebody_elses_swap_is_a_clash(db: Database, world: World, wren: UUID) -> None:
    same = ask(db, world, to=wren)

    with pytest.raises(Conflict):
        ask(db, world, "priya", id=same, to=wren)


def test_a_part_is_taken_and_the_rest_stays(db: Database, world: World, wren: UUID) -> None:
    part = (wall("2026-11-28T22:00"), wall("2026-11-29T06:00"))

    act(db, world, service.take, "wren", ask(db, world, to=wren, part=part))

    start = datetime(2026, 11, 29, 4, tzinfo=UTC)
    found = worker_at(db, world, *(start + timedelta(seconds=s) for s in (-1, 0, 8 * 3600 - 1, 8 * 3600)))
    assert found == ["rowan", "wren", "wren", "rowan"]


@pytest.mark.parametrize(
    ("at", "part", "edges"),
    [
        # Spring: half past two is not there.
        (
            datetime(2027, 3, 14, 5, tzinfo=UTC),
            (wall("2027-03-14T02:30"), wall("2027-03-14T08:00")),
            (datetime(2027, 3, 14, 8, tzinfo=UTC), datetime(2027, 3, 14, 13, tzinfo=UTC)),
        ),
        # Autumn: half past one is there twice; no hour is lost.
        (
            datetime(2027, 11, 7, 5, tzinfo=UTC),
            (wall("2027-11-06T22:00"), wall("2027-11-07T01:30")),
            (datetime(2027, 11, 7, 3, tzinfo=UTC), datetime(2027, 11, 7, 7, 30, tzinfo=UTC)),
        ),
    ],
)
def test_a_part_across_a_change_of_the_clocks(
    db: Database,
    world: World,
    wren: UUID,
    at: datetime,
    part: tuple[datetime, datetime],
    edges: tuple[datetime, datetime],
) -> None:
    holder = worker_at(db, world, at)[0]

    act(db, world, service.take, "wren", ask(db, world, holder, at=at, to=wren, part=part))

    second = timedelta(seconds=1)
    found = worker_at(db, world, edges[0] - second, edges[0], edges[1] - second, edges[1])
    assert found == [holder, "wren", "wren", holder]


def test_a_swap_taken_in_the_middle_of_a_shift_leaves_the_past_as_it_was(
    db: Database, world: World, wren: UUID
) -> None:
    swap_id, later = ask(db, world, to=wren), FRIDAY + 30 * HOUR

    act(db, world, service.take, "wren", swap_id, now=later)

    assert worker_at(db, world, FRIDAY, later, later + timedelta(seconds=1), END - HOUR) == [
        "rowan",
        "rowan",
        "wren",
        "wren",
    ]


def test_another_change_of_the_rota_ends_an_open_swap_where_everybody_sees_it(
    tools: Tools, db: Database, world: World, wren: UUID
) -> None:
    swap_id = ask(db, world, to=wren)
    with db.transaction() as session:
        rota.stand_in(
            session,
            world.actor(session, "priya"),
            world.schedule,
            "worker",
            world.accounts["lee"],
            from_at=SATURDAY,
            to_at=SATURDAY + HOUR,
            now=MONDAY,
        )

    assert state_of(db, swap_id) == SwapState.VOID
    with db.reading() as session:
        assert queries.asked_of(session, world.actor(session, "wren"), now=MONDAY) == []
        assert [one.state for one in queries.asked_by(session, world.actor(session, "rowan"), now=MONDAY)] == [
            SwapState.VOID
        ]
    with pytest.raises(Refused, match="schedule has changed"):
        act(db, world, service.take, "wren", swap_id)

    rounds.go(tools)
    rounds.go(tools)

    assert told(db, world) == ["wren", "rowan", "wren"]


def test_of_two_open_swaps_of_one_shift_the_first_to_be_taken_counts(db: Database, world: World, wren: UUID) -> None:
    to_wren, to_all = ask(db, world, to=wren), ask(db, world)

    act(db, world, service.take, "lee", to_all)

    assert state_of(db, to_wren) == SwapState.VOID
    with pytest.raises(Refused):
        act(db, world, service.take, "wren", to_wren)


def test_a_swap_that_nobody_took_ends_with_its_time(
    tools: Tools, db: Database, world: World, wren: UUID, clock: Clock
) -> None:
    swap_id = ask(db, world, to=wren)

    assert state_of(db, swap_id, END - HOUR) == SwapState.ASKED
    clock.moment = END
    assert state_of(db, swap_id, END) == SwapState.EXPIRED
    rounds.go(tools)

    assert told(db, world)[1:] == ["rowan", "wren"]


def test_who_took_a_shift_may_give_it_back_by_another_swap(db: Database, world: World, wren: UUID) -> None:
    act(db, world, service.take, "wren", ask(db, world, to=wren))
    act(db, world, service.take, "rowan", ask(db, world, "wren", to=world.accounts["rowan"]), now=MONDAY + HOUR)

    assert worker_at(db, world, FRIDAY, END - HOUR) == ["rowan", "rowan"]


@pytest.mark.parametrize(
    ("who", "other", "field"),
    [
        ("rowan", {"to": "joss"}, "to"),  # the backup of that week
        ("rowan", {"to": "tamsin"}, "to"),  # takes no shifts
        ("rowan", {"to": "rowan"}, "to"),
        ("rowan", {"part": (wall("2026-11-20T00:00"), None)}, "from_at"),
        ("rowan", {"part": (None, wall("2026-12-24T00:00"))}, "to_at"),
        ("priya", {"to": None, "act": service.assign}, "to"),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field(
    db: Database, world: World, wren: UUID, who: str, other: dict[str, Any], field: str
) -> None:
    to = world.accounts[other["to"]] if other.get("to") else None

    with pytest.raises(Refused) as refused:
        ask(db, world, who, **{"to": to, **{key: value for key, value in other.items() if key != "to"}})

    assert refused.value.errors[0].field == field


def test_who_is_too_new_is_refused_unless_a_supervisor_says_why_in_writing(
    db: Database, world: World, wren: UUID
) -> None:
    with db.transaction() as session:
        session.get_one(Account, wren).employed_since = MONDAY.date() - timedelta(days=60)

    with pytest.raises(Refused, match="less than"):
        ask(db, world, to=wren)
    with pytest.raises(Refused, match="less than"):
        ask(db, world, "priya", to=wren, act=service.assign)
    ask(db, world)
    assert "wren" not in told(db, world)
    ask(db, world, "priya", to=wren, act=service.assign, reason="Everyone else is ill")

    assert worker_at(db, world, FRIDAY) == ["wren"]


def test_a_reason_in_writing_puts_nobody_in_two_places(db: Database, world: World, wren: UUID) -> None:
    with pytest.raises(Refused, match="Already on call"):
        ask(db, world, "priya", to=world.accounts["joss"], act=service.assign, reason="Everyone else is ill")


def test_a_shift_that_is_over_cannot_be_swapped(db: Database, world: World, wren: UUID) -> None:
    with pytest.raises(Refused):
        ask(db, world, to=wren, now=END)


def test_who_had_the_shift_when_the_page_was_read_must_have_it_still(db: Database, world: World, wren: UUID) -> None:
    act(db, world, service.take, "wren", ask(db, world, to=wren))

    with pytest.raises(Refused, match="schedule has changed"):
        ask(db, world, "priya", to=world.accounts["lee"], act=service.assign, whose=world.accounts["rowan"])


def test_who_has_become_busy_meanwhile_is_refused_with_the_reason(db: Database, world: World, wren: UUID) -> None:
    swap_id = ask(db, world, to=wren)
    with db.transaction() as session:
        rota.stand_in(
            session,
            world.actor(session, "priya"),
            world.schedule,
            "backup",
            wren,
            from_at=SATURDAY,
            to_at=SATURDAY + HOUR,
            now=MONDAY,
        )

    with pytest.raises(Refused):
        act(db, world, service.take, "wren", swap_id)
    assert worker_at(db, world, FRIDAY) == ["rowan"]


def test_another_organization_neither_sees_nor_takes_it(db: Database, world: World, wren: UUID) -> None:
    swap_id = ask(db, world)
    with db.transaction() as session:
        other = Organization(
            kind="contractor", name="Wexley Nights", phone="", hotline="", time_zone="America/Chicago", jurisdiction="X"
        )
        session.add(other)
        session.flush()
        session.get_one(Account, wren).organization_id = other.id

    with db.reading() as session:
        assert queries.asked_of(session, world.actor(session, "wren"), now=MONDAY) == []
    with pytest.raises(NotFound):
        act(db, world, service.take, "wren", swap_id)


def test_the_list_has_who_may_first_with_the_hours_of_that_week_and_why_others_may_not(
    db: Database, world: World, wren: UUID
) -> None:
    with db.reading() as session:
        found = shift_at(session, world, FRIDAY)
        listed = candidates.of_shift(
            session, world.actor(session, "rowan"), found, Stretch(found.start, found.end), now=MONDAY
        )

    names = {id_: key for key, id_ in world.accounts.items()}
    assert [(names[one.account_id], round(one.hours), one.may) for one in listed[:2]] == [
        ("wren", 0, True),
        ("lee", 113, True),
    ]
    assert {names[one.account_id] for one in listed[2:]} == {"joss", "priya", "mara"}
    assert all(one.reasons for one in listed[2:])
    assert all(one.proven for one in listed)


@pytest.mark.asvs("2.3.4")
def test_of_two_swaps_of_one_hour_that_are_taken_at_once_exactly_one_counts(
    db: Database, world: World, wren: UUID, rounds: Callable[[int, int, int], int]
) -> None:
    """Each row is another one: only who looks at the rota alone sees that there is one shift to give away."""
    join(db, world, "ash", "Ash Lindqvist")

    def trying(how: tuple[str, UUID]) -> str:
        try:
            act(db, world, service.take, *how)
        except Refused:
            return ""
        return how[0]

    with ThreadPoolExecutor(2) as pool:
        for n in range(rounds(25, 100, 500)):
            at, start = FRIDAY + n % 160 * HOUR, wall("2026-11-27T17:00") + n % 160 * HOUR
            holder = worker_at(db, world, at)[0]
            free = [one for one in ("wren", "ash", "rowan") if one != holder][:2]
            part = (start, start + HOUR)
            won = [
                one
                for one in pool.map(
                    trying, [(one, ask(db, world, holder, at=at, to=world.accounts[one], part=part)) for one in free]
                )
                if one
            ]

            assert len(won) == 1, won
            assert worker_at(db, world, at) == won


@pytest.mark.asvs("2.3.4")
@pytest.mark.asvs("15.4.2")
def test_of_two_who_take_the_same_swap_at_once_exactly_one_has_it(
    db: Database, world: World, wren: UUID, rounds: Callable[[int, int, int], int], chance: random.Random
) -> None:
    """Sometimes a third one takes it back at the same moment: then one of the three acts counts."""
    ash = join(db, world, "ash", "Ash Lindqvist")
    outcomes = set()

    def trying(how: tuple[Any, str, UUID]) -> str:
        does, who, swap_id = how
        try:
            act(db, world, does, who, swap_id)
        except Refused:
            return ""
        return who

    with ThreadPoolExecutor(3) as pool:
        for n in range(rounds(40, 200, 1000)):
            # One after another of the coming weeks, so that nobody has too much.
            at = FRIDAY + timedelta(hours=n // 2 % 160)
            start = wall("2026-11-27T17:00") + timedelta(hours=n // 2 % 160)
            holder = worker_at(db, world, at)[0]
            swap_id = ask(db, world, holder, at=at, part=(start, start + HOUR))
            tries = [(service.take, who, swap_id) for who in ("wren", "ash", "lee", "rowan") if who != holder][:2]
            tries += [(service.withdraw, holder, swap_id)] if n % 3 == 0 else []
            chance.shuffle(tries)
            won = [one for one in pool.map(trying, tries) if one]

            assert len(won) == 1, won
            assert worker_at(db, world, at) == [won[0]]
            outcomes.add(won[0] == holder)
    assert ash
    assert False in outcomes
