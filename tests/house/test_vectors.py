"""Cases of others, held against our own rules: what disagrees is named, and nothing that was not judged counts as right."""

import json
from pathlib import Path
from typing import Any

import pytest

from scripts._vectors import main

WALL: dict[str, Any] = {
    "id": "wall-1",
    "kind": "wall_clock",
    "input": {"date": "2018-11-04", "clock": "01:30", "time_zone": "America/Chicago"},
    "expect": {"first": "2018-11-04T01:30:00-05:00", "last": "2018-11-04T01:30:00-06:00"},
}
WRONG = {**WALL, "id": "wall-2", "expect": {"first": "2018-11-04T01:30:00-06:00"}}
UNKNOWN = {**WALL, "id": "odd-3", "kind": "moon_phase", "input": {}}
BROKEN = {**WALL, "id": "wall-4", "input": {"date": "2018-11-04"}}
UNANSWERED = {**WALL, "id": "wall-5", "expect": {"middle": "2018-11-04T01:30:00-05:00"}}
VAGUE = {**WALL, "id": "wall-6", "expect": {}}
ELSEWHERE = {**WALL, "id": "wall-7", "input": {**WALL["input"], "time_zone": "Mars/Base"}}
BACKGROUND = {**WALL, "id": "far-6", "kind": "week_template"}


def judge(tmp_path: Path, *cases: dict[str, Any]) -> int:
    path = tmp_path / "cases.json"
    path.write_text(json.dumps({"cases": cases}))
    return main(["oncall", str(path)])


def test_the_same_instant_agrees_however_it_is_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    utc = {"first": "2018-11-04T06:30:00+00:00", "last": "2018-11-04T07:30:00Z"}

    assert judge(tmp_path, WALL, {**WALL, "expect": utc}, BACKGROUND) == 0

    said = capsys.readouterr().out
    assert said.endswith("2 of 2 agree\n")
    assert "1 not judged" in said


