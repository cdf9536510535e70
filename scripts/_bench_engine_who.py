"""Who is on call now, asked of the running product signed in, with 50 schedules of three years; beside a bare handler."""

import multiprocessing
import random
import socket
import sqlite3
import statistics
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from datetime import time as wall
from pathlib import Path
from uuid import UUID

from sqlmodel import Session

from porchlight.core.db import Database
from porchlight.core.ids import new_id
from porchlight.core.keys import sha256
from porchlight.oncall.models import Override, Rotation, Schedule, Swap
from porchlight.oncall.rules import POSITIONS
from porchlight.people.models import Account, AccountRole, Organization, SignIn
from scripts._bench_pages import bare
from tests.databases import migrate, sqlite_url
from tests.serving import Serving

SCHEDULES, YEARS, PEERS, TIMES = 50, 3, 600, 5
TOKEN = "a-session-for-a-measurement"  # noqa: S105 - of a folder that is gone after the measurement
SECONDS, CLIENTS = 4.0, 4
COMMITS = 10
ONE = "/api/v1/oncall?schedule={}"


def rows(seconds: float = SECONDS) -> list[str]:
    """A line for each figure."""
    with tempfile.TemporaryDirectory(prefix="pl-who-") as folder:
        data = Path(folder) / "data"
        data.mkdir()
        schedules = fill(data / "porchlight.sqlite3")
        serving = Serving(data, demo=False, PORCHLIGHT_WORKER="0").start()
        try:
            paths = [ONE.format(one) for one in schedules]
            body = answer(serving.port, paths[0])
            mine = measure(serving.port, paths, seconds)
            every = measure(serving.port, ["/api/v1/oncall"], seconds)
            with committing(data / "porchlight.sqlite3"):
                meanwhile = measure(serving.port, paths, seconds)
        finally:
            serving.stop()
        with bare(body) as port:
            beside = measure(port, ["/families"], seconds)
    return [
        f"who is on call, one of {SCHEDULES} schedules: {said(mine)}",
        f"who is on call, all {SCHEDULES} schedules in one answer: {said(every)}",
        f"one of {SCHEDULES}, while somebody else commits {COMMITS} times a second: {said(meanwhile)}",
        f"bare handler of the same server, same bytes, asks nobody who they are: {said(beside)}",
        f"of the bare handler: {mine[0] / beside[0]:.0%}",
        f"of linkedin/oncall ({PEERS}/s on such a machine; promised: {TIMES} times): {mine[0] / PEERS:.1f} times",
    ]


@contextmanager
def committing(file: Path) -> Iterator[None]:
    """Another process writes into the same database, so that nothing that was said may be said again unasked."""
    over = threading.Event()

    def write() -> None:
        with sqlite3.connect(file, timeout=15) as connection:
            while not over.wait(1 / COMMITS):
                connection.execute("UPDATE schedules SET name = name WHERE id = (SELECT min(id) FROM schedules)")
                connection.commit()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        yield
    finally:
        over.set()
        writer.join()


def said(found: tuple[float, float, float]) -> str:
    return f"{found[0]:,.0f} requests/s, p50 {found[1]:.1f} ms, p99 {found[2]:.1f} ms"


def measure(port: int, paths: list[str], seconds: float) -> tuple[float, float, float]:
    """Requests a second, and the median and the 99th percentile in milliseconds, over CLIENTS connections."""
    ask(port, paths, 0.5)
    with multiprocessing.Pool(CLIENTS) as pool:
        took = sorted(one for each in pool.starmap(ask, [(port, paths, seconds)] * CLIENTS) for one in each)
    return len(took) / seconds, statistics.median(took) * 1000, took[int(len(took) * 0.99)] * 1000


