"""Files, functions, templates and styles stay small enough to be read at one sitting."""

import ast
import gzip
from collections.abc import Iterable

from tests.house.tree import ROOT, name_of, told, under

FILE, FUNCTION, TEMPLATE, SCRIPT = 250, 40, 80, 200  # lines
CSS = 8 * 1024  # bytes, gzip


def too_long(name: str, text: str, most: int) -> list[str]:
    lines = len(text.splitlines())
    return [f"{name}: {lines} lines, at most {most}"] if lines > most else []


def long_functions(name: str, source: str, most: int = FUNCTION) -> list[str]:
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            if lines > most:
                found.append(f"{name}:{node.lineno}: {node.name} has {lines} lines, at most {most}")
    return found


def packed(sheets: Iterable[bytes]) -> int:
    return sum(len(gzip.compress(sheet, 9)) for sheet in sheets)


def test_backend_files_and_functions_are_short() -> None:
    complaints = []
    for file in under("backend", ".py"):
        if "versions" in file.parts:  # written by Alembic, read once
            continue
        text = file.read_text()
        complaints += too_long(name_of(file), text, FILE) + long_functions(name_of(file), text)

    assert not complaints, told(complaints)


def test_templates_are_short() -> None:
    complaints = [c for file in under("pwa", ".html") for c in too_long(name_of(file), file.read_text(), TEMPLATE)]

    assert not complaints, told(complaints)


def test_script_modules_are_short() -> None:
    complaints = [c for file in under("pwa", ".js") for c in too_long(name_of(file), file.read_text(), SCRIPT)]

    assert not complaints, told(complaints)


def test_all_styles_together_are_light() -> None:
    weight = packed(file.read_bytes() for file in under("pwa", ".css"))

    assert weight <= CSS, f"{weight} bytes of CSS after gzip, at most {CSS}"


def test_a_file_of_one_line_too_many_is_told() -> None:
    assert too_long("a.py", "x\n" * 251, 250) == ["a.py: 251 lines, at most 250"]
    assert too_long("a.py", "x\n" * 250, 250) == []


def test_a_long_function_is_told_and_a_short_one_is_not() -> None:
    long = "def visit():\n" + "    x = 1\n" * 40
    short = "class A:\n    def visit(self):\n" + "        x = 1\n" * 39

    assert long_functions("a.py", long) == ["a.py:1: visit has 41 lines, at most 40"]
    assert long_functions("a.py", short) == []


def test_weight_is_what_goes_over_the_wire() -> None:
    assert packed([b"a { color: red }" * 1000]) < 200
    assert packed([b"a", b"b"]) > packed([b"a"])


def test_the_project_is_where_the_tests_look() -> None:
    assert (ROOT / "pyproject.toml").exists()
