"""Changing a logged visit: added and never written over; what was signed is bound to what was signed."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlmodel import select

from porchlight.audit.models import AuditEvent
from porchlight.cases.models import Assignment
from porchlight.core.clock import iso
from porchlight.core.db import Database
from porchlight.core.ids import new_id
from porchlight.core.refused import Conflict, Invalid, NotFound, Refused
from porchlight.core.tools import Tools
from porchlight.visits import amending, asking, confirming, history, queries
from porchlight.visits.amend_drafts import AmendmentDraft
from porchlight.visits.models import Amendment, ConfirmationLink, Contact, ContactChild
from porchlight.visits.values import Answer, Asked, VisitRecord
from porchlight.web.forms import read
from tests.visits.making import PRIVATE, draft, log
from tests.working import work
from tests.world import MONDAY, World

HOUR = timedelta(hours=1)


def change(world: World, visit: UUID, base: tuple[UUID, ...] = (), **changes: Any) -> AmendmentDraft:
    said = {"amendment_id": str(new_id()), "visit_id": str(visit), "case_id": str(world.case), "base": list(base)}
    return read(AmendmentDraft, {**said, "changes": changes, "reason": "I had it wrong."})


def amend(db: Database, world: World, made: AmendmentDraft, *, by: str = "rowan", **how: Any) -> UUID:
    given: dict[str, Any] = {"captured_at": MONDAY, "device_id": None, "now": MONDAY, **how}
    with db.transaction() as session:
        return amending.amend(session, world.actor(session, by), made, **given).id


def look(db: Database, world: World, visit: UUID, by: str = "rowan") -> VisitRecord:
    with db.reading() as session:
        return queries.visit(session, world.actor(session, by), visit, now=MONDAY)


@pytest.fixture
def visit(db: Database, world: World) -> UUID:
    with db.transaction() as session:
        return log(session, world, draft(world)).id


@pytest.fixture
def colleague(db: Database, world: World) -> str:
    """Tamsin works this case today, too."""
    with db.transaction() as session:
        since = MONDAY - timedelta(days=1)
        session.add(Assignment(case_id=world.case, account_id=world.accounts["tamsin"], from_at=since))
    return "tamsin"


@pytest.mark.duty("S4-42")
def test_a_change_is_added_and_the_first_words_stay(db: Database, world: World, visit: UUID) -> None:
    when = {"started_at": iso(MONDAY - 2 * HOUR), "ended_at": iso(MONDAY - HOUR)}

    amend(db, world, change(world, visit, when=when, observations="The kitchen was cold.", next_visit=None))

    shown = look(db, world, visit)
    assert (shown.started_at, shown.observations, shown.next_visit_on) == (
        MONDAY - 2 * HOUR,
        "The kitchen was cold.",
        None,
    )
    ((side, parts),) = shown.past.changes
    assert (side.author, side.reason, side.at) == ("Rowan Ibarra", "I had it wrong.", MONDAY)
    assert [(part.what, part.before) for part in parts] == [
        ("when", {"started_at": MONDAY - timedelta(minutes=70), "ended_at": MONDAY - timedelta(minutes=10)}),
        ("observations", "The kitchen was warm and tidy."),
        ("next_visit", MONDAY.date().replace(month=12, day=14)),
    ]
    with db.reading() as session:
        contact = session.get_one(Contact, visit)
        event = session.exec(select(AuditEvent).where(AuditEvent.act == "visit.amended")).one()
    assert contact.as_logged
    assert contact.as_logged["observations"] == "The kitchen was warm and tidy."
    assert event.account_id == world.accounts["rowan"]
    assert "cold" not in repr(event.model_dump())


def test_the_same_change_sent_twice_is_one_and_other_words_under_its_number_are_refused(
    db: Database, world: World, visit: UUID, colleague: str
) -> None:
    made = change(world, visit, note="Thank you all.")
    amend(db, world, made)

    assert amend(db, world, made) == made.amendment_id
    other = made.model_copy(update={"reason": "Something else."})
    with pytest.raises(Conflict):
        amend(db, world, other)
    with pytest.raises(Conflict):
        amend(db, world, made, by=colleague)

    with db.reading() as session:
        assert len(list(session.exec(select(Amendment)))) == 1
        assert len(list(session.exec(select(AuditEvent).where(AuditEvent.act == "visit.amended")))) == 1


@pytest.mark.parametrize("name", ["tamsin", "priya", "corin", "odell", "sunniva", "joss"])
def test_only_who_may_write_today_changes_a_visit(db: Database, world: World, visit: UUID, name: str) -> None:
    with pytest.raises(NotFound):
        amend(db, world, change(world, visit, note="Mine now."), by=name)
    with pytest.raises(NotFound):
        amend(db, world, change(world, uuid4(), note="Nobody's."))
    elsewhere = change(world, visit, note="x").model_copy(update={"case_id": world.other_case})
    with pytest.raises(NotFound):
        amend(db, world, elsewhere, by="tamsin")

    assert look(db, world, visit).family_note == "Thank you for the tea."


BAD: list[dict[str, Any]] = [
    {},
    {"colour": "red"},
    {"follow_ups": []},
    {"came": ""},
    {"when": {"started_at": iso(MONDAY), "ended_at": iso(MONDAY - HOUR)}},
    {"when": {"started_at": iso(MONDAY - HOUR)}},
    {"where": {"kind": "caseworker_visit", "place": "video", "in_residence": False}},
    {"note": "Gideon Quintrell was glad."},
    {"agreed": ["A bed for Hester Quintrell"]},
    {"observations": None},
]


@pytest.mark.parametrize("changes", BAD, ids=repr)
def test_what_is_wrong_is_refused_and_nothing_is_kept(
    db: Database, world: World, visit: UUID, changes: dict[str, Any]
) -> None:
    with pytest.raises(Refused):
        amend(db, world, change(world, visit, **changes))

    with db.reading() as session:
        assert session.exec(select(Amendment)).all() == []


def test_a_childs_answer_must_be_right_and_the_child_of_this_family(db: Database, world: World, visit: UUID) -> None:
    def how(child: UUID, **said: Any) -> AmendmentDraft:
        return change(world, visit, children=[{"person_id": str(child), "how_seen": {"seen": True, **said}}])

    with pytest.raises(Invalid) as alone:
        amend(db, world, how(world.children[0]))
    with pytest.raises(Refused):
        amend(db, world, how(world.other_child, alone="yes"))

    assert [error.field for error in alone.value.errors] == [f"children.{world.children[0]}.alone"]


def test_siblings_notes_never_mix_and_are_only_for_whom_they_are_open_to(
    db: Database, world: World, visit: UUID, colleague: str
) -> None:
    first, second, _third = world.children

    def note(child: UUID, words: str) -> AmendmentDraft:
        return change(world, visit, children=[{"person_id": str(child), "private_note": words}])

    amend(db, world, note(first, "Of the first"))
    amend(db, world, note(second, "Of the second"), by=colleague)

    shown = look(db, world, visit)
    assert [child.private_note for child in shown.children] == ["Of the first", "Of the second", PRIVATE[2]]
    assert shown.past.undecided == ()
    told = look(db, world, visit, "corin")
    assert [child.private_note for child in told.children] == [None] * 3
    assert [part.hidden for _side, parts in told.past.changes for part in parts] == [True, True]
    assert "Of the" not in repr(told)
    assert PRIVATE[0] not in repr(told)


@pytest.mark.fault(25, shows="2 of 2 texts kept and shown")
def test_different_parts_merge_and_the_same_part_is_left_to_a_person_with_both_texts(
    db: Database, world: World, visit: UUID, colleague: str
) -> None:
    one = amend(db, world, change(world, visit, note="One", came="Rowan and Tamsin"))
    two = amend(db, world, change(world, visit, note="Two", observations="Both wrote."), by=colleague)

    shown = look(db, world, visit)

    assert (shown.came, shown.observations) == ("Rowan and Tamsin", "Both wrote.")
    assert shown.family_note == "Thank you for the tea."
    (open_,) = shown.past.undecided
    assert [(side.id, side.author, side.value) for side in open_.sides] == [
        (one, "Rowan Ibarra", "One"),
        (two, "Tamsin Okafor", "Two"),
    ]


@pytest.mark.parametrize("how", ["one", "two", "together"])
def test_a_person_decides_and_that_is_a_change_too(
    db: Database, world: World, visit: UUID, colleague: str, how: str
) -> None:
    sides = {"one": amend(db, world, change(world, visit, note="One"))}
    sides["two"] = amend(db, world, change(world, visit, note="Two"), by=colleague)
    keep = str(sides[how]) if how in sides else ""
    typed = {"part": "note", "keep": keep, "words": "One and two", "amendment_id": str(new_id())}

    def decide(by: str, said: dict[str, str]) -> None:
        with db.transaction() as session:
            base = list(look(db, world, visit).past.base)
            amending.decide(session, world.actor(session, by), visit, said, base, now=MONDAY)

    for by, said, refusal in (
        ("corin", typed, NotFound),
        ("rowan", {**typed, "part": "came"}, Conflict),
        ("rowan", {**typed, "keep": str(uuid4()), "words": ""}, Refused),
    ):
        with pytest.raises(refusal):
            decide(by, said)
    decide("rowan", typed)

    shown = look(db, world, visit)
    assert shown.family_note == {"one": "One", "two": "Two", "together": "One and two"}[how]
    assert shown.past.undecided == ()
    assert len(shown.past.changes) == 3
    with pytest.raises(Conflict):
        decide("rowan", {**typed, "amendment_id": str(new_id())})


def test_a_forgotten_sibling_is_added(db: Database, world: World) -> None:
    with db.transaction() as session:
        made = draft(world)
        made.children.pop()
        visit = log(session, world, made).id
    third = str(world.children[2])

    with pytest.raises(Invalid):
        amend(db, world, change(world, visit, children=[{"person_id": third, "private_note": "Drew a boat."}]))
    how = {"seen": True, "alone": "yes"}
    amend(db, world, change(world, visit, children=[{"person_id": third, "how_seen": how, "private_note": "Boat."}]))

    with db.reading() as session:
        row = session.get_one(ContactChild, (visit, world.children[2]))
    assert (row.seen, row.private_note) == (True, "Boat.")


def test_a_sibling_whom_two_added_otherwise_is_not_there_until_it_is_decided(
    db: Database, world: World, colleague: str
) -> None:
    with db.transaction() as session:
        made = draft(world)
        made.children.pop()
        visit = log(session, world, made).id
    third = str(world.children[2])

    for by, how in (
        ("rowan", {"seen": True, "alone": "yes"}),
        (colleague, {"seen": False, "not_seen_reason": "Asleep"}),
    ):
        amend(db, world, change(world, visit, children=[{"person_id": third, "how_seen": how}]), by=by)

    shown = look(db, world, visit)
    assert world.children[2] not in {child.person_id for child in shown.children}
    assert [len(open_.sides) for open_ in shown.past.undecided] == [2]


# What was signed and confirmed


Linked = Callable[[], str]


@pytest.fixture
def ask(db: Database, tools: Tools, world: World, visit: UUID) -> Linked:
    """Gives the foster parent a link that was sent; returns its token."""

    def make() -> str:
        with db.transaction() as session:
            link_id = new_id()
            token = confirming.make_link(session, visit, world.caregiver, keys=tools.keys, now=MONDAY, link_id=link_id)
            session.get_one(ConfirmationLink, link_id).sent_at = MONDAY
            return token

    return make


def confirm(db: Database, world: World, visit: UUID, token: str) -> str:
    sha = look(db, world, visit).summary_sha256
    with db.transaction() as session:
        confirming.confirm(session, token, sha, now=MONDAY)
    return sha


def answer_in_list(db: Database, world: World, visit: UUID) -> Answer | None:
    with db.reading() as session:
        lines = queries.visits_of_case(session, world.actor(session, "rowan"), world.case, now=MONDAY)
        dots = queries.dots(session, world.children, MONDAY - timedelta(days=9))
    answers = {line.id: line.answer for line in lines}
    assert {dot.confirmed for dot in dots} == {answers[visit]}
    return answers[visit]


@pytest.mark.duty("S2-3")
def test_a_change_of_the_summary_voids_what_was_confirmed_and_asks_again_and_others_do_not(
    db: Database, tools: Tools, world: World, visit: UUID, ask: Linked
) -> None:
    practice = practising(tools)
    token = ask()
    confirm(db, world, visit, token)
    work(practice)
    private = [{"person_id": str(world.children[0]), "private_note": "Something else."}]
    amend(db, world, change(world, visit, observations="More.", children=private, topics=["school"]))
    work(practice)
    assert answer_in_list(db, world, visit) == Answer.CONFIRMED
    assert links(db) == 1

    amend(db, world, change(world, visit, agreed=["Dentist by December 5"]))

    assert answer_in_list(db, world, visit) is None
    shown = look(db, world, visit).asking
    assert (shown.state, shown.answers) == (Asked.ASKED, ())
    assert [(one.answer, one.changed) for one in shown.earlier] == [(Answer.CONFIRMED, ("agreed",))]
    with db.reading() as session:
        old = asking.for_link(session, token, now=MONDAY)
    assert old.visit is not None
    assert (old.visit.agreed, old.changed, old.answer) == (("Dentist by December 5",), ("agreed",), None)
    work(practice)
    work(practice)
    assert links(db) == 2
    confirm(db, world, visit, token)
    assert answer_in_list(db, world, visit) == Answer.CONFIRMED


def test_back_at_the_words_that_were_confirmed_the_answer_counts_again_and_nobody_is_asked(
    db: Database, tools: Tools, world: World, visit: UUID, ask: Linked
) -> None:
    practice = practising(tools)
    sha = confirm(db, world, visit, ask())
    work(practice)
    first = amend(db, world, change(world, visit, note="Other words"))

    amend(db, world, change(world, visit, (first,), note="Thank you for the tea."))
    work(practice)

    assert look(db, world, visit).summary_sha256 == sha
    assert answer_in_list(db, world, visit) == Answer.CONFIRMED
    assert links(db) == 1


def test_two_changes_that_wait_for_a_decision_void_nothing(
    db: Database, world: World, visit: UUID, colleague: str, ask: Linked
) -> None:
    sha = confirm(db, world, visit, ask())

    amend(db, world, change(world, visit, note="One"))
    assert answer_in_list(db, world, visit) is None
    amend(db, world, change(world, visit, note="Two"), by=colleague)

    assert look(db, world, visit).summary_sha256 == sha
    assert answer_in_list(db, world, visit) == Answer.CONFIRMED
    with db.reading() as session:
        stood = history.summaries(session, session.get_one(Contact, visit))
    assert len(stood) == 2


def test_a_foster_parent_who_was_there_after_all_is_asked(db: Database, tools: Tools, world: World) -> None:
    with db.transaction() as session:
        visit = log(session, world, draft(world, place="office", in_residence=False)).id
    practice = practising(tools)
    work(practice)
    assert links(db) == 0

    where = {"kind": "caseworker_visit", "place": "home", "in_residence": True}
    amend(db, world, change(world, visit, where=where))
    work(practice)

    assert links(db) == 1


def links(db: Database) -> int:
    with db.reading() as session:
        return len(list(session.exec(select(ConfirmationLink))))


def practising(tools: Tools) -> Tools:
    """Links are made and sent to nobody."""
    return replace(tools, settings=replace(tools.settings, demo=True))
