"""scripts/run: finds a Python, installs once, starts fast, and says in one sentence what is missing."""

import os
import shutil
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.house.tree import ROOT

TOOLS = ("bash", "cat", "chmod", "cmp", "cp", "dirname", "env", "mkdir", "rm")
# Stands in for Python: knows its version, makes an environment that holds itself, and notes what it is asked.
PYTHON = """#!/usr/bin/env bash
printf '%s\\n' "$*" >>"$NOTES"
case "$*" in
  --version) echo "Python 3.12.1" ;;
  "-c import sys"*) exit {too_old} ;;
  "-c import ensurepip"*) exit {no_venv} ;;
  "-m venv "*) [ {no_folder} = 0 ] || exit 1; mkdir -p "$3/bin"; cp "$0" "$3/bin/python" ;;
  "-m pip "*) exit {no_network} ;;
  "-m porchlight "*) echo "data: $PORCHLIGHT_DATA"; exit 7 ;;
esac
"""

QUESTIONS = ("too_old", "no_venv", "no_folder", "no_network")


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A copy of what scripts/run needs, and a path with nothing on it but the plainest tools."""
    root = tmp_path / "house with a space"
    (root / "scripts").mkdir(parents=True)
    for name in ("scripts/run", "scripts/_setup", "requirements.lock", "requirements-build.lock"):
        shutil.copy(ROOT / name, root / name)
    (root / "bin").mkdir()
    for name in TOOLS:
        found = shutil.which(name)
        assert found
        (root / "bin" / name).symlink_to(found)
    return root


@pytest.fixture
def python(house: Path) -> Callable[..., None]:
    def put(name: str = "python3", **answers: int) -> None:
        """answers: too_old, no_venv, no_folder, no_network: exit codes of these questions, 0 when not given."""
        file = house / "bin" / name
        file.write_text(PYTHON.format(**dict.fromkeys(QUESTIONS, 0) | answers))
        file.chmod(0o755)

    return put


def run(house: Path, *arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(house / "scripts" / "run"), *arguments],
        env={"PATH": str(house / "bin"), "NOTES": str(house / "notes")} | env,
        cwd=house.parent,
        capture_output=True,
        text=True,
        check=False,
    )


def notes(house: Path) -> list[str]:
    file = house / "notes"
    said = file.read_text().splitlines() if file.exists() else []
    file.unlink(missing_ok=True)
    return said


def test_a_first_start_installs_by_hash_and_then_serves(house: Path, python: Callable[..., None]) -> None:
    python()

    done = run(house, "--port", "8765")

    asked = notes(house)
    installs = [line for line in asked if "pip install" in line]
    assert len(installs) == 2
    assert all("--require-hashes" in line for line in installs)
    assert asked[-1] == "-m porchlight serve --demo --port 8765"
    assert done.stdout == f"data: {house}/data\n"
    assert done.returncode == 7, "the server's exit code is the script's"


def test_for_an_agency_it_starts_without_invented_people(house: Path, python: Callable[..., None]) -> None:
    python()

    run(house, "--real", "--port", "8765")

    assert notes(house)[-1] == "-m porchlight serve --port 8765"


def test_a_second_start_installs_nothing_and_adds_no_time(house: Path, python: Callable[..., None]) -> None:
    python()
    run(house)
    notes(house)

    started = time.monotonic()
    run(house)
    took = time.monotonic() - started

    assert notes(house) == ["-m porchlight serve --demo"]
    assert took < 0.3


def test_a_changed_lock_installs_anew(house: Path, python: Callable[..., None]) -> None:
    python()
    run(house)
    notes(house)
    with (house / "requirements.lock").open("a") as lock:
        lock.write("# one more\n")

    run(house)

    assert sum("pip install" in line for line in notes(house)) == 2


def test_an_interrupted_installation_starts_over(house: Path, python: Callable[..., None]) -> None:
    python(no_network=1)
    done = run(house)
    notes(house)
    python()

    again = run(house)

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.splitlines()[-1] == (
        "The packages could not be installed. Check the network connection, then run this again."
    )
    assert again.returncode == 7


def test_the_data_folder_is_whose_the_person_names(house: Path, python: Callable[..., None]) -> None:
    python()

    assert run(house, PORCHLIGHT_DATA="elsewhere").stdout == "data: elsewhere\n"


def test_without_a_python_it_says_so_in_one_sentence(house: Path) -> None:
    done = run(house)

    assert done.returncode == 1
    assert (
        done.stderr
        == "Porchlight needs Python 3.11 or newer, and none was found here. Install it, then run this again.\n"
    )


def test_an_old_python_and_a_name_that_does_not_work_are_passed_over(house: Path, python: Callable[..., None]) -> None:
    python("python3.13", too_old=127)
    python("python3.12", too_old=1)
    python("python3.11")

    done = run(house)

    assert done.returncode == 7


def test_a_python_without_venv_names_the_package_to_install(house: Path, python: Callable[..., None]) -> None:
    python(no_venv=1)

    done = run(house)

    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "python3-venv" in done.stderr


def test_a_folder_that_may_not_be_written_is_told(house: Path, python: Callable[..., None]) -> None:
    python(no_folder=1)

    done = run(house)

    assert done.returncode == 1
    assert "could not be made" in done.stderr


def test_signals_reach_the_server_itself(house: Path, python: Callable[..., None]) -> None:
    python()
    run(house)
    (house / ".venv" / "bin" / "python").write_text("#!/usr/bin/env bash\necho $$\n")

    with subprocess.Popen(
        [str(house / "scripts" / "run")],
        env={"PATH": str(house / "bin"), "NOTES": os.devnull},
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        said, _ = process.communicate()

    assert int(said) == process.pid, "the shell has made way for the server"
