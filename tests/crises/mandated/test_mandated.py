"""A mandated report: two clocks, a supervisor told after, never closed unsent, and a reporter whom nothing names."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlmodel import select

from porchlight.alerts.models import Alert
from porchlight.audit.models import AuditEvent
from porchlight.core.db import Database
from porchlight.core.ids import new_id
from porchlight.core.keys import Keys
from porchlight.core.refused import Conflict, NotFound, Refused
from porchlight.core.tools import Tools
from porchlight.crises.deadlines.rules import When
from porchlight.crises.mandated import opening, queries, rules, service, views
from porchlight.crises.mandated.models import MandatedReport, MandatedStep, SealOpening
from porchlight.crises.mandated.opening import OpenBody
from porchlight.crises.mandated.rules import Demand, Done
from porchlight.crises.mandated.sealing import Reporter, Seal, SealBroken
from porchlight.crises.mandated.service import ReportBody, StepBody
from porchlight.crises.mandated.values import State, Step
from porchlight.people.models import Organization, SignIn
from porchlight.people.rules import NotFresh
from porchlight.tables import METADATA
from tests.clocks import Clock
from tests.working import work
from tests.world import MONDAY, World

HOUR = timedelta(hours=1)
O, W, E, A, N = Step.ORAL, Step.WRITTEN, Step.ELECTRONIC, Step.ASKED, Step.NOT_ASKED  # noqa: E741


@pytest.mark.duty("S4-32")
@pytest.mark.parametrize(
    ("written", "steps", "whole"),
    [
        (When.ALWAYS, [], False),
        (When.ALWAYS, [O], False),
        (When.ALWAYS, [W], False),
        (When.ALWAYS, [O, W], True),
        (When.ALWAYS, [E], False),
        (When.ALWAYS, [E, W], True),
        (When.ALWAYS, [O, N], False),
        (When.NOT_IF_ELECTRONIC, [O], False),
        (When.NOT_IF_ELECTRONIC, [E], True),
        (When.NOT_IF_ELECTRONIC, [O, E], True),
        (When.NOT_IF_ELECTRONIC, [O, W], True),
        (When.IF_ASKED, [O], False),
        (When.IF_ASKED, [O, N], True),
        (When.IF_ASKED, [O, A], False),
        (When.IF_ASKED, [O, N, A], False),
        (When.IF_ASKED, [O, A, N], False),
        (When.IF_ASKED, [O, A, W], True),
        (When.IF_ASKED, [O, W], True),
        (When.VARIES, [O], False),
        (When.VARIES, [O, N], True),
        (When.NEVER, [], False),
        (When.NEVER, [O], True),
        (When.NEVER, [E], True),
    ],
)
def test_a_report_is_whole_when_it_was_told_and_sent_where_that_is_wanted(
    written: When, steps: list[Step], whole: bool
) -> None:
    stands = rules.standing(Demand(MONDAY, MONDAY + 48 * HOUR, written), [Done(one, MONDAY) for one in steps], MONDAY)

    assert stands.whole is whole
    if whole:
        rules.check_can_close(State.OPEN, stands)
    else:
        with pytest.raises(Refused):
            rules.check_can_close(State.OPEN, stands)


@pytest.mark.parametrize(
    ("now", "oral", "written", "others"),
    [
        (MONDAY, False, False, False),
        (MONDAY + timedelta(seconds=1), True, False, False),
        (MONDAY + HOUR, True, False, False),
        (MONDAY + HOUR + timedelta(seconds=1), True, False, True),
        (MONDAY + 49 * HOUR, True, True, True),
    ],
)
def test_at_once_is_late_at_once_and_others_hear_after_an_hour(
    now: datetime, oral: bool, written: bool, others: bool
) -> None:
    stands = rules.standing(Demand(MONDAY, MONDAY + 48 * HOUR, When.ALWAYS), [], now)

    assert (stands.oral.late, stands.written.late) == (oral, written)
    assert rules.others_may_read(stands, now) is others


def body(world: World, **other: Any) -> ReportBody:
    given = {
        "id": str(new_id()),
        "case_id": str(world.case),
        "children": str(world.children[0]),
        "witnessed_at": "2026-11-23T11:50",
        "said": "Bruises on both arms",
        "told_by": "Zebedee Quill",
        "reach": "555-0177",
        "witness": "other",
    }
    return ReportBody.model_validate({**given, **other})


@pytest.fixture
def seal(tools: Tools) -> Seal:
    return Seal(tools.keys)


def begin(db: Database, world: World, seal: Seal, name: str = "rowan", *, now: datetime = MONDAY, **other: Any) -> UUID:
    with db.transaction() as session:
        return service.begin(session, world.actor(session, name), seal, body(world, **other), now=now).id


def step(
    db: Database,
    world: World,
    seal: Seal,
    one: UUID,
    what: Step,
    name: str = "rowan",
    *,
    now: datetime = MONDAY,
    **other: Any,
) -> None:
    given = {"id": str(new_id()), "step": what, "to_whom": "Worker 4417", **other}
    with db.transaction() as session:
        service.take_step(session, world.actor(session, name), seal, one, StepBody.model_validate(given), now=now)


def close(db: Database, world: World, seal: Seal, one: UUID, name: str = "rowan", *, now: datetime = MONDAY) -> None:
    with db.transaction() as session:
        service.close(session, world.actor(session, name), seal, one, now=now)


UNKNOWN: dict[str, Any] = {"case_id": "", "children": [], "child_words": "A girl of about six"}


def live_in(db: Database, world: World, state: str) -> None:
    with db.transaction() as session:
        agency = session.get_one(Organization, world.agency)
        agency.jurisdiction = state
        session.add(agency)


def row(db: Database, one: UUID) -> MandatedReport:
    with db.reading() as session:
        return session.get_one(MandatedReport, one)


def reads(db: Database, world: World, seal: Seal, one: UUID, name: str, *, now: datetime = MONDAY) -> bool:
    try:
        with db.reading() as session:
            views.show(session, world.actor(session, name), seal, one, now=now)
    except NotFound:
        return False
    return True


@pytest.mark.duty("S4-32")
def test_the_law_of_the_day_it_was_seen_is_kept_with_the_report(world: World, db: Database, seal: Seal) -> None:
    live_in(db, world, "California")

    one = row(db, begin(db, world, seal))

    seen = MONDAY - timedelta(minutes=10)
    assert (one.oral_due_at, one.written_due_at) == (seen, seen + 36 * HOUR)
    assert (one.form, one.written, one.jurisdiction) == ("SS 8572", When.ALWAYS, "California")


def test_hours_are_elapsed_hours(world: World, db: Database, seal: Seal) -> None:
    live_in(db, world, "Minnesota")
    now = datetime.fromisoformat("2026-03-07T16:00:00+00:00")

    one = row(db, begin(db, world, seal, now=now, witnessed_at="2026-03-07T10:00", **UNKNOWN))

    assert one.oral_due_at == datetime.fromisoformat("2026-03-08T16:00:00+00:00")  # 11 am in Chicago


def test_what_comes_twice_is_one_report(world: World, db: Database, seal: Seal) -> None:
    said = body(world)
    with db.transaction() as session:
        rowan = world.actor(session, "rowan")
        service.begin(session, rowan, seal, said, now=MONDAY)
        service.begin(session, rowan, seal, said, now=MONDAY)
        with pytest.raises(Conflict):
            service.begin(session, rowan, seal, said.model_copy(update={"said": "else"}), now=MONDAY)
        with pytest.raises(Conflict):
            service.begin(session, world.actor(session, "priya"), seal, said, now=MONDAY)

    with db.reading() as session:
        assert len(session.exec(select(MandatedReport)).all()) == 1


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"children": [], "child_words": ""}, "children"),
        ({"case_id": "", "children": [], "child_words": ""}, "child_words"),
        ({"witnessed_at": ""}, "witnessed_at"),
        ({"witnessed_at": "2026-11-23T12:10"}, "witnessed_at"),
    ],
)
def test_a_report_says_whom_it_is_about_and_when(
    wrong: dict[str, Any], field: str, world: World, db: Database, seal: Seal
) -> None:
    with pytest.raises(Refused) as refused:
        begin(db, world, seal, **wrong)

    assert refused.value.errors[0].field == field


def test_a_child_of_another_family_cannot_be_named(world: World, db: Database, seal: Seal) -> None:
    with pytest.raises(Refused):
        begin(db, world, seal, children=str(world.other_child))
    with pytest.raises(NotFound):
        begin(db, world, seal, case_id=str(world.other_case), children=str(world.other_child))


@pytest.mark.parametrize("name", ["sunniva", "corin"])
def test_families_and_reviewers_write_none_here(name: str, world: World, db: Database, seal: Seal) -> None:
    with pytest.raises(NotFound):
        begin(db, world, seal, name, case_id="", children=[], child_words="A boy")


@pytest.mark.duty("S4-32")
def test_before_it_was_called_in_nobody_but_the_reporter_can_read_it(world: World, db: Database, seal: Seal) -> None:
    one = begin(db, world, seal)

    before = {name for name in world.accounts if reads(db, world, seal, one, name)}
    step(db, world, seal, one, O)
    after = {name for name in world.accounts if reads(db, world, seal, one, name)}

    assert before == {"rowan"}
    assert after == {"rowan", "priya", "mara"}


@pytest.mark.duty("S4-32")
def test_a_supervisor_is_told_after_and_once(world: World, tools: Tools, seal: Seal, clock: Clock) -> None:
    one = begin(tools.db, world, seal)
    work(tools)
    with tools.db.reading() as session:
        assert session.exec(select(Alert)).all() == []

    step(tools.db, world, seal, one, O)
    step(tools.db, world, seal, one, E)
    work(tools)

    with tools.db.reading() as session:
        assert [(a.account_id, a.severity) for a in session.exec(select(Alert))] == [
            (world.accounts["priya"], "notice")
        ]


def test_nobody_can_stop_it_but_a_supervisor_can_help_to_finish_it(world: World, db: Database, seal: Seal) -> None:
    one = begin(db, world, seal)
    with pytest.raises(NotFound):
        close(db, world, seal, one, "priya")
    with pytest.raises(Refused):
        close(db, world, seal, one)

    step(db, world, seal, one, O)
    with pytest.raises(Refused):
        close(db, world, seal, one, "priya")
    step(db, world, seal, one, N, "priya")
    close(db, world, seal, one, "priya")
    close(db, world, seal, one)

    assert row(db, one).state == State.CLOSED
    with pytest.raises(Refused):
        step(db, world, seal, one, Step.NOTE, words="more")


def test_telling_by_phone_needs_whom(world: World, db: Database, seal: Seal) -> None:
    one = begin(db, world, seal)

    with pytest.raises(Refused) as refused:
        step(db, world, seal, one, O, to_whom="")

    assert refused.value.errors[0].field == "to_whom"


def test_a_press_that_comes_twice_is_one_step(world: World, db: Database, seal: Seal) -> None:
    one, number = begin(db, world, seal), str(new_id())

    step(db, world, seal, one, O, id=number)
    step(db, world, seal, one, O, id=number)
    with pytest.raises(Conflict):
        step(db, world, seal, one, O, id=number, number="9")

    with db.reading() as session:
        assert len(session.exec(select(MandatedStep)).all()) == 1


def test_a_clock_that_ran_out_is_told_to_the_supervisor_once_each(
    world: World, tools: Tools, seal: Seal, clock: Clock
) -> None:
    live_in(tools.db, world, "New York")
    one = begin(tools.db, world, seal)

    clock.move(hours=1)
    work(tools)
    first = len(_alerts(tools.db))
    step(tools.db, world, seal, one, O, now=clock.moment)
    clock.move(hours=48)
    work(tools)
    work(tools)

    assert first == 1
    assert len(_alerts(tools.db)) == 3  # late by phone, told by phone, late in writing
    with tools.db.reading() as session:
        late = session.exec(select(MandatedStep.words).where(MandatedStep.step == Step.LATE)).all()
    assert sorted(late) == ["oral", "written"]


def _alerts(db: Database) -> list[Alert]:
    with db.reading() as session:
        return list(session.exec(select(Alert)))


def test_without_a_case_the_supervisor_over_the_reporter_is_told(
    world: World, tools: Tools, seal: Seal, clock: Clock
) -> None:
    one = begin(tools.db, world, seal, "lee", **UNKNOWN)

    step(tools.db, world, seal, one, O, "lee")
    work(tools)

    assert [one.account_id for one in _alerts(tools.db)] == [world.accounts["priya"]]


NAMES = ("Rowan", "Ibarra", "rowan@example.org", "Zebedee", "Quill", "0177")


@pytest.mark.duty("S4-32")
def test_a_dump_of_the_tables_names_no_reporter(world: World, db: Database, seal: Seal) -> None:
    one = begin(db, world, seal)
    step(db, world, seal, one, O)
    step(db, world, seal, one, N)
    with db.reading() as session:
        views.show(session, world.actor(session, "rowan"), seal, one, now=MONDAY)
        views.index(session, world.actor(session, "rowan"), seal, now=MONDAY)
    close(db, world, seal, one)

    rowan = world.accounts["rowan"]
    secret = {*NAMES, str(rowan), rowan.hex}
    found = []
    with db.reading() as session:
        for table in METADATA.sorted_tables:
            if table.name.startswith("mandated") or table.name == "seal_openings":
                found += [
                    str(line) for line in session.execute(sa.select(table)) if any(s in str(line) for s in secret)
                ]
        audit = list(session.exec(select(AuditEvent).where(AuditEvent.subject_id == one)))
    assert found == []
    assert [event.act for event in audit if event.account_id or event.device_id] == []
    assert len(audit) >= 4


def test_no_page_says_who_reported(world: World, db: Database, seal: Seal) -> None:
    one = begin(db, world, seal)
    step(db, world, seal, one, O)

    with db.reading() as session:
        priya = world.actor(session, "priya")
        shown = str(views.show(session, priya, seal, one, now=MONDAY).context) + str(
            views.index(session, priya, seal, now=MONDAY).context
        )
        board = str(queries.of_others(session, priya, now=MONDAY))

    assert str(one) in board
    assert [name for name in (*NAMES, str(world.accounts["rowan"])) if name in shown + board] == []


def open_seal(db: Database, world: World, seal: Seal, one: UUID, name: str, *, now: datetime = MONDAY) -> Reporter:
    """As somebody who signed in at MONDAY."""
    with db.transaction() as session:
        who = world.actor(session, name)
        live = SignIn(token_hash=str(new_id()), account_id=who.account_id, started_at=MONDAY, last_seen_at=MONDAY)
        session.add(live)
        session.flush()
        reason = OpenBody(reason="Order of the court, 26-JV-118")
        return opening.open_seal(session, replace(who, session_id=live.id), seal, one, reason, now=now)


@pytest.mark.asvs("8.2.2")
def test_the_seal_opens_for_a_supervisor_of_the_case_with_a_reason_and_a_trace(
    world: World, db: Database, seal: Seal
) -> None:
    one = begin(db, world, seal)
    with pytest.raises(NotFound):
        open_seal(db, world, seal, one, "priya")
    step(db, world, seal, one, O)

    found = open_seal(db, world, seal, one, "priya")

    assert (found.name, found.told_by, found.reach) == ("Rowan Ibarra", "Zebedee Quill", "555-0177")
    with db.reading() as session:
        opened = session.exec(select(SealOpening)).one()
        traced = session.exec(select(AuditEvent).where(AuditEvent.act == "mandated.seal_opened")).one()
    assert (opened.account_id, opened.reason) == (world.accounts["priya"], "Order of the court, 26-JV-118")
    assert (traced.account_id, traced.subject_id) == (world.accounts["priya"], one)


@pytest.mark.asvs("7.5.3")
def test_the_seal_opens_only_right_after_signing_in(world: World, db: Database, seal: Seal) -> None:
    one = begin(db, world, seal)
    step(db, world, seal, one, O)

    with pytest.raises(NotFresh):
        open_seal(db, world, seal, one, "priya", now=MONDAY + timedelta(minutes=5, seconds=1))

    with db.reading() as session:
        assert session.exec(select(SealOpening)).all() == []


@pytest.mark.parametrize("name", ["rowan", "tamsin", "joss", "corin", "sunniva", "odell"])
def test_the_seal_opens_for_nobody_else(name: str, world: World, db: Database, seal: Seal) -> None:
    one = begin(db, world, seal)
    step(db, world, seal, one, O)

    with pytest.raises(NotFound):
        open_seal(db, world, seal, one, name)

    with db.reading() as session:
        assert session.exec(select(SealOpening)).all() == []


def test_a_seal_opens_with_its_own_key_and_for_its_own_report_only(seal: Seal) -> None:
    one, other = new_id(), new_id()
    closed = seal.close(one, Reporter("id", "Rowan"))

    assert seal.open(one, closed).name == "Rowan"
    assert "Rowan" not in closed
    assert closed != seal.close(one, Reporter("id", "Rowan"))
    for report, key, text in (
        (other, seal, closed),
        (one, Seal(Keys("A" * 43)), closed),
        (one, seal, "2" + closed[1:]),
    ):
        with pytest.raises(SealBroken):
            key.open(report, text)


def test_a_reason_is_never_empty() -> None:
    with pytest.raises(ValueError, match="reason"):
        OpenBody(reason=" ")
