"""A worker is killed in the middle of a photo: another takes over, and nothing is lost or doubled."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from porchlight.core.db import Database
from porchlight.core.jobs import LEASE
from porchlight.core.tools import Tools
from porchlight.worker import Worker
from tests.clocks import Clock
from tests.phone.fake_phone import Phone, Send, photograph
from tests.phone.test_deposit import column
from tests.working import work
from tests.world import World

ROOT = Path(__file__).parents[2]

# A worker of its own that says where it stands and then waits to be killed.
PROGRAM = """
import sys, time
from pathlib import Path
from porchlight.app import make_tools
from porchlight.evidence import jobs
from porchlight.settings import Settings
from porchlight.worker import Worker
from tests.clocks import Clock
data, database, secret, step = sys.argv[1:]
tools = make_tools(Settings(data=Path(data), database=database, secret=secret, worker=False), clock=Clock())
real = getattr(jobs, step)
def stand_still(*given, **named):
    print("here", flush=True)
    time.sleep(60)
setattr(jobs, step, stand_still)
worker = Worker(tools)
while worker.step():
    pass
"""


@pytest.mark.parametrize("step", ["run", "_move", "_clear"])
def test_a_photo_outlives_its_worker(
    step: str, db: Database, tools: Tools, world: World, phone: Phone, send: Send, clock: Clock
) -> None:
    visit = phone.visit(world)
    phone.deposit(send, visit)
    work(tools)
    photo = phone.photo(visit, photograph())
    phone.upload(send, photo, phone.deposit(send, photo))
    phone.deposit(send, photo)
    secret = (tools.settings.data / "secret").read_text()
    given = [str(tools.settings.data), tools.settings.database, secret, step]
    worker = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, *given],
        env={**os.environ, "PYTHONPATH": f"{ROOT / 'backend'}{os.pathsep}{ROOT}"},
        cwd=ROOT,
        stdout=subprocess.PIPE,
    )
    assert worker.stdout
    assert worker.stdout.readline() == b"here\n"

    os.kill(worker.pid, signal.SIGKILL)
    worker.wait()
    worker.stdout.close()

    assert Worker(tools).step() is False  # its lease still runs
    clock.move(seconds=LEASE.total_seconds() + 1)
    work(tools)
    assert phone.deposit(send, photo).status_code == 201
    assert photo.receipt
    assert column(db, "SELECT state FROM photos") == ["stored"]
    assert column(db, "SELECT count(*) FROM audit_events WHERE act = 'photo.stored'") == [1]
    files = [file for file in (tools.settings.data / "media").rglob("*") if file.is_file()]
    assert sorted(file.parent.name for file in files) == ["clean", "thumb"]
