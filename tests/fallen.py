"""Names what fell, one test a line, in the file that `--fallen` names; scripts/test asks for it."""

from pathlib import Path

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--fallen", type=Path, help="the file to write")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if wanted := terminalreporter.config.getoption("--fallen"):
        fallen = [report.nodeid for kind in ("failed", "error") for report in terminalreporter.stats.get(kind, [])]
        Path(wanted).write_text("".join(f"{name}\n" for name in dict.fromkeys(fallen)))
