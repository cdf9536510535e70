"""Who may import whom, and who may read the environment: the promises that import-linter cannot hold alone."""

import ast
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.tree import BACKEND, ROOT, name_of, told, under

# What rules may know of the rest of the house (docs/architecture.md, "Who may import whom").
SHARED = {"porchlight.core.actor", "porchlight.core.clock", "porchlight.core.refused", "porchlight.core.i18n"}
IMPURE = {"models", "queries", "service", "controllers", "jobs"}


def imported(source: str) -> list[tuple[int, str]]:
    """Line and full name of each module that a source imports; `from porchlight.a import b` gives porchlight.a.b."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found += [(node.lineno, alias.name) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            module = "." * node.level + (node.module or "")
            is_room = module.startswith("porchlight") and module.count(".") < 2
            names = [f"{module}.{alias.name}" for alias in node.names] if is_room else [module]
            found += [(node.lineno, name) for name in names]
    return found


def allowed_in_rules(module: str, package: str) -> bool:
    if module.split(".", maxsplit=1)[0] in sys.stdlib_module_names or module in SHARED:
        return True
    own = module.removeprefix(f"{package}.")
    return own != module and own.split(".")[0] not in IMPURE


def impure_imports(name: str, source: str, package: str) -> list[str]:
    return [
        f"{name}:{line}: rules may not import {module}"
        for line, module in imported(source)
        if not allowed_in_rules(module, package)
    ]


def package_of(file: Path) -> str:
    return ".".join(("porchlight", *file.relative_to(BACKEND).parts[:1]))


def reads_environment(name: str, source: str) -> list[str]:
    words = {"environ", "environb", "getenv", "getenvb", "putenv"}
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            hit = node.value.id == "os" and node.attr in words
        else:
            hit = isinstance(node, ast.ImportFrom) and node.module == "os" and any(a.name in words for a in node.names)
        if hit:
            found.append(f"{name}:{node.lineno}: only settings.py reads the environment")
    return found


def is_rules(file: Path) -> bool:
    return file.is_relative_to(BACKEND) and (file.stem == "rules" or "rules" in file.parent.parts)


def test_rules_import_nothing_that_fetches_or_stores() -> None:
    complaints = []
    for file in filter(is_rules, under("backend", ".py")):
        complaints += impure_imports(name_of(file), file.read_text(), package_of(file))

    assert not complaints, told(complaints)


def test_only_settings_read_the_environment() -> None:
    complaints = []
    for file in under("backend", ".py"):
        if file != BACKEND / "settings.py":
            complaints += reads_environment(name_of(file), file.read_text())

    assert not complaints, told(complaints)


@pytest.mark.parametrize(
    "line",
    [
        "import sqlmodel",
        "from porchlight.visits.models import Visit",
        "from porchlight.cases.rules import cap",
        "from porchlight.core.db import Database",
        "from porchlight.core import db",
        "import porchlight.visits.queries",
        "from porchlight.visits import queries",
        "from .models import Visit",
    ],
)
def test_an_impure_rule_is_told(line: str) -> None:
    assert impure_imports("rules.py", line, "porchlight.visits")


@pytest.mark.parametrize(
    "line",
    [
        "from datetime import date",
        "from porchlight.core.actor import Actor",
        "from porchlight.core.i18n import _",
        "from porchlight.core.refused import Refused",
        "from porchlight.visits.values import Kind",
        "from porchlight.visits import values",
    ],
)
def test_a_pure_rule_is_left_alone(line: str) -> None:
    assert impure_imports("rules.py", line, "porchlight.visits") == []


@pytest.mark.parametrize(
    "line", ["import os\nx = os.environ['A']", "import os\nos.getenv('A')", "from os import environ"]
)
def test_reading_the_environment_elsewhere_is_told(line: str) -> None:
    assert reads_environment("a.py", line)


GOOD = {
    "__init__.py": "",
    "app.py": "import litestar\nimport porchlight.visits.controllers\n",
    "tables.py": "import porchlight.visits.models\nimport porchlight.people.models\n",
    "audit/__init__.py": "",
    "core/__init__.py": "",
    "core/actor.py": "",
    "people/__init__.py": "",
    "people/models.py": "import sqlmodel\n",
    "people/queries.py": "from porchlight.people.models import x\n",
    "visits/__init__.py": "",
    "visits/controllers.py": "import litestar\nimport porchlight.visits.service\n",
    "visits/models.py": "import sqlmodel\n",
    "visits/rules.py": "import porchlight.core.actor\n",
    "visits/service.py": "import porchlight.visits.models\nimport porchlight.people.queries\n",
    "web/__init__.py": "import litestar\n",
}
BREACHES = [
    ("people/queries.py", "import porchlight.visits.rules", "Imports go downwards only"),
    ("chores/__init__.py", "", "Imports go downwards only"),
    ("visits/rules.py", "import porchlight.visits.models", "Rules are pure"),
    ("visits/service.py", "import litestar", "Only controllers, web, app and pwa know litestar"),
    ("visits/service.py", "import porchlight.people.models", "A slice's tables are its own"),
    ("visits/models.py", "import porchlight.people.models", "A slice's tables are its own"),
]


def broken_contracts(folder: Path, tree: dict[str, str]) -> list[str]:
    """Names of the contracts of pyproject.toml that a small made-up house breaks."""
    for name, source in tree.items():
        file = folder / "backend" / "porchlight" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(source)
    shutil.copy(ROOT / "pyproject.toml", folder)
    command = [str(Path(sys.executable).parent / "lint-imports"), "--no-logo", "--no-cache"]
    done = subprocess.run(
        command,
        cwd=folder,
        env={"PYTHONPATH": str(folder / "backend"), "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Contracts:" in done.stdout, done.stdout + done.stderr
    return [line.split(" BROKEN")[0] for line in done.stdout.splitlines() if " BROKEN" in line]


def test_a_house_in_order_breaks_no_contract(tmp_path: Path) -> None:
    assert broken_contracts(tmp_path, GOOD) == []


@pytest.mark.parametrize(("file", "line", "contract"), BREACHES)
def test_each_contract_names_its_breach(file: str, line: str, contract: str, tmp_path: Path) -> None:
    tree = GOOD | {file: GOOD.get(file, "") + line + "\n"}

    assert broken_contracts(tmp_path, tree) == [contract]
