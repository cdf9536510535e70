"""A safety plan has known parts, something that helps and a step; each reader sees what is theirs."""

from datetime import date
from typing import Any

import pytest

from porchlight.core.refused import Invalid
from porchlight.plans import rules
from porchlight.plans.models import SafetyPlanVersion

GOOD: dict[str, Any] = {
    "sets_off": ["Doors shut hard"],
    "helps": ["A walk"],
    "makes_worse": ["A hand on his shoulder"],
    "steps": [{"what": "Give him ten minutes", "who": "Roald"}],
    "people": [{"name": "Rufus", "relation": "Mentor", "phone": "+15550174"}],
    "respite": ["7 Lark Rise"],
    "medical": ["Melatonin at nine"],
}


def test_a_good_plan_passes() -> None:
    rules.check_sections(GOOD)


@pytest.mark.duty("S0-6")
@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"helps": []}, "helps"),
        ({"steps": []}, "steps"),
        ({"weather": ["rain"]}, "weather"),
        ({"sets_off": [""]}, "sets_off"),
        ({"sets_off": ["  "]}, "sets_off"),
        ({"sets_off": ["x" * 501]}, "sets_off"),
        ({"sets_off": "Doors"}, "sets_off"),
        ({"sets_off": [{"what": "Doors"}]}, "sets_off"),
        ({"steps": ["Walk"]}, "steps"),
        ({"steps": [{"who": "Roald"}]}, "steps"),
        ({"steps": [{"what": "Walk", "when": "now"}]}, "steps"),
        ({"people": [{"name": "Rufus", "phone": 5}]}, "people"),
        ({"early_signs": ["x"] * 31}, "early_signs"),
    ],
)
def test_what_is_wrong_is_named_beside_its_part(change: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        rules.check_sections({**GOOD, **change})

    assert field in {error.field for error in refused.value.errors}


def test_every_part_that_the_table_names_is_known_and_no_other() -> None:
    named = SafetyPlanVersion.__doc__ or ""

    assert all(f'"{section}"' in named for section in rules.SECTIONS)
    assert set(rules.HEALTH) | set(rules.ADDRESS) | set(rules.PHONES) <= set(rules.SECTIONS)


def test_a_review_comes_after_the_plan_begins() -> None:
    rules.check_days(valid_from=date(2026, 11, 23), review_due_on=date(2026, 11, 24))
    with pytest.raises(Invalid):
        rules.check_days(valid_from=date(2026, 11, 23), review_due_on=date(2026, 11, 23))


@pytest.mark.asvs("8.2.3")
@pytest.mark.parametrize("health", [True, False])
@pytest.mark.parametrize("address", [True, False])
@pytest.mark.parametrize("phones", [True, False])
def test_what_is_not_open_is_not_there(health: bool, address: bool, phones: bool) -> None:
    shown = rules.open_sections(GOOD, health=health, address=address, phones=phones)

    assert ("medical" in shown) is health
    assert ("respite" in shown) is address
    assert ("+15550174" in str(shown)) is phones
    assert shown["helps"] == ["A walk"]
