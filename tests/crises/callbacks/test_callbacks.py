"""Promised calls: kept within 24 elapsed hours, tried, handed to somebody who accepts, told when they are late."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlmodel import select

from porchlight.audit.models import AuditEvent
from porchlight.core.db import Database
from porchlight.core.ids import new_id
from porchlight.core.refused import Conflict, NotFound, Refused
from porchlight.core.tools import Tools
from porchlight.crises.callbacks import queries, rules, service
from porchlight.crises.callbacks.models import CallAttempt, Callback
from porchlight.crises.callbacks.rules import Kept, Share
from porchlight.crises.callbacks.service import AttemptBody, LetGoBody, PassBody, PromiseBody
from porchlight.crises.callbacks.values import Outcome, State
from porchlight.people import queries as people
from tests.clocks import Clock
from tests.notices import noticed
from tests.working import work
from tests.world import MONDAY, World

DAY = timedelta(days=1)


def body(**other: Any) -> PromiseBody:
    return PromiseBody.model_validate({"id": str(new_id()), "to_name": "Mrs. Vance", "phone": "555-0134", **other})


def promise(db: Database, world: World, name: str = "rowan", *, now: datetime = MONDAY, **other: Any) -> UUID:
    with db.transaction() as session:
        return service.promise(session, world.actor(session, name), body(**other), now=now).id


def tried(
    db: Database, world: World, call: UUID, outcome: Outcome, *, name: str = "rowan", now: datetime = MONDAY
) -> None:
    with db.transaction() as session:
        said = AttemptBody(id=new_id(), outcome=outcome)
        service.log_attempt(session, world.actor(session, name), call, said, now=now)


def row(db: Database, call: UUID) -> Callback:
    with db.reading() as session:
        return session.get_one(Callback, call)


def told(db: Database, world: World, call: UUID) -> list[str]:
    """Who got a notice about this call, by key."""
    keys = {account: key for key, account in world.accounts.items()}
    with db.reading() as session:
        return sorted(keys[one] for one in noticed(session, f"/callbacks/{call}"))


@pytest.mark.duty("S4-57")
def test_a_promise_falls_due_after_24_hours(world: World, db: Database) -> None:
    call = promise(db, world)

    assert row(db, call).due_at == MONDAY + DAY
    assert row(db, call).account_id == world.accounts["rowan"]


@pytest.mark.duty("S4-57")
def test_across_the_night_the_clocks_change_it_is_24_hours_all_the_same(world: World, db: Database) -> None:
    evening = datetime.fromisoformat("2026-03-07T16:00:00+00:00")  # 10 am in Chicago

    call = promise(db, world, now=evening, promised_at="2026-03-07T10:00")

    assert row(db, call).due_at == datetime.fromisoformat("2026-03-08T16:00:00+00:00")  # 11 am


def test_what_comes_twice_is_one_promise_and_other_words_are_a_conflict(world: World, db: Database) -> None:
    said = body()
    with db.transaction() as session:
        rowan = world.actor(session, "rowan")
        first = service.promise(session, rowan, said, now=MONDAY)
        again = service.promise(session, rowan, said, now=MONDAY)
        other = said.model_copy(update={"about": "else"})
        with pytest.raises(Conflict):
            service.promise(session, rowan, other, now=MONDAY)
        with pytest.raises(Conflict):
            service.promise(session, world.actor(session, "tamsin"), said, now=MONDAY)

    assert first.id == again.id
    with db.reading() as session:
        assert len(session.exec(select(Callback)).all()) == 1


@pytest.mark.parametrize("name", ["sunniva", "corin"])
def test_foster_parents_and_reviewers_owe_no_calls(name: str, world: World, db: Database) -> None:
    with pytest.raises(NotFound):
        promise(db, world, name)


def test_a_family_that_is_not_theirs_cannot_be_named(world: World, db: Database) -> None:
    with pytest.raises(NotFound):
        promise(db, world, case_id=str(world.other_case))


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"promised_at": "2026-11-24T12:00"}, "promised_at"), ({"promised_at": "2026-10-01T12:00"}, "promised_at")],
)
def test_a_promise_was_made_before_now_and_not_weeks_ago(
    wrong: dict[str, str], field: str, world: World, db: Database
) -> None:
    with pytest.raises(Refused) as refused:
        promise(db, world, **wrong)

    assert refused.value.errors[0].field == field


@pytest.mark.parametrize("phone", ["", "none", "12", "5" * 16])
def test_a_number_that_cannot_be_rung_is_no_number(phone: str) -> None:
    with pytest.raises(ValueError, match="phone"):
        body(phone=phone)


@pytest.mark.parametrize(
    ("outcome", "state"),
    [(Outcome.REACHED, State.KEPT), (Outcome.NO_ANSWER, State.PROMISED), (Outcome.MESSAGE, State.PROMISED)],
)
def test_only_reaching_them_keeps_the_promise(outcome: Outcome, state: State, world: World, db: Database) -> None:
    call = promise(db, world)

    tried(db, world, call, outcome)

    assert row(db, call).state == state
    with db.reading() as session:
        assert [one.outcome for one in queries.attempts(session, call)] == [outcome]


def test_one_press_sent_twice_is_one_try(world: World, db: Database) -> None:
    call, said = promise(db, world), AttemptBody(id=new_id(), outcome=Outcome.REACHED)

    for _ in range(2):
        with db.transaction() as session:
            service.log_attempt(session, world.actor(session, "rowan"), call, said, now=MONDAY)

    with db.reading() as session:
        assert len(session.exec(select(CallAttempt)).all()) == 1


def test_what_is_done_is_not_tried_again(world: World, db: Database) -> None:
    call = promise(db, world)
    tried(db, world, call, Outcome.REACHED)

    with pytest.raises(Refused):
        tried(db, world, call, Outcome.NO_ANSWER)


@pytest.mark.parametrize(
    ("name", "may"),
    [("rowan", True), ("priya", True), ("mara", True), ("tamsin", False), ("joss", False), ("sunniva", False)],
)
def test_a_promise_is_its_owners_and_their_supervisors_to_keep(
    name: str, may: bool, world: World, db: Database
) -> None:
    call = promise(db, world)

    if may:
        tried(db, world, call, Outcome.MESSAGE, name=name)
    else:
        with pytest.raises(NotFound):
            tried(db, world, call, Outcome.MESSAGE, name=name)


def ask(db: Database, world: World, call: UUID, to: str = "joss", *, name: str = "rowan") -> None:
    with db.transaction() as session:
        service.ask(session, world.actor(session, name), call, PassBody(to_id=world.accounts[to]), now=MONDAY)


def say(db: Database, world: World, call: UUID, *, accept: bool, name: str = "joss") -> None:
    with db.transaction() as session:
        service.answer(session, world.actor(session, name), call, accept=accept, now=MONDAY)


@pytest.mark.duty("S4-57")
def test_it_stays_its_owners_until_the_other_one_accepts(world: World, db: Database) -> None:
    call = promise(db, world)

    ask(db, world, call)
    between = row(db, call).account_id
    say(db, world, call, accept=True)
    say(db, world, call, accept=True)

    assert between == world.accounts["rowan"]
    assert row(db, call).account_id == world.accounts["joss"]
    assert row(db, call).due_at == MONDAY + DAY
    assert told(db, world, call) == ["joss"]


def test_who_says_no_leaves_it_where_it_was_and_the_owner_hears_of_it(world: World, db: Database) -> None:
    call = promise(db, world)
    ask(db, world, call)

    say(db, world, call, accept=False)

    assert row(db, call).account_id == world.accounts["rowan"]
    assert told(db, world, call) == ["joss", "rowan"]


def test_only_who_is_asked_may_accept_and_not_after_it_was_taken_back(world: World, db: Database) -> None:
    call = promise(db, world)
    ask(db, world, call)
    with pytest.raises(NotFound):
        say(db, world, call, accept=True, name="lee")

    with db.transaction() as session:
        service.take_back(session, world.actor(session, "rowan"), call, now=MONDAY)

    with pytest.raises(NotFound):
        say(db, world, call, accept=True)


def test_asking_another_one_takes_it_back_from_the_first(world: World, db: Database) -> None:
    call = promise(db, world)
    ask(db, world, call, "joss")

    ask(db, world, call, "lee")

    with pytest.raises(NotFound):
        say(db, world, call, accept=True, name="joss")
    say(db, world, call, accept=True, name="lee")
    assert row(db, call).account_id == world.accounts["lee"]


@pytest.mark.parametrize("to", ["rowan", "sunniva", "corin"])
def test_nobody_is_asked_who_has_it_or_who_could_not_keep_it(to: str, world: World, db: Database) -> None:
    call = promise(db, world)

    with pytest.raises(Refused):
        ask(db, world, call, to)


def test_reaching_them_ends_the_asking(world: World, db: Database) -> None:
    call = promise(db, world)
    ask(db, world, call)

    tried(db, world, call, Outcome.REACHED)

    with pytest.raises(NotFound):
        say(db, world, call, accept=True)


def test_letting_go_asks_why_and_ends_it(world: World, db: Database) -> None:
    call = promise(db, world)

    with pytest.raises(ValueError, match="why"):
        LetGoBody(why="")
    with db.transaction() as session:
        service.let_go(session, world.actor(session, "rowan"), call, LetGoBody(why="She came by"), now=MONDAY)

    assert (row(db, call).state, row(db, call).ended_words) == (State.LET_GO, "She came by")


@pytest.mark.duty("S4-57")
def test_a_late_call_is_told_to_its_owner_and_their_supervisor_once(world: World, tools: Tools, clock: Clock) -> None:
    call = promise(tools.db, world)
    work(tools)
    assert told(tools.db, world, call) == []

    clock.move(days=1, minutes=1)
    work(tools)
    work(tools)

    assert told(tools.db, world, call) == ["priya", "rowan"]


def test_a_kept_call_is_not_told(world: World, tools: Tools, clock: Clock) -> None:
    call = promise(tools.db, world)
    tried(tools.db, world, call, Outcome.REACHED)

    clock.move(days=2)
    work(tools)

    assert told(tools.db, world, call) == []


def test_a_timer_that_rang_too_early_rings_again(world: World, tools: Tools, clock: Clock) -> None:
    call = promise(tools.db, world)
    clock.move(days=1)
    with tools.db.transaction() as session:
        late = session.get_one(Callback, call)
        late.due_at = clock.moment + timedelta(minutes=5)
        session.add(late)
    work(tools)
    assert told(tools.db, world, call) == []

    clock.move(minutes=5)
    work(tools)

    assert told(tools.db, world, call) == ["priya", "rowan"]


def test_the_supervisor_sees_the_late_ones_of_their_own_people_only(world: World, db: Database) -> None:
    late = promise(db, world)
    promise(db, world, now=MONDAY + timedelta(hours=2))
    promise(db, world, "mara")  # over priya, not under her

    with db.reading() as session:
        seen = {
            name: [
                one.id
                for one in queries.overdue(session, world.actor(session, name), now=MONDAY + DAY + timedelta(hours=1))
            ]
            for name in ("priya", "mara", "rowan")
        }

    assert seen == {"priya": [late], "mara": [late], "rowan": []}


def test_ones_own_list_has_the_earliest_due_first_and_hides_families_of_others(world: World, db: Database) -> None:
    later = promise(db, world, now=MONDAY + timedelta(hours=1), case_id=str(world.case))
    sooner = promise(db, world)
    ask(db, world, later)

    with db.reading() as session:
        mine = queries.mine(session, world.actor(session, "rowan"), now=MONDAY)
        asked = queries.asked_of(session, world.actor(session, "joss"), now=MONDAY)

    assert [(one.id, one.family, one.asked) for one in mine] == [
        (sooner, "", ""),
        (later, "Quintrell", "Joss Wetherby"),
    ]
    assert [(one.id, one.family) for one in asked] == [(later, "")]


LATE, KEPT, OPEN = State.LET_GO, State.KEPT, State.PROMISED
AFTER = MONDAY + timedelta(seconds=1)


@pytest.mark.parametrize(
    ("one", "share"),
    [
        (Kept(MONDAY, KEPT, MONDAY, MONDAY), Share(1, 1, 1)),
        (Kept(MONDAY, KEPT, MONDAY, AFTER), Share(1, 0, 1)),
        (Kept(MONDAY, KEPT, AFTER, AFTER), Share(1, 0, 0)),
        (Kept(MONDAY, OPEN, None, None), Share(1, 0, 0)),
        (Kept(MONDAY, OPEN, MONDAY, None), Share(1, 0, 1)),
        (Kept(AFTER, OPEN, None, None), Share(0, 0, 0)),
        (Kept(AFTER, KEPT, MONDAY, MONDAY), Share(1, 1, 1)),
        (Kept(MONDAY, LATE, None, None), Share(0, 0, 0)),
    ],
)
def test_the_share_counts_what_was_kept_in_time(one: Kept, share: Share) -> None:
    assert rules.share([one], AFTER) == share


def test_the_share_of_a_team_is_read_from_its_promises(world: World, db: Database) -> None:
    kept, missed = promise(db, world), promise(db, world)
    tried(db, world, kept, Outcome.MESSAGE, now=MONDAY + timedelta(hours=1))
    tried(db, world, kept, Outcome.REACHED, now=MONDAY + timedelta(hours=2))
    tried(db, world, missed, Outcome.REACHED, now=MONDAY + DAY + timedelta(hours=1))

    with db.reading() as session:
        found = queries.share(session, people.staff_under(world.accounts["priya"]), now=MONDAY + 2 * DAY)

    assert found == Share(due=2, reached_in_time=1, tried_in_time=1)


def test_every_act_leaves_a_trace_without_words(world: World, db: Database) -> None:
    call = promise(db, world, about="The red suitcase")
    tried(db, world, call, Outcome.REACHED)

    with db.reading() as session:
        rows = list(session.exec(select(AuditEvent).where(AuditEvent.subject_id == call)))
    assert {one.act for one in rows} == {"callback.promised", "callback.tried"}
    assert "suitcase" not in str([one.detail for one in rows])
    assert "Vance" not in str([one.detail for one in rows])
