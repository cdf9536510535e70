"""The clocks of a crisis in the database: what a chip moves, what a timer finds, who is called when one is over."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from sqlmodel import select

from porchlight.alerts.models import Alert
from porchlight.core.db import Database
from porchlight.core.ids import new_id
from porchlight.core.jobs import Job
from porchlight.core.refused import NotFound, Refused
from porchlight.core.tools import Tools
from porchlight.crises import answering, raising
from porchlight.crises.answering import ResolveBody
from porchlight.crises.clocks import queries, service
from porchlight.crises.clocks.jobs import ring
from porchlight.crises.clocks.service import LogBody
from porchlight.crises.clocks.values import Clock, Step
from porchlight.crises.models import Crisis, CrisisEntry
from porchlight.crises.raising import CrisisBody
from porchlight.crises.values import Ending, Reason
from tests.clocks import Clock as Hand
from tests.working import work
from tests.world import World

Phone = Callable[..., UUID]
MINUTE = timedelta(minutes=1)


@pytest.fixture
def begin(sending: Tools, world: World, clock: Hand, phone: Phone) -> Callable[..., UUID]:
    """Raises a crisis about the Quintrell family, and Lee takes it two minutes later. The crisis' id."""

    def start(reason: Reason = Reason.HURT, *, taken: bool = True) -> UUID:
        for name in ("lee", "priya", "mara"):
            phone(name)
        body = CrisisBody(id=new_id(), case_id=world.case, reason=reason, words="He hits the walls")
        with sending.db.transaction() as session:
            raising.raise_crisis(session, world.actor(session, "rowan"), body, now=clock.moment)
        work(sending)
        if taken:
            clock.moment += 2 * MINUTE
            with sending.db.transaction() as session:
                answering.acknowledge(session, body.id, world.accounts["lee"], "page", now=clock.moment)
                # One word, so that nobody asks whether Lee is still on it.
                lee = world.actor(session, "lee")
                service.log(session, lee, body.id, LogBody(words="I ring them"), now=clock.moment)
        return body.id

    return start


def log(db: Database, world: World, clock: Hand, crisis: UUID, step: str, words: str = "", who: str = "lee") -> None:
    with db.transaction() as session:
        body = LogBody(step=Step(step), words=words)
        service.log(session, world.actor(session, who), crisis, body, now=clock.moment)


def kinds(db: Database, crisis: UUID) -> list[str]:
    with db.reading() as session:
        query = select(CrisisEntry).where(CrisisEntry.crisis_id == crisis)
        return [one.kind for one in sorted(session.exec(query), key=lambda one: (one.at, one.id))]


def called(db: Database, world: World) -> list[str]:
    names = {account: name for name, account in world.accounts.items()}
    with db.reading() as session:
        found = sorted(session.exec(select(Alert)), key=lambda one: (one.made_at, one.id))
    return [f"{names[one.account_id]} {one.severity}" for one in found]


@pytest.mark.duty("S2-10")
def test_nobody_there_within_the_hour_calls_the_supervisor_once(
    begin: Callable[..., UUID], sending: Tools, world: World, clock: Hand
) -> None:
    crisis = begin()

    clock.moment += 57 * MINUTE
    work(sending)
    before = called(sending.db, world)
    clock.moment += 1 * MINUTE
    work(sending)
    work(sending)

    assert before == ["lee crisis"]
    assert called(sending.db, world) == ["lee crisis", "priya crisis"]
    assert kinds(sending.db, crisis).count("overdue") == 1


def test_who_is_there_in_time_is_left_in_peace(
    begin: Callable[..., UUID], sending: Tools, world: World, clock: Hand
) -> None:
    crisis = begin()
    log(sending.db, world, clock, crisis, "left")
    clock.moment += 40 * MINUTE
    log(sending.db, world, clock, crisis, "arrived")

    clock.moment += 60 * MINUTE
    work(sending)

    assert called(sending.db, world) == ["lee crisis"]
    assert "overdue" not in kinds(sending.db, crisis)


def test_a_family_that_prefers_it_later_has_until_the_next_day(
    begin: Callable[..., UUID], sending: Tools, world: World, clock: Hand
) -> None:
    crisis = begin()
    log(sending.db, world, clock, crisis, "later")

    clock.moment += 120 * MINUTE
    work(sending)
    in_peace = called(sending.db, world)
    clock.moment += timedelta(hours=22)
    work(sending)

    assert in_peace == ["lee crisis"]
    assert called(sending.db, world) == ["lee crisis", "priya crisis"]


