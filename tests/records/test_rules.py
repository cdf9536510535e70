"""How long a file is kept, and who may erase it."""

from datetime import date, timedelta
from typing import Any

import pytest

from porchlight.core.ids import new_id
from porchlight.core.refused import Refused
from porchlight.records import rules
from porchlight.records.queries import built_in
from porchlight.records.rules import Due, Rule
from porchlight.records.values import After, State

TODAY = date(2026, 11, 23)
CLOSED = date(2016, 11, 23)
SEVEN = Rule("family", "", After.CLOSED, 7, "seven", date(2003, 1, 1))
GROWN = Rule("family", "", After.GROWN, 7, "grown", date(2003, 1, 1))
TEN = Rule("family", "Example", After.CLOSED, 10, "ten", date(2020, 1, 1))
GOOD = Rule("family", "", After.CLOSED, None, "adoption", date(2003, 1, 1))


@pytest.mark.parametrize(
    ("held", "closed_on", "born", "on", "source"),
    [
        ([SEVEN], CLOSED, [], date(2023, 11, 23), "seven"),
        ([SEVEN, GROWN], CLOSED, [date(2010, 2, 28)], date(2035, 2, 28), "grown"),
        ([SEVEN, GROWN], CLOSED, [date(1990, 5, 5), date(2000, 5, 5)], date(2025, 5, 5), "grown"),
        ([SEVEN, GROWN], CLOSED, [date(1990, 5, 5), None], None, "grown"),
        ([SEVEN, GROWN], CLOSED, [date(2000, 2, 29)], date(2025, 3, 1), "grown"),
        ([SEVEN, GOOD], CLOSED, [], None, "adoption"),
        ([SEVEN], None, [], None, ""),
        ([], CLOSED, [], None, ""),
    ],
)
def test_the_latest_day_of_all_rules_decides(
    held: list[Rule], closed_on: date | None, born: list[date | None], on: date | None, source: str
) -> None:
    assert rules.due(held, closed_on=closed_on, born=born) == Due(on, source)


@pytest.mark.parametrize(
    ("given", "jurisdiction", "expected"),
    [
        ([SEVEN, TEN], "Example", [TEN]),
        ([TEN, SEVEN], "Elsewhere", [SEVEN]),
        ([SEVEN, GROWN, TEN], "Example", [TEN, GROWN]),
        ([SEVEN, Rule("family", "", After.CLOSED, 9, "own", date(2003, 1, 1))], "", ["own"]),
        ([SEVEN, Rule("family", "", After.CLOSED, 9, "later", TODAY + timedelta(days=1))], "", [SEVEN]),
        ([Rule("family", "", After.CLOSED, 9, "over", date(2003, 1, 1), TODAY)], "", []),
    ],
)
def test_of_each_event_one_rule_holds(given: list[Rule], jurisdiction: str, expected: list[Any]) -> None:
    found = rules.holding(given, jurisdiction, TODAY)

    assert [
        one if isinstance(want, Rule) else one.source for one, want in zip(found, expected, strict=True)
    ] == expected


FREE: dict[str, Any] = {"today": TODAY, "held": False, "pending": False, "closed": True, "order": ""}


def test_a_file_that_is_due_may_be_asked_for() -> None:
    rules.check_can_ask(Due(TODAY, "seven"), **FREE)


@pytest.mark.parametrize(
    ("due", "facts"),
    [
        (TODAY, {"held": True}),
        (TODAY, {"held": True, "order": "Court 7"}),
        (TODAY, {"pending": True}),
        (None, {"closed": False, "order": "Court 7"}),
        (TODAY + timedelta(days=1), {}),
        (None, {}),
        (None, {"order": "   "}),
    ],
)
def test_a_file_that_is_held_open_or_not_due_may_not(due: date | None, facts: dict[str, Any]) -> None:
    with pytest.raises(Refused):
        rules.check_can_ask(Due(due, ""), **FREE | facts)


def test_a_court_may_order_it_before_it_is_due() -> None:
    rules.check_can_ask(Due(None, ""), **FREE | {"order": "Alder County Court, 26-113"})


@pytest.mark.asvs("2.3.5")
def test_nobody_confirms_what_they_asked_themselves_and_nothing_that_is_held() -> None:
    one, other = new_id(), new_id()
    rules.check_can_confirm(asked_by=one, account_id=other, held=False, state=State.ASKED)

    for asked_by, held, state in ((other, False, State.ASKED), (one, True, State.ASKED), (one, False, State.WITHDRAWN)):
        with pytest.raises(Refused):
            rules.check_can_confirm(asked_by=asked_by, account_id=other, held=held, state=state)


def test_every_rule_that_comes_with_the_product_names_its_source() -> None:
    assert all(row["source"] and row["valid_from"] for row in built_in()["file"])
    assert all(row["why"] and row["hours"] > 0 for row in built_in()["row"])
