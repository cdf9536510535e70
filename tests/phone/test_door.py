"""At the door without signal: two phones, one server that hears of both later, in whichever order."""

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from joserfc.jwk import ECKey
from sqlmodel import col, select

from porchlight.audit.models import AuditEvent
from porchlight.cases.models import Task
from porchlight.core.db import Database
from porchlight.core.ids import new_id
from porchlight.core.keys import sha256
from porchlight.core.tools import Tools
from porchlight.homes.models import Caregiver
from porchlight.visits import asking, confirming
from porchlight.visits.models import Confirmation, ConfirmationLink, Contact, DoorCode, EarlyAnswer
from tests.browsing import Browser, text_of
from tests.clocks import Clock
from tests.phone.doors import Shown, show
from tests.phone.fake_phone import Phone, Send, summary_of
from tests.phone.test_amending import change
from tests.working import work
from tests.world import MONDAY, World

LOOK, ANSWERS = "/api/v1/door/look", "/api/v1/door/answers"
YES = {"answer": "confirmed"}
NO = {"answer": "different", "different": "other_time", "words": "It was closer to five."}
# What asks the database nothing that differs between the two.
on_one = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
Parts = tuple[Tools, World, Phone, Send, Clock]


@pytest.fixture
def parts(tools: Tools, world: World, phone: Phone, send: Send, clock: Clock) -> Parts:
    return tools, world, phone, send, clock


def say(send: Send, shown: Shown, said: dict[str, Any] | None = None, *, age: float = 0) -> Any:
    return send("POST", ANSWERS, json=shown.held | (said or YES) | {"age_ms": int(age * 1000)})


def look(send: Send, shown: Shown) -> dict[str, Any]:
    answer = send("POST", LOOK, json=shown.held)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def arrive(send: Send, shown: Shown) -> None:
    assert shown.phone.deposit(send, shown.visit()).status_code == 201


def answers(db: Database) -> list[tuple[str, str, str]]:
    with db.reading() as session:
        rows = session.exec(select(Confirmation).order_by(col(Confirmation.answered_at)))
        return [(row.answer, row.way, row.words) for row in rows]


def messages(tools: Tools) -> int:
    """How many links left for the family, once the worker has done all that is due."""
    work(replace(tools, settings=replace(tools.settings, demo=True)))
    with tools.db.reading() as session:
        return len(list(session.exec(select(ConfirmationLink).where(col(ConfirmationLink.sent_at).is_not(None)))))


@pytest.mark.duty("S2-4")
@pytest.mark.parametrize("first", ["the answer", "the visit"])
def test_in_either_order_there_is_one_confirmation_and_nobody_is_asked_again(parts: Parts, first: str) -> None:
    tools, world, phone, send, clock = parts
    shown = show(phone, world)

    def by_visit() -> None:
        arrive(send, shown)
        assert messages(tools) == 0

    def by_answer() -> None:
        assert say(send, shown, age=3600).status_code == 200

    clock.move(hours=5)
    for step in [by_answer, by_visit] if first == "the answer" else [by_visit, by_answer]:
        step()
        clock.move(minutes=2)
    by_answer()

    assert answers(tools.db) == [("confirmed", "door", "")]
    clock.move(days=3)
    assert messages(tools) == 0
    with tools.db.reading() as session:
        row = session.exec(select(Confirmation)).one()
        assert row.summary_sha256 == session.exec(select(Contact.summary_sha256)).one()
        assert not session.exec(select(EarlyAnswer)).first()
        assert session.exec(select(AuditEvent).where(AuditEvent.act == "visit.confirmed")).one()
    assert row.said_at is not None
    assert row.said_at < row.answered_at
    assert (row.contact_id, row.caregiver_id) == (shown.visit_id, world.caregiver)


@on_one
def test_the_page_of_the_visit_says_when_it_was_said_and_when_it_reached_us(
    parts: Parts, browser_of: Callable[..., Browser]
) -> None:
    _tools, world, phone, send, clock = parts
    shown = show(phone, world)
    clock.move(hours=5)
    arrive(send, shown)

    page = text_of(browser_of("rowan").get(f"/visits/{shown.visit_id}"))
    assert "Sunniva Aldous was shown a code at the door" in page
    say(send, shown, age=4 * 3600)

    page = text_of(browser_of("rowan").get(f"/visits/{shown.visit_id}"))
    assert "Confirmed at the door by Sunniva Aldous" in page
    assert "on their own phone" in page
    assert "1:00 pm" in page
    assert "It reached us" in page
    assert "5:00 pm" in page
    assert "was shown a code" not in page


