"""Who may take a shift: each thing that is asked, by table; what a jurisdiction says instead; and that no night is left empty."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from porchlight.alerts.models import Alert, Delivery
from porchlight.core.db import Database
from porchlight.core.ids import new_id
from porchlight.oncall.eligibility import queries, rules
from porchlight.oncall.eligibility.models import OnCallRule, StaffRegion
from porchlight.oncall.eligibility.rules import Asked, Person, Rule, Weight
from porchlight.oncall.rules import Shift
from porchlight.people.models import Account
from tests.world import MONDAY, World

on_sqlite = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
ANN = UUID(int=1)
NIGHT = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)  # three in the morning in Chicago
SHIFT = Asked("worker", "Alder", "America/Chicago", NIGHT + timedelta(hours=6), NIGHT + timedelta(hours=14))
FIT = Person(
    ANN, True, frozenset({"on_call"}), frozenset({"en", "es"}), date(2026, 5, 25), frozenset({"Alder"}),
    {"safe sleep": None, "first aid": date(2026, 11, 26)}, NIGHT - timedelta(days=3), True,
)  # fmt: skip
EVERY = [
    Rule(kind, value, "invented", date(2020, 1, 1))
    for kind, value in {
        "role": "on_call", "tenure": "6", "training": "safe sleep, first aid", "language": "es", "region": "yes",
        "phone": "30", "rest": "8", "alone": "yes", "second": "yes",
    }.items()
]  # fmt: skip


def kinds(person: Person, asked: Asked = SHIFT) -> list[tuple[str, Weight]]:
    return [(one.kind, one.weight) for one in rules.reasons(person, asked, EVERY, now=NIGHT)]


def test_who_has_everything_that_is_asked_may() -> None:
    assert kinds(FIT) == []


@pytest.mark.duty("S2-40")
@pytest.mark.parametrize(
    ("change", "kind", "weight"),
    [
        ({"works_here": False}, "gone", Weight.NEVER),
        ({"roles": frozenset({"caseworker"})}, "role", Weight.NEVER),
        ({"employed_since": date(2026, 5, 26)}, "tenure", Weight.ACCEPT),
        ({"employed_since": None}, "tenure", Weight.ACCEPT),
        ({"trainings": {"safe sleep": None}}, "training", Weight.ACCEPT),
        ({"trainings": {"safe sleep": None, "first aid": date(2026, 11, 25)}}, "training", Weight.ACCEPT),
        ({"languages": frozenset({"en"})}, "language", Weight.ACCEPT),
        ({"regions": frozenset({"Birch"})}, "region", Weight.ACCEPT),
        ({"proven_at": None}, "phone", Weight.TOLD),
        ({"proven_at": NIGHT - timedelta(days=31)}, "phone", Weight.TOLD),
        ({"second": False}, "second", Weight.ACCEPT),
        ({"called_at": (NIGHT,)}, "rest", Weight.ACCEPT),
        ({"shifts": (Shift("backup", ANN, SHIFT.start, SHIFT.end),)}, "alone", Weight.TOLD),
    ],
)
def test_each_thing_that_is_missing_is_said(change: dict[str, Any], kind: str, weight: Weight) -> None:
    assert kinds(replace(FIT, **change)) == [(kind, weight)]


@pytest.mark.parametrize(
    "change",
    [
        {"regions": frozenset()},  # takes shifts in all
        {"called_at": (NIGHT + timedelta(hours=6),)},  # nine in the morning costs no sleep
        {"called_at": (NIGHT - timedelta(hours=5),)},  # ten in the evening, eleven hours before
        {"shifts": (Shift("worker", ANN, SHIFT.start, SHIFT.end),)},  # the shift itself
    ],
)
def test_what_speaks_against_nobody(change: dict[str, Any]) -> None:
    assert kinds(replace(FIT, **change)) == []


@pytest.mark.parametrize(("day", "months", "then"), [("2026-08-31", 6, "2027-02-28"), ("2026-02-28", 12, "2027-02-28")])
def test_months_end_on_a_day_that_there_is(day: str, months: int, then: str) -> None:
    assert rules.after_months(date.fromisoformat(day), months) == date.fromisoformat(then)


def test_the_schedules_rule_goes_before_the_agencys_and_that_before_ours_and_an_empty_one_asks_nothing() -> None:
    here, day = UUID(int=9), date(2026, 11, 25)
    ours = Rule("tenure", "6", "ours", date(2000, 1, 1))
    theirs = Rule("tenure", "12", "theirs", date(2020, 1, 1), local=True)
    old = Rule("tenure", "3", "old", date(2010, 1, 1), date(2020, 1, 1), local=True)
    own = Rule("tenure", "", "own", date(2020, 1, 1), schedule_id=here, local=True)

    assert [one.value for one in rules.in_force([ours], "worker", here, day)] == ["6"]
    assert [one.value for one in rules.in_force([theirs, old, ours], "worker", here, day)] == ["12"]
    assert rules.in_force([own, theirs, ours], "worker", here, day) == []
    assert [one.value for one in rules.in_force([old, ours], "worker", here, date(2019, 1, 1))] == ["3"]


def test_the_rules_that_come_along_say_where_they_are_from() -> None:
    asked = {"role", "tenure", "region", "phone", "rest", "alone", "second"}
    assert {one.kind for _, one in queries.shipped()} == asked
    assert all(one.source and one.valid_from for _, one in queries.shipped())
    assert next(one for _, one in queries.shipped() if one.kind == "tenure").value == "6"


@pytest.mark.parametrize(
    ("became", "counts"),
    [
        ({}, False),
        ({"failed_at": MONDAY}, False),
        ({"accepted_at": MONDAY, "failed_at": MONDAY}, True),
        ({"shown_at": MONDAY}, True),
    ],
)
def test_only_a_call_that_a_phone_was_handed_costs_sleep(
    db: Database, world: World, became: dict[str, Any], *, counts: bool
) -> None:
    lee = world.accounts["lee"]
    with db.transaction() as session:
        alert = Alert(account_id=lee, severity="crisis", subject_id=new_id(), made_at=MONDAY)
        session.add(alert)
        session.flush()
        session.add(Delivery(alert_id=alert.id, account_id=lee, made_at=MONDAY, **became))
        session.flush()
        persons = queries.persons(session, [lee], now=MONDAY + timedelta(hours=1))

    assert persons[lee].called_at == ((MONDAY,) if counts else ())


def test_everybody_who_takes_shifts_is_shown_those_first_who_may_each_with_the_reasons(
    db: Database, world: World
) -> None:
    with db.transaction() as session:
        session.get_one(Account, world.accounts["joss"]).employed_since = MONDAY.date()
        session.add(StaffRegion(account_id=world.accounts["lee"], region="Birch"))
        session.add(
            OnCallRule(jurisdiction="Elsewhere", kind="tenure", value="99", source="x", valid_from=date(2020, 1, 1))
        )
        line = queries.rota.schedules(session, world.agency)[0]
        found = queries.candidates(session, line, "worker", MONDAY, MONDAY + timedelta(hours=8), now=MONDAY)

    assert [(one.name.split()[0], one.may) for one in found] == [
        ("Rowan", True), ("Mara", True), ("Priya", True), ("Lee", False), ("Joss", False),
    ]  # fmt: skip
    assert [[why.kind for why in one.reasons] for one in found] == [
        ["phone"], ["phone", "alone"], ["phone", "alone"], ["region", "phone"], ["tenure", "phone", "alone"],
    ]  # fmt: skip
    assert [one.hours for one in found] == [5, 168, 168, 163, 168]  # Rowan hands over to Lee on the Friday before


@on_sqlite
def test_an_agency_that_asks_more_is_heard(db: Database, world: World) -> None:
    with db.transaction() as session:
        rule = OnCallRule(
            jurisdiction="Example",
            position="worker",
            kind="language",
            value="es",
            source="x",
            valid_from=date(2020, 1, 1),
        )
        session.add(rule)
        line = queries.rota.schedules(session, world.agency)[0]
        why = [
            one.kind
            for position in ("worker", "backup")
            for one in queries.reasons(
                session, line, position, world.accounts["rowan"], MONDAY, MONDAY + timedelta(hours=1), now=MONDAY
            )
        ]

    assert why == ["language", "phone", "phone"]
