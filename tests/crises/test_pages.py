"""Getting help and answering it over HTTP: signed in, signed out, with a dead session, with no script."""

import json
import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from joserfc.jwk import ECKey
from sqlmodel import select

from porchlight.alerts.models import Alert
from porchlight.app import create
from porchlight.audit.models import AuditEvent
from porchlight.cases.models import Person
from porchlight.core.db import Database
from porchlight.core.ids import new_id
from porchlight.core.tools import Tools
from porchlight.crises import watching
from porchlight.crises.models import Crisis
from porchlight.homes.models import Caregiver, Placement, ResourceHome
from porchlight.people.models import Account, Device
from porchlight.plans.models import SafetyPlan, SafetyPlanVersion
from porchlight.teams.models import TeamMember
from tests.browsing import Browser, proving, text_of
from tests.clocks import Clock
from tests.devices import crisis_signature, jwk
from tests.pushing import Service
from tests.working import work
from tests.world import World

Browsers = Callable[..., Browser]
Phone = Callable[..., UUID]
JSON = {"Accept": "application/json"}


def call(**other: Any) -> dict[str, Any]:
    return {"id": str(new_id()), "reason": "threat", "words": "He has a knife", **other}


def raised(db: Database) -> list[Crisis]:
    with db.reading() as session:
        return list(session.exec(select(Crisis)))


def alert_of(db: Database, world: World, name: str) -> UUID:
    with db.reading() as session:
        return list(session.exec(select(Alert.id).where(Alert.account_id == world.accounts[name])))[-1]


@pytest.mark.parametrize("who", ["", "rowan", "sunniva"])
@pytest.mark.duty("S2-10")
def test_the_numbers_come_before_anything_else(browser_of: Browsers, who: str) -> None:
    page = browser_of(who).get("/help")

    assert page.status_code == 200
    links = re.findall(r'href="(tel:[^"]+)"', page.text[page.text.index("<main") :])
    assert links[:4] == ["tel:911", "tel:+15550100", "tel:988", "tel:+15550101"]
    form = page.text.find('<form method="post" action="/help"')
    assert page.text.index('href="tel:911"') < form


def test_signed_out_the_form_waits_for_a_phone_that_can_sign(browser_of: Browsers) -> None:
    signed_out, signed_in = browser_of().get("/help").text, browser_of("rowan").get("/help").text

    section = re.compile(r"<section[^>]*data-crisis-form[^>]*>")
    assert " hidden" in section.search(signed_out)[0]  # type: ignore[index]
    assert " hidden" not in section.search(signed_in)[0]  # type: ignore[index]
    assert "Quintrell" in signed_in
    assert "Quintrell" not in signed_out
    assert "Quintrell" not in browser_of("tamsin").get("/help").text


def test_a_family_page_names_its_family_already(browser_of: Browsers, world: World) -> None:
    page = browser_of("rowan").get(f"/help?case={world.case}").text

    assert f'<option value="{world.case}" selected>' in page
    assert browser_of("rowan").get("/help?case=nonsense").status_code == 200


def test_the_form_works_without_a_script(browser_of: Browsers, world: World, db: Database) -> None:
    rowan = browser_of("rowan")
    shown = re.search(r'name="id" value="([0-9a-f-]{36})"', rowan.get("/help").text)
    assert shown

    went = rowan.post("/help", data=call(id=shown[1], case_id=str(world.case)))

    assert went.status_code == 303
    said = text_of(rowan.get(went.headers["location"]))
    assert "Alert 1001" in said
    assert "Threat or violence" in said
    assert [(one.case_id, one.words) for one in raised(db)] == [(world.case, "He has a knife")]


def test_pressing_twice_sends_once(browser_of: Browsers, db: Database) -> None:
    rowan, form = browser_of("rowan"), call()

    answers = [rowan.post("/help", data=form).status_code for _ in range(2)]

    assert answers == [303, 303]
    assert len(raised(db)) == 1


def test_a_form_without_a_reason_keeps_every_word(browser_of: Browsers) -> None:
    page = browser_of("rowan").post("/help", data=call(reason=""))

    assert page.status_code == 422
    assert "He has a knife" in page.text
    assert "<title>Error:" in page.text


