"""The promise of the rota: exactly one person a position at every minute of ten years, in six zones and whatever was changed.

A rota is constant between its boundaries. So each boundary, the second before it and the whole of what lies between are
looked at, which is every minute there is; behind `soak` each minute is asked one by one.
"""

import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from uuid import UUID

import pytest

from porchlight.core.clock import at_wall
from porchlight.oncall import rules
from porchlight.oncall.rota.turns import gaps_of
from porchlight.oncall.rota.windows import EVERY_DAY, Window
from porchlight.oncall.rules import Exchange, Meanwhile, Plan, Shift, StandIn, Turns

# A whole hour; a half hour; a day that never was (30 December 2011); clocks that go back for a month of fasting;
# a change at midnight; none.
ZONES = (
    "America/Chicago",
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "Africa/Casablanca",
    "America/Asuncion",
    "UTC",
)
START, END = datetime(2009, 6, 1, 0, 0, tzinfo=UTC), datetime(2019, 6, 1, 0, 0, tzinfo=UTC)
MINUTE, SECOND, DAY = timedelta(minutes=1), timedelta(seconds=1), timedelta(days=1)
PEOPLE = [UUID(int=n) for n in range(1, 8)]
NIGHTS = Window(EVERY_DAY, time(17), time(8))
WEEKENDS = Window(frozenset({5, 6}), time(0), time(0))
SATURDAYS = Window(frozenset({5}), time(12), time(2, 30))  # overlaps the other one


def rota_of(zone: str, chance: random.Random) -> Plan:
    """Four positions as deep as they go: layers of every kind, hundreds of changes, none of them tidy."""
    base = [
        Turns(position, tuple(PEOPLE[: 2 + n]), date(2011, 12, 30), time(2, 30), kind, length)
        for n, (position, kind, length) in enumerate(
            zip(rules.POSITIONS, ("daily", "weekly", "monthly", "hourly"), (1, 2, 1, 13), strict=True)
        )
    ]
    upper = [
        Turns("worker", tuple(PEOPLE[4:7]), date(2012, 3, 4), time(2, 15), "hourly", 7, 1, (NIGHTS,)),
        Turns("worker", tuple(PEOPLE[3:6]), date(2015, 1, 31), time(0, 30), "monthly", 1, 1, (WEEKENDS, SATURDAYS)),
        Turns("backup", (PEOPLE[6],), date(2014, 4, 1), time(3), "daily", 3, 5, (), START + 900 * DAY, END - 900 * DAY),
    ]
    return Plan(zone, rules.POSITIONS, (*base, *upper), tuple(overrides(zone, chance)), *changes(chance))


def overrides(zone: str, chance: random.Random) -> Iterator[StandIn]:
    """Somebody comes instead of whoever it is, or of one person; also exactly on, in and around each edge of the clock."""
    for year in range(START.year, END.year + 1):
        for wall, after in gaps_of(zone, year):
            begins, ends = at_wall(wall, zone), at_wall(after + timedelta(hours=1), zone)
            yield StandIn("worker", chance.choice(PEOPLE), begins - MINUTE, ends)
            yield StandIn("backup", chance.choice(PEOPLE), begins, ends + SECOND, chance.choice(PEOPLE))
    for _ in range(60):
        start = START + SECOND * chance.randrange(int((END - START).total_seconds()))
        instead = chance.choice([None, *PEOPLE])
        yield StandIn(
            chance.choice(rules.POSITIONS), chance.choice(PEOPLE), start, start + chance.random() * 9 * DAY, instead
        )


def changes(chance: random.Random) -> tuple[tuple[Meanwhile, ...], tuple[Exchange, ...]]:
    """Temporary schedules whose spans overlap each other and their own ends, with one beneath them all; and swaps of swaps."""
    temporary, swaps = [], []
    for _ in range(25):
        start = START + SECOND * chance.randrange(int((END - START).total_seconds()))
        end = start + timedelta(hours=chance.randrange(1, 300))
        position = chance.choice(rules.POSITIONS)
        spans = [Shift(position, PEOPLE[0], start - DAY, end + DAY)]
        for _ in range(3):
            begin = start + chance.random() * (end - start)
            spans.append(Shift(position, chance.choice(PEOPLE), begin, begin + chance.random() * 3 * DAY))
        temporary.append(Meanwhile((position,), start, end, tuple(spans)))
    for _ in range(60):
        start = START + MINUTE * chance.randrange(int((END - START) / MINUTE))
        one, other = chance.sample(PEOPLE, 2)
        swaps.append(Exchange(chance.choice(rules.POSITIONS), one, other, start, start + chance.random() * 20 * DAY))
    return tuple(temporary), tuple(swaps)


@pytest.mark.duty("S2-10", "S4-31")
@pytest.mark.fault("rota", shows="one person a position in each minute of ten years, in six zones")
@pytest.mark.parametrize("zone", ZONES)
def test_exactly_one_person_a_position_at_every_minute_of_ten_years(zone: str) -> None:
    plan = rota_of(zone, random.Random(zone))

    found = rules.shifts(plan, START, END)

    minutes = 0
    for position in rules.POSITIONS:
        held = [one for one in found if one.position == position]
        assert (held[0].start, held[-1].end) == (START, END)
        assert all(one.start < one.end == after.start for one, after in pairwise(held))
        minutes += sum((one.end - one.start for one in held), timedelta()) // MINUTE
    assert minutes == 4 * ((END - START) // MINUTE) == 4 * 5_258_880


@pytest.mark.parametrize("zone", ZONES)
def test_asked_for_a_moment_the_rota_answers_as_it_does_for_ten_years(zone: str) -> None:
    """Paging asks for a moment, the screen for a month: at boundaries, a moment before them, and both edges of the clock."""
    chance = random.Random(zone + "!")
    plan = rota_of(zone, chance)
    found = rules.shifts(plan, START, END)
    edges = [at_wall(wall, zone) for year in range(2010, 2019) for wall, _ in gaps_of(zone, year)]
    moments = [one.start for one in chance.sample(found, 40)] + edges
    moments += [moment - timedelta(microseconds=1) for moment in moments if moment > START]
    month = timedelta(days=30)

    for at in moments:
        whole = {one.position: one.account_id for one in found if one.start <= at < one.end}
        assert rules.who(plan, at) == whole
        asked = rules.shifts(plan, at - month, at + month)
        assert {one.position: one.account_id for one in asked if one.start <= at < one.end} == whole


@pytest.mark.soak
@pytest.mark.parametrize("zone", ZONES)
def test_each_minute_of_ten_years_asked_one_by_one(zone: str) -> None:
    """Day by day, so that what is asked for a day and for ten years must agree as well."""
    plan = rota_of(zone, random.Random(zone))
    whole = {
        position: iter([s for s in rules.shifts(plan, START, END) if s.position == position])
        for position in rules.POSITIONS
    }
    current = {position: next(shifts) for position, shifts in whole.items()}
    day = START
    while day < END:
        today = rules.shifts(plan, day, day + DAY)
        for n in range(1440):
            at = day + n * MINUTE
            now = [one for one in today if one.start <= at < one.end]
            assert len(now) == 4
            for one in now:
                while current[one.position].end <= at:
                    current[one.position] = next(whole[one.position])
                assert current[one.position].account_id == one.account_id
        day += DAY
