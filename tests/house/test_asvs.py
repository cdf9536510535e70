"""The table of ASVS: what it counts as shown has a test, and a row without one is told."""

from pathlib import Path

import pytest

from scripts._asvs import ROWS, SECURITY, read, said, shares, show, table, unexplained
from tests.house.tree import ROOT, told

SMALL = '[A]\n"1.1.1" = [1, "One"]\n"1.1.2" = [2, "Two"]\n[B]\n"2.1.1" = [3, "Three"]\n"2.1.2" = [3, "Four"]\n'


def making(folder: Path, *numbers: str) -> Path:
    (folder / "tests").mkdir()
    marked = "".join(f"@pytest.mark.asvs({n!r})\ndef test_{i}(): ...\n" for i, n in enumerate(numbers))
    (folder / "tests" / "test_x.py").write_text(marked)
    return folder / "tests"


def test_all_rows_are_listed() -> None:
    rows = read(ROWS.read_text())

    assert {level: sum(row.level == level for row in rows.values()) for level in (1, 2, 3)} == {1: 47, 2: 73, 3: 31}


def test_no_test_claims_a_row_that_is_not_there_and_every_deviation_is_explained() -> None:
    rows = read(ROWS.read_text())
    complaints = show(rows, ROOT / "tests") + unexplained(rows, SECURITY.read_text())

    assert not complaints, told(complaints)


def test_every_level_reaches_its_share() -> None:
    rows = read(ROWS.read_text())
    show(rows, ROOT / "tests")
    lines, enough = shares(rows)

    assert enough, told(lines)


def test_a_level_that_lacks_a_row_does_not_hold(tmp_path: Path) -> None:
    rows = read(SMALL)
    show(rows, making(tmp_path, "1.1.1", "2.1.1"))

    lines, enough = shares(rows)

    assert not enough
    assert lines[0].startswith("L1: 1 of 1 shown, 100.0 % (holds")
    assert lines[1].startswith("L2: 0 of 1 shown, 0.0 % (NOT")
    assert lines[2].startswith("L3: 1 of 2 shown, 50.0 % (NOT")
    assert "1.1.2   L2 OPEN" in table(rows)


def test_sixty_of_a_hundred_are_enough_of_the_third_level_only(tmp_path: Path) -> None:
    rows = read(SMALL)
    show(rows, making(tmp_path, "1.1.1", "1.1.2", "2.1.1", "2.1.2"))

    assert shares(rows)[1]


def test_a_mark_that_names_no_row_is_told(tmp_path: Path) -> None:
    complaints = show(read(SMALL), making(tmp_path, "9.9.9"))

    assert complaints == ["tests/test_x.py::test_0 shows 9.9.9, which is no row of asvs.toml"]


def test_a_deviation_without_an_explanation_is_told() -> None:
    rows = read(SMALL + '[deviations]\n"1.1.2" = "for a reason"\n')

    assert unexplained(rows, "**ASVS 1.1.20** nothing")
    assert not unexplained(rows, "**ASVS 1.1.2.** What makes up for it is …")


def test_tests_in_javascript_say_it_in_a_comment() -> None:
    source = "// asvs 3.5.5 3.5.7\ntest('a stranger is not heard', () => {})\n\n// asvs 1.1.1\nconst x = 1\n"

    assert list(said(source)) == [("a stranger is not heard", "3.5.5"), ("a stranger is not heard", "3.5.7")]


@pytest.mark.parametrize(
    "text", ['[A]\n"1.1.1" = [4, "x"]\n', '[A]\n"1.1.1" = [1, ""]\n', '[deviations]\n"1.1.1" = "x"\n']
)
def test_a_broken_table_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"1\.1\.1"):
        read(text)