@on_one
def test_who_was_shown_a_code_and_stays_silent_is_asked_by_message_after_a_day(parts: Parts) -> None:
    tools, world, phone, send, clock = parts
    arrive(send, show(phone, world))
    assert messages(tools) == 0
    clock.move(hours=23, minutes=59)
    assert messages(tools) == 0

    clock.move(minutes=1)

    assert messages(tools) == 1
    clock.move(days=2)
    assert messages(tools) == 1


@on_one
def test_the_other_foster_parent_who_was_there_is_asked_at_once(parts: Parts) -> None:
    tools, world, phone, send, _clock = parts
    with tools.db.transaction() as session:
        other = Caregiver(home_id=world.home, name="Ebba Aldous", phone="+15550135", email="ebba@example.org")
        session.add(other)
        session.flush()
        shown = show(phone, world)
        shown.body["persons_seen"].append(str(other.id))

    arrive(send, shown)

    assert messages(tools) == 1
    with tools.db.reading() as session:
        assert session.exec(select(ConfirmationLink.caregiver_id)).all() == [other.id]


@on_one
def test_a_message_that_was_queued_already_is_not_sent_to_who_has_answered(parts: Parts) -> None:
    tools, world, phone, send, clock = parts
    shown = show(phone, world)
    arrive(send, shown)
    clock.move(days=1)
    with tools.db.transaction() as session:
        confirming.send_soon(session, shown.visit_id, world.caregiver, now=clock.moment)

    say(send, shown)

    assert messages(tools) == 0


@on_one
def test_something_different_at_the_door_comes_to_the_supervisor_with_its_words(parts: Parts) -> None:
    tools, world, phone, send, _clock = parts
    shown = show(phone, world)
    assert say(send, shown, NO).status_code == 200
    assert look(send, shown)["answer"] == "different"

    arrive(send, shown)

    assert answers(tools.db) == [("different", "door", "It was closer to five.")]
    with tools.db.reading() as session:
        task = session.exec(select(Task).where(Task.kind == "something_is_different")).one()
    assert task.owner_id == world.accounts["priya"]


@pytest.mark.parametrize("arrived", [False, True])
def test_of_two_answers_the_one_that_was_said_later_holds_however_late_it_comes(parts: Parts, arrived: bool) -> None:
    tools, world, phone, send, clock = parts
    shown = show(phone, world)
    clock.move(hours=6)
    if arrived:
        arrive(send, shown)
    say(send, shown, NO, age=60)
    say(send, shown, age=5 * 3600)
    if not arrived:
        arrive(send, shown)

    assert look(send, shown)["answer"] == "different"
    assert answers(tools.db)[-1][:2] == ("different", "door")


@pytest.mark.parametrize("arrived", [False, True], ids=["before the visit", "after the visit"])
@pytest.mark.parametrize("later_first", [False, True], ids=["in order", "the yes arrives first"])
def test_that_something_is_different_is_kept_and_told_though_somebody_with_the_same_code_says_yes_later(
    arrived: bool, later_first: bool, parts: Parts, browser_of: Callable[..., Browser]
) -> None:
    tools, world, phone, send, clock = parts
    shown = show(phone, world)
    clock.move(hours=6)
    if arrived:
        arrive(send, shown)
    said: list[tuple[tuple[Any, ...], dict[str, int]]] = [((NO,), {"age": 5 * 3600}), ((), {"age": 60})]
    for words, age in reversed(said) if later_first else said:
        say(send, shown, *words, **age)
        say(send, shown, *words, **age)
    if not arrived:
        arrive(send, shown)

    assert sorted(one[:2] for one in answers(tools.db)) == [("confirmed", "door"), ("different", "door")]
    with tools.db.reading() as session:
        task = session.exec(select(Task).where(Task.kind == "something_is_different")).one()
    assert task.owner_id == world.accounts["priya"]
    assert look(send, shown)["answer"] == "confirmed"
    page = text_of(browser_of("priya").get(f"/visits/{shown.visit_id}"))
    assert "said that something is different" in page
    assert "It was closer to five." in page


def test_a_double_tap_at_the_same_moment_is_one_answer(parts: Parts, browser_of: Callable[..., Browser]) -> None:
    tools, world, phone, send, _clock = parts
    shown = show(phone, world)
    sends = [browser_of(Accept="application/json").request for _ in range(3)]
    statuses: list[int] = []
    threads = [threading.Thread(target=lambda one=one: statuses.append(say(one, shown).status_code)) for one in sends]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    arrive(send, shown)

    assert statuses == [200, 200, 200]
    assert len(answers(tools.db)) == 1