def test_signed_out_a_form_is_not_sent_and_says_so_with_the_numbers(browser_of: Browsers, db: Database) -> None:
    page = browser_of().post("/help", data=call())

    assert page.status_code == 403
    assert "NOT SENT" in text_of(page)
    assert "tel:+15550100" in page.text
    assert raised(db) == []


@pytest.mark.duty("S2-10")
def test_an_alert_answers_with_its_number_and_how_many_it_reaches(
    browser_of: Browsers, sending: Tools, phone: Phone
) -> None:
    phone("lee")
    rowan, said = browser_of("rowan", **JSON), call()

    first = rowan.post("/api/v1/crises", json=said)
    again = rowan.post("/api/v1/crises", json=said)

    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert first.json() == {
        "id": said["id"],
        "number": 1001,
        "reaching": 1,
        "status_url": f"/crises/{said['id']}",
    }


@pytest.mark.parametrize(
    "wrong",
    [{"reason": "boredom"}, {"id": "1"}, {"words": 7}, {"severity": "high"}, {"case_id": "x"}],
)
def test_a_call_that_makes_no_sense_is_refused_whole(browser_of: Browsers, db: Database, wrong: dict[str, Any]) -> None:
    answer = browser_of("rowan", **JSON).post("/api/v1/crises", json=call(**wrong))

    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert raised(db) == []


def test_help_is_never_refused_for_how_it_is_written(browser_of: Browsers, db: Database) -> None:
    answer = browser_of("rowan", **JSON).post("/api/v1/crises", json=call(words="a\x00b" + "x" * 2001))

    assert answer.status_code == 201
    assert raised(db)[0].words == "a b" + "x" * 1997


def test_another_call_under_the_same_id_is_a_conflict(browser_of: Browsers) -> None:
    said = call()
    browser_of("rowan", **JSON).post("/api/v1/crises", json=said)

    assert browser_of("rowan", **JSON).post("/api/v1/crises", json={**said, "words": "No"}).status_code == 409
    assert browser_of("joss", **JSON).post("/api/v1/crises", json=said).status_code == 409


@pytest.fixture
def key() -> ECKey:
    return ECKey.generate_key("P-256", auto_kid=False)


@pytest.fixture
def enrolled(db: Database, world: World, clock: Clock, key: ECKey) -> UUID:
    """Rowan's phone, whose session is long dead."""
    device = Device(
        id=new_id(),
        account_id=world.accounts["rowan"],
        public_key=jwk(key),
        enrolled_at=clock.moment,
        last_seen_at=clock.moment,
    )
    with db.transaction() as session:
        session.add(device)
    return device.id


def by_device(browser_of: Browsers, body: bytes, signed: str) -> Any:
    headers = {"Content-Type": "application/json", "Porchlight-Device": signed, **JSON}
    return browser_of().post("/api/v1/crises", content=body, headers=headers)


@pytest.mark.duty("S2-10")
def test_a_dead_session_still_calls_for_help_by_the_phones_signature(
    browser_of: Browsers, db: Database, world: World, enrolled: UUID, key: ECKey
) -> None:
    body = json.dumps(call(case_id=str(world.case), words="¡Ayuda!"), ensure_ascii=False).encode()

    answer = by_device(browser_of, body, crisis_signature(key, enrolled, body))
    again = by_device(browser_of, body, crisis_signature(key, enrolled, body))

    assert (answer.status_code, again.status_code) == (201, 200)
    (one,) = raised(db)
    assert (one.raised_by, one.raised_device_id, one.case_id) == (world.accounts["rowan"], enrolled, world.case)


@pytest.mark.parametrize(
    "change",
    [
        {"op_id": str(new_id())},
        {"sha256": "A" * 43},
        {"path": "/api/v1/deposits"},
        {"typ": "porchlight-deposit"},
        {"v": 2},
        {"device_id": str(new_id())},
        {"kid": str(new_id())},
        {"kid": "x"},
    ],
)
def test_a_signature_over_anything_else_is_not_sent(
    browser_of: Browsers, db: Database, enrolled: UUID, key: ECKey, change: dict[str, Any]
) -> None:
    body = json.dumps(call()).encode()

    answer = by_device(browser_of, body, crisis_signature(key, enrolled, body, **change))

    assert answer.status_code == 403
    assert "+15550100" in answer.json()["detail"]
    assert raised(db) == []


