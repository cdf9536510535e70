"""Runs every check and test in order, says what was skipped and why, and adds the counts up for `scripts/test`."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from scripts._tools import ready_chromium, ready_node

ROOT = Path(__file__).parent.parent
CORES = 2
# Two browsers, their servers and PostgreSQL share two cores: now and then one test waits longer than it grants.
# That many may have a second try by themselves, and are named; what falls alone has fallen.
SECOND_TRIES = 3
# Nothing of a test outlives a power cut, so its files need not wait for a disk: they lie in memory, where there is plenty.
MEMORY = Path("/dev/shm")  # noqa: S108  only what has a name of its own is made there
ROOM = 8 * 1024**3


@dataclass
class Counts:
    """What has run so far; `notes` are the reasons for what has not; `unsteady` fell in company and passed alone."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0
    notes: list[str] = field(default_factory=list)
    unsteady: list[str] = field(default_factory=list)

    def add(self, passed: int, failed: int, skipped: int) -> None:
        self.passed += passed
        self.failed += failed
        self.skipped += skipped

    def closing(self) -> str:
        return f"{self.passed} passed, {self.failed} failed, {self.skipped} skipped"

    def code(self, *, ci: bool) -> int:
        """0 when all is well. Where CI runs, nothing may be skipped; and no test at all is not a pass."""
        return int(self.failed > 0 or self.passed == 0 or (ci and bool(self.skipped or self.notes)))


def counts_of_check(output: str) -> tuple[int, int, int]:
    steps = re.findall(r"^(ok   |FAIL ) \w+", output, re.M)
    return steps.count("ok   "), steps.count("FAIL "), 0


def counts_of_node(output: str) -> tuple[int, int, int]:
    found = dict(re.findall(r"^\S+ (pass|fail|cancelled|skipped|todo) (\d+)$", output, re.M))
    number = {name: int(found.get(name, 0)) for name in ("pass", "fail", "cancelled", "skipped", "todo")}
    return number["pass"], number["fail"] + number["cancelled"], number["skipped"] + number["todo"]


def counts_of_pytest(output: str) -> tuple[int, int, int]:
    lines = re.findall(r"^=* ?((?:\d+ [a-z]+,? ?)+|no tests ran )in \d+\.\d+s", output, re.M)
    found = {name: int(n) for n, name in re.findall(r"(\d+) ([a-z]+)", lines[-1])} if lines else {}
    failed = sum(found.get(name, 0) for name in ("failed", "error", "errors", "xpassed"))
    return found.get("passed", 0), failed, found.get("skipped", 0) + found.get("xfailed", 0)


@contextmanager
def in_memory(folder: Path = MEMORY) -> Iterator[dict[str, str]]:
    """What to add to the environment of tests for their files to lie in memory; nothing where there is not enough of it."""
    if not folder.is_dir() or shutil.disk_usage(folder).free < ROOM:
        yield {}
        return
    with tempfile.TemporaryDirectory(prefix="porchlight-tests-", dir=folder) as made:
        Path(made).chmod(0o755)  # PostgreSQL runs as another user when we are root
        yield {"TMPDIR": made}


def run(command: list[str], more: Mapping[str, str] | None = None) -> tuple[int, str]:
    """Runs a command from the root, shows what it says as it says it, and returns its code and words. more: environment."""
    said = []
    with subprocess.Popen(
        command,
        cwd=ROOT,
        env={**os.environ, **(more or {})},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            said.append(line)
            print(line, end="", flush=True)
    return process.returncode, "".join(said)


def part(
    counts: Counts,
    title: str,
    command: list[str],
    read: Callable[[str], tuple[int, int, int]],
    more: Mapping[str, str] | None = None,
) -> None:
    """Runs one part and adds its counts; a part that ends badly without naming a failure is one."""
    started = time.monotonic()
    print(f"\n--- {title}", flush=True)
    code, output = run(command, more)
    passed, failed, skipped = read(output)
    if code != 0 and failed == 0:
        failed = 1
        print(f"{title} ended with {code}.")
    counts.add(passed, failed, skipped)
    print(f"--- {title}: {passed} passed, {failed} failed, {skipped} skipped; {time.monotonic() - started:.0f} s")


def pytest_command(*more: str) -> list[str]:
    return [sys.executable, "-m", "pytest", "--durations=10", *more]


def naming(fell: Path) -> list[str]:
    """Options of pytest, which then names what fell in that file."""
    return ["-p", "tests.fallen", "--fallen", str(fell)]


def in_company(counts: Counts, chosen: list[str]) -> None:
    """Each worker has its own databases, ports and browsers; a file stays with one worker."""
    # Python 3.11 may fail to read a source anew after a browser has run, which pytest does to show where a test fell.
    options = [
        "--tb=native",
        "-n",
        str(CORES),
        "--dist",
        "loadfile",
        "--no-loadscope-reorder",
        "-m",
        "not alone and not soak",
    ]
    # The rules of the house were held a moment ago, by scripts/check.
    options += [] if chosen else ["--ignore=tests/house"]
    with tempfile.TemporaryDirectory() as folder, in_memory() as more:
        fell = Path(folder) / "fallen"
        before = counts.failed
        part(counts, "Python and browsers", pytest_command(*naming(fell), *options, *chosen), counts_of_pytest, more)
        fallen = fell.read_text().splitlines() if fell.exists() else []
        if fallen and len(fallen) == counts.failed - before and len(fallen) <= SECOND_TRIES:
            again(counts, fallen, fell)


def again(counts: Counts, fallen: list[str], fell: Path) -> None:
    """A second try of what fell, with the machine to itself; only what passes now is no longer a failure."""
    counts.failed -= len(fallen)
    part(counts, "Once more, alone", pytest_command(*naming(fell), *fallen), counts_of_pytest)
    counts.unsteady += [name for name in fallen if name not in fell.read_text().splitlines()]


def has_measurements() -> bool:
    return any("pytest.mark.alone" in file.read_text() for file in (ROOT / "tests").rglob("test_*.py"))


def all_parts(counts: Counts, chosen: list[str]) -> None:
    part(counts, "Checks", [str(ROOT / "scripts" / "check")], counts_of_check)
    scripts = sorted(str(file.relative_to(ROOT)) for file in (ROOT / "tests" / "pwa").glob("*.test.js"))
    if scripts and shutil.which("node"):
        part(counts, "Scripts", ["node", "--test", "--test-reporter=spec", *scripts], counts_of_node)
    in_company(counts, chosen)
    if has_measurements():
        part(counts, "Measurements", pytest_command("-m", "alone and not soak", *chosen), counts_of_pytest)


def notes_of(results: Iterable[str]) -> list[str]:
    return [note for note in results if note]


def main(arguments: list[str]) -> int:
    started = time.monotonic()
    ci = os.environ.get("CI", "").lower() in {"1", "true", "yes"}
    os.environ["PORCHLIGHT_TEST_PYTHON"] = sys.executable
    counts = Counts(notes=notes_of((ready_node(ROOT), ready_chromium(ROOT))))
    all_parts(counts, arguments)
    print()
    for note in counts.notes:
        print(f"Not run: {note}")
    for name in counts.unsteady:
        print(f"Unsteady: {name} fell in company and passed alone.")
    if ci and (counts.skipped or counts.notes):
        print("Where CI=true nothing may be skipped.")
    print("The long tests of what may go wrong on a phone are played by scripts/faults phone, not here.")
    print(f"Took {time.monotonic() - started:.0f} s.")
    print(counts.closing())
    return counts.code(ci=ci)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
