"""What a linter holds for all of the server: no command, statement, pattern or object is made of what was sent."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house.tree import BACKEND, told

# Functions of `re` whose first argument is a pattern.
OF_PATTERNS = {"compile", "match", "search", "fullmatch", "sub", "subn", "split", "findall", "finditer"}


def found_by_ruff(rules: str, folder: Path) -> list[str]:
    command = [
        sys.executable,
        "-m",
        "ruff",
        "check",
        "--isolated",
        "--ignore-noqa",
        "--output-format=concise",
        "--select",
        rules,
    ]
    done = subprocess.run([*command, str(folder)], capture_output=True, text=True, check=False)
    assert done.returncode in {0, 1}, done.stderr
    return [line for line in done.stdout.splitlines() if ".py:" in line]


@pytest.mark.parametrize(
    ("rules", "line"),
    [
        pytest.param("S608", 'q = f"SELECT * FROM x WHERE y = {z}"', marks=pytest.mark.asvs("1.2.4"), id="statements"),
        pytest.param(
            "S602,S604,S605,S606,S609", "import os\nos.system(x)", marks=pytest.mark.asvs("1.2.5"), id="commands"
        ),
        pytest.param(
            "S301,S302,S307,S506,S102", "import pickle\npickle.loads(x)", marks=pytest.mark.asvs("1.5.2"), id="objects"
        ),
        pytest.param(
            "S501,S323,S502,S503,S504",
            "import requests\nrequests.get(u, verify=False)",
            marks=pytest.mark.asvs("12.3.1"),
            id="TLS",
        ),
    ],
)
def test_nothing_is_made_of_what_was_sent(rules: str, line: str, tmp_path: Path) -> None:
    """Also where somebody has silenced the linter."""
    (tmp_path / "a.py").write_text(line + "\n")

    complaints = [one for one in found_by_ruff(rules, BACKEND) if "/migrations/" not in one]

    assert not complaints, told(complaints)
    assert found_by_ruff(rules, tmp_path)


def patterns(name: str, source: str) -> Iterator[tuple[str, ast.expr, str]]:
    """Place, pattern, and the function of `re` that it is for; pydantic's own patterns never go back and forth."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args:
            if ast.unparse(node.func.value) == "re" and node.func.attr in OF_PATTERNS:
                yield f"{name}:{node.lineno}", node.args[0], node.func.attr
        elif isinstance(node, ast.keyword) and node.arg == "pattern":
            yield f"{name}:{node.value.lineno}", node.value, "match"


def ours(pattern: ast.expr) -> bool:
    """A constant, made of constants by name, or of words that lose their meaning first."""
    if isinstance(pattern, ast.JoinedStr):
        values = [part.value for part in pattern.values if isinstance(part, ast.FormattedValue)]
        return all(ours(value) or ast.unparse(value).startswith("re.escape(") for value in values)
    return isinstance(pattern, ast.Constant) or ast.unparse(pattern).split(".")[-1].isupper()


@pytest.mark.asvs("1.2.9")
def test_every_pattern_is_written_by_us() -> None:
    all_ = [one for file in BACKEND.rglob("*.py") for one in patterns(file.name, file.read_text())]
    complaints = [f"{place}: {ast.unparse(pattern)}" for place, pattern, _how in all_ if not ours(pattern)]

    assert len(all_) > 20
    assert not complaints, told(complaints)
    assert not ours(ast.parse("typed", mode="eval").body)
    assert not ours(ast.parse('f"{typed}x"', mode="eval").body)


# Ends within seconds, or with an error: a pattern that goes back and forth over 100,000 signs takes hours.
RUN = """
import re, sys
pattern = re.compile(sys.argv[1])
for signs in ("a", "1", " ", "-", "a-", "a.", "1 ", "+1", "a@", "/a", "a b", ","):
    words = signs * (100_000 // len(signs)) + "!"
    getattr(pattern, sys.argv[2])(*(["", words] if "sub" in sys.argv[2] else [words]))
"""


@pytest.mark.asvs("1.3.12")
def test_no_pattern_takes_long_over_hostile_words() -> None:
    everything = {
        (pattern.value, "search" if how == "compile" else how)
        for file in BACKEND.rglob("*.py")
        for _place, pattern, how in patterns(file.name, file.read_text())
        if isinstance(pattern, ast.Constant) and isinstance(pattern.value, str)
    }

    assert len(everything) > 15
    assert [one for one in sorted(everything) if not ends(*one)] == []
    assert not ends(r"(a+)+$", "match")


def ends(pattern: str, how: str) -> bool:
    try:
        command = [sys.executable, "-I", "-c", RUN, pattern, how]
        return subprocess.run(command, timeout=10, capture_output=True, check=False).returncode == 0
    except subprocess.TimeoutExpired:
        return False
