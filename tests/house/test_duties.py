"""The table of duties: every number is there, and no test claims one that is not."""

from pathlib import Path

import pytest

from scripts._duties import DUTIES, marks, prove, read, summary, table
from tests.house.tree import ROOT, told

SMALL = '[S9]\nwho = "Somebody"\ncount = 2\nS9-1 = ["C1", "core", "Visit"]\nS9-2 = ["", "beyond", "Be kind"]\n'


def test_all_186_duties_are_listed() -> None:
    duties = read(DUTIES.read_text())

    assert len(duties) == 186
    assert {role: sum(n.startswith(role) for n in duties) for role in ("S0", "S1", "S2", "S3", "S4")} == {
        "S0": 32,
        "S1": 26,
        "S2": 43,
        "S3": 19,
        "S4": 66,
    }


def test_no_test_claims_a_duty_that_is_not_there() -> None:
    complaints = prove(read(DUTIES.read_text()), ROOT / "tests")

    assert not complaints, told(complaints)


def test_marks_are_found_on_tests_classes_and_modules() -> None:
    source = (
        "pytestmark = [pytest.mark.duty('S9-1')]\n"
        "@pytest.mark.duty('S9-2')\ndef test_a(): ...\n"
        "@pytest.mark.duty('S9-3')\nclass TestB:\n    def test_c(self): ...\n    def helper(self): ...\n"
    )

    assert list(marks(source)) == [
        ("test_a", "S9-1"),
        ("test_a", "S9-2"),
        ("TestB::test_c", "S9-1"),
        ("TestB::test_c", "S9-3"),
    ]


def test_a_mark_that_names_no_duty_is_told(tmp_path: Path) -> None:
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "test_x.py").write_text("@pytest.mark.duty('S9-1', 'S9-7')\ndef test_a(): ...\n")
    duties = read(SMALL)

    complaints = prove(duties, tmp_path / "tests")

    assert complaints == ["tests/test_x.py::test_a proves S9-7, which is no duty"]
    assert duties["S9-1"].tests == ["tests/test_x.py::test_a"]
    assert "tests/test_x.py::test_a" in table(duties)
    assert summary(duties).startswith("1 of 2 duties are proven by a test: 1 of 1 core")


@pytest.mark.parametrize(
    "text",
    [
        SMALL.replace("count = 2", "count = 3"),
        SMALL.replace("S9-2", "S9-3"),
        SMALL.replace('"core"', '"nice"'),
        SMALL.replace('"Visit"', '""'),
    ],
)
def test_a_table_with_a_gap_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="S9"):
        read(text)
