"""The files of the project as git knows them, and what the tests of the house read in them."""

import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
BACKEND = ROOT / "backend" / "porchlight"
TEMPLATES = ROOT / "pwa" / "templates"


@cache
def files() -> tuple[Path, ...]:
    """Every file that is tracked, or new and not ignored; without git, every file outside hidden and made folders."""
    try:
        listed = subprocess.run(
            ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        ).stdout.split("\0")
    except (OSError, subprocess.CalledProcessError):
        return tuple(sorted(file for file in ROOT.rglob("*") if file.is_file() and not made(file)))
    return tuple(sorted(ROOT / name for name in listed if name and (ROOT / name).is_file()))


def made(file: Path) -> bool:
    first = file.relative_to(ROOT).parts[0]
    return first in {".git", ".cache", ".venv", ".venv-test", "data", "node_modules"} or "__pycache__" in file.parts


def under(folder: str, *endings: str) -> list[Path]:
    """Files below a folder of the project, by ending; what others wrote (pwa/vendor) is left out."""
    base, vendor = ROOT / folder, ROOT / "pwa" / "vendor"
    return [
        file
        for file in files()
        if file.is_relative_to(base) and file.suffix in endings and not file.is_relative_to(vendor)
    ]


def name_of(file: Path) -> str:
    return file.relative_to(ROOT).as_posix() if file.is_relative_to(ROOT) else file.name


def told(complaints: list[str]) -> str:
    """An assertion's message: each complaint on a line of its own."""
    return "\n" + "\n".join(complaints)
