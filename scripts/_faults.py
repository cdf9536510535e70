"""Plays the faults of docs/faults.toml and prints one row for each: what was demanded, what was measured, and by which tests."""

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import textwrap
import time
import tomllib
from dataclasses import dataclass, field
from pathlib import Path

from scripts._tools import ready_chromium, ready_engines
from tests.figures import FIGURES, ONLY

ROOT = Path(__file__).parent.parent
FAULTS = ROOT / "docs" / "faults.toml"
CORES = 2
WIDTH = 100


@dataclass
class Mode:
    """One thing that may go wrong. tests: name -> how it ended; figures: what they measured."""

    name: str
    words: str
    demanded: str
    tests: dict[str, str] = field(default_factory=dict)
    figures: list[str] = field(default_factory=list)

    @property
    def short(self) -> str:
        """Why it falls short of what is demanded; empty when it does not."""
        if not self.tests:
            return "no test"
        if fell := [test for test, ended in self.tests.items() if ended != "passed"]:
            return f"{len(fell)} of {len(self.tests)} tests fell"
        return "" if self.figures else "no figure was measured"

    def rows(self) -> str:
        """The row, and beneath it what was demanded, measured, and by whom."""
        lines = [f"{self.name:>7}  {'SHORT' if self.short else 'ok   '}  {self.words}"]
        lines += self._lines("demanded", self.demanded)
        lines += self._lines("measured", "; ".join(self.figures) or "nothing")
        lines += self._lines("short of it", self.short) if self.short else []
        for test, ended in self.tests.items():
            lines.append(f"{'':16}{'' if ended == 'passed' else 'FELL: '}{test.removeprefix('tests/')}")
        return "\n".join(lines)

    @staticmethod
    def _lines(title: str, words: str) -> list[str]:
        indent = f"{'':16}{title}: "
        return textwrap.wrap(words, WIDTH + 16, initial_indent=indent, subsequent_indent=" " * len(indent))


def read(text: str, group: str) -> dict[str, Mode]:
    """Modes of a group by name, in the order of the file. Raises ValueError when the file lacks the group or words."""
    groups = tomllib.loads(text)
    if group not in groups:
        raise ValueError(f"There is no group {group}; there is {', '.join(groups)}.")
    modes = {}
    for name, row in groups[group].items():
        if len(row) != 2 or not all(row):
            raise ValueError(f"{name}: not what happens and what is demanded")
        modes[name] = Mode(name, *row)
    return modes


def note(modes: dict[str, Mode], lines: list[str]) -> None:
    """Adds what the tests measured (tests/figures.py) to their modes; a mode of another group is left out."""
    for line in lines:
        row = json.loads(line)
        mode = modes.get(row["mode"])
        if mode is None:
            continue
        worse = mode.tests.get(row["test"], "passed") != "passed"
        mode.tests[row["test"]] = mode.tests[row["test"]] if worse else row["ended"]
        if row["figure"] and row["figure"] not in mode.figures:
            mode.figures.append(row["figure"])


def play(settings: dict[str, str], more: list[str], *, alone: bool) -> list[str]:
    """Runs the marked tests and returns what they wrote, a line for each test and mode.

    alone: those that measure time and bear nothing beside them, one after the other; else all others, side by side.
    """
    with tempfile.TemporaryDirectory(prefix="pl-faults-") as folder:
        figures = Path(folder) / "figures"
        side_by_side = ["-m", "alone"] if alone else ["-m", "not alone", "-n", str(CORES), "--dist", "load"]
        command = [sys.executable, "-m", "pytest", "-p", "tests.figures", *side_by_side]
        env = os.environ | {"PORCHLIGHT_TEST_PYTHON": sys.executable, FIGURES: str(figures), **settings}
        subprocess.run([*command, "-q", "--no-header", *more, "tests"], cwd=ROOT, env=env, check=False)
        return figures.read_text().splitlines() if figures.exists() else []


def arguments(given: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/faults", description=__doc__)
    parser.add_argument("group", help="a group of docs/faults.toml: phone, engine")
    parser.add_argument(
        "--long",
        action="store_true",
        help="the full counts: 200 kills, 1,000 lost answers, 10,000 operations, 10,000 alerts",
    )
    parser.add_argument("--seed", type=int, default=None, help="play the same chances again")
    parser.add_argument("--only", nargs="+", default=[], help="these modes alone, as 7 or soak")
    parser.add_argument("--show", action="store_true", help="what pytest says of a test that fell, too")
    return parser.parse_args(given)


def main(given: list[str]) -> int:
    asked = arguments(given)
    modes = read(FAULTS.read_text(), asked.group)
    if unknown := [name for name in asked.only if name not in modes]:
        print(f"No such mode: {', '.join(unknown)}")
        return 2
    started = time.monotonic()
    seed = random.randrange(1_000_000) if asked.seed is None else asked.seed
    print(f"Seed {seed}; play the same again with --seed {seed}.", flush=True)
    for lacking in filter(None, (ready_chromium(ROOT), ready_engines()) if asked.group == "phone" else ()):
        print(f"Not run: {lacking}")
    settings = {
        "PORCHLIGHT_FAULTS": "long" if asked.long else "short",
        "PORCHLIGHT_SEED": str(seed),
        ONLY: " ".join(asked.only or modes),
    }
    # What hangs is ended after some minutes; ten thousand operations take longer than that.
    patience = ["-o", "faulthandler_timeout=0"] if asked.long else []
    more = [*patience, *([] if asked.show else ["--show-capture=no", "--tb=line"])]
    for alone in (False, True):
        note(modes, play(settings, more, alone=alone))
    wanted = [mode for name, mode in modes.items() if not asked.only or name in asked.only]
    print()
    for mode in wanted:
        print(mode.rows())
    short = [mode.name for mode in wanted if mode.short]
    print(f"\nTook {time.monotonic() - started:.0f} s. Seed {seed}.")
    print(f"{len(wanted) - len(short)} of {len(wanted)} hold." + (f" Short: {', '.join(short)}." if short else ""))
    return int(bool(short))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
