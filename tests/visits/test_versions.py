"""A visit as it stands: the same from every order of arrival, nobody's words lost, nobody's words winning by a clock."""

from itertools import permutations
from random import Random
from uuid import UUID

import pytest

from porchlight.visits.versions import Change, Log, differing

FIRST = {"note": "first", "observations": "seen", "came": "Rowan I."}


def change(number: int, *base: int, **values: object) -> Change:
    return Change(UUID(int=number), frozenset(UUID(int=one) for one in base), values)


def fold(*changes: Change) -> tuple[dict[str, object], dict[str, list[int]]]:
    folded = Log(changes).fold(FIRST)
    return folded.values, {part: [one.int for one in ids] for part, ids in folded.undecided.items()}


def test_different_parts_merge() -> None:
    values, undecided = fold(change(1, note="one"), change(2, observations="two"))

    assert (values["note"], values["observations"], values["came"]) == ("one", "two", "Rowan I.")
    assert undecided == {}


def test_whoever_has_seen_a_change_may_write_over_it_whatever_the_clocks_say() -> None:
    values, undecided = fold(change(9, note="first try"), change(3, 9, note="second try"))

    assert (values["note"], undecided) == ("second try", {})


def test_the_same_part_changed_unseen_stays_as_it_was_until_a_person_decides() -> None:
    values, undecided = fold(change(1, note="one"), change(2, note="two"))

    assert (values["note"], undecided) == ("first", {"note": [1, 2]})


def test_two_who_wrote_the_same_have_nothing_to_decide() -> None:
    assert fold(change(1, note="same"), change(2, note="same"))[1] == {}


def test_a_decision_is_a_change_that_has_seen_both() -> None:
    both = (change(1, note="one"), change(2, note="two"))

    values, undecided = fold(*both, change(3, 1, 2, note="two"))

    assert (values["note"], undecided) == ("two", {})


def test_two_who_decide_at_once_leave_what_both_had_seen() -> None:
    both = (change(1, note="one"), change(2, 1, note="two"))

    values, undecided = fold(*both, change(3, 1, note="three"))

    assert (values["note"], undecided) == ("one", {"note": [2, 3]})


def test_a_change_that_never_came_or_says_it_came_after_its_own_child_breaks_nothing() -> None:
    values, undecided = fold(change(1, 2, 77, note="one"), change(2, 1, note="two"), change(3, 3, came="Me"))

    assert (values["note"], values["came"], undecided) == ("first", "Me", {"note": [1, 2]})


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.fault(24, shows="1 state after 720 orders of the rule, with 12 seeds")
def test_all_720_orders_of_six_changes_are_one_visit(seed: int) -> None:
    chance = Random(seed)
    six = [
        change(
            number,
            *chance.sample(range(1, 8), chance.randint(0, 3)),
            **dict.fromkeys(chance.sample(sorted(FIRST), chance.randint(1, 2)), f"{number}"),
        )
        for number in chance.sample(range(1, 8), 6)
    ]

    found = {repr((fold(*order), [one.id for one in Log(order).in_order()])) for order in permutations(six)}

    assert len(found) == 1


def test_what_differs_of_two_summaries_is_named_by_its_part() -> None:
    before = (
        "porchlight-summary/1\nvisit 1\nfrom 10\nto 11\nzone Z\nplace home\ncame R\nagreed a\nagreed b\nnext -\nnote "
    )
    after = before.replace("to 11", "to 12").replace("agreed b\n", "").replace("next -", "next 2026-12-14")

    assert differing(before, before) == []
    assert differing(before, after) == ["when", "agreed", "next_visit"]
