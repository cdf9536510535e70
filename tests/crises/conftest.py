"""Phones, push services and providers of texts, as tests/phones.py makes them."""

import pytest

from porchlight.core.db import Database
from porchlight.core.tools import Tools
from tests.clocks import Clock
from tests.crises.night import Night
from tests.phones import Phone, amazon, calling, decrypting, phone, push, sending
from tests.pushing import Service
from tests.world import World

__all__ = ["amazon", "calling", "decrypting", "phone", "push", "sending"]


@pytest.fixture
def night(db: Database, world: World, clock: Clock, sending: Tools, push: Service, phone: Phone) -> Night:
    """A night in which everyone on call has a phone that rings."""
    for name in ("lee", "joss", "priya", "mara", "rowan"):
        phone(name)
    return Night(db, world, clock, sending, push)
