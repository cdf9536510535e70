"""Picks the tests that play one of the faults of docs/faults.toml and writes what each measured, for scripts/faults."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

FIGURES = "PORCHLIGHT_FIGURES"  # the file to write; set by scripts/faults
ONLY = "PORCHLIGHT_FAULTS_ONLY"  # the modes to play, with spaces between; all when it is empty


def modes_of(item: pytest.Item) -> list[str]:
    return [str(mode) for mark in item.iter_markers("fault") for mode in mark.args]


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    only = set(os.environ.get(ONLY, "").split())
    chosen = [item for item in items if (modes := set(modes_of(item))) and (not only or only & modes)]
    config.hook.pytest_deselected(items=[item for item in items if item not in chosen])
    for item in chosen:
        item.user_properties.append(("faults", modes_of(item)))
        # Where it holds or it does not, there is nothing to measure: the mark says what the test counts.
        item.user_properties += [
            ("shows", mark.kwargs["shows"]) for mark in item.iter_markers("fault") if "shows" in mark.kwargs
        ]
    # The longest first: whoever begins one last has everybody else wait for it.
    items[:] = sorted(chosen, key=lambda item: item.get_closest_marker("soak") is None)


def rows_of(reports: list[Any]) -> list[dict[str, Any]]:
    """One row for each mode that a test stands for. A figure is that of one mode ("figure 7") or of all of them, else what
    its mark says that it shows.
    """
    rows = []
    for report in reports:
        said = dict(report.user_properties)
        for mode in said.get("faults", []):
            figure = said.get(f"figure {mode}", said.get("figure", said.get("shows", "")))
            rows.append({"mode": mode, "test": report.nodeid, "ended": report.outcome, "figure": figure})
    return rows


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if wanted := os.environ.get(FIGURES):
        stats = terminalreporter.stats
        ended = [report for kind in ("passed", "failed", "error", "skipped") for report in stats.get(kind, [])]
        Path(wanted).write_text("".join(f"{json.dumps(row)}\n" for row in rows_of(ended)))
