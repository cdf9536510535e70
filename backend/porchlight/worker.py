"""The worker: every kind of job on one screen; it claims, works with no transaction open, and finishes."""

import contextlib
import os
import random
import socket
import threading
import time
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

import psycopg
import structlog

from porchlight.alerts import calling
from porchlight.alerts import jobs as alerts
from porchlight.audit.keeping import Keeper
from porchlight.core import jobs, mail
from porchlight.core.tools import Tools
from porchlight.crises import heartbeat, watching
from porchlight.crises import jobs as crises
from porchlight.crises.callbacks import jobs as callbacks
from porchlight.crises.checkins import jobs as checkins
from porchlight.crises.clocks import jobs as clocks
from porchlight.crises.mandated import jobs as mandated
from porchlight.crises.missing import jobs as missing
from porchlight.evidence import jobs as evidence
from porchlight.oncall.reminders import rounds
from porchlight.people import jobs as people
from porchlight.people.agency import jobs as agency
from porchlight.records import jobs as records
from porchlight.relations import relate
from porchlight.visits import jobs as visits

Work = Callable[[Tools, dict[str, Any]], None]

# Somebody waits for help: these go before everything else, and one lane does nothing but these.
URGENT: Mapping[str, Work] = {
    **alerts.JOBS,
    **crises.JOBS,
    **checkins.JOBS,
    **missing.JOBS,
    **clocks.JOBS,
}
WORK: Mapping[str, Work] = {
    **visits.JOBS,
    **evidence.JOBS,
    **people.JOBS,
    **agency.JOBS,
    **callbacks.JOBS,
    **mandated.JOBS,
    **records.JOBS,
    **URGENT,
}

# Of these, what is due is done together.
TOGETHER: Mapping[str, Callable[[Tools, list[dict[str, Any]]], None]] = {**alerts.TOGETHER, **crises.TOGETHER}
AT_ONCE = 12

POLL = 1.0  # seconds; a commit wakes the worker at once, this is only behind it
LANES = 4  # for every kind of job; the lane for urgent ones comes on top
log = structlog.get_logger()