def ask(port: int, paths: list[str], seconds: float) -> list[float]:
    """One connection that asks again and again, with as little work of its own as can be; how long each answer took."""
    requests = [request(path) for path in paths]
    took: list[float] = []
    with socket.create_connection(("127.0.0.1", port)) as connection:
        until = time.perf_counter() + seconds
        while (began := time.perf_counter()) < until:
            connection.sendall(requests[len(took) % len(requests)])
            read(connection)
            took.append(time.perf_counter() - began)
    return took


def request(path: str) -> bytes:
    return f"GET {path} HTTP/1.1\r\nHost: localhost\r\nCookie: porchlight={TOKEN}\r\nAccept: application/json\r\n\r\n".encode()


def read(connection: socket.socket) -> bytes:
    got = connection.recv(65536)
    while b"\r\n\r\n" not in got:
        got += connection.recv(65536)
    head, _, body = got.partition(b"\r\n\r\n")
    if not head.startswith(b"HTTP/1.1 200"):
        raise SystemExit(head.split(b"\r\n")[0].decode())
    length = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
    while len(body) < length:
        body += connection.recv(65536)
    return body


def answer(port: int, path: str) -> bytes:
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(request(path))
        return read(connection)


def fill(file: Path) -> list[UUID]:
    """An agency with a session that lives, and the history of its schedules: a change of each rotation every half year,
    a stand-in every week, a swap every two."""
    migrate(sqlite_url(file), file.parent)
    db, chance, now = Database(sqlite_url(file)), random.Random(1), datetime.now(UTC)
    with db.transaction() as session:
        agency = Organization(
            kind="agency", name="A", phone="", hotline="", time_zone="America/Chicago", jurisdiction="Example"
        )
        session.add(agency)
        session.flush()
        people = [_person(session, agency.id, n) for n in range(400)]
        session.add(SignIn(token_hash=sha256(TOKEN.encode()), account_id=people[0], started_at=now, last_seen_at=now))
        schedules = [_schedule(session, agency.id, n) for n in range(SCHEDULES)]
        for n, schedule in enumerate(schedules):
            _history(session, schedule, people[n * 8 : n * 8 + 8], chance, now)
    db.close()
    return schedules


def _person(session: Session, agency: UUID, n: int) -> UUID:
    one = Account(id=new_id(), organization_id=agency, email=f"{n}@example.org", name=f"Person {n}", phone="+15550100")
    session.add(one)
    session.flush()
    session.add(AccountRole(account_id=one.id, role="on_call"))
    return one.id


def _schedule(session: Session, agency: UUID, n: int) -> UUID:
    one = Schedule(organization_id=agency, name=f"Region {n:02}", region=f"{n}", time_zone="America/Chicago")
    session.add(one)
    session.flush()
    return one.id


def _history(session: Session, schedule: UUID, people: list[UUID], chance: random.Random, now: datetime) -> None:
    members = [str(one) for one in people]
    for n in range(YEARS * 2):
        begins = now - timedelta(days=182 * (YEARS * 2 - n))
        ends = None if n == YEARS * 2 - 1 else begins + timedelta(days=182)
        session.add_all(
            Rotation(schedule_id=schedule, position=position, first_on=date(2020, 1, 3), hand_off=wall(17), members=members,
                     from_at=begins, until_at=ends)
            for position in POSITIONS
        )  # fmt: skip
    for week in range(YEARS * 52):
        start = now - timedelta(weeks=week, hours=chance.randrange(168))
        end, position = start + timedelta(hours=8), chance.choice(POSITIONS)
        one, other = chance.sample(people, 2)
        session.add(
            Override(schedule_id=schedule, position=position, account_id=one, from_at=start, to_at=end, made_by=one,
                     made_at=start)
        )  # fmt: skip
        if week % 2:
            session.add(
                Swap(schedule_id=schedule, position=position, kind="asked", asked_by=one, taken_by=other, from_at=start,
                     to_at=end, state="taken", made_by=one, asked_at=start, settled_at=start)
            )  # fmt: skip


if __name__ == "__main__":
    print("\n".join(rows()))
