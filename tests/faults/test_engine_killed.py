"""kill -9 of any process at any step: every page goes out within ten seconds, and no person is called twice for one thing."""

import json
import random
import signal
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from sqlmodel import select

from porchlight.core import jobs
from porchlight.core.db import Database
from porchlight.core.ids import new_id
from porchlight.crises.models import Crisis
from scripts import _night as night
from scripts._sink import Sink
from tests.databases import Postgres, migrate, sqlite_url
from tests.faults.workers import Process, work
from tests.world import World

pytestmark = pytest.mark.soak
Rounds = Callable[[int, int, int], int]
Record = Callable[[str, object], None]

STATIONS = 6  # agencies side by side, each with a database and a worker of its own: most of the time is waiting
AT_ONCE = 4  # alerts in one round
NAMES = ("first", "second")  # the two workers of a pair
WITHIN = 10.0  # seconds from the kill


class Station:
    """One agency; its worker is killed in each round, somewhere between the commit and the last outcome."""

    def __init__(self, url: str, data: Path, sink: Sink, chances: random.Random) -> None:
        self.tools = night.tools_for(url, data, sink.url)
        self.world: World = night.seed(self.tools, sink.url)
        self.sink, self.chances = sink, chances
        self.worker = Process(work, url, str(data), sink.url)
        self.slowest = 0.0
        self.made: list[UUID] = []

    def play(self, rounds: int) -> None:
        with self.worker:
            for _ in range(rounds):
                self.round()

    def round(self) -> None:
        made = [night.raise_one(self.tools.db, self.world) for _ in range(AT_ONCE)]
        time.sleep(self.chances.uniform(0, 0.25))
        killed = self.worker.kill()
        self.worker.start()
        assert night.wait_for(lambda: self._out(made) is not None, 3 * WITHIN), "an alert was never sent"
        self.slowest = max(self.slowest, (self._out(made) or killed) - killed)
        self.made += made

    def _out(self, made: list[UUID]) -> float | None:
        """When the last of these was handed over for the first time; None when one was not yet."""
        topics, pushes = night.alerts_of(self.tools.db, "lee", self.world), self.sink.pushes()
        first = [
            min((at for one in topics.get(crisis, []) for at in pushes.get(one, [])), default=None) for crisis in made
        ]
        return None if None in first else max(at for at in first if at is not None)

    def twice(self) -> int:
        """Crises for which lee was called by more than one alert: a phone shows each alert once, so only that rings twice."""
        return sum(1 for topics in night.alerts_of(self.tools.db, "lee", self.world).values() if len(topics) != 1)


def stations(kind: str, folder: Path, sink: Sink, chance: random.Random, server: Postgres) -> list[Station]:
    made = []
    for place in range(STATIONS):
        data = folder / str(place)
        data.mkdir()
        url = sqlite_url(data / "porchlight.sqlite3") if kind == "sqlite" else server.create()
        migrate(url, data)
        made.append(Station(url, data, sink, random.Random(chance.random())))
    return made


@pytest.mark.fault("killed")
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_worker_killed_at_any_step_loses_no_page_and_doubles_none(
    kind: str, tmp_path: Path, postgres: Postgres, chance: random.Random, rounds: Rounds, record_property: Record
) -> None:
    count = rounds(1, 5, 210)  # the long form: 6 stations x 210 rounds x 4 alerts on each database
    with Sink() as sink:
        every = stations(kind, tmp_path, sink, chance, postgres)
        with ThreadPoolExecutor(STATIONS) as pool:
            list(pool.map(lambda one: one.play(count), every))
        pushes = sink.pushes()
        alerts = sum(len(one.made) for one in every)
        again = sum(len(at) - 1 for at in pushes.values())
        slowest = max(one.slowest for one in every)
        twice = sum(one.twice() for one in every)
        for one in every:
            one.tools.db.close()
    record_property(
        "figure",
        f"{kind}: {alerts} alerts, {STATIONS * count} kills, 0 never sent, {twice} shown twice, "
        f"the last one out {slowest:.1f} s after the kill ({again} handed over again under the same topic)",
    )
    assert twice == 0
    assert slowest <= WITHIN


def call_for_help(url: str, data: str, push: str, world: World, ids: list[UUID], said: str) -> None:
    """The web process: raises these one after the other and says each only once it is committed."""
    tools = night.tools_for(url, Path(data), push)
    with Path(said).open("a") as answered:
        for crisis_id in ids:
            night.raise_one(tools.db, world, crisis_id)
            answered.write(f"{json.dumps(str(crisis_id))}\n")
            answered.flush()


def crises(db: Database) -> dict[UUID, int]:
    with db.reading() as session:
        return dict(session.exec(select(Crisis.id, Crisis.number)).all())