def test_a_strangers_key_a_torn_signature_and_none_at_all_are_not_sent(
    browser_of: Browsers, db: Database, enrolled: UUID, key: ECKey
) -> None:
    body = json.dumps(call()).encode()
    good = crisis_signature(key, enrolled, body)
    stranger = crisis_signature(ECKey.generate_key("P-256", auto_kid=False), enrolled, body)
    unsigned = ".".join([*good.split(".")[:2], ""])

    for signed in (stranger, good[:-4] + "AAAA", unsigned, "a.b.c", "", "?"):
        assert by_device(browser_of, body, signed).status_code == 403
    assert by_device(browser_of, body.replace(b"knife", b"spoon"), good).status_code == 403
    assert raised(db) == []


@pytest.mark.parametrize("which", ["device", "person"])
def test_a_revoked_phone_is_refused_with_the_numbers(
    browser_of: Browsers, db: Database, world: World, clock: Clock, enrolled: UUID, key: ECKey, which: str
) -> None:
    with db.transaction() as session:
        if which == "device":
            session.get_one(Device, enrolled).revoked_at = clock.moment
        else:
            session.get_one(Account, world.accounts["rowan"]).disabled_at = clock.moment
    body = json.dumps(call()).encode()

    answer = by_device(browser_of, body, crisis_signature(key, enrolled, body))

    assert answer.status_code == 403
    assert "911" in answer.json()["detail"]
    assert raised(db) == []


@pytest.fixture
def in_crisis(browser_of: Browsers, db: Database, world: World, sending: Tools, phone: Phone) -> str:
    """Sunniva's call about the Quintrell family, on Lee's phone. The crisis' id."""
    with db.transaction() as session:
        plan = SafetyPlan(case_id=world.case, person_id=world.children[0])
        session.add(plan)
        session.flush()
        session.add(
            SafetyPlanVersion(
                plan_id=plan.id,
                number=1,
                sections={"helps": ["Sitting in the hall with the lights off"]},
                written_by=world.accounts["rowan"],
                written_at=date_at(db, 0),
                valid_from=date(2026, 11, 11),
                review_due_on=date(2027, 2, 11),
            )
        )
        session.add(TeamMember(case_id=world.case, name="Dr. Amsel Voss", role="therapist", phone="+15550177"))
    phone("lee")
    said = call(case_id=str(world.case))
    assert browser_of("sunniva", **JSON).post("/api/v1/crises", json=said).status_code == 201
    work(sending)
    return str(said["id"])


def date_at(db: Database, days: int) -> Any:
    with db.reading() as session:
        return db.now(session) + timedelta(days=days)


@pytest.mark.duty("S2-10", "S4-31", "S4-45")
def test_the_one_who_was_woken_sees_the_plan_the_phones_and_one_large_button(
    browser_of: Browsers, db: Database, world: World, in_crisis: str
) -> None:
    page = browser_of("lee").get(f"/alerts/{alert_of(db, world, 'lee')}")

    said = text_of(page)
    for words in (
        "Threat or violence",
        "“He has a knife”",
        "Sunniva Aldous",
        "Gideon Quintrell",
        "Sitting in the hall with the lights off",
        "Updated 12 days ago",
        "Dr. Amsel Voss",
        "4 Lantern Row",
        "No safety plan yet",  # of the other two children
    ):
        assert words in said, words
    assert page.text.index("I've got it") < page.text.index("He has a knife")
    assert "/acknowledge" in page.text
    with db.reading() as session:
        seen = session.exec(select(AuditEvent).where(AuditEvent.act == "crisis.seen")).all()
    assert [set(one.people) for one in seen] == [{str(child) for child in world.children}]


def test_somebody_elses_alert_is_not_there(browser_of: Browsers, db: Database, world: World, in_crisis: str) -> None:
    path = f"/alerts/{alert_of(db, world, 'lee')}"

    for name in ("joss", "priya", "sunniva"):
        assert browser_of(name).get(path).status_code == 404
        assert browser_of(name).post(f"{path}/acknowledge").status_code == 404
    assert browser_of().get(path).status_code == 303
    assert raised(db)[0].state == "raised"


