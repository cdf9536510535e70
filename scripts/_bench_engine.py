"""How fast the engine is: from raising an alert to the push service, idle and at 100 alerts a second, and what its parts do."""

import importlib
import os
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from uuid import UUID

from porchlight.core.db import Database
from porchlight.worker import Worker
from scripts import _night as night
from scripts._night import Latency
from scripts._sink import Sink
from tests.databases import Postgres, migrate, sqlite_url
from tests.faults.workers import Process, work
from tests.world import World

IDLE = 100  # alerts, one after the other
APART = 0.08  # seconds between them
RATE = 100  # alerts a second
LONG = 10  # seconds
RAISERS = 8  # threads, as the web process has them
IDLE_P99, BUSY_P99 = 0.25, 2.0  # oncall.md, Promises
OTHERS = ("push", "who")  # measured by modules of their own: _bench_engine_push.py, _bench_engine_who.py


def fresh(name: str, folder: Path, server: Postgres) -> tuple[str, Path]:
    """Address and data folder of a migrated database without a row; PostgreSQL or a SQLite file."""
    data = Path(tempfile.mkdtemp(dir=folder))
    url = sqlite_url(data / "porchlight.sqlite3") if name == "SQLite" else server.create()
    migrate(url, data)
    return url, data


def measure(url: str, data: Path, sink: Sink, *, alerts: int, rate: float) -> Latency:
    """Raises alerts from RAISERS threads: on SQLite in the process that also runs the worker, as one machine does; on
    PostgreSQL beside a worker of its own, as many nodes do."""
    tools = night.tools_for(url, data, sink.url)
    world = night.seed(tools, sink.url)
    with ExitStack() as stack:
        if tools.db.dialect == "sqlite":
            worker = Worker(tools)
            worker.start()
            stack.callback(worker.stop)
        else:
            stack.enter_context(Process(work, url, str(data), sink.url))
            time.sleep(2)
        for _ in range(10):
            night.raise_one(tools.db, world)  # the first ones open connections
        time.sleep(2)
        began = _raise(tools.db, world, alerts, rate)
        night.wait_for(lambda: len(sink.pushes()) >= alerts + 10, 30)
        topics = night.alerts_of(tools.db, "lee", world)
        pushes = sink.pushes()
    tools.db.close()
    sink.clear()
    took = {crisis: _first(topics.get(crisis, []), pushes) for crisis in began}
    return Latency(
        sorted(at - began[crisis] for crisis, at in took.items() if at), sum(1 for at in took.values() if not at)
    )


def _first(topics: list[str], pushes: dict[str, list[float]]) -> float:
    return min((at for topic in topics for at in pushes.get(topic, [])), default=0.0)


def _raise(db: Database, world: World, alerts: int, rate: float) -> dict[UUID, float]:
    """Each alert has its own moment, and what comes late does not make the next one later. Returns when each began."""
    start = time.monotonic() + 0.05
    began: dict[UUID, float] = {}
    places = iter(range(alerts))
    lock = threading.Lock()

    def one_after_the_other() -> None:
        while True:
            with lock:
                place = next(places, None)
            if place is None:
                return
            due = start + place / rate
            time.sleep(max(0, due - time.monotonic()))
            # From the moment it was due: a raiser that is late must not hide the wait.
            moment = time.time() - max(0.0, time.monotonic() - due)
            began[night.raise_one(db, world)] = moment

    threads = [threading.Thread(target=one_after_the_other) for _ in range(RAISERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return began


def rows() -> Iterator[tuple[str, bool]]:
    """A line for each measurement, and whether the promise holds."""
    kinds = (("idle", IDLE, 1 / APART, IDLE_P99), (f"{RATE} alerts a second", RATE * LONG, RATE, BUSY_P99))
    with Sink() as sink, tempfile.TemporaryDirectory(prefix="pl-bench-") as folder, Postgres(quick=False) as server:
        for name in ("SQLite", "PostgreSQL"):
            for words, alerts, rate, promise in kinds:
                url, data = fresh(name, Path(folder), server)
                found = measure(url, data, sink, alerts=alerts, rate=rate)
                holds = not found.lost and found.at(0.99) <= promise
                figures = f"p50 {found.at(0.5) * 1000:.0f} ms, p99 {found.at(0.99) * 1000:.0f} ms"
                yield (
                    f"raise to handed, {name}, {words}: {figures}, {found.lost} lost (promised: p99 {promise} s)",
                    holds,
                )


def main() -> int:
    print(
        f"{os.cpu_count()} cores. From before the raising transaction until the push service has the push.", flush=True
    )
    held = True
    for line, holds in rows():
        print(f"{'ok   ' if holds else 'SHORT'} {line}", flush=True)
        held = held and holds
    for other in OTHERS:
        for row in importlib.import_module(f"scripts._bench_engine_{other}").rows():
            print(f"      {row if isinstance(row, str) else ': '.join(row)}", flush=True)
    return int(not held)


if __name__ == "__main__":
    sys.exit(main())
