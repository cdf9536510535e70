"""Who is on call is kept until the next hand-off: no change of a rota, however it comes, may leave the old answer standing."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import Session, select

from porchlight.core.actor import Actor
from porchlight.core.db import Database
from porchlight.oncall import queries, service
from porchlight.oncall.models import Rotation, Schedule
from porchlight.oncall.planning import service as planning
from porchlight.oncall.planning import setting
from porchlight.oncall.planning.drafts import OverrideDraft, ScheduleDraft, SpanDraft, TemporaryDraft, TurnsDraft
from tests.world import MONDAY, World

HOUR = timedelta(hours=1)
AT, END = MONDAY + HOUR, MONDAY + 8 * HOUR
Act = Callable[[Session, Actor, World], Any]


def asked(db: Database, world: World) -> list[str | None]:
    """Who is the worker, as a page reads it and as the engine does."""
    names = {one: name for name, one in world.accounts.items()}
    found = []
    for asking in (db.reading, db.transaction):
        with asking() as session:
            one = queries.who(session, world.schedule, AT).get("worker")
        found.append(names[one] if one else None)
    return found


def revision(db: Database, world: World) -> int:
    with db.reading() as session:
        return session.get_one(Schedule, world.schedule).revision


def joss_takes_turns(session: Session, priya: Actor, world: World) -> Any:
    first_on, hand_off = MONDAY.date(), MONDAY.time()
    members = [world.accounts["joss"]]
    draft = TurnsDraft(
        position="worker", kind="daily", length=1, first_on=first_on, hand_off=hand_off, members=members, priority=1
    )
    return planning.take_turns(session, priya, world.schedule, draft, now=MONDAY)


def turns_end(session: Session, priya: Actor, world: World) -> Any:
    old = session.exec(select(Rotation.id).where(Rotation.position == "worker")).one()
    return planning.end_turns(session, priya, world.schedule, old, now=MONDAY)


def override(session: Session, priya: Actor, world: World) -> Any:
    draft = OverrideDraft(position="worker", account_id=world.accounts["joss"], from_at=MONDAY, to_at=END)
    return planning.override(session, priya, world.schedule, draft, now=MONDAY)


def temporary(session: Session, priya: Actor, world: World) -> Any:
    joss = SpanDraft(position="worker", account_id=world.accounts["joss"], from_at=MONDAY, to_at=END)
    draft = TemporaryDraft(positions=["worker"], from_at=MONDAY, to_at=END, spans=[joss])
    return planning.replace_for_a_while(session, priya, world.schedule, draft, now=MONDAY)


def stand_in(session: Session, priya: Actor, world: World, name: str = "joss") -> Any:
    given = {"from_at": MONDAY, "to_at": END, "now": MONDAY}
    return service.stand_in(session, priya, world.schedule, "worker", world.accounts[name], **given)


def no_worker_any_more(session: Session, priya: Actor, world: World) -> Any:
    draft = ScheduleDraft(name="After hours", region="Alder", time_zone="America/Chicago", positions=["backup"])
    return setting.set_up(session, priya, draft, schedule_id=world.schedule, now=MONDAY)


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("act", "then", "undone"),
    [
        (joss_takes_turns, "joss", False),
        (turns_end, None, False),
        (override, "joss", False),
        (override, "joss", True),
        (temporary, "joss", False),
        (temporary, "joss", True),
        (stand_in, "joss", False),
        (no_worker_any_more, None, False),
    ],
)
def test_every_change_of_a_rota_is_heard_by_whoever_asked_before(
    db: Database, world: World, act: Act, then: str | None, undone: bool
) -> None:
    said = [asked(db, world)]
    with db.transaction() as session:
        made = act(session, world.actor(session, "priya"), world)
    said.append(asked(db, world))
    if undone:
        with db.transaction() as session:
            planning.take_back(session, world.actor(session, "priya"), world.schedule, made, now=MONDAY)
        said.append(asked(db, world))

    assert said == [["lee", "lee"], [then, then], ["lee", "lee"]][: len(said)]


def test_what_a_transaction_would_have_said_that_was_given_up_is_not_kept(db: Database, world: World) -> None:
    with pytest.raises(RuntimeError), db.transaction() as session:
        stand_in(session, world.actor(session, "priya"), world)
        inside = queries.who(session, world.schedule, AT)["worker"]
        raise RuntimeError
    with db.transaction() as session:  # of the same revision as the one that was given up
        stand_in(session, world.actor(session, "priya"), world, "mara")

    assert inside == world.accounts["joss"]
    assert asked(db, world) == ["mara", "mara"]


@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
def test_a_change_by_somebody_who_had_read_the_schedule_before_another_change_is_a_change_of_its_own(
    db: Database, world: World
) -> None:
    before = revision(db, world)
    with db.transaction() as session:
        priya = world.actor(session, "priya")
        read = session.get_one(Schedule, world.schedule)
        with db.transaction() as other:
            stand_in(other, world.actor(other, "priya"), world)
        assert asked(db, world) == ["joss", "joss"]
        stand_in(session, priya, world, "mara")

    assert read.revision == revision(db, world) == before + 2
    assert asked(db, world) == ["mara", "mara"]


@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
def test_of_two_changes_at_once_the_second_waits_for_the_first(db: Database, world: World) -> None:
    def second() -> None:
        with db.transaction() as session:
            stand_in(session, world.actor(session, "priya"), world, "mara")
        over.set()

    before, over = revision(db, world), threading.Event()
    waiting = threading.Thread(target=second)
    with db.transaction() as session:
        stand_in(session, world.actor(session, "priya"), world)
        session.flush()
        waiting.start()
        early = over.wait(0.5)
    waiting.join(10)

    assert not early
    assert revision(db, world) == before + 2
