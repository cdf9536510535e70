"""Logging a visit: once, by whom it belongs to, each child's words apart."""

import threading
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlmodel import Session, select

from porchlight.audit.models import AuditEvent
from porchlight.cases import queries as cases
from porchlight.cases.models import Assignment, Task
from porchlight.core.clock import iso
from porchlight.core.db import Database
from porchlight.core.ids import new_id
from porchlight.core.jobs import Job
from porchlight.core.refused import Conflict, Invalid, NotFound, Refused
from porchlight.homes.models import Placement
from porchlight.people.models import AccountRole
from porchlight.visits import queries
from porchlight.visits.models import Contact, ContactChild, PlannedVisit
from porchlight.visits.values import Answer, Asked, Kind, Place
from tests.visits.making import PRIVATE, body, draft, log
from tests.world import MONDAY, World


def count(session: Session, model: Any) -> int:
    return len(list(session.exec(select(model))))


@pytest.mark.duty("S2-3")
def test_a_visit_is_kept_as_it_was_written(db: Database, world: World) -> None:
    made = draft(world)

    with db.transaction() as session:
        log(session, world, made)

    with db.reading() as session:
        kept = queries.visit(session, world.actor(session, "rowan"), made.visit_id, now=MONDAY)
    assert kept.observations == "The kitchen was warm and tidy."
    assert kept.agreed == ("Dentist by December 4", "A call to the school about the bus")
    assert (kept.kind, kept.place, kept.in_residence) == (Kind.CASEWORKER_VISIT, Place.HOME, True)
    assert kept.started_at == MONDAY - timedelta(minutes=70)
    assert [(child.name, child.private_note) for child in kept.children] == [
        ("Gideon Quintrell", PRIVATE[0]),
        ("Hester Quintrell", PRIVATE[1]),
        ("Ignatius Quintrell", PRIVATE[2]),
    ]
    assert kept.next_visit_on == date(2026, 12, 14)
    assert not kept.late


def test_logging_a_visit_twice_makes_one(db: Database, world: World) -> None:
    made = draft(world, follow_ups=[{"id": str(new_id()), "title": "Dentist", "due_on": "2026-12-01"}])
    with db.transaction() as session:
        first = log(session, world, made)

    with db.transaction() as session:
        second = log(session, world, made, captured_at=MONDAY + timedelta(hours=1), now=MONDAY + timedelta(hours=2))

    assert second.id == first.id
    assert second.received_at == MONDAY
    with db.reading() as session:
        assert count(session, Contact) == 1
        assert count(session, ContactChild) == 3
        assert count(session, Task) == 1
        assert len(list(session.exec(select(AuditEvent).where(AuditEvent.act == "visit.logged")))) == 1


