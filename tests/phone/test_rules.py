"""What becomes of an item, by table."""

from typing import Any
from uuid import UUID

import pytest

from porchlight.phone import rules
from porchlight.phone.rules import Known, Step
from porchlight.phone.values import Outcome

MINE, OTHER = UUID(int=1), UUID(int=2)


def test_every_outcome_says_what_may_follow() -> None:
    assert set(rules.NEXT) == set(Outcome)


def test_what_has_a_receipt_never_becomes_anything_else() -> None:
    final = {outcome for outcome, following in rules.NEXT.items() if not following}

    assert final == {Outcome.ACCEPTED, Outcome.HELD, Outcome.WITHDRAWN}


def test_every_step_that_refuses_has_its_sentence() -> None:
    refusing = set(Step) - {Step.TAKE, Step.REPEAT}

    assert refusing <= set(rules.PROBLEMS)
    assert {problem.status for problem in rules.PROBLEMS.values()} == {409, 413, 422}


CASES = [
    (None, {}, Step.TAKE),
    ({"outcome": Outcome.ACCEPTED}, {}, Step.REPEAT),
    ({"outcome": Outcome.HELD}, {}, Step.REPEAT),
    ({"outcome": Outcome.WITHDRAWN}, {}, Step.REPEAT),
    ({"outcome": Outcome.ACCEPTED}, {"sealed_sha256": "b"}, Step.OTHER_BYTES),
    ({"outcome": Outcome.WITHDRAWN}, {"sealed_sha256": "b"}, Step.OTHER_BYTES),
    ({"outcome": Outcome.WAITING}, {}, Step.TAKE),
    ({"outcome": Outcome.WAITING}, {"sealed_sha256": "b"}, Step.TAKE),
    ({"outcome": Outcome.NEEDS_FIX}, {"sealed_sha256": "b"}, Step.TAKE),
    ({"outcome": Outcome.NEEDS_FIX}, {"seq": 4}, Step.OTHER_NUMBER),
    ({"outcome": Outcome.ACCEPTED}, {"device_id": OTHER}, Step.NOT_YOURS),
    ({"outcome": Outcome.WAITING}, {"device_id": OTHER}, Step.NOT_YOURS),
]


@pytest.mark.parametrize(("known", "arriving", "expected"), CASES)
def test_what_is_done_with_an_item(known: dict[str, Any] | None, arriving: dict[str, Any], expected: Step) -> None:
    facts: dict[str, Any] = {"device_id": MINE, "seq": 3, "sealed_sha256": "a"}

    found = rules.step(Known(**{**facts, **known}) if known else None, **{**facts, **arriving})

    assert found is expected


@pytest.mark.parametrize(
    ("seen", "highest", "missing"),
    [([], 0, []), ([1, 2, 3], 3, []), ([1, 4], 5, [2, 3, 5]), ([3], 3, [1, 2]), ([], 2, [1, 2])],
)
def test_the_numbers_that_never_came_are_named(seen: list[int], highest: int, missing: list[int]) -> None:
    assert rules.gaps(seen, highest) == missing


def test_a_phone_that_skips_two_billion_numbers_has_a_thousand_gaps_named_at_once() -> None:
    found = rules.gaps([1, 3, 2**31 - 1], 2**31 - 1)

    assert found[:3] == [2, 4, 5]
    assert len(found) == rules.MOST_GAPS
