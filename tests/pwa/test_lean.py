"""Scripts and sheets travel without comments, indentation and empty lines, and are the same scripts."""

import re
from pathlib import Path

import pytest

from porchlight.core.lean import lean
from tests.house.tree import name_of, told, under

SHEETS = under("pwa", ".css")
OURS = [file for file in under("pwa", ".js") if "vendor" not in file.parts]


def test_comments_indentation_and_empty_lines_go_and_no_other_sign() -> None:
    source = '/** What it is.\n * More.\n */\n\nfunction a() {\n  // why\n  return "// no comment" // beside\n}\n'

    assert lean(source) == 'function a() {\nreturn "// no comment" // beside\n}\n'


def test_no_script_has_a_text_over_several_lines_that_would_lose_its_indentation() -> None:
    """A template literal opens and closes on one line; so does every string that looks like a comment."""
    found = [
        f"{name_of(file)}:{number}: a text over several lines"
        for file in OURS
        for number, line in enumerate(lean(file.read_text()).splitlines(), 1)
        if re.sub(r"\\.", "", line).count("`") % 2
    ]

    assert not found, told(found)


@pytest.mark.parametrize("file", [*OURS, *SHEETS], ids=name_of)
def test_a_script_keeps_each_line_of_code_in_its_order(file: Path) -> None:
    """What begins like a comment or is empty is all that may go; and no line ends in another."""
    left = lean(file.read_text()).splitlines()
    lines = [line.strip() for line in file.read_text().splitlines()]

    assert left == [line for line in lines if line and not line.startswith(("//", "/*", "* ", "*/"))]
