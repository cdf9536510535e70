"""A child who is missing: police and center by the clock, a breach that calls the supervisor, found, and talked with."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlmodel import select

from porchlight.alerts.models import Alert
from porchlight.core.db import Database
from porchlight.core.ids import new_id
from porchlight.core.refused import Conflict, NotFound, Refused
from porchlight.core.tools import Tools
from porchlight.crises import raising
from porchlight.crises.deadlines.rules import Clock as Timer
from porchlight.crises.missing import linking, queries, rules, service
from porchlight.crises.missing.models import MissingEpisode, MissingStep
from porchlight.crises.missing.rules import Running
from porchlight.crises.missing.service import BeginBody, FoundBody, LinkBody, StepBody, TalkBody
from porchlight.crises.missing.values import How, Screened, State, Step
from porchlight.crises.models import Crisis
from porchlight.crises.raising import CrisisBody
from porchlight.crises.values import Reason
from tests.clocks import Clock
from tests.working import work
from tests.world import MONDAY, World

DAY = timedelta(days=1)
NOBODY_AWAKE = [
    "joss",
    "lee",
    "mara",
    "priya",
]  # no phone can be woken, so the whole chain is called at once, each once
NOON = "2026-11-23T12:00"
FOUND = FoundBody.model_validate(
    {"found_at": "2026-11-23T15:00", "found_where": "At his aunt's", "found_how": How.FAMILY_FOUND}
)
TALK = TalkBody(
    why_left="Missed his sister",
    while_away="Slept at his aunt's",
    screened=Screened.NO_SIGN,
    what_helps="A call each week",
)


@pytest.mark.parametrize(
    ("steps", "now", "told", "late"),
    [
        ([], MONDAY + DAY, None, False),
        ([], MONDAY + DAY + timedelta(seconds=1), None, True),
        ([(Step.POLICE, MONDAY)], MONDAY + 2 * DAY, MONDAY, False),
        ([(Step.POLICE, MONDAY + 2 * DAY)], MONDAY + 3 * DAY, MONDAY + 2 * DAY, True),
        ([(Step.NCMEC, MONDAY)], MONDAY, None, False),
        ([(Step.POLICE, MONDAY + DAY), (Step.POLICE, MONDAY)], MONDAY + DAY, MONDAY, False),
    ],
)
def test_a_clock_stops_with_the_first_word_to_whom_it_is_about(
    steps: list[tuple[Step, datetime]], now: datetime, told: datetime | None, late: bool
) -> None:
    found = rules.clocks({Timer.POLICE: MONDAY + DAY}, steps, now)

    assert found == (Running(Timer.POLICE, MONDAY + DAY, told, late),)


def body(world: World, **other: Any) -> BeginBody:
    given = {"id": str(new_id()), "person_id": str(world.children[0]), "learned_at": NOON, "clothing": "Red jacket"}
    return BeginBody.model_validate({**given, **other})


def begin(db: Database, world: World, name: str = "rowan", *, now: datetime = MONDAY, **other: Any) -> UUID:
    with db.transaction() as session:
        return service.begin(session, world.actor(session, name), body(world, **other), now=now).id


def note(
    db: Database, world: World, one: UUID, step: Step, *, name: str = "rowan", now: datetime = MONDAY, **other: Any
) -> None:
    with db.transaction() as session:
        said = StepBody.model_validate({"id": str(new_id()), "step": step, "at": None, **other})
        service.note(session, world.actor(session, name), one, said, now=now)


def row(db: Database, one: UUID) -> MissingEpisode:
    with db.reading() as session:
        return session.get_one(MissingEpisode, one)


def called(db: Database, world: World) -> list[str]:
    keys = {account: key for key, account in world.accounts.items()}
    with db.reading() as session:
        return sorted(keys[one] for one in session.exec(select(Alert.account_id).where(Alert.severity == "crisis")))


def test_the_clocks_run_from_when_the_agency_heard(world: World, db: Database) -> None:
    one = begin(db, world, learned_at="2026-11-23T09:00")

    assert row(db, one).police_due_at == MONDAY - timedelta(hours=3) + DAY
    assert row(db, one).ncmec_due_at == row(db, one).police_due_at
    assert row(db, one).source == "42 U.S.C. 671(a)(35)(B)"


def test_what_comes_twice_is_one_record_and_other_words_are_a_conflict(world: World, db: Database) -> None:
    said = body(world)
    with db.transaction() as session:
        rowan = world.actor(session, "rowan")
        service.begin(session, rowan, said, now=MONDAY)
        service.begin(session, rowan, said, now=MONDAY)
        with pytest.raises(Conflict):
            service.begin(session, rowan, said.model_copy(update={"clothing": "else"}), now=MONDAY)

    with db.reading() as session:
        assert len(session.exec(select(MissingEpisode)).all()) == 1
        assert len(session.exec(select(MissingStep)).all()) == 1


def test_a_child_is_missing_once_at_a_time(world: World, db: Database) -> None:
    one = begin(db, world)
    with pytest.raises(Refused):
        begin(db, world)
    with db.transaction() as session:
        service.find(session, world.actor(session, "rowan"), one, FOUND, now=MONDAY + timedelta(hours=5))

    assert begin(db, world, now=MONDAY + timedelta(hours=6))


@pytest.mark.parametrize("name", ["tamsin", "joss", "sunniva", "odell", "corin"])
def test_only_who_works_the_case_writes(name: str, world: World, db: Database) -> None:
    with pytest.raises(NotFound):
        begin(db, world, name)


def test_a_reviewer_reads_and_does_not_write(world: World, db: Database) -> None:
    one = begin(db, world)

    with db.reading() as session:
        assert [line.id for line in queries.open_ones(session, world.actor(session, "corin"), now=MONDAY)] == [one]
    with pytest.raises(NotFound):
        note(db, world, one, Step.NOTE, name="corin", words="x")


def test_whoever_answers_the_alert_may_write_while_it_is_open(world: World, db: Database, clock: Clock) -> None:
    with db.transaction() as session:
        raising.raise_crisis(
            session,
            world.actor(session, "rowan"),
            CrisisBody(id=new_id(), case_id=world.case, reason=Reason.MISSING),
            now=MONDAY,
        )

    assert begin(db, world, "lee")


@pytest.mark.parametrize("step", [Step.POLICE, Step.NCMEC])
def test_a_report_number_stops_its_clock_alone(step: Step, world: World, db: Database) -> None:
    one = begin(db, world)

    note(db, world, one, step, number="26-0417")

    with db.reading() as session:
        found = {
            clock.clock: clock.told_at
            for clock in queries.clocks(session, session.get_one(MissingEpisode, one), now=MONDAY)
        }
    assert {clock for clock, told in found.items() if told} == {Timer(step)}


@pytest.mark.parametrize("wrong", [{"at": "2026-11-24T12:00"}, {"at": "2024-11-24T12:00"}])
def test_a_step_lies_behind_us(wrong: dict[str, str], world: World, db: Database) -> None:
    one = begin(db, world)

    with pytest.raises(Refused) as refused:
        note(db, world, one, Step.POLICE, **wrong)

    assert refused.value.errors[0].field == "at"


def test_looking_needs_words_and_a_report_does_not(world: World, db: Database) -> None:
    one = begin(db, world)
    note(db, world, one, Step.POLICE)

    with pytest.raises(Refused):
        note(db, world, one, Step.LOOKED)


def test_a_clock_that_runs_out_calls_on_call_and_the_supervisor_once(world: World, tools: Tools, clock: Clock) -> None:
    one = begin(tools.db, world)
    note(tools.db, world, one, Step.POLICE, number="26-0417")
    work(tools)
    assert called(tools.db, world) == []

    clock.move(days=1, seconds=1)
    work(tools)
    work(tools)

    assert called(tools.db, world) == NOBODY_AWAKE
    with tools.db.reading() as session:
        crisis = session.exec(select(Crisis)).one()
        late = session.exec(select(MissingStep.words).where(MissingStep.step == Step.LATE)).all()
    assert (crisis.reason, crisis.case_id, crisis.id) == (Reason.MISSING, world.case, row(tools.db, one).crisis_id)
    assert list(late) == [Timer.NCMEC]


def test_both_clocks_that_run_out_are_said_and_call_nobody_twice(world: World, tools: Tools, clock: Clock) -> None:
    begin(tools.db, world)

    clock.move(days=1)
    work(tools)

    assert called(tools.db, world) == NOBODY_AWAKE
    with tools.db.reading() as session:
        late = session.exec(select(MissingStep.words).where(MissingStep.step == Step.LATE)).all()
    assert sorted(late) == ["ncmec", "police"]


def test_an_open_alert_that_was_sent_for_it_is_linked_and_calls_the_supervisor(
    world: World, tools: Tools, clock: Clock
) -> None:
    alert = new_id()
    with tools.db.transaction() as session:
        rowan = world.actor(session, "rowan")
        raising.raise_crisis(
            session, rowan, CrisisBody(id=alert, case_id=world.case, reason=Reason.MISSING), now=MONDAY
        )
        assert list(linking.candidates(session, rowan, world.case)) == [alert]
        assert list(linking.candidates(session, world.actor(session, "tamsin"), world.case)) == []
    begin(tools.db, world, crisis_id=str(alert))
    with tools.db.transaction() as session:
        session.get_one(Crisis, alert).next_due_at = None  # the chain of calls itself is not what is looked at
        assert linking.candidates(session, world.actor(session, "rowan"), world.case) == {}

    clock.move(days=1)
    work(tools)

    assert "priya" in called(tools.db, world)
    with tools.db.reading() as session:
        assert [one.id for one in session.exec(select(Crisis))] == [alert]


def test_an_alert_that_was_sent_later_is_linked_to_the_record_once(world: World, db: Database) -> None:
    one, alert = begin(db, world), new_id()
    with db.transaction() as session:
        rowan = world.actor(session, "rowan")
        raising.raise_crisis(session, rowan, CrisisBody(id=alert, reason=Reason.MISSING), now=MONDAY)
        for _ in range(2):
            service.link(session, rowan, one, LinkBody(crisis_id=alert), now=MONDAY)
        with pytest.raises(Refused):
            service.link(session, rowan, one, LinkBody(crisis_id=new_id()), now=MONDAY)
        with pytest.raises(NotFound):
            service.link(session, world.actor(session, "tamsin"), one, LinkBody(crisis_id=alert), now=MONDAY)

    assert row(db, one).crisis_id == alert


def test_an_alert_that_is_not_theirs_is_not_linked(world: World, db: Database) -> None:
    with pytest.raises(Refused) as refused:
        begin(db, world, crisis_id=str(new_id()))

    assert refused.value.errors[0].field == "crisis_id"


def test_a_child_who_was_found_calls_nobody(world: World, tools: Tools, clock: Clock) -> None:
    one = begin(tools.db, world)
    clock.move(hours=4)
    with tools.db.transaction() as session:
        service.find(session, world.actor(session, "rowan"), one, FOUND, now=clock.moment)

    clock.move(days=2)
    work(tools)

    assert called(tools.db, world) == []
    with tools.db.reading() as session:
        held = queries.clocks(session, session.get_one(MissingEpisode, one), now=clock.moment)
    assert [one.late for one in held] == [False, False]


def test_the_record_closes_with_the_talk_and_not_before_the_child_was_asked(world: World, db: Database) -> None:
    one, later = begin(db, world), MONDAY + timedelta(hours=5)
    with db.transaction() as session, pytest.raises(Refused):
        service.close(session, world.actor(session, "rowan"), one, TALK, now=later)
    with db.transaction() as session:
        service.find(session, world.actor(session, "rowan"), one, FOUND, now=later)
    with db.transaction() as session, pytest.raises(Refused) as refused:
        unasked = TALK.model_copy(update={"screened": Screened.NOT_YET})
        service.close(session, world.actor(session, "rowan"), one, unasked, now=later)

    assert refused.value.errors[0].field == "screened"
    with db.transaction() as session:
        service.close(session, world.actor(session, "rowan"), one, TALK, now=later)
    assert (row(db, one).state, row(db, one).found_how) == (State.CLOSED, How.FAMILY_FOUND)
    with pytest.raises(Refused):
        note(db, world, one, Step.NOTE, words="more", now=later)
