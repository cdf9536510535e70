"""Failure mode 13: a browser clears its store, and the server names exactly what it will never get."""

import random
from collections.abc import Callable
from uuid import UUID

import pytest

from porchlight.core.db import Database
from tests.browsing import Browser
from tests.clocks import Clock
from tests.phone.fake_phone import Phone, Send
from tests.world import World

SAVED = 40
SEED = 20261123


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
@pytest.mark.fault(13)
def test_when_the_store_was_cleared_the_missing_numbers_are_named_exactly(
    db: Database,
    world: World,
    phone_of: Callable[..., Phone],
    browser_of: Callable[..., Browser],
    send: Send,
    clock: Clock,
    record_property: Callable[[str, object], None],
) -> None:
    """40 saved, 16 lost with the store: 16 of 16 named, none besides, and the phone that follows has no gap."""
    before = phone_of("rowan")
    visits = [before.visit(world) for _ in range(SAVED)]
    lost = sorted(random.Random(SEED).sample(range(1, SAVED), 16))
    for visit in visits:
        if visit.seq not in lost:
            assert before.deposit(send, visit).status_code == 201

    after = phone_of("rowan")  # the same browser, with nothing in its store: a new device
    assert after.deposit(send, after.visit(world)).status_code == 201

    priya = browser_of("priya", Accept="application/json")
    named = {one.device_id: priya.get(f"/api/v1/devices/{one.device_id}/gaps").json() for one in (before, after)}
    record_property(
        "figure", f"{len(lost)} of {SAVED} lost, {len(named[before.device_id]['missing'])} named, seed {SEED}"
    )
    assert named == {before.device_id: {"missing": lost}, after.device_id: {"missing": []}}
    assert UUID(before.device_id) != UUID(after.device_id)
    clock.move(hours=2)  # a number that is on its way is not missing yet
    assert "Rowan Ibarra" in browser_of("priya").get("/board").text
