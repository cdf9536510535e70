"""An agency of the tests' small world with phones that can be rung, for what measures the engine and for what breaks it."""

import time
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import UUID

from sqlmodel import Session, select

from porchlight.alerts import service as alerting
from porchlight.alerts.models import Alert
from porchlight.app import make_tools
from porchlight.core.db import Database
from porchlight.core.ids import new_id
from porchlight.core.tools import Tools
from porchlight.crises import raising
from porchlight.crises.models import EscalationPolicy
from porchlight.crises.raising import CrisisBody
from porchlight.crises.values import Reason
from porchlight.oncall.models import Rotation
from porchlight.people.models import Device
from porchlight.relations import relate
from porchlight.settings import Settings
from tests.pushing import browser_keys
from tests.world import World, build

CALLED = ("lee", "joss", "priya", "mara")


def tools_for(url: str, data: Path, push: str) -> Tools:
    """A process of the product on this database, which may push to `push` alone."""
    relate()
    return make_tools(
        Settings(data=data, database=url, worker=False, push_hosts=(push,), push_subject="mailto:alerts@example.org")
    )


def seed(tools: Tools, push: str) -> World:
    """The small world, on call since long ago, each of CALLED with one phone at `push`/ok/NAME."""
    now = datetime.now(UTC)
    with tools.db.transaction() as session:
        world = build(session, now=now)
        for rotation in session.exec(select(Rotation)):
            rotation.first_on = date(2020, 1, 3)
            rotation.members = rotation.members[:1]
        for name in CALLED:
            give_phone(session, world, name, f"{push}/ok/{name}", now)
    return world


def give_phone(session: Session, world: World, name: str, endpoint: str, now: datetime) -> None:
    device = Device(
        id=new_id(),
        account_id=world.accounts[name],
        public_key={},
        enrolled_at=now,
        last_seen_at=now,
        last_proven_at=now,
    )
    session.add(device)
    session.flush()
    alerting.subscribe(session, world.actor(session, name, device_id=device.id), endpoint, **browser_keys(), now=now)


def levels(session: Session, *seconds: int) -> None:
    """The policy's levels at these seconds after raising."""
    policy = session.exec(select(EscalationPolicy)).one()
    names = ("worker", "backup", "supervisor", "director")
    policy.levels = [{"position": name, "after_seconds": after} for name, after in zip(names, seconds, strict=False)]
    session.add(policy)


def raise_one(db: Database, world: World, crisis_id: UUID | None = None) -> UUID:
    """Somebody gets help, as the web process does it. Returns the crisis' id once it is committed."""
    body = CrisisBody(id=crisis_id or new_id(), reason=Reason.THREAT)
    with db.transaction() as session:
        raising.raise_crisis(session, world.actor(session, "tamsin"), body, now=db.now(session))
    return body.id


def alerts_of(db: Database, name: str, world: World) -> dict[UUID, list[str]]:
    """The topics of this person's alerts, by crisis."""
    query = select(Alert.subject_id, Alert.id).where(Alert.account_id == world.accounts[name])
    found: dict[UUID, list[str]] = {}
    with db.reading() as session:
        for subject, alert in session.exec(query):
            found.setdefault(subject, []).append(alert.hex)
    return found


@dataclass(frozen=True)
class Latency:
    """Seconds from the moment before raising until the push service had the push, sorted. lost: never came."""

    seconds: list[float]
    lost: int

    def at(self, share: float) -> float:
        return self.seconds[min(len(self.seconds) - 1, int(share * len(self.seconds)))]


def wait_for(ready: object, seconds: float) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if ready():  # type: ignore[operator]
            return True
        time.sleep(0.02)
    return False
