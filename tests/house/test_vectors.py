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
UNKNOWN = {**WALL, "id": "odd-3", "kind": "moon_phase"}
BROKEN = {**WALL, "id": "wall-4", "input": {"date": "2018-11-04"}}
UNANSWERED = {**WALL, "id": "wall-5", "expect": {"middle": "2018-11-04T01:30:00-05:00"}}
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


@pytest.mark.parametrize("case", [WRONG, UNKNOWN, BROKEN, UNANSWERED], ids=lambda case: str(case["id"]))
def test_what_disagrees_cannot_be_read_or_is_unknown_is_named_and_ends_with_one(
    tmp_path: Path, case: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    assert judge(tmp_path, WALL, case) == 1

    said = capsys.readouterr().out
    assert said.startswith(f"{case['id']}  ")
    assert said.endswith("1 of 2 agree\n")


def test_a_file_in_which_nothing_is_judged_proves_nothing(tmp_path: Path) -> None:
    assert judge(tmp_path, BACKGROUND) == 1


@pytest.mark.parametrize("case", [5, None, "wall", {"id": "wall-7"}, {"kind": "wall_clock"}], ids=repr)
def test_a_case_without_an_id_or_a_kind_is_pointed_at(
    tmp_path: Path, case: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        judge(tmp_path, WALL, case)

    assert ended.value.code == 2
    assert "case 2 has no id or no kind" in capsys.readouterr().err


def test_what_is_no_file_of_cases_is_said_to_be_none(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["oncall", str(tmp_path / "nothing.json")])

    assert ended.value.code == 2
    assert "is no file of cases" in capsys.readouterr().err
