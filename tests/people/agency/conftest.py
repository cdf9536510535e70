"""The agency's provider for a whole file of tests, and an installation that knows it."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from porchlight.core.tools import Tools
from porchlight.people.agency import provider
from tests.clocks import Clock
from tests.people.agency.real import SECRET, Agency, Hook, Visitor

BACK = "http://localhost:8700/sign-in/agency/back"


@pytest.fixture(scope="module")
def hook() -> Iterator[Hook]:
    one = Hook()
    yield one
    one.close()


@pytest.fixture(scope="module")
def running(hook: Hook) -> Iterator[Agency]:
    with Agency(BACK, hook.address) as one:
        yield one


@pytest.fixture
def agency(running: Agency) -> Agency:
    """The provider, its people as new."""
    provider._remembered.clear()
    if running.process is None:
        running.start()
    running.people.clear()
    for gone in ("s-rowan", "s-tamsin", "s-stranger", "s-unsure"):
        running.tell(gone=gone, clockBack=0)
    running.employs("s-rowan", "rowan@example.org")
    return running


@pytest.fixture
def clock() -> Clock:
    """The provider's clock is a real one."""
    return Clock(datetime.now(UTC).replace(microsecond=0))


@pytest.fixture
def offline() -> bool:
    """Whether the installation asks for tokens that outlive the provider's session."""
    return False


@pytest.fixture
def tools(tools: Tools, agency: Agency, offline: bool) -> Tools:
    settings = replace(
        tools.settings,
        oidc_issuer=agency.issuer,
        oidc_client_id="porchlight",
        oidc_client_secret=SECRET,
        oidc_offline=offline,
    )
    return replace(tools, settings=settings)


@pytest.fixture
def visitor() -> Iterator[Callable[[], Visitor]]:
    made: list[Visitor] = []

    def make() -> Visitor:
        made.append(Visitor())
        return made[-1]

    yield make
    for one in made:
        one.close()