@pytest.mark.duty("S2-10")
def test_from_the_call_to_the_end_on_both_pages(
    browser_of: Browsers, db: Database, world: World, clock: Clock, in_crisis: str
) -> None:
    clock.move(hours=15, minutes=4)
    sunniva, lee = browser_of("sunniva"), browser_of("lee")
    alert = f"/alerts/{alert_of(db, world, 'lee')}"

    assert "Nobody has taken it yet" in text_of(sunniva.get(f"/crises/{in_crisis}"))
    assert lee.post(f"{alert}/acknowledge").headers["location"] == alert
    assert "You have it since 3:04 am" in text_of(lee.get(alert))
    followed = sunniva.get(f"/crises/{in_crisis}/status")
    assert "Lee Marchetti has it since 3:04 am" in text_of(followed)
    assert "Call Lee Marchetti" in text_of(followed)

    assert lee.post(f"/crises/{in_crisis}/notes", data={"words": "Going there now"}).status_code == 303
    assert "Going there now" in text_of(lee.get(alert))
    assert "Going there now" not in text_of(sunniva.get(f"/crises/{in_crisis}/status"))
    assert lee.post(f"/crises/{in_crisis}/notes", data={"words": " "}).status_code == 422
    assert lee.post(f"/crises/{in_crisis}/resolve", data={"ending": ""}).status_code == 422

    assert lee.post(f"/crises/{in_crisis}/resolve", data={"ending": "calm"}).status_code == 303
    over = lee.get(alert)
    assert "It is over" in text_of(over)
    assert "Sitting in the hall" not in over.text  # what opened the family is over, too
    assert "It is over" in text_of(sunniva.get(f"/crises/{in_crisis}/status"))
    assert "every 2s" not in sunniva.get(f"/crises/{in_crisis}/status").text


@pytest.mark.duty("S2-10")
def test_where_no_phone_can_be_woken_nobody_is_promised_a_call(
    browser_of: Browsers, db: Database, world: World, sending: Tools
) -> None:
    """Nobody has a phone: all four are called within the same second, and then nothing happens for 20 minutes."""
    said = call()
    rowan = browser_of("rowan", **JSON)
    assert rowan.post("/api/v1/crises", json=said).json()["reaching"] == 0
    work(sending)

    page = browser_of("rowan").get(f"/crises/{said['id']}")
    words = text_of(page)
    assert "Nobody could be woken. Nobody is being called now. Please ring, the first one first." in words
    assert "At 12:20 pm we call everyone again." in words
    for soothing in ("next person", "Sent", "is being called."):
        assert soothing not in words
    rings = re.findall(r"Call (Lee|Joss|Priya|Mara|on-call)", text_of(page))
    assert rings == ["Lee", "Joss", "Priya", "Mara", "on-call"]
    assert "Call Lee Marchetti First on call, 555-0110" in words

    status = rowan.get(f"/api/v1/crises/{said['id']}").json()
    assert (status["outlook"], status["next_at"]) == ("nobody", "2026-11-23T18:20:00.000Z")
    assert [one["name"].split(" ")[0] for one in status["ring"]] == ["Lee", "Joss", "Priya", "Mara", ""]

    woken = text_of(browser_of("joss").get(f"/alerts/{alert_of(db, world, 'joss')}"))
    assert "Nobody could be woken. Nobody is being called now." in woken
    assert "12:20 pm until everyone is called again" in woken
    assert "until the next person is called" not in woken

    board = browser_of("priya").get("/board").text
    row = board[
        board.index("Alerts without anybody") : board.index("</section>", board.index("Alerts without anybody"))
    ]
    assert re.search(r'class="tag bad"[^>]*>(<svg.*?</svg>)? *Nobody could be woken.', row, re.DOTALL)


@pytest.mark.duty("S2-10")
def test_an_alert_that_was_taken_by_nobody_says_when_the_next_person_is_called(
    browser_of: Browsers, db: Database, world: World, clock: Clock, sending: Tools, phone: Phone, in_crisis: str
) -> None:
    for name in ("joss", "priya", "mara"):
        phone(name)
    sunniva = browser_of("sunniva")
    assert "12:05 pm until the next person is called" in text_of(
        browser_of("lee").get(f"/alerts/{alert_of(db, world, 'lee')}")
    )

    clock.move(minutes=5)
    work(sending)
    words = text_of(sunniva.get(f"/crises/{in_crisis}"))
    assert "Nobody has taken it yet. At 12:10 pm we call the next person. Please ring, too." in words
    assert words.index("Call Lee Marchetti") < words.index("Call Joss Wetherby") < words.index("Call on-call")
    clock.move(minutes=15)
    work(sending)
    assert "At 12:25 pm we call the next person." in text_of(sunniva.get(f"/crises/{in_crisis}"))


