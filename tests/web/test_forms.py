"""What a form says about what is not there: what is written is asked for in other words than what is chosen."""

from enum import StrEnum
from typing import Annotated, Any, Literal
from uuid import UUID

import pytest
from pydantic import Field

from porchlight.core.refused import Invalid
from porchlight.crises.intake.service import CallBody
from porchlight.crises.raising import CrisisBody
from porchlight.web import forms
from porchlight.web.forms import Input


class Color(StrEnum):
    RED = "red"


class Form(Input):
    color: Color
    who: UUID
    side: Literal["left", "right"]
    several: Annotated[list[str], Field(min_length=1)]
    words: Annotated[str, Field(min_length=1)]


FULL = {"color": "red", "who": str(UUID(int=1)), "side": "left", "several": ["a"], "words": "b"}


def said(typed: dict[str, Any], model: type[Input] = Form) -> dict[str, str]:
    with pytest.raises(Invalid) as refused:
        forms.read(model, typed)
    return {one.field: one.message for one in refused.value.errors}


@pytest.mark.parametrize("field", ["color", "who", "side", "several"])
def test_where_nothing_was_chosen_one_is_asked_to_choose(field: str) -> None:
    without = {name: value for name, value in FULL.items() if name != field}

    assert said(without) == {field: "Choose one."}
    assert said({**FULL, field: [] if field == "several" else ""}) == {field: "Choose one."}


def test_where_nothing_was_written_one_is_asked_to_write() -> None:
    assert said({**FULL, "words": " "}) == {"words": "Fill this in."}


def test_what_does_not_exist_is_no_empty_choice() -> None:
    assert said({**FULL, "color": "loud"}) == {"color": "Choose one from the list."}


@pytest.mark.parametrize("model", [CrisisBody, CallBody])
def test_an_alert_without_a_reason_asks_to_choose_one(model: type[Input]) -> None:
    assert said({"id": str(UUID(int=1))}, model) == {"reason": "Choose one."}
