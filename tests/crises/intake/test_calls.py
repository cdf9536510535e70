"""Crises by telephone: the one who takes calls raises, follows and keeps the caller told, and opens no file."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlmodel import Session, select

from porchlight.alerts.models import Alert
from porchlight.core.db import Database
from porchlight.core.ids import new_id
from porchlight.core.tools import Tools
from porchlight.crises import answering
from porchlight.crises.intake.models import Caller, HelpLine, LineDrill
from porchlight.crises.intake.rules import number_as_said
from porchlight.crises.mandated.models import MandatedReport
from porchlight.crises.models import Crisis, CrisisEntry
from porchlight.oncall.models import Rotation, Schedule
from porchlight.people.access import TABLE, Role
from porchlight.people.models import Account, AccountRole, Organization
from tests.browsing import Browser, text_of
from tests.clocks import Clock
from tests.working import work
from tests.world import PASSWORD_HASH, World

Browsers = Callable[..., Browser]
Phone = Callable[..., UUID]
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def isolde(db: Database, world: World) -> UUID:
    """She answers the telephone, and does nothing else here."""
    account = Account(
        id=new_id(),
        organization_id=world.agency,
        email="isolde@example.org",
        name="Isolde Marchbank",
        phone="+15550188",
        supervisor_id=world.accounts["priya"],
        password_hash=PASSWORD_HASH,
    )
    with db.transaction() as session:
        session.add(account)
        session.flush()
        session.add(AccountRole(account_id=account.id, role=Role.INTAKE))
    world.accounts["isolde"] = account.id
    return account.id


def call(**other: Any) -> dict[str, Any]:
    said = {
        "id": str(new_id()),
        "reason": "threat",
        "region": "Alder",
        "words": "He has a knife",
        "name": "Wenna Marlow",
    }
    return {**said, "phone": "555-555-0142", "who": "Emeric, the blue house by the mill", **other}


def everything(session: Session, kind: Any) -> list[Any]:
    return list(session.exec(select(kind)))


@pytest.mark.duty("S4-31", "S4-45")
def test_one_form_wakes_whoever_is_on_call_for_a_caller_nobody_knows(
    browser_of: Browsers, sending: Tools, world: World, phone: Phone
) -> None:
    phone("lee")
    isolde, said = browser_of("isolde"), call()

    went = isolde.post("/calls", data=said)
    again = isolde.post("/calls", data=said)

    assert (went.status_code, again.status_code) == (303, 303)
    with sending.db.reading() as session:
        (crisis,), (caller,), (alert,) = (everything(session, kind) for kind in (Crisis, Caller, Alert))
    assert (crisis.case_id, crisis.reason, alert.account_id) == (None, "threat", world.accounts["lee"])
    assert (caller.name, caller.phone) == ("Wenna Marlow", "+15555550142")
    followed = text_of(isolde.get(went.headers["location"]))
    assert "Alert 1001" in followed
    assert "the blue house by the mill" in followed


def test_the_one_who_was_woken_sees_the_callers_own_number_and_words(
    browser_of: Browsers, sending: Tools, world: World, phone: Phone
) -> None:
    phone("lee")
    browser_of("isolde").post("/calls", data=call())
    with sending.db.reading() as session:
        (alert,) = everything(session, Alert)

    page = browser_of("lee").get(f"/alerts/{alert.id}")

    assert 'href="tel:+15555550142"' in page.text
    said = text_of(page)
    for words in ("Wenna Marlow", "Isolde Marchbank took the call", "He has a knife", "the blue house by the mill"):
        assert words in said, words
    assert "We do not know which family this is" not in said  # only whoever has it may say so


def test_a_number_that_cannot_be_dialled_is_shown_and_is_no_button(
    browser_of: Browsers, sending: Tools, phone: Phone, db: Database
) -> None:
    phone("lee")
    isolde = browser_of("isolde")
    followed = isolde.get(isolde.post("/calls", data=call(phone="on the fridge")).headers["location"])
    work(sending)
    with db.reading() as session:
        alert = session.exec(select(Alert.id)).first()

    taken = browser_of("lee").get(f"/alerts/{alert}")

    for page in (followed, taken):
        assert 'href="tel:"' not in page.text
        assert "Number to call back: on the fridge" in text_of(page)


def test_no_word_of_a_caller_keeps_help_away(browser_of: Browsers, db: Database, world: World) -> None:
    answer = browser_of("isolde").post(
        "/calls", data=call(phone="the shop at the corner", name="x" * 999, who="", words="a\x00b")
    )

    assert answer.status_code == 303
    with db.reading() as session:
        (caller,) = everything(session, Caller)
    assert caller.phone == "the shop at the corner"


def test_a_form_without_a_reason_keeps_every_word(browser_of: Browsers) -> None:
    page = browser_of("isolde").post("/calls", data=call(reason=""))

    assert page.status_code == 422
    for words in ("He has a knife", "Wenna Marlow", "555-555-0142", "the blue house by the mill"):
        assert words in page.text


@pytest.mark.asvs("8.2.1")
def test_who_takes_calls_opens_no_file_and_finds_no_child(browser_of: Browsers, world: World) -> None:
    isolde = browser_of("isolde")

    closed = [
        f"/cases/{world.case}",
        f"/people/{world.children[0]}",
        f"/people/{world.children[0]}/safety-plan",
        "/families",
        "/board",
        "/oncall/plans",
        "/calls/lines",
    ]
    for path in closed:
        page = isolde.get(path)
        assert page.status_code == 404 or "Quintrell" not in page.text, path
        assert "Gideon" not in page.text, path
    for path in ("/today", "/calls", "/help"):
        page = isolde.get(path)
        assert page.status_code == 200
        assert "Quintrell" not in page.text
    assert all(role != Role.INTAKE for role, _relation in TABLE)


@pytest.mark.asvs("8.2.1")
@pytest.mark.duty("S4-32")
def test_what_a_call_taker_hears_of_abuse_they_report_themselves_and_no_family_opens(
    browser_of: Browsers, tools: Tools, world: World
) -> None:
    isolde, priya = browser_of("isolde"), browser_of("priya")
    heard = {"id": str(new_id()), "witnessed_at": "2026-11-23T11:50", "said": "He hits her"}
    told = {"id": str(new_id()), "step": "oral", "to_whom": "4417"}
    work(tools)

    form = isolde.get("/mandated/new")
    of_a_family = isolde.post("/mandated", data={**heard, "case_id": str(world.case), "child_words": "A girl"})
    begun = isolde.post("/mandated", data={**heard, "child_words": "A girl of six, the blue house"})
    here = begun.headers["location"]
    before = priya.get(here).status_code
    isolde.post(f"{here}/steps", data=told)
    work(tools)

    assert (form.status_code, of_a_family.status_code, begun.status_code) == (200, 404, 303)
    assert "Quintrell" not in form.text + isolde.get(f"/mandated/new?case={world.case}").text
    assert "the blue house" in text_of(isolde.get(here))
    assert (before, priya.get(here).status_code) == (404, 200)  # their supervisor hears of it after, as anybody's does
    with tools.db.reading() as session:
        assert session.exec(select(MandatedReport.supervisor_told_at)).one() is not None
    assert 'href="/mandated/new"' in isolde.get("/calls").text
    for path in ("/more", "/mandated"):
        page = isolde.get(path).text
        assert 'href="/safety"' not in page, path
        assert 'href="/mandated' in page, path
    for path in ("/safety", "/callbacks/new", "/checkins", "/missing/new", f"/cases/{world.case}/incidents/new"):
        assert isolde.get(path).status_code == 404, path


@pytest.mark.parametrize("name", ["rowan", "lee", "sunniva", "corin", "odell"])
def test_calls_are_for_those_who_take_them(browser_of: Browsers, name: str) -> None:
    assert browser_of(name).get("/calls").status_code == 404
    assert browser_of(name).post("/calls", data=call()).status_code == 404


def test_the_page_says_who_is_on_call_and_how_to_reach_them(browser_of: Browsers) -> None:
    page = browser_of("isolde").get("/calls")

    said = text_of(page)
    for words in ("Lee Marchetti", "Joss Wetherby", "Priya Castellane", "Alder"):
        assert words in said, words
    assert 'href="tel:+15550110"' in page.text


def test_the_caller_is_told_who_has_it_and_by_what_number(
    browser_of: Browsers, sending: Tools, world: World, clock: Clock, phone: Phone
) -> None:
    phone("lee")
    isolde, said = browser_of("isolde"), call()
    isolde.post("/calls", data=said)
    work(sending)
    with sending.db.transaction() as session:
        answering.acknowledge(session, UUID(said["id"]), world.accounts["lee"], "page", now=clock.moment)

    page = isolde.get(f"/crises/{said['id']}")
    told = [isolde.post(f"/calls/{said['id']}/told").status_code for _ in range(2)]

    assert "Lee Marchetti has it" in text_of(page)
    assert "The number to ring is 555-0110" in text_of(page)
    assert 'href="tel:+15555550142"' in page.text
    assert told == [303, 303]
    assert "The caller was told at" in text_of(isolde.get(f"/crises/{said['id']}"))
    with sending.db.reading() as session:
        assert [one.kind for one in everything(session, CrisisEntry)].count("told") == 1


def test_worse_now_calls_the_next_one_at_once_and_counts_once_a_minute(
    browser_of: Browsers, sending: Tools, world: World, clock: Clock, phone: Phone
) -> None:
    for name in ("lee", "priya", "mara"):
        phone(name)
    isolde, said = browser_of("isolde"), call()
    isolde.post("/calls", data=said)
    work(sending)
    with sending.db.transaction() as session:
        answering.acknowledge(session, UUID(said["id"]), world.accounts["lee"], "page", now=clock.moment)

    for seconds in (10, 20, 60):
        clock.moment += timedelta(seconds=seconds)
        assert isolde.post(f"/crises/{said['id']}/worse").status_code == 303
    work(sending)

    with sending.db.reading() as session:
        called = {one.account_id for one in everything(session, Alert)}
        kinds = [one.kind for one in everything(session, CrisisEntry)]
    assert called == {world.accounts[name] for name in ("lee", "priya", "mara")}
    assert kinds.count("worse") == 2


def test_worse_now_never_says_that_one_more_is_called_where_nobody_could_be(
    browser_of: Browsers, sending: Tools
) -> None:
    isolde, said = browser_of("isolde"), call()
    isolde.post("/calls", data=said)
    work(sending)

    isolde.post(f"/crises/{said['id']}/worse")
    work(sending)
    page = text_of(isolde.get(f"/crises/{said['id']}"))

    assert "Nobody could be woken." in page
    assert "Nobody more could be woken: please ring." in page
    assert "One more person is called" not in page


def test_a_stranger_says_nothing_for_a_caller(browser_of: Browsers) -> None:
    said = call()
    browser_of("isolde").post("/calls", data=said)

    for path in (f"/crises/{said['id']}/worse", f"/calls/{said['id']}/told"):
        assert browser_of("rowan").post(path).status_code == 404
    assert browser_of("rowan").get(f"/crises/{said['id']}").status_code == 404
    assert browser_of("priya").get(f"/crises/{said['id']}").status_code == 200


def test_the_region_decides_whose_people_are_called(
    browser_of: Browsers, db: Database, world: World, clock: Clock
) -> None:
    with db.transaction() as session:
        birch = Schedule(organization_id=world.agency, name="Birch", region="Birch", time_zone="America/Chicago")
        session.add(birch)
        session.flush()
        alder = session.exec(select(Rotation).where(Rotation.position == "worker")).one()
        values = alder.model_dump(exclude={"id", "schedule_id", "members"})
        session.add(Rotation(schedule_id=birch.id, members=[str(world.accounts["joss"])], **values))

    unsaid = browser_of("isolde").post("/calls", data=call(region=""))
    browser_of("isolde").post("/calls", data=call(region="Birch"))

    assert unsaid.status_code == 422
    with db.reading() as session:
        first, *_behind_the_rota = everything(session, Alert)
    assert first.account_id == world.accounts["joss"]


def test_a_supervisor_keeps_the_number_true_and_everybody_sees_it(
    browser_of: Browsers, db: Database, world: World
) -> None:
    priya = browser_of("priya")
    line = {"region": "Alder", "phone": "(555) 555-0199", "answered_by": "Isolde, at night"}

    assert priya.post("/calls/lines", data={**line, "phone": "12"}).status_code == 422
    assert [priya.post("/calls/lines", data=line).status_code for _ in range(2)] == [303, 303]

    with db.reading() as session:
        assert len(everything(session, HelpLine)) == 1
        assert session.get_one(Organization, world.agency).phone == "+15555550199"
    assert "Isolde, at night" in text_of(browser_of("isolde").get("/calls"))
    assert browser_of("isolde").post("/calls/lines", data=line).status_code == 404


def test_whom_a_responder_rings_stands_on_the_alert(
    browser_of: Browsers, sending: Tools, world: World, phone: Phone
) -> None:
    phone("lee")
    priya, numbers = browser_of("priya"), {"police": "911", "mobile_crisis": "555-555-0140", "interpreter": ""}

    assert priya.post("/calls/helpers", data={"region": "Alder", **numbers, "interpreter": "12"}).status_code == 422
    assert priya.post("/calls/helpers", data={"region": "Alder", **numbers}).status_code == 303
    browser_of("isolde").post("/calls", data=call())

    with sending.db.reading() as session:
        (alert,) = everything(session, Alert)
    page = browser_of("lee").get(f"/alerts/{alert.id}")
    assert "Mobile crisis team" in text_of(page)
    assert 'href="tel:+15555550140"' in page.text
    assert "Interpreter line" not in text_of(page)
    assert browser_of("lee").post("/calls/helpers", data={"region": "Alder", **numbers}).status_code == 404


def test_signed_out_every_region_has_its_number(browser_of: Browsers, db: Database, world: World) -> None:
    with db.transaction() as session:
        session.add(Schedule(organization_id=world.agency, name="Birch", region="Birch", time_zone="America/Chicago"))
    browser_of("priya").post("/calls/lines", data={"region": "Birch", "phone": "555-555-0177", "answered_by": "Joss"})

    links = re.findall(r'href="(tel:[^"]+)"', browser_of().get("/help").text)

    assert {"tel:911", "tel:988", "tel:+15550100", "tel:+15555550177"} <= set(links)


def test_a_try_of_the_number_stays_on_record(browser_of: Browsers, db: Database, clock: Clock) -> None:
    priya = browser_of("priya")

    unsaid = priya.post("/calls/drills", data={"region": "Alder", "answered": "true", "answered_by": ""})
    priya.post("/calls/drills", data={"region": "Alder", "answered": "true", "answered_by": "Isolde"})
    clock.moment += 2 * MINUTE
    priya.post("/calls/drills", data={"region": "Alder", "answered": "false", "answered_by": ""})

    assert unsaid.status_code == 422
    with db.reading() as session:
        assert [(one.answered, one.answered_by) for one in everything(session, LineDrill)] == [
            (True, "Isolde"),
            (False, ""),
        ]
    assert "Not answered" in text_of(priya.get("/calls/lines"))


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ("(555) 555-0142", "+15555550142"),
        ("1 555 555 0142", "+15555550142"),
        ("+52 55 1234 5678", "+525512345678"),
        ("555-0142", "555-0142"),
        ("the shop", "the shop"),
        ("", ""),
    ],
)
def test_a_number_is_kept_as_it_can_be_rung_or_as_it_was_said(said: str, number: str) -> None:
    assert number_as_said(said) == number