@pytest.mark.parametrize(("who", "path"), [("rowan", "/today"), ("sunniva", "/today"), ("priya", "/board")])
@pytest.mark.duty("S2-10")
def test_whoever_raised_an_alert_finds_it_again_until_it_is_over(
    browser_of: Browsers, db: Database, world: World, sending: Tools, who: str, path: str
) -> None:
    said = call()
    assert browser_of(who, **JSON).post("/api/v1/crises", json=said).status_code == 201
    raiser, lee = browser_of(who), browser_of("lee")
    link = f'<a class="over" href="/crises/{said["id"]}">Your alert 1001</a>'

    for place in (path, "/help", "/crises/mine"):
        page = raiser.get(place)
        assert link in page.text, place
        assert "Your alert 1001 Nov 23, 2026, 12:00 pm Nobody has it yet" in text_of(page)
        assert link not in browser_of("tamsin").get("/help").text
    lee.post(f"/alerts/{alert_of(db, world, 'lee')}/acknowledge")
    for place in (path, "/help", "/crises/mine"):
        assert "Your alert 1001 Nov 23, 2026, 12:00 pm Lee Marchetti has it" in text_of(raiser.get(place))
    lee.post(f"/crises/{said['id']}/resolve", data={"ending": "calm"})
    for place in (path, "/help", "/crises/mine"):
        assert "Your alert" not in raiser.get(place).text


def test_a_page_out_of_the_phones_store_asks_how_its_alerts_stand_and_sends_nobody_away(browser_of: Browsers) -> None:
    asks = re.compile(r'id="my-alerts"[^>]* hx-get="/crises/mine" hx-trigger="([^"]+)"[^>]*hx-nonce="[^"]+"')
    rowan = browser_of("rowan")

    for path in ("/today", "/help"):
        assert asks.findall(rowan.get(path).text) == ["load"]
    assert asks.findall(rowan.get("/crises/mine").text) == []  # there is nothing to follow
    rowan.post("/api/v1/crises", json=call(), headers=JSON)
    assert asks.findall(rowan.get("/crises/mine").text) == ["every 10s"]
    assert "<html" not in rowan.get("/crises/mine").text
    assert browser_of().get("/crises/mine").status_code == 204
    assert "my-alerts" not in browser_of().get("/help").text


@pytest.mark.duty("S2-10", "S4-31")
def test_the_one_who_was_woken_reads_who_lives_where_and_with_whom(
    browser_of: Browsers, db: Database, world: World, sending: Tools, phone: Phone
) -> None:
    with db.transaction() as session:
        other = ResourceHome(code="H9", name="Lund home", address="9 Far Road", phone="+15550125", beds=2)
        session.add(other)
        session.flush()
        session.add(Caregiver(home_id=other.id, name="Soren Lund", phone="+15550126", email="soren@example.org"))
        stay = session.exec(select(Placement).where(Placement.person_id == world.children[1])).one()
        stay.home_id = other.id
        session.add(TeamMember(case_id=world.case, name="Dr. Amsel Voss", role="therapist", phone="+15550177"))
        session.add(TeamMember(case_id=world.case, name="Corin Halvorsen", role="oversight", phone="+15550106"))
        names = [session.get_one(Person, child).first_name for child in world.children]
    phone("lee")
    browser_of("sunniva", **JSON).post("/api/v1/crises", json=call(case_id=str(world.case)))

    page = browser_of("lee").get(f"/alerts/{alert_of(db, world, 'lee')}")

    words = text_of(page)
    assert f"Where {names[2]}, {names[0]} live With Sunniva Aldous, 555-0134 4 Lantern Row" in words
    assert f"Where {names[1]} lives With Soren Lund, 555-0126 9 Far Road" in words
    people = words[words.index("People and phones") : words.index("Where ")]
    for name in ("Sunniva Aldous Foster parent 555-0134", "Soren Lund Foster parent 555-0126", "Dr. Amsel Voss"):
        assert name in people
    assert "Corin" not in words


