"""Whoever has a crisis and falls silent is asked, then let go of; whoever cannot gives it back; the next one is called."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from sqlmodel import col, select

from porchlight.alerts import calls
from porchlight.core.jobs import Job
from porchlight.core.refused import NotFound, Refused
from porchlight.crises import escalating
from porchlight.crises.models import CrisisEntry, EscalationPolicy
from porchlight.crises.values import Reason, State
from porchlight.people.models import Account
from tests.crises.night import Night


@pytest.mark.duty("S2-10")
def test_a_holder_without_a_word_is_asked_after_twenty_minutes_and_then_the_next_person_is_called(
    night: Night,
) -> None:
    night.begin()
    night.take("lee")

    night.work(minutes=19, seconds=59)
    assert night.rung() == ["lee"]
    night.work(seconds=1)
    assert night.rung() == ["lee", "lee"]
    assert night.holder == "lee"
    night.work(minutes=4, seconds=59)
    assert night.holder == "lee"
    night.work(seconds=1)

    assert (night.holder, night.crisis.state) == ("", State.RAISED)
    assert night.rung() == ["lee", "lee", "joss"]
    assert night.told()[2:] == [("taken", "Lee"), ("nudged", "Lee"), ("unacknowledged", "Lee"), ("paging", "Joss")]
    assert night.crisis.next_due_at == night.clock.moment + timedelta(minutes=5)
    night.work(minutes=5)
    assert night.rung()[-1] == "priya"


def test_who_took_it_without_a_phone_was_called_too_and_who_was_not_reached_was_not(night: Night) -> None:
    for name in ("lee", "joss"):
        night.phone_answers(name, "410")
    began = night.clock.moment
    night.begin()
    night.work(minutes=5)
    night.take("joss")  # opened the app by chance
    night.give_back("joss")

    with night.db.reading() as session:
        ids = [night.world.accounts[name] for name in ("lee", "joss", "priya")]
        called = calls.by_crises(session, ids, began, night.clock.moment)

    assert set(called) == set(ids[1:])


@pytest.mark.parametrize("word", ["note", "answer", "button"])
def test_one_word_of_the_holder_is_enough(night: Night, word: str) -> None:
    night.begin()
    night.take("lee")
    night.work(minutes=20)
    assert night.told()[-1] == ("nudged", "Lee")

    if word == "note":
        night.note("lee")
    else:
        night.take("lee", "notification" if word == "button" else "sms")
    night.work(minutes=35)  # within the hour in which somebody must be there

    assert night.holder == "lee"
    assert night.rung() == ["lee", "lee"]


def test_the_same_word_before_the_nudge_spares_it(night: Night) -> None:
    night.begin()
    night.take("lee")
    night.work(minutes=3)
    night.note("lee")
    night.work(minutes=55)

    assert night.rung() == ["lee"]


def test_the_word_of_somebody_else_does_not_count(night: Night) -> None:
    night.begin()
    night.work(minutes=5)
    night.take("lee")
    night.note("joss", "I could help")
    night.work(minutes=20)

    assert night.told()[-1] == ("nudged", "Lee")


def test_who_was_let_go_of_may_take_it_again_and_is_looked_after_anew(night: Night) -> None:
    night.begin()
    night.take("lee")
    night.work(minutes=20)
    night.work(minutes=5)

    assert night.take("lee").yours
    night.work(minutes=20)

    assert night.told()[-2:] == [("taken", "Lee"), ("nudged", "Lee")]


def test_who_gives_it_back_has_the_next_one_called_at_once(night: Night) -> None:
    night.begin()
    night.take("lee")
    night.work(minutes=1)
    night.give_back("lee")
    night.give_back("lee")
    night.work()

    assert night.rung() == ["lee", "joss"]
    assert [kind for kind, _name in night.told()].count("given_back") == 1
    assert night.take("joss").yours


def test_only_who_has_it_gives_it_back(night: Night) -> None:
    night.begin()
    night.take("lee")
    for name in ("joss", "tamsin", "priya"):
        with pytest.raises(NotFound):
            night.give_back(name)
    night.give_back("lee")
    night.take("joss")

    with pytest.raises(Refused):
        night.give_back("lee")
    assert night.holder == "joss"


def test_a_nudge_that_was_due_while_nobody_worked_is_picked_up(night: Night) -> None:
    from porchlight.core.jobs import Job
    from porchlight.crises import watching

    night.begin()
    night.take("lee")
    with night.db.transaction() as session:
        for job in session.exec(select(Job)):
            session.delete(job)
    night.work(minutes=21)
    assert night.told()[-1] == ("taken", "Lee")
    watching.watch(night.tools, "one")
    night.work()

    assert night.told()[-1] == ("nudged", "Lee")


def breach(night: Night, clock: str) -> bool:
    with night.db.transaction() as session:
        crisis = escalating.locked(session, night.id)
        assert crisis is not None
        return escalating.breach(session, crisis, clock, now=night.clock.moment)


@pytest.mark.duty("S2-10")
def test_a_clock_that_ran_out_calls_the_supervisor_once_and_the_next_clock_whoever_stands_above(night: Night) -> None:
    night.begin()
    night.take("lee")

    assert breach(night, "arrived")
    assert not breach(night, "arrived")
    night.work()
    assert night.rung() == ["lee", "priya"]
    assert night.holder == "lee"
    assert breach(night, "stable")
    night.work()

    assert night.rung() == ["lee", "priya", "mara"]
    night.resolve("lee")
    assert not breach(night, "follow_up")


def test_a_supervisor_whose_phone_fails_is_not_waited_for(night: Night) -> None:
    night.begin()
    night.take("lee")
    night.phone_answers("priya", "410")
    breach(night, "arrived")
    night.work()

    assert night.rung() == ["lee", "priya", "mara"]


def test_worse_now_calls_the_next_level_at_once_and_counts_once_a_minute(night: Night) -> None:
    night.begin()

    def press() -> bool:
        with night.db.transaction() as session:
            crisis = escalating.locked(session, night.id)
            assert crisis is not None
            return escalating.worse(session, crisis, night.world.accounts["tamsin"], now=night.clock.moment)

    assert press()
    assert not press()
    night.work()
    night.work(seconds=59)
    assert not press()
    assert night.rung() == ["lee", "joss"]
    night.work(seconds=1)
    assert press()
    night.work()
    assert night.rung() == ["lee", "joss", "priya"]
    night.take("joss")
    night.work(minutes=1)
    assert press()
    night.work()
    assert night.rung()[3:] == ["priya"]  # a supervisor hears of it beside the one who has it


def test_when_all_are_exhausted_the_duty_manager_is_called_with_the_last_resort(night: Night) -> None:
    with night.db.transaction() as session:
        session.exec(select(EscalationPolicy)).one().duty_manager_id = night.world.accounts["rowan"]
    night.begin()
    for _ in range(3):
        night.work(minutes=5)
    assert "rowan" not in night.rung()
    night.work(minutes=5)

    assert sorted(night.rung()[4:]) == ["lee", "mara", "rowan"]


def test_when_last_resort_and_duty_manager_have_left_every_supervisor_is_called(night: Night) -> None:
    with night.db.transaction() as session:
        for name in ("lee", "joss", "mara"):
            session.get_one(Account, night.world.accounts[name]).disabled_at = night.clock.moment
    night.begin()
    for _ in range(4):
        night.work(minutes=5)

    assert set(night.rung()) == {"priya"}
    assert night.rung().count("priya") >= 2


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_what_stands_on_the_timeline_is_never_changed_or_taken_away(night: Night) -> None:
    def lines() -> dict[UUID, tuple[object, ...]]:
        with night.db.reading() as session:
            return {one.id: (one.at, one.kind, one.account_id, one.detail) for one in session.exec(select(CrisisEntry))}

    def at_once(act: Callable[[], object]) -> Callable[[], object]:
        return lambda: (act(), night.work(seconds=1))

    night.begin(Reason.THREAT)
    stood = lines()
    for act in (
        lambda: night.work(minutes=5),
        at_once(lambda: night.take("joss")),
        lambda: night.work(minutes=20),
        lambda: night.work(minutes=5),
        at_once(lambda: night.take("priya")),
        at_once(lambda: night.note("priya")),
        at_once(lambda: night.accept("mara", night.offer("priya", "mara"))),
        at_once(lambda: night.give_back("mara")),
        at_once(lambda: night.take("lee")),
        at_once(lambda: night.resolve("lee")),
        lambda: night.work(days=4),
    ):
        act()
        before, stood = stood, lines()
        assert {one: stood.get(one) for one in before} == before
        assert len(stood) > len(before)


def test_when_no_phone_has_shown_it_the_second_person_is_called_within_a_minute(night: Night) -> None:
    night.dark = True
    night.begin(Reason.PLACEMENT)
    night.work(seconds=54)
    before = night.rung()
    night.work(seconds=5)

    assert before == ["lee"]
    assert night.rung() == ["lee", "joss"]


@pytest.mark.parametrize("taken", [False, True])
def test_a_timer_that_rings_too_early_rings_again(night: Night, taken: bool) -> None:
    """The clock went back a little between the job and its work."""
    night.begin()
    if taken:
        night.take("lee")
    with night.db.transaction() as session:
        for job in session.exec(select(Job).where(Job.name == escalating.ADVANCE, col(Job.done_at).is_(None))):
            job.due_at = night.clock.moment
            session.add(job)
    night.work()
    before = night.rung()
    night.work(minutes=20 if taken else 5)

    assert before == ["lee"]
    assert night.rung() == (["lee", "lee"] if taken else ["lee", "joss"])


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_word_of_the_time_before_does_not_count_for_who_takes_it_again(night: Night) -> None:
    night.begin()
    night.take("lee")
    night.work(minutes=1)
    night.note("lee")
    night.work(minutes=1)
    night.give_back("lee")
    night.work(minutes=1)
    night.take("lee")
    before = night.rung().count("lee")
    night.work(minutes=20)

    assert night.rung().count("lee") == before + 1
