"""What a family says with its link, and what never follows from it."""

import threading
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from sqlmodel import Session, select

from porchlight.audit.models import AuditEvent
from porchlight.cases.models import Task
from porchlight.core.db import Database
from porchlight.core.jobs import Job
from porchlight.core.keys import sha256
from porchlight.core.refused import NotFound, Refused
from porchlight.core.tools import Tools
from porchlight.people.models import Account
from porchlight.visits import asking, confirming, queries
from porchlight.visits.models import Confirmation, ConfirmationLink, Contact
from porchlight.visits.rules import LinkExpired
from porchlight.visits.values import Answer, Asked
from tests.visits.making import PRIVATE, draft, log
from tests.world import MONDAY, World

DAY = timedelta(days=1)
Linked = tuple[UUID, str, str]


@pytest.fixture
def linked(db: Database, tools: Tools, world: World) -> Linked:
    """A logged visit: its id, the hash of its summary, and the token of the caregiver's link."""
    with db.transaction() as session:
        visit = log(session, world, draft(world))
        token = confirming.make_link(session, visit.id, world.caregiver, keys=tools.keys, now=MONDAY)
        link = session.exec(select(ConfirmationLink)).one()
        link.sent_at = MONDAY
        session.add(link)
        return visit.id, visit.summary_sha256, token


def rows(session: Session) -> list[tuple[str, str, str]]:
    query = select(Confirmation).order_by(Confirmation.answered_at)  # type: ignore[arg-type]
    return [(row.answer, row.different, row.words) for row in session.exec(query)]


def test_a_link_is_43_characters_of_which_only_the_hash_is_kept(db: Database, linked: Linked) -> None:
    _visit, _sha, token = linked

    with db.reading() as session:
        link = session.exec(select(ConfirmationLink)).one()
    assert len(token) == 43
    assert link.token_hash == sha256(token.encode())
    assert token not in repr(link.model_dump())
    assert link.expires_at == MONDAY + 7 * DAY


def test_every_link_is_another(db: Database, tools: Tools, world: World, linked: Linked) -> None:
    with db.transaction() as session:
        second = confirming.make_link(session, linked[0], world.caregiver, keys=tools.keys, now=MONDAY)

    assert second != linked[2]


def test_a_familys_yes_is_kept_over_the_summary_that_was_shown(db: Database, world: World, linked: Linked) -> None:
    visit, sha, token = linked

    with db.transaction() as session:
        confirming.confirm(session, token, sha, now=MONDAY + DAY)

    with db.reading() as session:
        row = session.exec(select(Confirmation)).one()
        shown = queries.visit(session, world.actor(session, "rowan"), visit, now=MONDAY + DAY)
        event = session.exec(select(AuditEvent).where(AuditEvent.act == "visit.confirmed")).one()
    assert (row.contact_id, row.caregiver_id, row.summary_sha256) == (visit, world.caregiver, sha)
    assert shown.asking.state == Asked.CONFIRMED
    assert [(one.caregiver, one.answer) for one in shown.asking.answers] == [("Sunniva Aldous", Answer.CONFIRMED)]
    assert event.subject_id == visit
    assert event.account_id is None


def test_saying_yes_again_changes_nothing(db: Database, linked: Linked) -> None:
    _visit, sha, token = linked

    for hours in range(3):
        with db.transaction() as session:
            confirming.confirm(session, token, sha, now=MONDAY + timedelta(hours=hours))

    with db.reading() as session:
        assert rows(session) == [("confirmed", "", "")]
        assert session.exec(select(Confirmation.answered_at)).one() == MONDAY
        assert len(list(session.exec(select(AuditEvent).where(AuditEvent.act == "visit.confirmed")))) == 1


