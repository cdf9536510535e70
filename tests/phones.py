"""Push services for the tests of alerts and crises."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from uuid import UUID

import pytest

from porchlight.alerts import service, set_up
from porchlight.core.db import Database
from porchlight.core.ids import new_id
from porchlight.core.tools import Tools
from porchlight.people.models import Device
from tests.clocks import Clock
from tests.providers import Amazon
from tests.pushing import Decrypting, Service, browser_keys
from tests.world import World

Phone = Callable[..., UUID]
TOPIC = "arn:aws:sns:us-east-1:123456789012:porchlight"


@pytest.fixture
def push() -> Iterator[Service]:
    """A push service that fails as it is told."""
    with Service() as running:
        yield running


@pytest.fixture(scope="session")
def decrypting() -> Iterator[Decrypting]:
    """A push service that checks who sends, and decrypts."""
    with Decrypting() as running:
        yield running


@pytest.fixture
def sending(tools: Tools, push: Service) -> Tools:
    """`tools`, with the tests' own push service on the list of allowed ones."""
    settings = replace(tools.settings, push_hosts=(push.url,), push_subject="mailto:alerts@example.org")
    return replace(tools, settings=settings)


@cache
def amazon_at_work() -> Amazon:
    """Listens until this process ends."""
    return Amazon().__enter__()


@pytest.fixture
def amazon(monkeypatch: pytest.MonkeyPatch) -> Iterator[Amazon]:
    """A provider of texts, calls and e-mail that fails as it is told."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    monkeypatch.setattr("porchlight.alerts.calling._hung", {})
    running = amazon_at_work()
    running.begin_anew()
    yield running
    running.released.set()
    running.judge()


@pytest.fixture
def calling(sending: Tools, amazon: Amazon) -> Tools:
    """`sending`, with texts, calls and e-mail set up, too."""
    settings = replace(
        sending.settings,
        ses=True,
        mail_from="porchlight@example.org",
        sms_from="+15555550100",
        voice_from="+15555550100",
        sms_set="porchlight",
        sns_topics=(TOPIC,),
        aws_endpoint=amazon.url,
        aws_region="us-east-1",
    )
    set_up.announce(sending.db, settings)
    return replace(sending, settings=settings)


@pytest.fixture
def phone(db: Database, world: World, clock: Clock, push: Service) -> Phone:
    """Gives a person a phone: phone("lee"), phone("lee", "410") with a push service that answers that.

    Returns the device's id. `endpoint` and `keys` say otherwise where it leads.
    """

    def give(name: str, what: str = "ok", *, endpoint: str = "", keys: dict[str, str] | None = None) -> UUID:
        device_id = new_id()
        with db.transaction() as session:
            device = Device(
                id=device_id,
                account_id=world.accounts[name],
                public_key={},
                enrolled_at=clock.moment,
                last_seen_at=clock.moment,
            )
            session.add(device)
            session.flush()
            actor = world.actor(session, name, device_id=device_id)
            where = endpoint or push.endpoint(what, f"{name}-{device_id.hex[-6:]}")
            service.subscribe(session, actor, where, **(keys or browser_keys()), now=clock.moment)
        return device_id

    return give