@pytest.mark.fault("killed")
def test_a_web_process_killed_while_it_takes_calls_forgets_none_that_it_answered(
    tmp_path: Path, chance: random.Random, rounds: Rounds, record_property: Record
) -> None:
    """The caller's phone sends again what was not answered; what was answered is there, each once."""
    url = sqlite_url(tmp_path / "porchlight.sqlite3")
    migrate(url, tmp_path)
    kills, asked = rounds(2, 25, 300), 0
    with Sink() as sink:
        tools = night.tools_for(url, tmp_path, sink.url)
        world = night.seed(tools, sink.url)
        waiting: list[UUID] = []
        for place in range(kills):
            waiting += [new_id() for _ in range(8)]
            said = tmp_path / f"said-{place}"
            with Process(call_for_help, url, str(tmp_path), sink.url, world, waiting, str(said)):
                night.wait_for(said.exists, 20)
                time.sleep(chance.uniform(0, 0.1))
            answered = {UUID(json.loads(line)) for line in said.read_text().splitlines()} if said.exists() else set()
            assert answered <= set(crises(tools.db)), "an answered call was lost"
            asked += len(answered)
            waiting = [one for one in waiting if one not in answered]
        for crisis_id in waiting:
            night.raise_one(tools.db, world, crisis_id)
        kept = crises(tools.db)
        called = night.alerts_of(tools.db, "lee", world)
        tools.db.close()
    record_property("figure", f"{kills} kills of the web process, {asked} calls answered meanwhile, 0 of them lost")
    assert len(kept) == kills * 8
    assert sorted(kept.values()) == list(range(1001, 1001 + len(kept)))
    assert all(len(topics) == 1 for topics in called.values())
    assert set(called) == set(kept)


def finish(url: str, data: str, push: str, name: str, lease: float) -> None:
    """A worker whose only work is a job of some milliseconds; it writes down which of its fences were let through."""
    jobs.LEASE = timedelta(seconds=lease)
    tools = night.tools_for(url, Path(data), push)
    with (Path(data) / name).open("a") as let_through:
        while True:
            with tools.db.transaction() as session:
                claimed = jobs.claim(session, now=tools.db.now(session), most=1)
            if not claimed:
                time.sleep(0.005)
            for job in claimed:
                time.sleep(0.004)
                with tools.db.transaction() as session:
                    lost = jobs.finish(session, {job.id: job.fence}, now=tools.db.now(session))
                let_through.write(f'["{job.id}", {job.fence}, {"false" if lost else "true"}]\n')
                let_through.flush()


def written(folder: Path) -> list[tuple[str, int, bool]]:
    """(job, fence, let through) of every job that was tried."""
    return [tuple(json.loads(one)) for name in NAMES for one in (folder / name).read_text().splitlines()]


@pytest.mark.fault("fenced")
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_worker_that_was_stopped_and_resumed_is_fenced_off(
    kind: str, tmp_path: Path, postgres: Postgres, chance: random.Random, rounds: Rounds, record_property: Record
) -> None:
    url = sqlite_url(tmp_path / "porchlight.sqlite3") if kind == "sqlite" else postgres.create()
    migrate(url, tmp_path)
    tools = night.tools_for(url, tmp_path, "http://127.0.0.1:9")
    count, lease = rounds(5, 150, 10_000), 0.1
    made, stops = 0, 0
    with (
        Process(finish, url, str(tmp_path), "", "first", lease) as first,
        Process(finish, url, str(tmp_path), "", "second", lease) as second,
    ):
        night.wait_for(lambda: all((tmp_path / name).exists() for name in NAMES), 20)
        while stops < count:
            with tools.db.transaction() as session:
                for _ in range(4):
                    jobs.enqueue(session, "room.act", {}, due_at=tools.db.now(session))
            made += 4
            stopped = chance.choice((first, second))
            time.sleep(chance.uniform(0, 0.02))
            stopped.signal(signal.SIGSTOP)
            time.sleep(lease * chance.uniform(1.0, 1.5))
            stopped.signal(signal.SIGCONT)
            stops += 1
        night.wait_for(lambda: sum(1 for one in written(tmp_path) if one[2]) >= made, 30)
        found = written(tmp_path)
    owners = [job for job, _fence, let_through in found if let_through]
    fenced = sum(1 for _job, _fence, let_through in found if not let_through)
    tools.db.close()
    record_property(
        "figure",
        f"{kind}: {stops} rounds, {made} jobs, {len(owners) - len(set(owners))} with two owners, {fenced} late ones fenced off",
    )
    assert len(owners) == len(set(owners)) == made
    assert fenced > 0