def test_a_double_tap_is_one_answer(db: Database, linked: Linked) -> None:
    _visit, sha, token = linked
    ready = threading.Barrier(4)
    failed: list[Exception] = []

    def tap() -> None:
        ready.wait()
        try:
            with db.transaction() as session:
                confirming.confirm(session, token, sha, now=MONDAY)
        except Exception as error:  # noqa: BLE001  told below
            failed.append(error)

    threads = [threading.Thread(target=tap) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    with db.reading() as session:
        assert rows(session) == [("confirmed", "", "")]
    assert not failed


def test_something_different_makes_a_task_for_the_supervisor_and_touches_nothing(
    db: Database, world: World, linked: Linked
) -> None:
    visit, sha, token = linked
    with db.reading() as session:
        before = session.get_one(Contact, visit).model_dump()

    with db.transaction() as session:
        confirming.say_different(session, token, sha, "other_time", " It was closer to five.\x00 ", now=MONDAY + DAY)

    with db.reading() as session:
        task = session.exec(select(Task)).one()
        assert session.get_one(Contact, visit).model_dump() == before
        assert rows(session) == [("different", "other_time", "It was closer to five.")]
    assert (task.kind, task.owner_id, task.source_id) == ("something_is_different", world.accounts["priya"], visit)
    assert task.case_id == world.case


def test_the_supervisor_reads_the_familys_words_before_the_author(db: Database, world: World, linked: Linked) -> None:
    visit, sha, token = linked
    with db.transaction() as session:
        confirming.say_different(session, token, sha, "no_visit", "Nobody came.", now=MONDAY)

    def words(name: str) -> list[str | None]:
        with db.reading() as session:
            shown = queries.visit(session, world.actor(session, name), visit, now=MONDAY)
            return [one.words for one in shown.asking.answers]

    assert words("priya") == ["Nobody came."]
    assert words("rowan") == [None]
    with db.transaction() as session:
        task = session.exec(select(Task)).one()
        task.done_at = MONDAY + DAY
        session.add(task)
    assert words("rowan") == ["Nobody came."]


def test_without_a_supervisor_it_comes_to_another_and_never_to_the_author_first(
    db: Database, world: World, linked: Linked
) -> None:
    _visit, sha, token = linked
    with db.transaction() as session:
        author = session.get_one(Account, world.accounts["rowan"])
        author.supervisor_id = None
        session.add(author)

    with db.transaction() as session:
        confirming.say_different(session, token, sha, "other", "", now=MONDAY)

    with db.reading() as session:
        owner = session.exec(select(Task.owner_id)).one()
    assert owner in {world.accounts["priya"], world.accounts["mara"]}


def test_a_supervisor_who_has_left_is_passed_over(db: Database, world: World, linked: Linked) -> None:
    _visit, sha, token = linked
    with db.transaction() as session:
        session.get_one(Account, world.accounts["priya"]).disabled_at = MONDAY

    with db.transaction() as session:
        confirming.say_different(session, token, sha, "no_visit", "Nobody came.", now=MONDAY)

    with db.reading() as session:
        assert session.exec(select(Task.owner_id)).one() == world.accounts["mara"]


def test_what_a_family_says_anew_after_the_supervisor_was_done_comes_to_the_supervisor_again(
    db: Database, world: World, linked: Linked
) -> None:
    visit, sha, token = linked

    def say(words: str, days: int) -> None:
        with db.transaction() as session:
            confirming.say_different(session, token, sha, "other_time", words, now=MONDAY + days * DAY)

    say("It was five.", 0)
    say("It was five.", 0)
    with db.transaction() as session:
        session.exec(select(Task)).one().done_at = MONDAY + DAY
    say("It was five.", 1)
    with db.reading() as session:
        assert [task.done_at for task in session.exec(select(Task))] == [MONDAY + DAY]

    say("Nobody looked at the youngest.", 2)

    with db.reading() as session:
        assert len([task for task in session.exec(select(Task)) if task.done_at is None]) == 1
        shown = queries.visit(session, world.actor(session, "rowan"), visit, now=MONDAY + 2 * DAY)
    assert [one.words for one in shown.asking.answers] == [None]


def test_the_answer_may_be_changed_until_the_link_ends_and_each_change_stays(
    db: Database, world: World, linked: Linked
) -> None:
    visit, sha, token = linked
    answers: list[Callable[[Session, int], object]] = [
        lambda session, day: confirming.confirm(session, token, sha, now=MONDAY + day * DAY),
        lambda session, day: confirming.say_different(session, token, sha, "other", "Wait", now=MONDAY + day * DAY),
        lambda session, day: confirming.say_different(session, token, sha, "other", "Wait", now=MONDAY + day * DAY),
        lambda session, day: confirming.say_different(session, token, sha, "other_time", "", now=MONDAY + day * DAY),
        lambda session, day: confirming.confirm(session, token, sha, now=MONDAY + day * DAY),
    ]

    for day, say in enumerate(answers):
        with db.transaction() as session:
            say(session, day)

    with db.reading() as session:
        assert rows(session) == [
            ("confirmed", "", ""),
            ("different", "other", "Wait"),
            ("different", "other_time", ""),
            ("confirmed", "", ""),
        ]
        assert asking.answers(session, [visit]) == {visit: Answer.CONFIRMED}
        assert {dot.confirmed for dot in queries.dots(session, world.children, MONDAY - DAY)} == {Answer.CONFIRMED}
        assert len(list(session.exec(select(Task)))) == 1


@pytest.mark.parametrize("shown", ["", "x" * 43])
def test_only_the_form_of_the_page_can_answer(db: Database, linked: Linked, shown: str) -> None:
    _visit, _sha, token = linked

    with pytest.raises(Refused), db.transaction() as session:
        confirming.confirm(session, token, shown, now=MONDAY)
    with pytest.raises(Refused), db.transaction() as session:
        confirming.say_different(session, token, shown, "other", "", now=MONDAY)

    with db.reading() as session:
        assert rows(session) == []


def test_after_seven_days_a_link_takes_no_answer_and_shows_no_visit(db: Database, linked: Linked) -> None:
    _visit, sha, token = linked
    ended = MONDAY + 7 * DAY

    with db.transaction() as session:
        confirming.confirm(session, token, sha, now=ended - timedelta(seconds=1))
    with pytest.raises(LinkExpired), db.transaction() as session:
        confirming.say_different(session, token, sha, "other", "", now=ended)

    with db.reading() as session:
        assert rows(session) == [("confirmed", "", "")]
        page = asking.for_link(session, token, now=ended)
    assert page.expired
    assert page.visit is None
    assert page.answer is not None
    assert page.answer.answer == Answer.CONFIRMED


@pytest.mark.parametrize("token", ["", "x" * 43, "x" * 42, "x" * 5000, "\x00" * 43, "é" * 43])
def test_an_unknown_link_is_not_found(db: Database, linked: Linked, token: str) -> None:
    for act in (
        lambda session: confirming.confirm(session, token, linked[1], now=MONDAY),
        lambda session: confirming.say_different(session, token, linked[1], "other", "", now=MONDAY),
        lambda session: confirming.ask_again(session, token, now=MONDAY),
        lambda session: asking.for_link(session, token, now=MONDAY),
    ):
        with pytest.raises(NotFound), db.transaction() as session:
            act(session)


def test_what_a_link_shows_holds_no_child_and_no_private_word(db: Database, linked: Linked) -> None:
    with db.reading() as session:
        page = asking.for_link(session, linked[2], now=MONDAY)

    assert page.visit is not None
    assert (page.visit.who, page.visit.came) == ("Rowan I.", "Rowan I.")
    everything = repr(page)
    for hidden in ("Gideon", "Hester", "Ignatius", "Quintrell", "kitchen", *PRIVATE):
        assert hidden not in everything


def waiting(session: Session) -> list[Job]:
    return list(session.exec(select(Job).where(Job.name == "visits.send_link")))


def test_an_ended_link_asks_for_a_new_one_once_a_day(db: Database, world: World, linked: Linked) -> None:
    visit, _sha, token = linked
    ended = MONDAY + 7 * DAY

    with db.transaction() as session:
        confirming.ask_again(session, token, now=ended - timedelta(hours=1))
        assert waiting(session) == []
    for hours in (0, 1, 23):
        with db.transaction() as session:
            confirming.ask_again(session, token, now=ended + timedelta(hours=hours))

    with db.reading() as session:
        (job,) = waiting(session)
        assert asking.for_link(session, token, now=ended + timedelta(hours=1)).new_one_coming
        assert not asking.for_link(session, token, now=ended + timedelta(hours=24)).new_one_coming
    assert job.payload["contact_id"] == str(visit)
    assert job.payload["caregiver_id"] == str(world.caregiver)
