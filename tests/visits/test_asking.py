"""The message that asks a family to confirm: to whom, in which words, and never twice by accident."""

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import select

from porchlight.audit.models import AuditEvent
from porchlight.core import mail
from porchlight.core.db import Database
from porchlight.core.ids import new_id
from porchlight.core.jobs import Job
from porchlight.core.keys import sha256
from porchlight.core.tools import Tools
from porchlight.homes.models import Caregiver, Placement, ResourceHome
from porchlight.visits import asking, confirming, jobs, queries
from porchlight.visits.models import ConfirmationLink
from porchlight.visits.values import Asked
from porchlight.worker import Worker
from tests.clocks import Clock
from tests.mailbox import Mailbox
from tests.visits.making import PRIVATE, draft, log
from tests.world import MONDAY, World

NAMES = ("Gideon", "Hester", "Ignatius", "Quintrell", "kitchen", "Dentist", *PRIVATE)


def sending(tools: Tools, box: Mailbox) -> Tools:
    return replace(tools, settings=replace(tools.settings, smtp=f"smtp://127.0.0.1:{box.port}"))


def practising(tools: Tools) -> Tools:
    return replace(tools, settings=replace(tools.settings, demo=True))


def work(tools: Tools) -> None:
    """The worker, until nothing is due."""
    worker = Worker(tools, jobs.JOBS)
    while worker.step():
        pass


def visit_of(db: Database, world: World, **changes: Any) -> Any:
    with db.transaction() as session:
        return log(session, world, draft(world, **changes)).id


def link_in(text: str) -> str:
    found = re.search(r"http://localhost:8700/v/([A-Za-z0-9_-]{43})\s", text)
    assert found, text
    return found.group(1)


@pytest.mark.duty("S1-21")
def test_the_caregiver_of_that_day_is_asked_by_email(tools: Tools, db: Database, world: World) -> None:
    visit = visit_of(db, world)

    with Mailbox() as box:
        work(sending(tools, box))

    (letter,) = box.letters
    assert letter.to == ["sunniva@example.org"]
    assert letter.message["Subject"] == "Alder County: please confirm a home visit."
    token = link_in(letter.message.get_content())
    with db.reading() as session:
        page = asking.for_link(session, token, now=MONDAY)
        shown = queries.visit(session, world.actor(session, "rowan"), visit, now=MONDAY)
    assert page.visit is not None
    assert page.visit.contact_id == visit
    assert (shown.asking.state, shown.asking.caregivers) == (Asked.ASKED, ("Sunniva Aldous",))


def second_home(db: Database, world: World) -> Caregiver:
    """One of the three siblings lives elsewhere."""
    with db.transaction() as session:
        home = ResourceHome(code="H9", name="Far home", address="9 Far Road", phone="+15550199", beds=2)
        session.add(home)
        session.flush()
        other = Caregiver(home_id=home.id, name="Bea Thornquist", phone="", email="bea@example.org")
        session.add(other)
        stay = session.exec(select(Placement).where(Placement.person_id == world.children[1])).one()
        stay.home_id = home.id
    return other


@pytest.mark.parametrize("who", ["nobody", "sunniva", "bea"])
def test_of_two_homes_only_the_one_where_the_visit_was_is_asked(
    who: str, tools: Tools, db: Database, world: World
) -> None:
    ids = {"sunniva": str(world.caregiver), "bea": str(second_home(db, world).id)}
    visit_of(db, world, persons_seen=[ids[who]] if who in ids else [])

    with Mailbox() as box:
        work(sending(tools, box))

    assert [letter.to for letter in box.letters] == ([[f"{who}@example.org"]] if who in ids else [])


def test_of_one_home_whoever_was_there_is_asked_and_everyone_when_nobody_was(
    tools: Tools, db: Database, world: World
) -> None:
    with db.transaction() as session:
        home_id = session.get_one(Caregiver, world.caregiver).home_id
        other = Caregiver(home_id=home_id, name="Bea Thornquist", phone="", email="bea@example.org")
        session.add(other)
    visit_of(db, world, persons_seen=[str(world.caregiver)])
    with Mailbox() as box:
        work(sending(tools, box))
    assert [letter.to for letter in box.letters] == [["sunniva@example.org"]]

    visit_of(db, world, persons_seen=[])
    with Mailbox() as box:
        work(sending(tools, box))
    assert sorted(letter.to for letter in box.letters) == [["bea@example.org"], ["sunniva@example.org"]]


def test_the_message_names_no_child_and_nothing_of_the_visit(tools: Tools, db: Database, world: World) -> None:
    visit_of(db, world)

    with Mailbox() as box:
        work(sending(tools, box))

    everything = box.letters[0].message.as_string()
    for hidden in (*NAMES, "Rowan", "Sunniva Aldous"):
        assert hidden not in everything


def test_the_message_is_in_the_caregivers_language(tools: Tools, db: Database, world: World) -> None:
    with db.transaction() as session:
        caregiver = session.get_one(Caregiver, world.caregiver)
        caregiver.locale = "es"
        session.add(caregiver)
    visit_of(db, world)

    with Mailbox() as box:
        work(sending(tools, box))

    message = box.letters[0].message
    assert message["Subject"] == "Alder County: por favor confirme una visita a su casa."
    assert message["Content-Language"] == "es"
    assert "Este enlace es solo para usted." in message.get_content()


