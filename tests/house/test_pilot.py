"""The pilot's table of real phones asks for exactly the lines of the card, and claims nothing that nobody has seen."""

import re

from porchlight.ready.values import TITLES
from tests.house.tree import ROOT

PILOT = ROOT / "docs" / "pilot.md"
ABOUT = ["Phone model", "System", "Browser, installed or not"], ["Date", "Tester's role", "What was seen"]
DONE = re.compile(r"yes|no|not possible|")
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def table(heading: str) -> list[list[str]]:
    """The cells of the table under a heading, its head first."""
    part = PILOT.read_text().split(f"## {heading}\n")[1].split("\n## ")[0]
    rows = [line.strip("|\n").split("|") for line in part.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in row] for row in rows if not set("".join(row)) <= set("-| ")]


def unbacked(row: list[str]) -> list[str]:
    """What is wrong with one phone's row: odd words, or a result without its day and who saw it."""
    results, (day, role, _seen) = row[3:-3], row[-3:]
    wrong = [cell for cell in results if not DONE.fullmatch(cell)]
    if any(results) and not (DAY.fullmatch(day) and role):
        wrong.append("a result without its date and role")
    return wrong


def test_the_table_of_phones_has_a_column_for_each_line_of_the_card() -> None:
    before, after = ABOUT

    assert table("The phones")[0] == [*before, *TITLES.values(), *after]
    assert [row[0] for row in table("What each line asks")[1:]] == list(TITLES.values())


def test_a_result_says_when_and_by_whom_and_a_blank_stays_unproven() -> None:
    rows = table("The phones")[1:]

    assert len(rows) >= 3
    assert {len(row) for row in rows} == {len(TITLES) + 6}
    assert [line for row in rows for line in unbacked(row)] == []
    assert "A blank means unproven" in PILOT.read_text()


def test_a_result_out_of_thin_air_is_told() -> None:
    row = ["Pixel", "", "", "yes", "", "", "", "", "maybe", "", "", ""]

    assert unbacked(row) == ["maybe", "a result without its date and role"]
