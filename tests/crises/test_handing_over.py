"""A hand-over has to be accepted: until then whoever has a crisis has it, whatever is pressed, twice or at once."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime

import pytest
from sqlmodel import select

from porchlight.core.ids import new_id
from porchlight.core.refused import NotFound, Refused
from porchlight.crises.handovers import queries, shifts
from porchlight.crises.handovers.values import Offer
from porchlight.crises.models import Crisis, CrisisEntry
from porchlight.people.models import Account
from tests.crises.night import Night

HAND_OFF = datetime(2026, 11, 27, 23, 0, tzinfo=UTC)  # Friday, 5 pm in Chicago: lee's week ends, rowan's begins


def together(acts: list[Callable[[], None]]) -> None:
    """All at the same moment; who comes too late is refused."""
    gate = threading.Barrier(len(acts))

    def go(act: Callable[[], None]) -> None:
        gate.wait(10)
        with suppress(Refused):
            act()

    with ThreadPoolExecutor(len(acts)) as pool:
        list(pool.map(go, acts))


def states(night: Night) -> list[str]:
    return [one.state for one in night.offers()]


@pytest.mark.duty("S2-10")
def test_the_outgoing_person_is_released_when_the_next_one_accepts_and_not_before(night: Night) -> None:
    night.begin()
    night.take("lee")
    offered = night.offer("lee", "joss")
    night.work()
    assert night.rung() == ["lee", "joss"]
    assert night.holder == "lee"

    night.accept("joss", offered)
    night.accept("joss", offered)

    assert night.holder == "joss"
    assert states(night) == [Offer.ACCEPTED]
    assert night.told()[-3:] == [("taken", "Lee"), ("asked", "Joss"), ("taken", "Joss")]
    with pytest.raises(Refused):
        night.give_back("lee")


def test_who_declines_leaves_it_where_it_is_and_whoever_asked_hears_of_it(night: Night) -> None:
    night.begin()
    night.take("lee")
    offered = night.offer("lee", "joss")
    night.work()
    night.decline("joss", offered)
    night.decline("joss", offered)
    night.work()

    assert night.holder == "lee"
    assert night.rung() == ["lee", "joss", "lee"]
    with pytest.raises(Refused):
        night.accept("joss", offered)


def test_an_offer_without_an_answer_is_told_to_whoever_made_it(night: Night) -> None:
    night.begin()
    night.take("lee")
    offered = night.offer("lee", "joss")
    night.work(minutes=5)
    night.work(minutes=5)

    assert night.rung() == ["lee", "joss", "lee"]
    assert night.told()[-1] == ("unanswered", "Joss")
    night.accept("joss", offered)
    assert night.holder == "joss"


def test_the_same_tap_twice_makes_one_offer_and_another_person_takes_its_place(night: Night) -> None:
    night.begin()
    night.take("lee")
    first = night.offer("lee", "joss")
    night.offer("lee", "joss", first)
    night.offer("lee", "joss")
    assert states(night) == [Offer.OFFERED]

    second = night.offer("lee", "priya")

    assert states(night) == [Offer.WITHDRAWN, Offer.OFFERED]
    with pytest.raises(Refused):
        night.accept("joss", first)
    night.accept("priya", second)
    assert night.holder == "priya"


@pytest.mark.parametrize("name", ["tamsin", "sunniva", "corin", "lee"])
def test_only_somebody_on_call_here_can_be_asked(night: Night, name: str) -> None:
    night.begin()
    night.take("lee")

    with pytest.raises(Refused):
        night.offer("lee", name)


def test_only_who_has_it_offers_it_and_only_who_was_asked_answers(night: Night) -> None:
    night.begin()
    night.work(minutes=5)
    night.take("lee")
    for name in ("joss", "tamsin"):
        with pytest.raises(NotFound):
            night.offer(name, "priya")
    offered = night.offer("lee", "joss")

    for name in ("lee", "priya"):
        with pytest.raises(NotFound):
            night.accept(name, offered)
        with pytest.raises(NotFound):
            night.decline(name, offered)
    with pytest.raises(NotFound):
        night.accept("joss", new_id())


@pytest.mark.parametrize("what", ["resolved", "let go of", "given back"])
def test_an_offer_ends_when_whoever_made_it_has_it_no_more(night: Night, what: str) -> None:
    night.begin()
    night.take("lee")
    offered = night.offer("lee", "joss")
    if what == "resolved":
        night.resolve("lee")
    elif what == "given back":
        night.give_back("lee")
    else:
        with night.db.transaction() as session:
            from porchlight.crises import escalating
            from porchlight.crises.holding import service as holding

            crisis = escalating.locked(session, night.id)
            assert crisis is not None
            holding.let_go(session, crisis, "unacknowledged", now=night.clock.moment)

    assert states(night) == [Offer.LAPSED]
    with pytest.raises(Refused):
        night.accept("joss", offered)


@pytest.mark.asvs("15.4.2", "2.3.1")
def test_of_accepting_giving_back_and_ending_at_the_same_moment_one_thing_happens(night: Night) -> None:
    for _ in range(5):
        night.begin()
        night.take("lee")
        offered = night.offer("lee", "joss")
        together(
            [
                lambda one=offered: night.accept("joss", one),  # type: ignore[misc]
                lambda one=offered: night.accept("joss", one),  # type: ignore[misc]
                lambda one=offered: night.decline("joss", one),  # type: ignore[misc]
                lambda: night.give_back("lee"),
            ]
        )

        state = night.offers()[-1].state
        with night.db.reading() as session:
            crisis = session.get_one(Crisis, night.id)
            taken = session.exec(
                select(CrisisEntry).where(CrisisEntry.crisis_id == night.id, CrisisEntry.kind == "taken")
            ).all()
        assert state in (Offer.ACCEPTED, Offer.DECLINED, Offer.LAPSED)
        if state == Offer.ACCEPTED:
            assert (night.holder, crisis.state, len(taken)) == ("joss", "taken", 2)
        else:
            assert (night.holder, crisis.state, len(taken)) == ("", "raised", 1)


@pytest.mark.duty("S2-10")
def test_at_the_end_of_a_shift_who_comes_on_is_asked_once_and_the_outgoing_one_keeps_it_until_then(
    night: Night,
) -> None:
    night.clock.moment = HAND_OFF.replace(hour=22, minute=50)
    night.begin()
    night.take("lee")
    night.note("lee")

    def look() -> None:
        with night.db.transaction() as session:
            shifts.ask_at_shift_ends(session, now=night.clock.moment)
        night.work()

    look()
    assert night.rung() == ["lee"]
    night.clock.moment = HAND_OFF
    look()
    night.clock.move(minutes=1)
    look()

    assert night.rung() == ["lee", "rowan"]
    assert night.holder == "lee"
    assert night.told()[-1] == ("shift_over", "Rowan")
    night.work(minutes=5)  # nobody answers: the outgoing one and a supervisor hear of it
    assert sorted(night.rung()[2:]) == ["lee", "priya"]
    night.accept("rowan", night.offers()[0].id)
    assert night.holder == "rowan"


def test_at_the_end_of_a_shift_nobody_is_asked_who_has_left(night: Night) -> None:
    night.begin()
    night.take("lee")
    with night.db.transaction() as session:
        session.get_one(Account, night.world.accounts["rowan"]).disabled_at = night.clock.moment
    night.clock.moment = HAND_OFF

    with night.db.transaction() as session:
        shifts.ask_at_shift_ends(session, now=night.clock.moment)

    assert [one.to_id for one in night.offers()] == [night.world.accounts["joss"]]


def test_who_is_asked_first_is_who_is_on_call(night: Night) -> None:
    night.begin()
    night.take("lee")

    with night.db.reading() as session:
        found = queries.whom_to_ask(
            session, session.get_one(Crisis, night.id), night.world.accounts["lee"], now=night.clock.moment
        )
    assert [(one.name.split(" ")[0], one.position) for one in found] == [
        ("Joss", "backup"),
        ("Priya", "supervisor"),
        ("Mara", "director"),
        ("Rowan", ""),
    ]
