"""Names what fell, one test a line, in the file that scripts/test asks for."""

import os
from pathlib import Path

import pytest


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if wanted := os.environ.get("PORCHLIGHT_FALLEN"):
        fallen = [report.nodeid for kind in ("failed", "error") for report in terminalreporter.stats.get(kind, [])]
        Path(wanted).write_text("".join(f"{name}\n" for name in dict.fromkeys(fallen)))
