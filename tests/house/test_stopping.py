"""What cannot start says why in one sentence, and nothing else."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.house.tree import BACKEND

TEXT = "This is not a database, but a text that somebody has put in its place.\n" * 20


def no_database(data: Path) -> None:
    (data / "porchlight.sqlite3").write_text(TEXT)


def no_secret(data: Path) -> None:
    (data / "secret").write_text("short")


def nothing(_data: Path) -> None: ...


@pytest.mark.parametrize(
    ("arguments", "break_it", "environment", "sentence"),
    [
        (["serve", "--port", "99999"], nothing, {}, "There is no port 99999"),
        (["serve", "--host", "nowhere.invalid"], nothing, {}, "There is no address nowhere.invalid"),
        (["migrate"], no_database, {}, "The database is damaged"),
        (["migrate"], nothing, {"PORCHLIGHT_DATABASE": "nonsense"}, "PORCHLIGHT_DATABASE must be"),
        (["migrate"], nothing, {"PORCHLIGHT_DATABASE": "nonsense://x/y"}, "PORCHLIGHT_DATABASE must be"),
        (["keys"], no_secret, {}, "The secret is damaged"),
    ],
)
def test_what_cannot_start_says_why_in_one_sentence(
    arguments: list[str],
    break_it: Callable[[Path], None],
    environment: dict[str, str],
    sentence: str,
    tmp_path: Path,
) -> None:
    break_it(tmp_path)

    done = subprocess.run(
        [sys.executable, "-m", "porchlight", *arguments],
        env={**os.environ, "PYTHONPATH": str(BACKEND.parent), "PORCHLIGHT_DATA": str(tmp_path), **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert done.returncode == 1
    assert done.stderr.startswith(f"Porchlight: {sentence}")
    assert done.stderr.count("\n") == 1