def test_two_sends_at_the_same_moment_make_one_visit_and_both_are_answered(db: Database, world: World) -> None:
    made = draft(world)
    ready = threading.Barrier(4)
    answers: list[object] = []

    def send() -> None:
        ready.wait()
        try:
            with db.transaction() as session:
                answers.append(log(session, world, made).id)
        except Exception as error:  # noqa: BLE001  told below
            answers.append(error)

    threads = [threading.Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert answers == [made.visit_id] * 4
    with db.reading() as session:
        assert count(session, Contact) == 1
        assert count(session, ContactChild) == 3
        assert len(list(session.exec(select(Job).where(Job.name == "visits.ask_to_confirm")))) == 1


def test_another_body_under_the_same_id_is_a_conflict(db: Database, world: World) -> None:
    made = draft(world)
    with db.transaction() as session:
        log(session, world, made)

    with pytest.raises(Conflict), db.transaction() as session:
        log(session, world, draft(world, visit_id=str(made.visit_id), observations="Other words"))

    with db.reading() as session:
        assert session.exec(select(Contact.observations)).all() == ["The kitchen was warm and tidy."]


def test_somebody_elses_visit_is_never_given_back(db: Database, world: World) -> None:
    made = draft(world)
    with db.transaction() as session:
        log(session, world, made)
        tamsin = Assignment(case_id=world.case, account_id=world.accounts["tamsin"], from_at=MONDAY - timedelta(days=1))
        session.add(tamsin)

    with pytest.raises(Conflict), db.transaction() as session:
        log(session, world, made, by="tamsin")

    with db.reading() as session:
        assert queries.own_visit(session, world.actor(session, "tamsin"), made.visit_id) is None
        assert queries.own_visit(session, world.actor(session, "rowan"), made.visit_id) is not None


@pytest.mark.parametrize("name", ["tamsin", "priya", "corin", "odell", "sunniva", "joss"])
def test_only_who_works_the_case_logs_a_visit_and_others_do_not_learn_that_it_is_there(
    db: Database, world: World, name: str
) -> None:
    with pytest.raises(NotFound), db.transaction() as session:
        log(session, world, draft(world), by=name)
    with pytest.raises(NotFound), db.transaction() as session:
        log(session, world, draft(world, case_id=str(uuid4())), by=name)

    with db.reading() as session:
        assert count(session, Contact) == 0


@pytest.mark.parametrize("who", ["another family's", "nobody's"])
def test_a_child_of_another_family_is_refused(db: Database, world: World, who: str) -> None:
    stranger = world.other_child if who == "another family's" else uuid4()
    child = {"person_id": str(stranger), "seen": True, "alone": "yes"}

    with pytest.raises(Invalid) as refused, db.transaction() as session:
        log(session, world, draft(world, children=[*body(world)["children"][:1], child]))

    assert [error.field for error in refused.value.errors] == ["children.1.person_id"]
    with db.reading() as session:
        assert count(session, Contact) == 0


def test_every_mistake_is_said_at_once(db: Database, world: World) -> None:
    made = draft(
        world,
        ended_at=iso(MONDAY - timedelta(hours=3)),
        place="video",
        in_residence=False,
        children=[{"person_id": str(world.children[0]), "seen": False}],
        summary={"note": "For Gideon Quintrell"},
    )

    with pytest.raises(Invalid) as refused, db.transaction() as session:
        log(session, world, made)

    fields = [error.field for error in refused.value.errors]
    assert fields == ["ended_at", "place", "children.0.not_seen_reason", "summary.note"]


@pytest.mark.duty("S2-6")
def test_what_is_written_down_late_says_why_and_is_labelled(db: Database, world: World) -> None:
    then = MONDAY - timedelta(days=5)
    times = {"started_at": iso(then), "ended_at": iso(then + timedelta(hours=1))}

    with pytest.raises(Refused, match="Write why you enter it late"), db.transaction() as session:
        log(session, world, draft(world, **times))
    with db.transaction() as session:
        visit = log(session, world, draft(world, **times, late_reason="The bridge was closed"))

    with db.reading() as session:
        assert queries.visit(session, world.actor(session, "rowan"), visit.id, now=MONDAY).late
        event = session.exec(select(AuditEvent).where(AuditEvent.act == "visit.logged")).one()
        assert event.detail == {"kind": "caseworker_visit", "late": True}


def test_what_lay_long_on_a_phone_is_not_late(db: Database, world: World) -> None:
    then = MONDAY - timedelta(days=30)
    made = draft(world, started_at=iso(then), ended_at=iso(then + timedelta(hours=1)))

    with db.transaction() as session:
        visit = log(session, world, made, captured_at=then + timedelta(hours=2))

    with db.reading() as session:
        assert not queries.visit(session, world.actor(session, "rowan"), visit.id, now=MONDAY).late


def test_a_visit_made_while_the_case_was_theirs_is_taken_after_it_left_the_caseload(db: Database, world: World) -> None:
    then = MONDAY - timedelta(days=2)
    made = draft(world, started_at=iso(then), ended_at=iso(then + timedelta(hours=1)))
    with db.transaction() as session:
        assignment = session.exec(
            select(Assignment).where(Assignment.case_id == world.case, Assignment.role == "caseworker")
        ).one()
        assignment.to_at = MONDAY - timedelta(days=1)
        session.add(assignment)

    with pytest.raises(NotFound), db.transaction() as session:
        log(session, world, made, captured_at=then + timedelta(hours=2))
    with pytest.raises(NotFound), db.transaction() as session:
        log(session, world, made, by="tamsin", captured_at=then + timedelta(hours=2), late=True)
    unheard = made.model_copy(update={"visit_id": new_id()})
    with db.transaction() as session:
        log(session, world, made, captured_at=then + timedelta(hours=2), late=True)
        log(session, world, unheard, captured_at=MONDAY - timedelta(hours=1), late=True)

    with db.reading() as session:
        assert count(session, Contact) == 2


def test_a_phone_that_forgot_the_year_still_gets_its_visit_through(db: Database, world: World) -> None:
    behind = timedelta(days=56 * 365)
    made = draft(world, drift_ms=-int(behind.total_seconds() * 1000))

    with db.transaction() as session:
        visit = log(session, world, made, captured_at=MONDAY - behind)

    with db.reading() as session:
        kept = session.get(Contact, visit.id)
        assert kept is not None
        assert kept.drift == -behind
        assert not queries.is_late(kept)


def test_follow_ups_become_tasks_of_the_author(db: Database, world: World) -> None:
    made = draft(
        world,
        follow_ups=[
            {"id": str(new_id()), "title": "Dentist for Hester", "due_on": "2026-12-01"},
            {"id": str(new_id()), "title": "Bus pass", "due_on": None},
        ],
    )

    with db.transaction() as session:
        log(session, world, made)

    with db.reading() as session:
        tasks = cases.tasks(session, world.actor(session, "rowan"), now=MONDAY)
        shown = queries.visit(session, world.actor(session, "rowan"), made.visit_id, now=MONDAY)
    assert [(task.title, task.due_on, task.kind) for task in tasks] == [
        ("Dentist for Hester", date(2026, 12, 1), "follow_up"),
        ("Bus pass", None, "follow_up"),
    ]
    assert [(one.title, one.due_on) for one in shown.follow_ups] == [(task.title, task.due_on) for task in tasks]
    assert {one.id for one in shown.follow_ups} == {task.source_id for task in tasks}


def test_the_planned_visit_of_that_day_is_this_one(db: Database, world: World) -> None:
    late_evening = datetime(2026, 11, 24, 5, 30, tzinfo=UTC)  # 11:30 pm on Monday in Chicago
    plans = {
        "that day": MONDAY - timedelta(hours=3),
        "later that day": late_evening,
        "the next day": MONDAY + timedelta(days=1),
    }
    ids = {name: new_id() for name in plans}
    with db.transaction() as session:
        for name, starts_at in plans.items():
            session.add(
                PlannedVisit(id=ids[name], case_id=world.case, account_id=world.accounts["rowan"], starts_at=starts_at)
            )

    with db.transaction() as session:
        first = log(session, world, draft(world))
        second = log(session, world, draft(world))
        third = log(session, world, draft(world))

    with db.reading() as session:
        day = MONDAY - timedelta(days=1), MONDAY + timedelta(days=2)
        linked = {one.id: one.contact_id for one in queries.planned(session, world.accounts["rowan"], *day)}
    assert linked == {ids["that day"]: first.id, ids["later that day"]: second.id, ids["the next day"]: None}
    assert third.id not in linked.values()


def asked(session: Session) -> int:
    return len(list(session.exec(select(Job).where(Job.name == "visits.ask_to_confirm"))))


@pytest.mark.parametrize(
    ("changes", "asks"),
    [
        ({}, 1),
        ({"kind": "family_time"}, 0),
        ({"place": "office", "in_residence": False}, 0),
        ({"in_residence": False}, 0),
        ({"kind": "video", "place": "video", "in_residence": False}, 0),
    ],
)
def test_the_family_is_asked_about_a_caseworkers_visit_to_their_home_only(
    db: Database, world: World, changes: dict[str, Any], asks: int
) -> None:
    with db.transaction() as session:
        log(session, world, draft(world, **changes))

    with db.reading() as session:
        assert asked(session) == asks


def test_nobody_is_asked_where_the_children_who_were_seen_have_no_caregiver(db: Database, world: World) -> None:
    with db.transaction() as session:
        for placement in session.exec(select(Placement)):
            placement.home_id, placement.kind, placement.address = None, "own_home", "12 Fern Street"
            session.add(placement)

    with db.transaction() as session:
        log(session, world, draft(world))

    with db.reading() as session:
        assert asked(session) == 0


@pytest.mark.parametrize(("name", "notes"), [("rowan", True), ("priya", True), ("mara", True), ("corin", False)])
def test_private_notes_are_only_where_the_access_table_opens_them(
    db: Database, world: World, name: str, notes: bool
) -> None:
    with db.transaction() as session:
        visit = log(session, world, draft(world))

    with db.reading() as session:
        shown = queries.visit(session, world.actor(session, name), visit.id, now=MONDAY)

    assert [child.private_note for child in shown.children] == (list(PRIVATE) if notes else [None, None, None])
    assert shown.observations == "The kitchen was warm and tidy."


@pytest.mark.parametrize("name", ["tamsin", "odell", "sunniva", "joss", "lee"])
def test_a_visit_of_another_case_is_not_there(db: Database, world: World, name: str) -> None:
    with db.transaction() as session:
        visit = log(session, world, draft(world))

    with db.reading() as session:
        actor = world.actor(session, name)
        with pytest.raises(NotFound):
            queries.visit(session, actor, visit.id, now=MONDAY)
        with pytest.raises(NotFound):
            queries.visit(session, actor, uuid4(), now=MONDAY)
        with pytest.raises(NotFound):
            queries.visits_of_case(session, actor, world.case, now=MONDAY)


def test_reading_leaves_a_trace_that_names_the_children(db: Database, world: World) -> None:
    with db.transaction() as session:
        visit = log(session, world, draft(world))

    with db.reading() as session:
        rowan = world.actor(session, "rowan")
        queries.visit(session, rowan, visit.id, now=MONDAY)
        queries.visits_of_case(session, rowan, world.case, now=MONDAY)

    with db.reading() as session:
        rows = {row.act: row for row in session.exec(select(AuditEvent))}
    everyone = {str(child) for child in world.children}
    assert set(rows["visit.seen"].people) == set(rows["visits.listed"].people) == everyone
    assert rows["visit.seen"].account_id == world.accounts["rowan"]


def test_adults_are_shown_by_name_and_only_those_of_this_family(db: Database, world: World) -> None:
    persons = [str(world.caregiver), "Grandmother", str(world.other_child)]

    with db.transaction() as session:
        visit = log(session, world, draft(world, persons_seen=persons))

    with db.reading() as session:
        shown = queries.visit(session, world.actor(session, "rowan"), visit.id, now=MONDAY)
    assert shown.persons_seen == ("Sunniva Aldous", "Grandmother", "")


def test_a_child_was_last_seen_face_to_face_by_a_caseworker(db: Database, world: World) -> None:
    gideon, hester, ignatius = world.children

    def at(days: int, **changes: Any) -> Contact:
        then = MONDAY - timedelta(days=days)
        times = {"started_at": iso(then), "ended_at": iso(then + timedelta(hours=1)), "late_reason": "Catching up"}
        return log(session, world, draft(world, **times, **changes))

    def seen(*children: UUID) -> list[dict[str, Any]]:
        return [{"person_id": str(child), "seen": True, "alone": "yes"} for child in children]

    with db.transaction() as session:
        at(
            9,
            children=[*seen(gideon, hester), {"person_id": str(ignatius), "seen": False, "not_seen_reason": "Asleep"}],
        )
        at(5, children=seen(gideon))
        at(3, kind="video", place="video", in_residence=False, children=seen(gideon, ignatius))
        trip = at(1, children=seen(hester))
        trip.author_id = world.accounts["odell"]
        session.add(trip)

    with db.reading() as session:
        found = queries.last_seen(session, world.children)
        dots = queries.dots(session, [ignatius], MONDAY - timedelta(days=30))
    assert found == {gideon: MONDAY - timedelta(days=5), hester: MONDAY - timedelta(days=9)}
    assert [(dot.day, dot.kind, dot.seen, dot.in_residence) for dot in dots] == [
        (date(2026, 11, 14), Kind.CASEWORKER_VISIT, False, True),
        (date(2026, 11, 20), Kind.VIDEO, True, False),
    ]


def test_a_caseworker_who_is_an_aide_too_is_an_aide(db: Database, world: World) -> None:
    with db.transaction() as session:
        log(session, world, draft(world))
        session.add(AccountRole(account_id=world.accounts["rowan"], role="aide"))

    with db.reading() as session:
        assert queries.last_seen(session, world.children) == {}


def test_a_day_is_that_of_the_familys_wall_clock(db: Database, world: World) -> None:
    started = datetime(2026, 11, 1, 4, 30, tzinfo=UTC)  # 11:30 pm on October 31 in Chicago
    made = draft(
        world, started_at=iso(started), ended_at=iso(started + timedelta(minutes=30)), late_reason="Catching up"
    )

    with db.transaction() as session:
        log(session, world, made)

    with db.reading() as session:
        days = {dot.day for dot in queries.dots(session, world.children, started)}
        assert queries.dots(session, world.children, started + timedelta(seconds=1)) == []
    assert days == {date(2026, 10, 31)}


def test_a_familys_visits_come_newest_first_and_page_by_page(db: Database, world: World) -> None:
    with db.transaction() as session:
        made = [
            log(session, world, draft(world, started_at=iso(MONDAY - timedelta(hours=n // 2 + 1)))).id for n in range(5)
        ]

    with db.reading() as session:
        rowan = world.actor(session, "rowan")
        first = queries.visits_of_case(session, rowan, world.case, now=MONDAY, most=2)
        second = queries.visits_of_case(session, rowan, world.case, now=MONDAY, most=2, before=first[-1].id)
        third = queries.visits_of_case(session, rowan, world.case, now=MONDAY, most=2, before=second[-1].id)
    shown = [line.id for line in (*first, *second, *third)]
    assert sorted(shown) == sorted(made)
    assert [line.started_at for line in (*first, *second, *third)] == sorted(
        (line.started_at for line in (*first, *second, *third)), reverse=True
    )
    assert len(third) == 1


def test_nobody_was_asked_yet_when_a_visit_has_just_been_logged(db: Database, world: World) -> None:
    with db.transaction() as session:
        visit = log(session, world, draft(world))

    with db.reading() as session:
        shown = queries.visit(session, world.actor(session, "rowan"), visit.id, now=MONDAY)
    assert shown.asking.state == Asked.NOT_ASKED
    assert Answer.CONFIRMED not in {dot.confirmed for dot in queries.dots(session, world.children, MONDAY)}
