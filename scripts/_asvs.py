"""Reads the rows of OWASP ASVS and the marks of the tests that show them, without running anything."""

import argparse
import re
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from scripts._duties import marks

ROOT = Path(__file__).parent.parent
ROWS = ROOT / "docs" / "asvs.toml"
SECURITY = ROOT / "docs" / "security.md"
# How much of each level must be shown, in hundredths (trust.md).
SHARES = {1: 100, 2: 100, 3: 60}


@dataclass
class Row:
    number: str
    level: int
    words: str
    deviation: str = ""
    tests: list[str] = field(default_factory=list)


def read(text: str) -> dict[str, Row]:
    """Rows by number, in the order of the file. Raises ValueError where a level is none, words lack or a deviation has no row."""
    tables = tomllib.loads(text)
    deviations = tables.pop("deviations", {})
    rows = {number: Row(number, *row) for table in tables.values() for number, row in table.items()}
    wrong = [row.number for row in rows.values() if row.level not in SHARES or not row.words]
    wrong += [number for number in deviations if number not in rows]
    if wrong:
        raise ValueError(f"{', '.join(wrong)}: no such row, or its level or words are missing")
    for number, why in deviations.items():
        rows[number].deviation = why
    return rows


def said(source: str) -> Iterator[tuple[str, str]]:
    """(test, row) for each comment `// asvs 1.2.1 …` in JavaScript that stands right above a test."""
    for numbers, name in re.findall(r"^// asvs ([\d. ]+)\ntest\(\s*['\"`](.+?)['\"`],", source, re.M):
        yield from ((name, number) for number in numbers.split())


def show(rows: dict[str, Row], folder: Path) -> list[str]:
    """Writes each test to the rows that it shows; returns a complaint for each mark that names no row."""
    complaints = []
    found = [(file, marks(file.read_text(), "asvs")) for file in sorted(folder.rglob("test_*.py"))]
    found += [(file, said(file.read_text())) for file in sorted(folder.rglob("*.test.js"))]
    for file, shown in found:
        for test, number in shown:
            name = f"{file.relative_to(folder.parent).as_posix()}::{test}"
            if number in rows:
                rows[number].tests.append(name)
            else:
                complaints.append(f"{name} shows {number}, which is no row of {ROWS.name}")
    return complaints


def unexplained(rows: dict[str, Row], security: str) -> list[str]:
    """Complaints about deviations of which docs/security.md does not say, under their number, what makes up for them."""
    return [
        f"{row.number} is a deviation, and docs/security.md does not say what makes up for it"
        for row in rows.values()
        if row.deviation and not re.search(rf"\*\*ASVS {re.escape(row.number)}\b", security)
    ]


def table(rows: dict[str, Row]) -> str:
    lines = []
    for row in rows.values():
        state = "deviation" if row.deviation else "shown" if row.tests else "OPEN"
        lines.append(f"{row.number:7} L{row.level} {state:10} {row.words}")
        lines += [f"{'':21} {test}" for test in row.tests]
    return "\n".join(lines)


def shares(rows: dict[str, Row]) -> tuple[list[str], bool]:
    """A line for each level, and whether every level reaches its share. A deviation counts once a test shows what makes up."""
    lines, enough = [], True
    for level, wanted in SHARES.items():
        own = [row for row in rows.values() if row.level == level]
        shown = sum(bool(row.tests) for row in own)
        held = shown * 100 >= wanted * len(own) and bool(own)
        enough = enough and held
        share = 100 * shown / len(own) if own else 0
        lines.append(
            f"L{level}: {shown} of {len(own)} shown, {share:.1f} % ({'holds' if held else 'NOT'}: {wanted} % wanted)"
        )
    return lines, enough


def main(arguments: list[str]) -> int:
    options = argparse.ArgumentParser(prog="scripts/asvs", description="Which test shows which row of OWASP ASVS 5.0.")
    options.add_argument("--open", action="store_true", help="only those that no test shows yet")
    chosen = options.parse_args(arguments)
    rows = read(ROWS.read_text())
    complaints = show(rows, ROOT / "tests") + unexplained(rows, SECURITY.read_text())
    lines, enough = shares(rows)
    shown = {number: row for number, row in rows.items() if not (chosen.open and row.tests)}
    print(table(shown), *complaints, *lines, sep="\n")
    return 0 if enough and not complaints else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
