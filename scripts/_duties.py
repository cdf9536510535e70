"""Reads the numbered duties and the marks of the tests that prove them, without running anything."""

import argparse
import ast
import sys
import textwrap
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parent.parent
DUTIES = ROOT / "docs" / "duties.toml"
CLASSES = {"core", "needed", "beyond"}


@dataclass
class Duty:
    number: str
    capabilities: str
    kind: str
    words: str
    tests: list[str] = field(default_factory=list)


def read(text: str) -> dict[str, Duty]:
    """Duties by number, in the order of the file. Raises ValueError when a role's count or a class is wrong."""
    duties: dict[str, Duty] = {}
    for role, rows in tomllib.loads(text).items():
        own = {number: Duty(number, *row) for number, row in rows.items() if isinstance(row, list)}
        wanted = [f"{role}-{place}" for place in range(1, rows["count"] + 1)]
        if list(own) != wanted:
            raise ValueError(f"{role}: not exactly {wanted[0]} to {wanted[-1]}, in order")
        wrong = [duty.number for duty in own.values() if duty.kind not in CLASSES or not duty.words]
        if wrong:
            raise ValueError(f"{', '.join(wrong)}: class or words are missing")
        duties |= own
    return duties


def numbers(node: ast.AST, mark: str) -> list[str]:
    """Arguments of every mark of that name at or below a node."""
    return [
        argument.value
        for call in ast.walk(node)
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr == mark
        for argument in call.args
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
    ]


def marks(source: str, mark: str = "duty") -> Iterator[tuple[str, str]]:
    """(test, argument) for each mark of that name on a test, on its class, or on the whole module."""
    tree = ast.parse(source)
    whole = [
        number
        for node in tree.body
        if isinstance(node, ast.Assign) and any(getattr(t, "id", "") == "pytestmark" for t in node.targets)
        for number in numbers(node, mark)
    ]

    def below(body: list[ast.stmt], prefix: str, given: list[str]) -> Iterator[tuple[str, str]]:
        for node in body:
            if isinstance(node, ast.ClassDef):
                own = [number for decorator in node.decorator_list for number in numbers(decorator, mark)]
                yield from below(node.body, f"{prefix}{node.name}::", given + own)
            elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_"):
                own = [number for decorator in node.decorator_list for number in numbers(decorator, mark)]
                yield from ((f"{prefix}{node.name}", number) for number in dict.fromkeys(given + own))

    yield from below(tree.body, "", whole)


def prove(duties: dict[str, Duty], folder: Path) -> list[str]:
    """Writes each test to the duties it proves; returns a complaint for each mark that names no duty."""
    complaints = []
    for file in sorted(folder.rglob("test_*.py")):
        for test, number in marks(file.read_text()):
            name = f"{file.relative_to(folder.parent).as_posix()}::{test}"
            if number in duties:
                duties[number].tests.append(name)
            else:
                complaints.append(f"{name} proves {number}, which is no duty")
    return complaints


def table(duties: dict[str, Duty]) -> str:
    lines = []
    for duty in duties.values():
        words = textwrap.shorten(duty.words, 74, placeholder=" …")
        lines.append(f"{duty.number:6} {duty.kind:7} {words}")
        lines += [f"{'':14} {test}" for test in duty.tests]
    return "\n".join(lines)


def summary(duties: dict[str, Duty]) -> str:
    proven = {kind: sum(d.kind == kind and bool(d.tests) for d in duties.values()) for kind in CLASSES}
    there = {kind: sum(d.kind == kind for d in duties.values()) for kind in CLASSES}
    parts = ", ".join(f"{proven[kind]} of {there[kind]} {kind}" for kind in ("core", "needed", "beyond"))
    return f"{sum(proven.values())} of {len(duties)} duties are proven by a test: {parts}."


def main(arguments: list[str]) -> int:
    options = argparse.ArgumentParser(prog="scripts/duties", description="Which test proves which duty.")
    options.add_argument("--open", action="store_true", help="only those that no test proves yet")
    chosen = options.parse_args(arguments)
    duties = read(DUTIES.read_text())
    complaints = prove(duties, ROOT / "tests")
    shown = {number: duty for number, duty in duties.items() if not (chosen.open and duty.tests)}
    print(table(shown), *complaints, summary(duties), sep="\n")
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