def test_every_caregiver_of_the_home_gets_a_link_of_their_own(tools: Tools, db: Database, world: World) -> None:
    with db.transaction() as session:
        session.add(Caregiver(home_id=world.home, name="Arvid Aldous", email="arvid@example.org"))
        session.add(Caregiver(home_id=world.home, name="Nobody's address"))
    visit_of(db, world)

    with Mailbox() as box:
        work(sending(tools, box))

    assert sorted(letter.to[0] for letter in box.letters) == ["arvid@example.org", "sunniva@example.org"]
    assert len({link_in(letter.message.get_content()) for letter in box.letters}) == 2


def test_asking_again_by_accident_sends_nothing(tools: Tools, db: Database, world: World) -> None:
    visit = visit_of(db, world)

    with Mailbox() as box:
        able = sending(tools, box)
        work(able)
        jobs.ask_to_confirm(able, {"visit_id": str(visit)})
        with db.reading() as session:
            payload = session.exec(select(Job).where(Job.name == confirming.SEND)).one().payload
        jobs.send_link(able, payload)
        work(able)

    assert len(box.letters) == 1


def test_a_worker_that_died_after_the_post_had_it_sends_the_same_link(
    tools: Tools, db: Database, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    visit = visit_of(db, world)
    payload = {"link_id": str(new_id()), "contact_id": str(visit), "caregiver_id": str(world.caregiver)}

    def die(*_args: object) -> None:
        raise KeyboardInterrupt

    with Mailbox() as box:
        able = sending(tools, box)
        with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
            patch.setattr(jobs, "_note_sent", die)
            jobs.send_link(able, payload)
        jobs.send_link(able, payload)

    first, second = (link_in(letter.message.get_content()) for letter in box.letters)
    assert first == second
    with db.reading() as session:
        assert session.exec(select(ConfirmationLink.token_hash)).all() == [sha256(first.encode())]


def test_while_the_post_refuses_nobody_counts_as_asked_and_it_is_tried_again(
    tools: Tools, db: Database, world: World, clock: Clock
) -> None:
    visit = visit_of(db, world)

    with Mailbox(refuse="451 later") as box:
        work(sending(tools, box))
    with db.reading() as session:
        job = session.exec(select(Job).where(Job.name == confirming.SEND)).one()
        shown = queries.visit(session, world.actor(session, "rowan"), visit, now=MONDAY)
    assert (job.done_at, job.failed_at) == (None, None)
    assert "sunniva" not in job.trouble
    assert shown.asking.state == Asked.NOT_ASKED

    clock.move(hours=1)
    with Mailbox() as box:
        work(sending(tools, box))
    assert len(box.letters) == 1


def test_nothing_is_sent_while_a_transaction_is_open(
    tools: Tools, db: Database, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    visit_of(db, world)
    sent = []

    def send(*_given: object, **_more: object) -> None:
        with db.transaction() as session:  # on SQLite a second writer would wait here until it is refused
            session.add(AuditEvent(at=MONDAY, act="test"))
        sent.append(tools.db.writer.pool.checkedout())  # type: ignore[attr-defined]

    monkeypatch.setattr(mail, "send", send)
    monkeypatch.setattr(mail, "can_send", lambda _settings: True)

    work(tools)

    assert sent == [0]


def test_without_a_mail_server_nobody_is_told_that_somebody_was_asked(tools: Tools, db: Database, world: World) -> None:
    visit = visit_of(db, world)

    work(tools)

    with db.reading() as session:
        assert session.exec(select(ConfirmationLink)).all() == []
        shown = queries.visit(session, world.actor(session, "rowan"), visit, now=MONDAY)
    assert shown.asking.state == Asked.NOT_ASKED


def test_practice_mode_prints_the_link(
    tools: Tools, db: Database, world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    visit = visit_of(db, world)

    work(practising(tools))

    said = capsys.readouterr().out
    assert "Demo: Alder County would send to sunniva@example.org: Alder County: please confirm a home visit." in said
    with db.reading() as session:
        page = asking.for_link(session, link_in(said), now=MONDAY)
    assert page.visit is not None
    assert page.visit.contact_id == visit
    for hidden in NAMES:
        assert hidden not in said


def test_a_new_link_goes_to_the_address_that_we_know(tools: Tools, db: Database, world: World, clock: Clock) -> None:
    visit_of(db, world)
    with Mailbox() as box:
        able = sending(tools, box)
        work(able)
        old = link_in(box.letters[0].message.get_content())
        ended = clock.move(days=7)
        with db.transaction() as session:
            confirming.ask_again(session, old, now=ended)
        work(able)

    assert [letter.to for letter in box.letters] == [["sunniva@example.org"]] * 2
    new = link_in(box.letters[1].message.get_content())
    with db.reading() as session:
        assert asking.for_link(session, old, now=ended).visit is None
        page = asking.for_link(session, new, now=ended)
    assert page.visit is not None
    assert page.expires_at == ended + timedelta(days=7)
