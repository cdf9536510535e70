"""A phone, and a server that speaks to it over HTTP."""

from collections.abc import Callable

import pytest

from porchlight.core.tools import Tools
from tests.browsing import Browser
from tests.phone.fake_phone import Phone
from tests.world import World


@pytest.fixture
def phone_of(tools: Tools, world: World) -> Callable[..., Phone]:
    """Enrols a phone: phone_of("rowan")."""

    def make(name: str = "rowan") -> Phone:
        with tools.db.transaction() as session:
            return Phone(session, tools.keys, world, name)

    return make


@pytest.fixture
def phone(phone_of: Callable[..., Phone]) -> Phone:
    return phone_of("rowan")


@pytest.fixture
def send(browser_of: Callable[..., Browser]) -> Callable[..., object]:
    """Sends a request as a phone's worker does: same origin, no cookie."""
    return browser_of(Accept="application/json").request
