"""scripts/faults: a row for each mode of a group (a phone has 27), and no row holds without a test that has passed and measured something."""

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

from scripts._faults import FAULTS, Mode, note, read
from tests.house.tree import ROOT, name_of, told, under

MARKED = """
import pytest

@pytest.mark.fault(7, "soak")
def test_a(record_property):
    record_property("figure 7", "49 of 49")
    record_property("figure", "0 lost")

@pytest.mark.fault(8)
def test_b(record_property):
    record_property("figure", "1 of 1")
    assert False

def test_c():
    pass
"""


def modes() -> dict[str, Mode]:
    return read(FAULTS.read_text(), "phone")


def marked(file: Path) -> list[str]:
    """The modes that the marks of a file name."""
    return [
        str(argument.value)
        for call in ast.walk(ast.parse(file.read_text()))
        if isinstance(call, ast.Call) and ast.unparse(call.func) == "pytest.mark.fault"
        for argument in call.args
        if isinstance(argument, ast.Constant)
    ]


def test_all_27_modes_are_listed_in_order() -> None:
    assert [name for name in modes() if name.isdigit()] == [str(number) for number in range(1, 28)]


def test_every_mark_names_a_mode_that_is_listed() -> None:
    listed = {mode for group in ("phone", "engine") for mode in read(FAULTS.read_text(), group)}
    found = [
        f"{name_of(file)}: fault({mode}) stands in no line of docs/faults.toml"
        for file in under("tests", ".py")
        for mode in marked(file)
        if mode not in listed
    ]

    assert not found, told(found)


@pytest.mark.parametrize(
    ("tests", "figures", "short"),
    [
        ({"a": "passed"}, ["0 lost"], ""),
        ({}, [], "no test"),
        ({"a": "passed"}, [], "no figure was measured"),
        ({"a": "passed", "b": "failed"}, ["0 lost"], "1 of 2 tests fell"),
        ({"a": "skipped"}, ["0 lost"], "1 of 1 tests fell"),
    ],
)
def test_a_mode_falls_short_unless_all_its_tests_passed_and_measured(
    tests: dict[str, str], figures: list[str], short: str
) -> None:
    assert Mode("7", "words", "demanded", tests, figures).short == short


def test_what_the_tests_measured_comes_to_its_modes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "test_it.py").write_text(MARKED)
    (tmp_path / "pytest.ini").write_text("[pytest]\nmarkers = fault(mode): one\n")
    figures = tmp_path / "figures"
    monkeypatch.setenv("PORCHLIGHT_FIGURES", str(figures))
    monkeypatch.setenv("PYTHONPATH", f"{ROOT / 'backend'}:{ROOT}")
    command = [sys.executable, "-m", "pytest", "-p", "tests.figures", "-p", "no:cacheprovider", "-q", str(tmp_path)]

    subprocess.run(command, cwd=tmp_path, capture_output=True, check=False)
    found = {name: Mode(name, "words", "demanded") for name in ("7", "8", "9", "soak")}
    lines = figures.read_text().splitlines()
    note(found, lines)

    assert {name: mode.short for name, mode in found.items()} == {
        "7": "",
        "8": "1 of 1 tests fell",
        "9": "no test",
        "soak": "",
    }
    assert (found["7"].figures, found["soak"].figures) == (["49 of 49"], ["0 lost"])
    assert [json.loads(line)["test"].rsplit("::", 1)[1] for line in lines] == ["test_a", "test_a", "test_b"]
    assert "SHORT" in found["8"].rows()
    assert "demanded: demanded" in found["8"].rows()


def test_a_list_that_lacks_words_is_told() -> None:
    with pytest.raises(ValueError, match="7: not what happens"):
        read('[phone]\n7 = ["words", ""]', "phone")
    with pytest.raises(ValueError, match="no group car"):
        read('[phone]\n7 = ["words", "demanded"]', "car")
