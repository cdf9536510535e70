"""The engine watches itself: a heartbeat while it is well, silence and a banner when it is not."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from porchlight.core import jobs
from porchlight.core.db import Database
from porchlight.core.tools import Tools
from porchlight.crises import heartbeat, watching
from porchlight.crises.heartbeat import EVERY
from tests.browsing import Browser
from tests.clocks import Clock
from tests.pushing import Service


@pytest.fixture
def beating(sending: Tools, push: Service) -> Tools:
    return replace(sending, settings=replace(sending.settings, heartbeat=push.endpoint("ok", "heartbeat")))


def test_while_all_is_well_the_agencys_address_is_asked(beating: Tools, push: Service) -> None:
    watching.watch(beating, "one")

    assert heartbeat.tell(beating)
    assert push.paths() == ["/ok/heartbeat"]
    assert push.asked[0].body == b""  # that it comes is all there is to know


def test_silence_is_noticed_within_a_minute() -> None:
    assert 2 * EVERY < 60


@pytest.mark.parametrize("trouble", ["late work", "no beat", "no address"])
def test_an_engine_that_is_not_well_is_silent(
    beating: Tools, push: Service, db: Database, clock: Clock, trouble: str
) -> None:
    if trouble != "no beat":
        watching.watch(beating, "one")
    if trouble == "late work":
        with db.transaction() as session:
            jobs.enqueue(session, "room.act", {}, due_at=clock.moment)
        clock.move(seconds=11)
    if trouble == "no address":
        beating = replace(beating, settings=replace(beating.settings, heartbeat=""))

    assert not heartbeat.tell(beating)
    assert push.paths() == []


@pytest.mark.parametrize("answer", ["500", "404", "redirect"])
def test_an_address_that_refuses_stops_nothing(beating: Tools, push: Service, answer: str) -> None:
    watching.watch(beating, "one")
    tools = replace(beating, settings=replace(beating.settings, heartbeat=push.endpoint(answer, "heartbeat")))

    assert not heartbeat.tell(tools)
    assert len(push.paths()) == 1  # never where a redirect points


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_staff_are_told_when_alerts_are_late_and_nobody_else(
    browser_of: Callable[..., Browser], tools: Tools, db: Database, clock: Clock
) -> None:
    watching.watch(tools, "one")
    lee = browser_of("lee")
    assert "banner" not in lee.get("/crises/engine").text

    with db.transaction() as session:
        jobs.enqueue(session, "room.act", {}, due_at=clock.moment)
    clock.move(seconds=11)

    assert "Alerts are late" in lee.get("/crises/engine").text
    assert browser_of("sunniva").get("/crises/engine").status_code == 404
    assert "/crises/engine" in lee.get("/oncall").text