class Worker:
    """Runs jobs in a few threads until `stop`."""

    def __init__(self, tools: Tools, work: Mapping[str, Work] = WORK) -> None:
        relate()
        self.tools = tools
        self.work = work
        self._held: dict[UUID, int] = {}  # jobs at work, with their fences
        self._stopping = threading.Event()
        # One lane of a kind looks for work while the others wait for their turn: a commit wakes one and not all of them.
        self._turns = {True: threading.Lock(), False: threading.Lock()}
        self._threads: list[threading.Thread] = []

    def start(self) -> None:
        calling.get_ready(self.tools.settings)
        mail.get_ready(self.tools.settings)
        lanes = [*((f"worker-{n}", True) for n in range(LANES)), ("worker-urgent", False)]
        self._threads = [threading.Thread(target=self.run, args=lane[1:], name=lane[0], daemon=True) for lane in lanes]
        self._threads.append(threading.Thread(target=self._watch, name="worker-watch", daemon=True))
        self._threads.append(threading.Thread(target=self._seal, name="worker-audit", daemon=True))
        self._threads.append(threading.Thread(target=self._tell, name="worker-heartbeat", daemon=True))
        if self.tools.db.dialect == "postgresql":
            self._threads.append(threading.Thread(target=self._listen, name="worker-listen", daemon=True))
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        self._stopping.set()
        self.tools.db.wake.set()
        for thread in self._threads:
            thread.join(timeout=5)

    def run(self, others: bool = True) -> None:
        """Do jobs until `stop`. others: do those that are not urgent, too."""
        while not self._stopping.is_set():
            try:
                with self._turns[others]:
                    claimed = self._find(others)
                self._work_on(claimed)
            except Exception as error:  # noqa: BLE001  the database may be away; the loop must outlive that
                log.error("worker.trouble", kind=type(error).__name__)
                self._stopping.wait(POLL)

    def _find(self, others: bool) -> list[jobs.Job]:
        """Waits until there is something to do, and claims it; nothing when it is time to stop."""
        wake = self.tools.db.wake
        while not self._stopping.is_set():
            if claimed := self._claim(others=others):
                return claimed
            wake.wait(POLL)
            wake.clear()
        return []

    def step(self, *, others: bool = True) -> bool:
        """Claim what is due and do it, urgent jobs first. False when there was nothing."""
        claimed = self._claim(others=others)
        self._work_on(claimed)
        return bool(claimed)

    def _claim(self, *, others: bool) -> list[jobs.Job]:
        """One job, or several of a kind that can be done together: a hundred alerts a second are not claimed one by one."""
        db = self.tools.db
        if db.dialect == "sqlite":
            # A look keeps nobody from writing; to claim does.
            with db.reading() as session:
                if not jobs.waiting(session, now=db.now(session), urgent=URGENT.keys(), others=others):
                    return []
        with db.transaction() as session:
            now = db.now(session)
            claimed = jobs.claim(
                session, now=now, most=1, urgent=URGENT.keys(), others=others, foremost=alerts.TOGETHER
            )
            if claimed and claimed[0].name in TOGETHER:
                claimed += jobs.claim_more(session, claimed[0].name, now=now, most=AT_ONCE - 1)
        return claimed

    def _work_on(self, claimed: list[jobs.Job]) -> None:
        self._held |= {job.id: job.fence for job in claimed}
        try:
            if claimed:
                self._do(claimed)
        finally:
            for job in claimed:
                if self._held.get(job.id) == job.fence:  # another lane may have it by now
                    del self._held[job.id]

    def _do(self, claimed: list[jobs.Job]) -> None:
        """Work with no transaction open, then finish; jobs of one name only."""
        name = claimed[0].name
        try:
            if len(claimed) > 1:
                TOGETHER[name](self.tools, [job.payload for job in claimed])
            else:
                self.work[name](self.tools, claimed[0].payload)
        except Exception as error:  # noqa: BLE001  whatever it was, the job comes again and somebody hears of it
            log.warning("job.failed", job=name, tries=claimed[0].tries, kind=type(error).__name__)
            if len(claimed) == 1:
                self._later(claimed[0], type(error).__name__)
                return
            for job in claimed:  # one of them must not hold up the others
                self._do([job])
            return
        with self.tools.db.transaction() as session:
            held = {job.id: job.fence for job in claimed}
            for _lost in jobs.finish(session, held, now=self.tools.db.now(session)):
                log.warning("job.lease_lost", job=name)

    def _later(self, job: jobs.Job, trouble: str) -> None:
        db = self.tools.db
        try:
            with db.transaction() as session:
                now = db.now(session)
                pause = min(2.0**job.tries, 300) * random.uniform(0.5, 1)
                due_at = now + timedelta(seconds=pause)
                if not jobs.again(session, job.id, job.fence, due_at=due_at, trouble=trouble, now=now):
                    log.error("job.given_up", job=job.name, id=str(job.id))
        except jobs.LeaseLost:
            log.warning("job.lease_lost", job=job.name)

    def _watch(self) -> None:
        """Leave a beat, so that silence is noticed, pick up crises that no job looks after, keep what is at work; and
        every minute look at whose shift begins soon."""
        name, round_at, purge_at = f"{socket.gethostname()}/{os.getpid()}", 0.0, time.monotonic() + records.AFTER_START
        while not self._stopping.wait(POLL):
            try:
                watching.watch(self.tools, name)
                self.keep_leases()
                if time.monotonic() >= round_at:
                    round_at = time.monotonic() + rounds.EVERY
                    rounds.go(self.tools)
                if time.monotonic() >= purge_at:
                    purge_at = time.monotonic() + records.EVERY
                    records.due(self.tools)
            except Exception as error:  # noqa: BLE001  the database may be away; the beat must outlive that
                log.error("worker.trouble", kind=type(error).__name__)

    def _seal(self) -> None:
        """Keep the audit's chain; in a thread of its own, for the store of its checkpoints may hang."""
        keeper = Keeper.of(self.tools)
        while not self._stopping.wait(POLL):
            try:
                keeper.step()
            except Exception as error:  # noqa: BLE001  the database may be away; the chain must outlive that
                log.error("worker.trouble", kind=type(error).__name__)
        with contextlib.suppress(Exception):  # the next start goes on where this one ends
            keeper.close()

    def _tell(self) -> None:
        """Tell whoever watches from outside that alerts go out; in a thread of its own, for that address may hang."""
        while not self._stopping.wait(heartbeat.EVERY):
            try:
                heartbeat.tell(self.tools)
            except Exception as error:  # noqa: BLE001  the database may be away: then it is silent, as it should be
                log.error("worker.trouble", kind=type(error).__name__)

    def keep_leases(self) -> None:
        """A job that takes longer than its lease must not fill the other lanes too, with crises waiting behind it."""
        held = self._held.copy()
        if held:
            with self.tools.db.transaction() as session:
                jobs.keep(session, held, now=self.tools.db.now(session))

    def _listen(self) -> None:
        """Wake at once when another node commits a job (LISTEN/NOTIFY)."""
        url = self.tools.db.url.set(drivername="postgresql").render_as_string(hide_password=False)
        while not self._stopping.is_set():
            try:
                with psycopg.connect(url, autocommit=True) as connection:
                    connection.execute("LISTEN porchlight_jobs")
                    while not self._stopping.is_set():
                        for _notice in connection.notifies(timeout=POLL, stop_after=1):
                            self.tools.db.wake.set()
            except psycopg.OperationalError:
                self._stopping.wait(POLL)