def test_an_answer_over_other_words_does_not_count_is_said_plainly_and_a_message_asks(
    parts: Parts, browser_of: Callable[..., Browser]
) -> None:
    tools, world, phone, send, _clock = parts
    shown = show(phone, world)
    other = summary_of(shown.body | {"summary": shown.body["summary"] | {"note": "Other words."}})
    false = show(phone, world, ticket={"visit_id": shown.body["visit_id"], "summary_sha256": sha256(other.encode())})
    shown.body["door"] = false.body["door"]
    say(send, false)

    arrive(send, shown)

    assert answers(tools.db) == []
    assert messages(tools) == 1
    page = text_of(browser_of("rowan").get(f"/visits/{shown.visit_id}"))
    assert "does not count" in page
    assert look(send, false)["state"] == "other_words"
    assert say(send, false).json()["state"] == "other_words"
    assert answers(tools.db) == []
    assert messages(tools) == 1


def test_a_visit_that_was_changed_before_the_answer_came_is_asked_about_anew(parts: Parts) -> None:
    tools, world, phone, send, _clock = parts
    shown = show(phone, world)
    arrive(send, shown)
    with tools.db.transaction() as session:
        session.exec(select(Contact)).one().summary_sha256 = sha256(b"as it was amended")

    told = say(send, shown).json()
    shown.phone.deposit(send, shown.typed())

    assert told["state"] == "other_words"
    assert answers(tools.db) == []
    assert messages(tools) == 1


@pytest.mark.parametrize("arrived", [False, True])
def test_what_was_said_at_the_door_of_words_that_were_changed_since_is_kept_and_reaches_the_supervisor(
    parts: Parts, arrived: bool
) -> None:
    tools, world, phone, send, clock = parts
    shown = show(phone, world)
    if not arrived:
        say(send, shown, NO)
    changed = change(world, phone, str(shown.visit_id), note="Thank you all.")
    phone.deposit(send, changed)  # parked, and taken up with its visit
    arrive(send, shown)
    clock.move(minutes=5)

    told = [say(send, shown, NO).json()["state"] for _twice in range(2)]

    assert told == ["other_words", "other_words"]
    assert answers(tools.db) == [("different", "door", "It was closer to five.")]
    with tools.db.reading() as session:
        contact = session.exec(select(Contact)).one()
        given = session.exec(select(Confirmation)).one()
        task = session.exec(select(Task).where(Task.kind == "something_is_different")).one()
        assert asking.answers(session, [contact.id]) == {}  # of the visit as it stands nothing was said
    assert (given.summary_sha256, contact.family_note) == (shown.summary, "Thank you all.")
    assert task.owner_id == world.accounts["priya"]
    assert messages(tools) == 1


class TestTheSixDigits:
    def test_they_travel_with_the_visit_and_what_comes_later_is_a_repeat(self, parts: Parts) -> None:
        tools, world, phone, send, clock = parts
        shown = show(phone, world)
        typed = shown.typed()
        assert phone.deposit(send, typed).json()["why"] == "parent"

        arrive(send, shown)
        clock.move(minutes=5)
        assert phone.deposit(send, typed).json()["outcome"] == "accepted"
        assert say(send, shown, age=300).json()["answer"] == "confirmed"

        assert answers(tools.db) == [("confirmed", "digits", "")]
        clock.move(days=3)
        assert messages(tools) == 0

    def test_they_never_cover_what_the_caregiver_says_on_their_own_phone(self, parts: Parts) -> None:
        tools, world, phone, send, clock = parts
        shown = show(phone, world)
        arrive(send, shown)
        say(send, shown, NO)
        clock.move(hours=1)

        assert phone.deposit(send, shown.typed()).status_code == 201

        assert [one[0] for one in answers(tools.db)] == ["different"]

    @on_one
    def test_a_change_of_mind_on_their_own_phone_holds(self, parts: Parts) -> None:
        tools, world, phone, send, clock = parts
        shown = show(phone, world)
        clock.move(hours=1)
        arrive(send, shown)
        phone.deposit(send, shown.typed())

        say(send, shown, NO, age=60)

        assert [one[0] for one in answers(tools.db)] == ["confirmed", "different"]

    @on_one
    @pytest.mark.parametrize("wrong", ["digits", "token"])
    def test_wrong_ones_need_a_fix_and_confirm_nothing(self, parts: Parts, wrong: str) -> None:
        tools, world, phone, send, _clock = parts
        shown = show(phone, world)
        arrive(send, shown)
        other = show(phone, world)
        item = shown.typed(other.digits) if wrong == "digits" else shown.typed(token=other.token)

        answer = phone.deposit(send, item)

        assert (answer.status_code, answer.json()["outcome"]) == (422, "needs_fix")
        assert "do not fit" in answer.json()["detail"]
        assert answers(tools.db) == []

    @on_one
    def test_another_workers_visit_takes_none(self, parts: Parts, phone_of: Callable[..., Phone]) -> None:
        tools, world, phone, send, _clock = parts
        shown = show(phone, world)
        arrive(send, shown)
        stranger = replace(shown, phone=phone_of("tamsin"))

        assert stranger.phone.deposit(send, stranger.typed()).json()["outcome"] == "waiting"
        assert answers(tools.db) == []