@pytest.mark.duty("S4-54")
def test_a_missing_child_whom_nobody_reported_calls_one_after_another(
    begin: Callable[..., UUID], sending: Tools, world: World, clock: Hand
) -> None:
    """In the world's state the police are due after half an hour, the national center after four hours."""
    crisis = begin(Reason.MISSING)

    clock.moment += 30 * MINUTE
    work(sending)
    clock.moment += 240 * MINUTE
    work(sending)

    assert called(sending.db, world) == ["lee crisis", "priya crisis", "mara crisis"]
    assert kinds(sending.db, crisis).count("overdue") == 2


def test_a_timer_that_rings_again_or_too_early_does_nothing_more(
    begin: Callable[..., UUID], sending: Tools, world: World, clock: Hand
) -> None:
    crisis = begin()

    ring(sending, {"crisis_id": str(crisis)})
    clock.moment += 60 * MINUTE
    for _time in range(3):
        ring(sending, {"crisis_id": str(crisis)})
    ring(sending, {"crisis_id": str(new_id())})

    assert called(sending.db, world) == ["lee crisis", "priya crisis"]


def test_a_timer_that_rings_too_early_comes_again(
    begin: Callable[..., UUID], sending: Tools, world: World, clock: Hand
) -> None:
    """As when the database's clock goes back: the job that rang is done, and no other stands behind it."""
    crisis = begin()
    clock.moment += 58 * MINUTE - timedelta(seconds=2)
    ring(sending, {"crisis_id": str(crisis)})
    with sending.db.transaction() as session:
        for job in session.exec(select(Job).where(Job.name == service.RING, Job.key != None)):  # noqa: E711
            job.done_at, job.key = clock.moment, None
            session.add(job)

    clock.moment += timedelta(seconds=2)
    work(sending)

    assert called(sending.db, world) == ["lee crisis", "priya crisis"]


def test_until_somebody_has_it_the_chain_alone_calls(
    begin: Callable[..., UUID], sending: Tools, world: World, clock: Hand, phone: Phone
) -> None:
    phone("joss")
    crisis = begin(taken=False)

    for _minute in range(4):
        clock.moment += 5 * MINUTE
        work(sending)

    assert called(sending.db, world)[:4] == ["lee crisis", "joss crisis", "priya crisis", "mara crisis"]
    assert kinds(sending.db, crisis).count("overdue") == 1
    assert "breach" not in kinds(sending.db, crisis)


def test_one_press_sent_twice_is_one_line(begin: Callable[..., UUID], db: Database, world: World, clock: Hand) -> None:
    crisis = begin()

    log(db, world, clock, crisis, "spoke", "She is calm")
    clock.moment += timedelta(seconds=30)
    log(db, world, clock, crisis, "spoke", "She is calm")
    log(db, world, clock, crisis, "spoke", "She cries again")

    assert kinds(db, crisis).count("spoke") == 2


def test_words_alone_are_a_note_and_a_step_keeps_its_words(
    begin: Callable[..., UUID], db: Database, world: World, clock: Hand
) -> None:
    crisis = begin()

    with db.transaction() as session:
        service.log(session, world.actor(session, "lee"), crisis, LogBody(words="On the phone"), now=clock.moment)
    log(db, world, clock, crisis, "police", "Unit 7 comes")

    with db.reading() as session:
        every = session.exec(select(CrisisEntry).order_by(CrisisEntry.at, CrisisEntry.id))
        found = {one.kind: one.detail.get("words") for one in every}
    assert (found["note"], found["police"]) == ("On the phone", "Unit 7 comes")


def test_who_was_not_called_logs_nothing(begin: Callable[..., UUID], db: Database, world: World, clock: Hand) -> None:
    crisis = begin()

    with pytest.raises(NotFound):
        log(db, world, clock, crisis, "left", who="tamsin")
    with pytest.raises(Refused):
        log(db, world, clock, crisis, "followed_up")


def test_after_its_end_only_the_look_back_is_due_and_wakes_nobody(
    begin: Callable[..., UUID], sending: Tools, world: World, clock: Hand
) -> None:
    crisis = begin()
    with sending.db.transaction() as session:
        answering.resolve(
            session, world.actor(session, "lee"), crisis, ResolveBody(ending=Ending.CALM), now=clock.moment
        )
        service.watch(session, session.get_one(Crisis, crisis), now=clock.moment)

    clock.moment += timedelta(hours=72)
    work(sending)

    assert called(sending.db, world) == ["lee crisis", "priya notice"]
    with sending.db.reading() as session:
        first = queries.first(session, [session.get_one(Crisis, crisis)], now=clock.moment)
    assert first[crisis].clock == Clock.FOLLOWED_UP
    assert first[crisis].overdue
