"""Real worker processes that are killed, stopped and resumed: each is forked from a server that has imported the product."""

import multiprocessing
import os
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.process import BaseProcess
from pathlib import Path
from types import TracebackType
from typing import Any

from porchlight.worker import Worker
from scripts import _night as night

CONTEXT = multiprocessing.get_context("forkserver")
CONTEXT.set_forkserver_preload(["tests.faults.workers", "porchlight.worker", "porchlight.tables"])


def work(url: str, data: str, push: str) -> None:
    """A worker process as `porchlight work` is one, until it is killed."""
    worker = Worker(night.tools_for(url, Path(data), push))
    worker.start()
    while True:
        signal.pause()


class Process:
    """A child that runs `target`; gone when the `with` block ends."""

    def __init__(self, target: Callable[..., None], *given: Any) -> None:
        self.target, self.given = target, given
        self.process: BaseProcess | None = None

    def __enter__(self) -> "Process":
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.kill()

    def start(self) -> "Process":
        self.process = CONTEXT.Process(target=self.target, args=self.given, daemon=True)
        self.process.start()
        return self

    def kill(self) -> float:
        """kill -9. Returns the moment, in seconds since 1970."""
        assert self.process is not None
        self.signal(signal.SIGKILL)
        at = time.time()
        self.process.join(10)
        return at

    def signal(self, number: int) -> None:
        assert self.process is not None
        assert self.process.pid is not None
        with suppress(ProcessLookupError):
            os.kill(self.process.pid, number)
