"""Roads that lead nowhere: a push that is accepted and lost, a provider that is down or hangs; the next one is not kept waiting."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlmodel import select

from porchlight.alerts.models import PushSubscription
from porchlight.core.db import Database
from porchlight.core.tools import Tools
from porchlight.crises.values import Reason
from porchlight.people.models import Account
from porchlight.worker import Worker
from scripts import _bench_engine as bench
from scripts import _night as night
from scripts._sink import Sink
from tests.clocks import Clock
from tests.crises.night import Night
from tests.databases import Postgres
from tests.phones import Phone, amazon, calling, phone, push, sending
from tests.providers import Amazon
from tests.pushing import Service
from tests.serving import free_port
from tests.world import World

__all__ = ["amazon", "calling", "phone", "push", "sending"]
Record = Callable[[str, object], None]


@pytest.mark.fault("lost-push")
@pytest.mark.parametrize("reason", [Reason.HURT, Reason.PLACEMENT])  # together, and one way after the other
def test_a_push_that_no_phone_shows_is_followed_by_a_text_in_half_a_minute_and_the_second_person_within_one(
    db: Database,
    world: World,
    clock: Clock,
    calling: Tools,
    amazon: Amazon,
    phone: Phone,
    push: Service,
    reason: Reason,
    record_property: Record,
) -> None:
    for name in ("lee", "joss"):
        phone(name)
    with db.transaction() as session:
        session.get_one(Account, world.accounts["lee"]).phone = "(555) 555-0111"  # a number of their own
    one = Night(db, world, clock, calling, push, dark=True).begin(reason)
    text_after = second_after = 0
    for seconds in range(1, 121):
        one.work(seconds=1)
        text_after = text_after or (seconds if amazon.of("sms") else 0)
        second_after = second_after or (seconds if "joss" in one.rung() else 0)

    record_property(
        "figure", f"{db.dialect}, {reason}: a text after {text_after} s, the second person after {second_after} s"
    )
    assert 0 < text_after <= 30
    assert 0 < second_after <= 60


@pytest.mark.soak
@pytest.mark.fault("provider")
@pytest.mark.parametrize("what", ["404", "410", "413", "429", "500", "redirect", "hang", "refuses"])
@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_whatever_a_provider_does_the_next_way_is_tried_within_five_seconds(
    migrated_url: str, tmp_path: Path, what: str, record_property: Record
) -> None:
    """By the real clock and a real worker: from the moment that the provider was asked."""
    with Service() as service:
        data = tmp_path / "data"
        tools = night.tools_for(migrated_url, data, service.url)
        world = night.seed(tools, service.url)
        where = f"http://127.0.0.1:{free_port()}/ok/lee" if what == "refuses" else service.endpoint(what, "lee")
        _lead_elsewhere(tools, world, where)
        worker = Worker(tools)
        worker.start()
        try:
            began = time.monotonic()
            night.raise_one(tools.db, world)
            assert night.wait_for(lambda: any(path.endswith("/joss") for path in service.paths()), 20)
            took = time.monotonic() - began
        finally:
            worker.stop()
            tools.db.close()
    record_property("figure", f"{what} {took:.2f} s")
    assert took <= 5


def _lead_elsewhere(tools: Tools, world: World, where: str) -> None:
    with tools.db.transaction() as session:
        row = session.exec(select(PushSubscription).where(PushSubscription.account_id == world.accounts["lee"])).one()
        row.endpoint = where


@pytest.mark.soak
@pytest.mark.alone
@pytest.mark.fault("handed")
@pytest.mark.parametrize("kind", ["SQLite", "PostgreSQL"])
@pytest.mark.parametrize(
    ("words", "alerts", "rate", "promised"),
    [("idle", 60, 10, bench.IDLE_P99), ("100 a second", 1000, 100, bench.BUSY_P99)],
)
def test_an_alert_is_handed_to_the_provider_in_time(
    kind: str,
    words: str,
    alerts: int,
    rate: float,
    promised: float,
    tmp_path: Path,
    record_property: Record,
) -> None:
    with Sink() as sink, Postgres(quick=False) as server:
        url, data = bench.fresh(kind, tmp_path, server)
        found = bench.measure(url, data, sink, alerts=alerts, rate=rate)

    record_property(
        "figure",
        f"{kind}, {words}: p50 {found.at(0.5) * 1000:.0f} ms, p99 {found.at(0.99) * 1000:.0f} ms, {found.lost} lost",
    )
    assert found.lost == 0
    assert found.at(0.99) <= promised
