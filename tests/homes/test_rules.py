"""A visit is in the residence when every child seen lived in the one place where it happened."""

from datetime import date
from uuid import UUID, uuid4

import pytest

from porchlight.homes import rules

H3, H4 = uuid4(), uuid4()
Stay = tuple[str, UUID | None, str]
FOSTER: Stay = ("foster_home", H3, "9 Copper Beech Lane")
OTHER: Stay = ("foster_home", H4, "61 Millrace Court")
OWN: Stay = ("own_home", None, "118 Ferry Lane")
MISSING: Stay = ("missing", None, "")
RESPITE: Stay = ("respite", H4, "7 Lark Rise")


@pytest.mark.duty("S2-3")
@pytest.mark.parametrize(
    ("place", "stays", "counts"),
    [
        ("home", [FOSTER], True),
        ("home", [FOSTER, FOSTER], True),
        ("home", [OWN, OWN, OWN], True),
        ("home", [FOSTER, OTHER], False),
        ("home", [FOSTER, None], False),
        ("home", [MISSING], False),
        ("home", [RESPITE], False),
        ("home", [], False),
        ("office", [FOSTER], False),
        ("video", [FOSTER], False),
    ],
)
def test_residence_follows_from_where_each_child_lived(place: str, stays: list[Stay | None], counts: bool) -> None:
    assert rules.is_residence(place, stays) is counts


@pytest.mark.parametrize(
    ("day", "held"),
    [(date(2026, 3, 1), False), (date(2026, 3, 2), True), (date(2026, 3, 9), True), (date(2026, 3, 10), False)],
)
def test_a_stay_ends_on_the_day_of_moving(day: date, held: bool) -> None:
    assert rules.covers(date(2026, 3, 2), date(2026, 3, 10), day) is held


def test_a_stay_without_an_end_goes_on() -> None:
    assert rules.covers(date(2026, 3, 2), None, date(2030, 1, 1))
