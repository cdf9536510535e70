"""More people for the small world's rota, and short words for its shifts."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlmodel import Session

from porchlight.core.db import Database
from porchlight.core.ids import new_id
from porchlight.oncall import queries, shifts
from porchlight.oncall.shifts import Held
from porchlight.oncall.swaps import service
from porchlight.oncall.swaps.telling import HREF
from porchlight.oncall.swaps.values import Wish
from porchlight.people.models import Account, AccountRole, Device
from tests.notices import noticed
from tests.world import MONDAY, PASSWORD_HASH, World, alone_accepted

FRIDAY = datetime(
    2026, 11, 27, 23, 0, tzinfo=UTC
)  # five in the afternoon in Chicago: Rowan has it from here, for a week
WEEK = timedelta(weeks=1)
SATURDAY = FRIDAY + timedelta(hours=13)  # six in the morning


def join(db: Database, world: World, key: str, name: str) -> UUID:
    """Somebody else who takes shifts, with a phone that has been woken."""
    id_ = world.accounts[key] = new_id()
    with db.transaction() as session:
        session.add(
            Account(
                id=id_,
                organization_id=world.agency,
                email=f"{key}@example.org",
                name=name,
                phone="+15550119",
                supervisor_id=world.accounts["priya"],
                password_hash=PASSWORD_HASH,
                employed_since=date(2020, 1, 6),
            )
        )
        session.flush()
        session.add(AccountRole(account_id=id_, role="on_call"))
        session.add(alone_accepted(id_, world.accounts["priya"], MONDAY))
        session.add(_phone(id_))
    return id_


def prove_phones(db: Database, world: World) -> None:
    with db.transaction() as session:
        session.add_all(_phone(world.accounts[key]) for key in ("lee", "rowan", "joss", "priya", "mara"))


def _phone(account_id: UUID) -> Device:
    return Device(
        id=new_id(),
        account_id=account_id,
        public_key={},
        enrolled_at=MONDAY - WEEK,
        last_seen_at=MONDAY,
        last_proven_at=MONDAY - timedelta(hours=2),
    )


def shift_at(session: Session, world: World, at: datetime, position: str = "worker") -> Held:
    schedule = queries.schedule(session, world.schedule)
    assert schedule is not None
    return next(
        one for one in shifts.whole(session, schedule, at, at + timedelta(seconds=1)) if one.position == position
    )


def wish(found: Held, **other: Any) -> Wish:
    key = (found.schedule.id, found.position, int(found.start.timestamp()))
    return Wish(**{"id": new_id(), "shift": key, "whose": found.account_id, **other})


def ask(
    db: Database,
    world: World,
    who: str = "rowan",
    *,
    at: datetime = FRIDAY,
    now: datetime = MONDAY,
    act: Any = service.ask,
    **other: Any,
) -> UUID:
    """`who` asks about the worker's shift of that moment; other: of Wish."""
    with db.transaction() as session:
        found = shift_at(session, world, at)
        made: UUID = act(session, world.actor(session, who), wish(found, **other), now=now)
    return made


def act(db: Database, world: World, does: Any, who: str, swap_id: UUID, *, now: datetime = MONDAY) -> None:
    with db.transaction() as session:
        does(session, world.actor(session, who), swap_id, now=now)


def worker_at(db: Database, world: World, *moments: datetime) -> list[str]:
    """Who is first on call at these moments, by the keys of the world."""
    names = {id_: key for key, id_ in world.accounts.items()}
    with db.reading() as session:
        return [names[queries.who(session, world.schedule, at)["worker"]] for at in moments]


def told(db: Database, world: World) -> list[str]:
    """Who was left a notice about a swap, in the order of the notices."""
    names = {id_: key for key, id_ in world.accounts.items()}
    with db.reading() as session:
        return [names[one] for one in noticed(session, HREF)]
