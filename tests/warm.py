"""The product's command in a process that has read its modules already: it starts in a third of the time, a hundred times a run.

A process of its own, single-threaded, reads them once for each worker of pytest and is copied for each start; nothing of a
test is in it. tests/house starts the command as people do.
"""

import multiprocessing
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from multiprocessing import forkserver
from pathlib import Path

ROOT = Path(__file__).parent.parent
READ = ["porchlight.__main__", "porchlight.app", "porchlight.serving", "porchlight.worker", "granian", "tests.warm"]


class Warm:
    """What `subprocess.Popen` is to a command, as far as tests/serving.py asks."""

    def __init__(self, arguments: Sequence[str], *, env: dict[str, str], log: Path) -> None:
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(READ)
        begin()
        self.process = context.Process(target=run, args=(list(arguments), env, str(log)))
        self.process.start()
        self.pid = self.process.pid or 0

    def poll(self) -> int | None:
        return self.process.exitcode

    def wait(self, seconds: float) -> int:
        self.process.join(seconds)
        if self.process.exitcode is None:
            raise subprocess.TimeoutExpired("porchlight", seconds)
        return self.process.exitcode


def begin() -> None:
    """Starts the process that is copied, unless it runs: it finds the product's modules, and no setting."""
    before = dict(os.environ)
    for name in before:
        if name.startswith("PORCHLIGHT_"):
            del os.environ[name]
    os.environ["PYTHONPATH"] = os.pathsep.join([str(ROOT / "backend"), str(ROOT)])
    try:
        forkserver.ensure_running()
    finally:
        os.environ.clear()
        os.environ.update(before)


def run(arguments: list[str], env: dict[str, str], log: str) -> None:
    """In the copy: a group of its own, its own environment, and what it says goes into its log."""
    os.setsid()
    said = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    for number in (1, 2):
        os.dup2(said, number)
    os.environ.clear()
    os.environ.update(env)
    time.tzset()
    os.chdir(ROOT)
    sys.argv = ["porchlight", *arguments]
    from porchlight.__main__ import main

    sys.exit(main())