@on_one
def test_nothing_but_what_our_devices_signed_is_taken(parts: Parts, phone_of: Callable[..., Phone]) -> None:
    tools, world, phone, send, _clock = parts
    shown = show(phone, world)
    header, payload, signature = shown.ticket.split(".")
    nobody = phone_of("tamsin")
    bad = {
        "another key": show(phone, world, signing_key=ECKey.generate_key("P-256")).held,
        "another token": shown.held | {"token": "x" * 43},
        "no signature": shown.held | {"ticket": f"{header}.{payload}."},
        "one bit": shown.held | {"ticket": f"{header}.{payload}.{'B' if signature[0] == 'A' else 'A'}{signature[1:]}"},
        "another device's name": show(phone, world, ticket={"device_id": nobody.device_id}).held,
        "an unknown device": show(phone, world, ticket={"device_id": str(new_id())}).held,
        "more claims": show(phone, world, ticket={"more": 1}).held,
        "no JWS": shown.held | {"ticket": "abc"},
    }

    for why, held in bad.items():
        for path in (LOOK, ANSWERS):
            answer = send("POST", path, json=held | (YES if path == ANSWERS else {}))
            assert answer.status_code == 404, why
    with tools.db.reading() as session:
        assert not session.exec(select(EarlyAnswer)).first()


@on_one
def test_a_code_of_another_caregiver_or_another_visit_opens_nothing(parts: Parts) -> None:
    tools, world, phone, send, _clock = parts
    with tools.db.transaction() as session:
        other = Caregiver(home_id=world.home, name="Ebba Aldous", phone="+15550135", email="ebba@example.org")
        session.add(other)
        session.flush()
    shown = show(phone, world)
    arrive(send, shown)
    theirs = {"visit_id": shown.body["visit_id"], "caregiver_id": str(other.id)}

    for held in (
        show(phone, world, ticket=theirs).held,
        show(phone, world, ticket={"visit_id": shown.body["visit_id"]}).held,
    ):
        assert send("POST", ANSWERS, json=held | YES).status_code == 404
    assert answers(tools.db) == []


@on_one
def test_a_code_for_somebody_who_did_not_care_for_these_children_is_not_opened(parts: Parts) -> None:
    tools, world, phone, send, _clock = parts
    with tools.db.transaction() as session:
        stranger = Caregiver(home_id=world.home, name="Not There", phone="", email="not@example.org")
        session.add(stranger)
        session.flush()
    shown = show(phone, world, caregiver=stranger.id)
    say(send, shown)

    arrive(send, shown)

    assert answers(tools.db) == []
    with tools.db.reading() as session:
        assert not session.exec(select(DoorCode)).first()
    assert messages(tools) == 1  # who was there is asked as ever


@on_one
@pytest.mark.parametrize("arrived", [False, True])
def test_after_seven_days_a_code_takes_no_answer(parts: Parts, arrived: bool) -> None:
    tools, world, phone, send, clock = parts
    shown = show(phone, world)
    if arrived:
        arrive(send, shown)
    clock.move(days=7)

    assert send("POST", LOOK, json=shown.held).status_code == 410
    assert say(send, shown).status_code == 410
    assert answers(tools.db) == []


def test_an_answer_that_came_in_time_meets_a_visit_that_comes_a_month_late(parts: Parts) -> None:
    tools, world, phone, send, clock = parts
    shown = show(phone, world)
    say(send, shown)
    clock.move(days=30)

    arrive(send, shown)

    assert answers(tools.db) == [("confirmed", "door", "")]
    assert messages(tools) == 0


@on_one
def test_a_phone_whose_clock_is_ahead_gains_no_days(parts: Parts) -> None:
    _tools, world, phone, send, clock = parts
    assert say(send, show(phone, world, made_at=MONDAY + timedelta(days=2))).status_code == 410
    ahead = show(phone, world, made_at=MONDAY + timedelta(hours=20))
    arrive(send, ahead)
    clock.move(days=7)

    answer = send("POST", "/door", data={"code": ahead.code})

    assert answer.status_code == 404


