"""scripts/test: counts what ran, from the words of each runner, and lets nothing pass that did not run."""

import sys
from pathlib import Path

import pytest

from scripts import _testing, _tools
from scripts._testing import Counts, counts_of_check, counts_of_node, counts_of_pytest, part
from tests.conftest import rank

NODE = """✔ waits longer each time (1.2ms)
✖ refuses a page that is HTML (0.4ms)
ℹ tests 5
ℹ suites 0
ℹ pass 3
ℹ fail 1
ℹ cancelled 0
ℹ skipped 1
ℹ todo 0
ℹ duration_ms 62.5
"""


@pytest.mark.parametrize(
    ("line", "counts"),
    [
        ("=========== 33 passed in 1.94s ===========", (33, 0, 0)),
        ("1 failed, 9 passed in 3.27s", (9, 1, 0)),
        ("=== 2 failed, 30 passed, 3 skipped, 1 xfailed, 2 errors in 61.20s (0:01:01) ===", (30, 4, 4)),
        ("==== no tests ran in 0.01s ====", (0, 0, 0)),
        ("1 error in 0.90s", (0, 1, 0)),
    ],
)
def test_pytest_is_counted_by_its_last_line(line: str, counts: tuple[int, int, int]) -> None:
    assert counts_of_pytest(f"collected 3 items\n7 passed in an earlier life\n{line}\n") == counts


def test_node_is_counted_by_its_summary() -> None:
    assert counts_of_node(NODE) == (3, 1, 1)
    assert counts_of_node("") == (0, 0, 0)


def test_checks_are_counted_step_by_step() -> None:
    assert counts_of_check("ok    format (0 s)\nFAIL  lint\nok    types (3 s)\nok then\n") == (2, 1, 0)


@pytest.mark.parametrize(
    ("counts", "ci", "code"),
    [
        (Counts(passed=3), False, 0),
        (Counts(passed=3, failed=1), False, 1),
        (Counts(passed=3, skipped=1), False, 0),
        (Counts(passed=3, skipped=1), True, 1),
        (Counts(passed=3, notes=["journeys, because no Chromium"]), True, 1),
        (Counts(), False, 1),
    ],
)
def test_the_exit_code_tells_whether_all_is_well(counts: Counts, ci: bool, code: int) -> None:
    assert counts.code(ci=ci) == code


def test_the_closing_line_is_plain() -> None:
    assert Counts(passed=12, failed=1, skipped=2).closing() == "12 passed, 1 failed, 2 skipped"


def test_a_part_that_crashes_without_a_count_is_a_failure() -> None:
    counts = Counts()

    part(counts, "Journeys", [sys.executable, "-c", "raise SystemExit(3)"], counts_of_pytest)

    assert (counts.passed, counts.failed) == (0, 1)


def test_a_part_adds_what_it_said() -> None:
    counts = Counts(passed=1)

    part(counts, "Rules", [sys.executable, "-c", "print('4 passed, 1 skipped in 0.1s')"], counts_of_pytest)

    assert counts.closing() == "5 passed, 0 failed, 1 skipped"


def test_what_is_missing_becomes_a_reason(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(_tools, "has_chromium", lambda: False)
    monkeypatch.setattr(_tools, "quietly", lambda *_: False)

    notes = _testing.notes_of((_tools.ready_node(tmp_path), _tools.ready_chromium(tmp_path)))

    assert [note.split(",")[0] for note in notes] == ["what needs Node", "journeys in a browser"]


def test_files_of_tests_lie_in_memory_where_there_is_enough_of_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with _testing.in_memory(tmp_path) as more:
        made = Path(more["TMPDIR"])
        assert made.parent == tmp_path
        assert made.stat().st_mode & 0o777 == 0o755
    assert not made.exists()
    monkeypatch.setattr(_testing, "ROOM", 1 << 60)
    for folder in (tmp_path, tmp_path / "none"):
        with _testing.in_memory(folder) as more:
            assert more == {}


def test_cheap_promises_come_before_dear_ones() -> None:
    names = [
        "tests/journeys/test_visit.py",
        "tests/visits/test_service.py",
        "tests/visits/test_rules.py",
        "tests/house/test_tree.py",
    ]

    assert sorted(names, key=rank) == names[::-1]


UNSTEADY = """
from pathlib import Path
import pytest

@pytest.mark.parametrize("which", ["a", "b"])
def test_it(which):
    tried = Path(__file__).parent / f"tried {which}"
    before = tried.exists()
    tried.touch()
    assert before and which != "b"
"""


@pytest.mark.parametrize(
    ("tries", "closing", "unsteady"),
    [(3, "1 passed, 1 failed, 0 skipped", ["test_it[a]"]), (1, "0 passed, 2 failed, 0 skipped", [])],
)
def test_a_few_that_fall_in_company_have_one_more_try_alone_and_are_named(
    tries: int, closing: str, unsteady: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", f"{_testing.ROOT / 'backend'}:{_testing.ROOT}")
    monkeypatch.setattr(_testing, "SECOND_TRIES", tries)
    monkeypatch.setattr(_testing, "CORES", 1)
    monkeypatch.setattr(_testing, "ROOT", tmp_path)
    (tmp_path / "pytest.ini").write_text("[pytest]\nmarkers = alone\n")
    (tmp_path / "test_unsteady.py").write_text(UNSTEADY)
    (tmp_path / "tests" / "house").mkdir(parents=True)
    (tmp_path / "tests" / "house" / "test_held_before.py").write_text("def test_it(): raise AssertionError")
    counts = Counts()

    _testing.in_company(counts, [])

    assert counts.closing() == closing
    assert [name.rsplit("::", 1)[1] for name in counts.unsteady] == unsteady