def test_the_callers_page_asks_again_by_itself(browser_of: Browsers, in_crisis: str) -> None:
    page = browser_of("sunniva").get(f"/crises/{in_crisis}").text
    piece = browser_of("sunniva").get(f"/crises/{in_crisis}/status").text

    asks = re.compile(rf'hx-get="/crises/{in_crisis}/status" hx-trigger="every 2s"[^>]*hx-nonce="[^"]+"')
    assert asks.search(page)
    assert asks.search(piece)
    assert "<html" not in piece


def test_a_program_follows_along_too(browser_of: Browsers, sending: Tools, in_crisis: str) -> None:
    answer = browser_of("sunniva", **JSON).get(f"/api/v1/crises/{in_crisis}").json()

    assert (answer["state"], answer["number"], answer["reaching"], answer["taken_by"]) == ("raised", 1001, 1, None)
    assert browser_of("lee", **JSON).get(f"/api/v1/crises/{in_crisis}").status_code == 404


def test_a_notification_answers_without_a_session(
    browser_of: Browsers, db: Database, world: World, sending: Tools, push: Service, in_crisis: str
) -> None:
    from porchlight.alerts.models import Delivery
    from porchlight.alerts.tokens import token_of

    with db.reading() as session:
        token = token_of(sending.keys, session.exec(select(Delivery.id)).one())
    signed_out = browser_of()

    def tell(what: str) -> Any:
        return signed_out.post(f"/api/v1/deliveries/{what}", json={"token": token})

    assert tell("shown").json() == {"taken": False, "yours": False}
    assert "Reached the phone of Lee" in text_of(browser_of("sunniva").get(f"/crises/{in_crisis}"))
    assert tell("acknowledged").json() == {"taken": True, "yours": True}
    assert tell("acknowledged").json() == {"taken": True, "yours": True}
    assert raised(db)[0].state == "taken"
    # The token is worth nothing anywhere else.
    for path in (f"/alerts/{alert_of(db, world, 'lee')}", f"/crises/{in_crisis}", "/api/v1/oncall"):
        assert signed_out.get(path, headers={"Authorization": f"Bearer {token}", **JSON}).status_code == 401


def test_no_alert_and_no_log_line_names_anybody(
    sending: Tools, in_crisis: str, push: Service, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    said = capsys.readouterr().out + caplog.text

    for name in ("Sunniva", "Quintrell", "Gideon", "Lee", "knife", "Lantern", "+1555"):
        # A key or a signature may hold any three letters.
        word = re.compile(rf"(?<![\w-]){re.escape(name)}(?![\w-])")
        assert not word.search(said)
        assert not [one.path for one in push.asked if word.search(f"{one.path} {one.headers}")]


def test_the_engines_health_is_seen_from_outside(
    browser_of: Browsers, sending: Tools, clock: Clock, in_crisis: str
) -> None:
    browser = browser_of(**JSON)
    silent = browser.get("/health/engine")
    assert silent.status_code == 503
    assert silent.json()["last_beat_at"] is None

    watching.watch(sending, "one")
    work(sending)
    well = browser.get("/health/engine")
    assert well.status_code == 200
    assert well.json() == {
        "well": True,
        "oldest_due_at": None,
        "late_seconds": 0.0,
        "last_beat_at": "2026-11-23T18:00:00.000Z",
    }

    clock.move(minutes=5, seconds=11)
    watching.watch(sending, "one")
    late = browser.get("/health/engine")
    assert late.status_code == 503
    assert late.json()["late_seconds"] == 256.0  # since 55 s, when what no phone has shown counts as lost
    work(sending)
    assert browser.get("/health/engine").status_code == 200
    clock.move(seconds=31)
    assert browser.get("/health/engine").status_code == 503


def test_every_page_of_a_crisis_is_there_in_spanish(sending: Tools, world: World, db: Database, in_crisis: str) -> None:
    for name, path in (
        ("sunniva", f"/crises/{in_crisis}"),
        ("lee", f"/alerts/{alert_of(db, world, 'lee')}"),
        ("lee", "/oncall"),
        ("lee", "/help"),
    ):
        browser = Browser(create(tools=sending), prove=proving(sending))
        browser.sign_in(f"{name}@example.org")
        english = text_of(browser.get(path))
        browser.post("/language", data={"code": "es", "next": "/"})
        spanish = text_of(browser.get(path))
        assert english != spanish
        for words in (
            "Who has it",
            "First on call",
            "Threat or violence",
            "Send alert",
            "Safety plan",
            "Nobody",
            "Calling",
        ):
            assert words not in spanish, (path, words)