def test_a_visit_that_was_taken_back_takes_the_early_answer_with_it(parts: Parts) -> None:
    tools, world, phone, send, _clock = parts
    shown = show(phone, world)
    visit = shown.visit()
    say(send, shown, NO)

    assert phone.deposit(send, phone.withdraw(visit)).status_code == 201

    with tools.db.reading() as session:
        assert not session.exec(select(EarlyAnswer)).first()
    assert look(send, shown) == {"state": "not_here", "link": "", "answer": "", "answered_at": None}


def test_answers_whose_visit_never_came_are_not_kept_for_ever(parts: Parts) -> None:
    tools, world, phone, send, clock = parts
    say(send, show(phone, world), NO)
    clock.move(days=61)

    say(send, show(phone, world, made_at=clock.moment))

    with tools.db.reading() as session:
        assert session.exec(select(EarlyAnswer.answer)).all() == ["confirmed"]


@on_one
def test_the_page_behind_a_code_is_the_page_of_the_link_and_shows_what_was_answered(
    parts: Parts, browser_of: Callable[..., Browser]
) -> None:
    _tools, world, phone, send, _clock = parts
    shown = show(phone, world)
    arrive(send, shown)
    say(send, shown)

    first, second = look(send, shown), look(send, shown)

    assert first == second
    assert first["state"] == "here"
    page = text_of(browser_of().get(first["link"]))
    assert "You said: yes, this is right" in page
    assert "A bed rail by Friday" in page
    assert not [words for words in ("Gideon", "Note 0", "heating") if words in page]


@on_one
class TestTheShortCode:
    @pytest.mark.parametrize("how", [str, str.lower, lambda code: f" {code[:5]}-{code[5:]} "])
    def test_it_leads_to_the_page_of_the_visit_once_that_is_here(
        self, parts: Parts, browser_of: Callable[..., Browser], how: Callable[[str], str]
    ) -> None:
        _tools, world, phone, send, _clock = parts
        shown = show(phone, world)
        family = browser_of()
        early = family.post("/door", data={"code": how(shown.code)})
        arrive(send, shown)

        later = family.post("/door", data={"code": how(shown.code)})

        assert early.status_code == 404
        assert "try again this evening" in text_of(early)
        assert shown.code in early.text.upper().replace("-", "")
        assert later.status_code == 303
        assert "A bed rail by Friday" in text_of(family.get(later.headers["location"]))

    def test_guessing_gets_slow(self, parts: Parts, browser_of: Callable[..., Browser]) -> None:
        _tools, world, phone, send, clock = parts
        shown = show(phone, world)
        arrive(send, shown)
        family = browser_of()
        for _ in range(20):
            assert family.post("/door", data={"code": "7K4QM2XT9R"}).status_code == 404

        assert family.post("/door", data={"code": shown.code}).status_code == 429
        clock.move(seconds=16)
        assert family.post("/door", data={"code": shown.code}).status_code == 303

    @pytest.mark.parametrize("code", ["", "x" * 5000, "7K4QM-2XT9", "7K4QM-2XT9U", "' OR 1=1", "ééééééééé1"])
    def test_what_cannot_be_one_is_said_to_be_none_and_counts_as_no_guess(
        self, browser_of: Callable[..., Browser], code: str
    ) -> None:
        answers = [browser_of().post("/door", data={"code": code}) for _ in range(25)]

        assert {answer.status_code for answer in answers} == {422}
        assert "A code has ten letters and numbers." in answers[-1].text


@on_one
def test_the_door_is_the_same_page_for_everybody_and_leaves_nothing(
    db: Database, browser_of: Callable[..., Browser]
) -> None:
    family, worker = browser_of().get("/door"), browser_of("rowan").get("/door")

    for page in (family, worker):
        assert page.status_code == 200
        assert "x-page-person" not in page.headers
        assert "Rowan" not in page.text
    with db.reading() as session:
        assert not session.exec(select(AuditEvent).where(col(AuditEvent.act).startswith("visit"))).first()


@on_one
def test_a_visit_without_a_code_is_asked_about_at_once(parts: Parts) -> None:
    tools, world, phone, send, _clock = parts
    shown = show(phone, world)
    del shown.body["door"]
    arrive(send, shown)

    assert messages(tools) == 1
    with tools.db.reading() as session:
        assert not session.exec(select(DoorCode)).first()
