"""Names are found as people type them; ages are whole years."""

from datetime import date
from uuid import uuid4

import pytest

from porchlight.cases import rules
from porchlight.core.refused import Refused


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("quin", True),
        ("QUINTRELL", True),
        ("gid quin", True),
        ("quin gid", True),
        ("munoz", True),
        ("Muñoz", True),
        ("straße", True),
        ("strasse", True),
        ("gidson", False),
        ("", True),
        ("%", False),
        ("_", False),
    ],
)
def test_a_search_finds_parts_of_names_with_accents_or_without(search: str, found: bool) -> None:
    assert rules.named(search, "Quintrell-Muñoz", "Gideon", "Straße") is found


@pytest.mark.parametrize(
    ("born", "today", "years"),
    [
        (date(2015, 11, 23), date(2026, 11, 22), 10),
        (date(2015, 11, 23), date(2026, 11, 23), 11),
        (date(2012, 2, 29), date(2026, 2, 28), 13),
        (date(2012, 2, 29), date(2026, 3, 1), 14),
        (date(2026, 11, 23), date(2026, 11, 23), 0),
    ],
)
def test_a_birthday_makes_a_year(born: date, today: date, years: int) -> None:
    assert rules.age(born, today) == years


def test_only_its_owner_or_someone_above_ticks_a_task_off() -> None:
    owner, other = uuid4(), uuid4()

    rules.check_can_complete(owner_id=owner, account_id=owner, supervises_owner=False)
    rules.check_can_complete(owner_id=owner, account_id=other, supervises_owner=True)
    with pytest.raises(Refused, match="someone else's to do"):
        rules.check_can_complete(owner_id=owner, account_id=other, supervises_owner=False)