@pytest.mark.parametrize(
    "case", [WRONG, UNKNOWN, BROKEN, UNANSWERED, VAGUE, ELSEWHERE], ids=lambda case: str(case["id"])
)
def test_what_disagrees_cannot_be_read_or_is_unknown_is_named_and_ends_with_one(
    tmp_path: Path, case: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    assert judge(tmp_path, WALL, case) == 1

    said = capsys.readouterr().out
    assert said.startswith(f"{case['id']}  ")
    assert said.endswith("1 of 2 agree\n")


def test_background_disagrees_with_nobody_and_a_file_without_a_case_proves_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert judge(tmp_path, BACKGROUND) == 0
    assert "1 not judged" in capsys.readouterr().out
    assert judge(tmp_path) == 1


def test_an_unknown_kind_is_called_by_its_name(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert judge(tmp_path, UNKNOWN) == 1

    assert "moon_phase" in capsys.readouterr().out


def test_what_is_no_case_counts_as_one_that_disagrees(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "cases.json"
    path.write_text(json.dumps({"cases": [WALL, None, 3, {"id": "a"}, {**WALL, "id": "b", "kind": ["wall_clock"]}]}))

    assert main(["oncall", str(path)]) == 1

    said = capsys.readouterr().out.splitlines()
    assert [line.split("  ")[0] for line in said] == ["case 2", "case 3", "a", "b", "1 of 5 agree"]


@pytest.mark.parametrize(
    "text",
    [None, "", "no json", "[]", "null", "{}", '{"cases": {}}', "[" * 100_000],
    ids=["no file", "empty", "no json", "a list", "nothing", "no cases", "cases by name", "too deep"],
)
def test_what_is_no_file_of_cases_is_said_to_be_none(
    tmp_path: Path, text: str | None, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "cases.json"
    if text is not None:
        path.write_text(text)

    assert main(["oncall", str(path)]) == 1

    assert "is no file of cases" in capsys.readouterr().err


def case(kind: str, asked: dict[str, Any], **expect: Any) -> dict[str, Any]:
    return {"id": kind, "kind": kind, "input": asked, "expect": expect}


def row(user: str, start: int, end: int, **more: Any) -> dict[str, Any]:
    """Somebody's hours of one day."""
    first, last = (f"2024-06-03T{hour:02}:00:00+00:00" for hour in (start, end))
    return {"start": first, "end": last, "user": user, **more}


DAY = {"time_zone": "UTC", "query_from": "2024-06-03T00:00:00+00:00", "query_to": "2024-06-03T23:00:00+00:00"}
BOTH = [row("ann", 1, 2), row("bob", 1, 2)]
SETS = {
    "scheduled": ["ann", "bob"],
    "overrides": [{"remove": "bob", "start": "2024-06-03T10:00:00Z", "end": "2024-06-03T11:00:00Z"}],
}
AT_TEN, AT_ELEVEN = "2024-06-03T10:00:00Z", "2024-06-03T13:00:00+02:00"
NOTICE = {"now": "2021-07-07T11:00:00+00:00", "time_zone": "UTC"}
TURNS = {"rotation_type": "daily", "start": AT_TEN, "time_zone": "UTC"}


def shifts(*spans: tuple[str, int, int]) -> list[dict[str, Any]]:
    return [{"user": who, "start": start, "end": end} for who, start, end in spans]


@pytest.mark.parametrize(
    "agreeing",
    [
        case("override_sets", {**SETS, "at": []}, on_call=[]),
        case("override_sets", {**SETS, "at": [AT_TEN, AT_ELEVEN]}, on_call=[["ann"], ["bob", "ann"]]),
        case("override_sets", {"scheduled": ["ann"], "at": [AT_TEN]}, on_call=[["ann"]]),
        case("next_notice", {**NOTICE, "clock": None, "weekdays": "all"}, next=None),
        case("next_notice", {**NOTICE, "clock": "04:00"}, next="2021-07-08T04:00:00Z"),
        case("rotation_shift", {**TURNS, "at": AT_ELEVEN}, shift_end="2024-06-04T10:00:00Z"),
        case("rotation_oncall", {**TURNS, "participants": ["ann", "bob"], "at": [AT_ELEVEN]}, users=["ann"]),
        case("rotation_oncall", {**TURNS, "participants": [], "at": [AT_ELEVEN]}, users=[None]),
        case("layers", {**DAY, "shifts": [row("ann", 1, 2)]}, segments=[row("ann", 1, 2)]),
        case(
            "layers",
            {**DAY, "shifts": [], "overrides": [row("eve", 2, 4, priority=0), row("ann", 2, 3, priority=1)]},
            segments=[row("ann", 2, 3), row("eve", 3, 4)],
        ),
        case(
            "shift_split",
            {"shifts": shifts(("u", 0, 100), ("u", 100, 200)), "override": {"user": "o", "start": -10, "end": 210}},
            shifts=shifts(("o", 0, 200)),
        ),
        case(
            "shift_split",
            {"shifts": shifts(("u", 0, 100), ("v", 100, 200)), "override": {"user": "o", "start": 50, "end": 150}},
            shifts=shifts(("v", 150, 200), ("u", 0, 50), ("o", 50, 150)),
        ),
        case("shift_split", {"shifts": [], "override": {"user": "o", "start": 0, "end": 9}}, shifts=[]),
    ],
    ids=[
        "asked for no time",
        "names of one time in any order",
        "no overrides",
        "no time of day",
        "no weekdays are all",
        "no length is one",
        "no anchor is the start",
        "nobody takes turns",
        "no layer and no overrides",
        "an override over an override",
        "nobody is put where nobody was",
        "one override is one shift, and rows come in any order",
        "no shift",
    ],
)
def test_a_case_that_leaves_something_out_is_read_as_it_is_meant(tmp_path: Path, agreeing: dict[str, Any]) -> None:
    assert judge(tmp_path, agreeing) == 0


@pytest.mark.parametrize(
    "disagreeing",
    [
        case("override_sets", {**SETS, "at": [AT_TEN, AT_ELEVEN]}, on_call=[["ann", "bob"], ["ann"]]),
        case("override_sets", {**SETS, "at": [AT_TEN]}, on_call=[[None, "ann", 3]]),
        case("layers", {**DAY, "shifts": BOTH}, segments=[row("ann", 1, 2)]),
        case("layers", {**DAY, "shifts": BOTH}, segments=[*BOTH, row("ann", 1, 2)]),
        case("layers", {**DAY, "shifts": BOTH}, segments=[row("ann", 1, 2), row("ann", 1, 2)]),
        case("layers", {**DAY, "shifts": [row("ann", 1, 2)]}, segments=[row("ann", 1, 2, swap_requested=True)]),
        case("rotation_shift", {**TURNS, "at": "2024-06-03T11:00:00"}, shift_end="2024-06-04T10:00:00Z"),
    ],
    ids=[
        "times the other way round",
        "what is no name",
        "one row too few",
        "one too many",
        "one row twice",
        "more of a row than we say",
        "a time without its offset",
    ],
)
def test_what_is_not_the_same_is_not_taken_for_it(tmp_path: Path, disagreeing: dict[str, Any]) -> None:
    assert judge(tmp_path, disagreeing) == 1
