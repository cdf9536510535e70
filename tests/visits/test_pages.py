"""Visits over HTTP by those who log and read them: the form without a script, the record, the list, the API."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlmodel import select

from porchlight.app import create
from porchlight.core.clock import iso
from porchlight.core.db import Database
from porchlight.core.tools import Tools
from porchlight.homes.models import Caregiver, Placement
from porchlight.visits import confirming, jobs
from porchlight.visits.models import ConfirmationLink, Contact, ContactChild
from porchlight.worker import Worker
from tests.browsing import Browser, proving, text_of
from tests.clocks import Clock
from tests.visits.making import PRIVATE, body, draft, log
from tests.world import MONDAY, World

Browsers = Callable[..., Browser]
JSON = {"Accept": "application/json"}


def typed(world: World, page: str = "", **changes: Any) -> dict[str, Any]:
    """What a caseworker fills in, an hour ago by the wall clock of Chicago."""
    hidden = re.search(r'name="visit_id" value="([^"]+)"', page)
    fields: dict[str, Any] = {
        "visit_id": hidden.group(1) if hidden else str(uuid4()),
        "kind": "caseworker_visit",
        "started_at": "2026-11-23T10:50",
        "ended_at": "2026-11-23T11:50",
        "place": "home",
        "in_residence": "yes",
        "persons": [str(world.caregiver)],
        "observations": "The kitchen was warm.\r\nHomework on the fridge.",
        "topics": ["health", "school"],
        "agreed": "Dentist by December 4\r\n\r\n  A call to the school ",
        "next_visit": "2026-12-14",
        "note": "Thank you for the tea.",
        "follow_up-0-title": "Dentist for Hester",
        "follow_up-0-due_on": "2026-12-01",
        "follow_up-1-title": "",
        "follow_up-1-due_on": "",
        "late_reason": "",
    }
    for child, note in zip(world.children, PRIVATE, strict=True):
        fields |= {f"child-{child}-seen": "yes", f"child-{child}-alone": "yes", f"child-{child}-private_note": note}
    return fields | changes


@pytest.mark.duty("S2-3")
def test_a_visit_is_logged_without_a_script(browser_of: Browsers, db: Database, world: World) -> None:
    rowan = browser_of("rowan")
    form = rowan.get(f"/cases/{world.case}/visits/new")

    sent = rowan.post(f"/cases/{world.case}/visits", data=typed(world, form.text))

    assert sent.status_code == 303
    with db.reading() as session:
        visit = session.exec(select(Contact)).one()
        notes = {row.person_id: row.private_note for row in session.exec(select(ContactChild))}
    assert sent.headers["location"] == f"/visits/{visit.id}"
    assert visit.started_at == MONDAY - timedelta(minutes=70)
    assert visit.came == "Rowan I."
    assert visit.observations == "The kitchen was warm.\nHomework on the fridge."
    assert visit.agreed == ["Dentist by December 4", "A call to the school"]
    assert visit.persons_seen == [str(world.caregiver)]
    assert [one["title"] for one in visit.follow_ups] == ["Dentist for Hester"]
    assert notes == dict(zip(world.children, PRIVATE, strict=True))


def test_the_form_names_the_family_and_who_lives_there(browser_of: Browsers, world: World) -> None:
    page = browser_of("rowan").get(f"/cases/{world.case}/visits/new")

    assert page.status_code == 200
    words = text_of(page)
    for shown in ("Quintrell", "Gideon", "Hester", "Ignatius", "Sunniva Aldous", "Foster parent", "Home visit"):
        assert shown in words
    assert "Jolie" not in words


def test_nobody_is_ticked_as_having_been_there_until_somebody_says_so(browser_of: Browsers, world: World) -> None:
    rowan = browser_of("rowan")

    fresh = rowan.get(f"/cases/{world.case}/visits/new")
    again = rowan.post(f"/cases/{world.case}/visits", data=typed(world, place=""))

    ticked = re.compile(r'name="persons"[^>]* checked')
    assert 'name="persons"' in fresh.text
    assert not ticked.search(fresh.text)
    assert again.status_code == 422
    assert len(ticked.findall(again.text)) == 1
    assert "The foster parents you tick are asked to confirm the visit." in text_of(fresh)


def test_the_form_knows_whether_all_children_live_in_one_home(browser_of: Browsers, db: Database, world: World) -> None:
    rowan = browser_of("rowan")
    together = rowan.get(f"/cases/{world.case}/visits/new").text
    with db.transaction() as session:
        stay = session.exec(select(Placement).where(Placement.person_id == world.children[0])).one()
        stay.home_id, stay.address = None, "7 Elsewhere Road, Alder"
        session.add(stay)

    apart = rowan.get(f"/cases/{world.case}/visits/new").text

    assert " data-one-home" in together
    assert " data-one-home" not in apart


def test_what_the_answers_do_not_ask_for_is_not_kept(browser_of: Browsers, db: Database, world: World) -> None:
    gideon, hester, _ignatius = world.children
    changes = {
        f"child-{gideon}-seen": "no",
        f"child-{gideon}-alone": "no",
        f"child-{gideon}-alone_reason": "Left from before",
        f"child-{gideon}-not_seen_reason": "At practice",
        f"child-{hester}-alone_reason": "Left from before",
        f"child-{hester}-not_seen_reason": "Left from before",
    }

    sent = browser_of("rowan").post(f"/cases/{world.case}/visits", data=typed(world, **changes))

    assert sent.status_code == 303
    with db.reading() as session:
        kept = {row.person_id: row for row in session.exec(select(ContactChild))}
    first, second = kept[gideon], kept[hester]
    assert (first.alone, first.alone_reason, first.not_seen_reason) == ("", "", "At practice")
    assert first.private_note == PRIVATE[0]
    assert (second.alone, second.alone_reason, second.not_seen_reason) == ("yes", "", "")


def test_pressing_twice_makes_one_visit(browser_of: Browsers, db: Database, world: World) -> None:
    rowan = browser_of("rowan")
    fields = typed(world, rowan.get(f"/cases/{world.case}/visits/new").text)

    answers = [rowan.post(f"/cases/{world.case}/visits", data=fields) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [303, 303]
    assert answers[0].headers["location"] == answers[1].headers["location"]
    with db.reading() as session:
        assert len(session.exec(select(Contact)).all()) == 1


def test_a_mistake_is_said_beside_its_field_and_nothing_typed_is_lost(
    browser_of: Browsers, db: Database, world: World
) -> None:
    gideon, hester, _ignatius = world.children
    changes = {
        "started_at": "2026-11-23T13:50",
        "ended_at": "2026-11-23T13:30",
        "place": "video",
        f"child-{gideon}-seen": "",
        f"child-{hester}-alone": "no",
        "note": "For Gideon Quintrell",
        "topics": "school",
    }
    fields = typed(world, **changes)

    page = browser_of("rowan").post(f"/cases/{world.case}/visits", data=fields)

    assert page.status_code == 422
    assert "<title>Error:" in page.text
    assert f'href="#child-{gideon}-seen"' in page.text
    assert "Say whether you saw this child." in page.text
    for kept in ("2026-11-23T13:50", "The kitchen was warm.", "For Gideon Quintrell", *PRIVATE, fields["visit_id"]):
        assert kept in page.text
    assert re.search(r'name="topics" value="school"[^>]* checked', page.text)
    assert not re.search(r'name="topics" value="health"[^>]* checked', page.text)
    with db.reading() as session:
        assert session.exec(select(Contact)).all() == []


def test_every_broken_rule_is_named_with_the_field_of_the_form(browser_of: Browsers, world: World) -> None:
    gideon, hester, ignatius = world.children
    changes = {
        "ended_at": "2026-11-23T10:30",
        "place": "video",
        "in_residence": [],
        f"child-{gideon}-seen": "no",
        f"child-{hester}-alone": "no",
        f"child-{ignatius}-alone": "",
        "note": "For Gideon Quintrell",
    }

    page = browser_of("rowan").post(f"/cases/{world.case}/visits", data=typed(world, **changes))

    pointed = re.findall(r'<li><a href="#([^"]+)">', page.text)
    assert pointed == [
        "ended_at",
        "place",
        f"child-{gideon}-not_seen_reason",
        f"child-{hester}-alone_reason",
        f"child-{ignatius}-alone",
        "note",
    ]


@pytest.mark.duty("S2-6")
def test_a_late_entry_asks_why_and_then_says_that_it_was_late(browser_of: Browsers, world: World) -> None:
    rowan = browser_of("rowan")
    times = {"started_at": "2026-11-17T10:50", "ended_at": "2026-11-17T11:50"}

    asked = rowan.post(f"/cases/{world.case}/visits", data=typed(world, **times))
    done = rowan.post(f"/cases/{world.case}/visits", data=typed(world, **times, late_reason="The bridge was closed"))

    assert 'href="#late_reason"' in asked.text
    shown = text_of(rowan.get(done.headers["location"]))
    assert "Late entry" in shown
    assert "The bridge was closed" in shown


@pytest.mark.parametrize("name", ["tamsin", "priya", "corin", "sunniva", "odell"])
def test_another_persons_case_is_not_there(browser_of: Browsers, db: Database, world: World, name: str) -> None:
    browser = browser_of(name)

    answers = [
        browser.get(f"/cases/{world.case}/visits/new"),
        browser.post(f"/cases/{world.case}/visits", data=typed(world)),
        browser.post("/api/v1/visits", json=body(world), headers=JSON),
    ]

    assert [answer.status_code for answer in answers] == [404, 404, 404]
    with db.reading() as session:
        assert session.exec(select(Contact)).all() == []


def test_the_record_shows_what_was_written_and_each_note_with_its_child(
    browser_of: Browsers, db: Database, world: World
) -> None:
    with db.transaction() as session:
        visit = log(session, world, draft(world, persons_seen=[str(world.caregiver)]))

    page = browser_of("rowan").get(f"/visits/{visit.id}")

    words = text_of(page)
    for shown in ("Monday, Nov 23", "10:50 am to 11:50 am", "Quintrell", "Sunniva Aldous", "Dentist by December 4"):
        assert shown in words
    order = [
        words.index(found)
        for pair in zip(("Gideon Q", "Hester Q", "Ignatius Q"), PRIVATE, strict=True)
        for found in pair
    ]
    assert order == sorted(order)
    assert "Nobody was asked to confirm this visit." in words


def test_the_oversight_reviewer_reads_the_visit_and_no_private_note(
    browser_of: Browsers, db: Database, world: World
) -> None:
    with db.transaction() as session:
        visit = log(session, world, draft(world))

    corin = browser_of("corin")
    page = corin.get(f"/visits/{visit.id}")
    record = corin.get(f"/api/v1/visits/{visit.id}", headers=JSON)

    assert page.status_code == record.status_code == 200
    assert "The kitchen was warm and tidy." in page.text
    assert [child["private_note"] for child in record.json()["children"]] == [None, None, None]
    for note in PRIVATE:
        assert note not in page.text
        assert note not in record.text
    assert "Photos are not shown to you." in page.text
    assert "No photo was taken." not in page.text


def test_the_record_shows_what_each_of_those_who_were_asked_says(
    browser_of: Browsers, tools: Tools, db: Database, world: World
) -> None:
    with db.transaction() as session:
        visit = log(session, world, draft(world))
        home_id = session.get_one(Caregiver, world.caregiver).home_id
        carers = [Caregiver(home_id=home_id, name=name, phone="") for name in ("Anna Lund", "Bo Lund")]
        session.add_all(carers)
        session.flush()
        for carer in (world.caregiver, *(one.id for one in carers)):
            token = confirming.make_link(session, visit.id, carer, keys=tools.keys, now=MONDAY)
            link = session.exec(select(ConfirmationLink).where(ConfirmationLink.caregiver_id == carer)).one()
            link.sent_at = MONDAY
            if carer == carers[0].id:
                confirming.confirm(session, token, visit.summary_sha256, now=MONDAY)
            if carer == world.caregiver:
                confirming.say_different(session, token, visit.summary_sha256, "no_visit", "", now=MONDAY)

    words = text_of(browser_of("rowan").get(f"/visits/{visit.id}"))

    for said in (
        "Sunniva Aldous says something is different",
        "Anna Lund confirmed it",
        "Bo Lund was asked, no answer yet",
    ):
        assert said in words


def test_a_visit_over_midnight_names_the_day_it_ended(browser_of: Browsers, db: Database, world: World) -> None:
    with db.transaction() as session:
        night = {"started_at": "2026-11-22T04:00:00Z", "ended_at": "2026-11-22T08:00:00Z"}
        visit = log(session, world, draft(world, **night))

    assert "10:00 pm to 2:00 am, Sunday, Nov 22" in text_of(browser_of("rowan").get(f"/visits/{visit.id}"))


def test_the_list_leads_to_each_visit_and_to_older_ones(
    browser_of: Browsers, db: Database, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    with db.transaction() as session:
        ids = [
            log(session, world, draft(world, started_at=iso(MONDAY - timedelta(hours=h + 1)))).id
            for h in range(52)[:23]
        ]
        ids += [
            log(session, world, draft(world, started_at=iso(MONDAY - timedelta(hours=23, minutes=m)))).id
            for m in range(30)
        ]
    rowan = browser_of("rowan")

    first = rowan.get(f"/cases/{world.case}/visits")
    older = re.search(r'href="(/cases/[^"]+before=[^"]+)"', first.text)
    assert older
    second = rowan.get(older.group(1))

    shown = re.findall(r'href="/visits/([0-9a-f-]{36})"', first.text + second.text)
    assert len(shown) == len(set(shown)) == 53
    assert {UUID(one) for one in shown} == set(ids)
    assert "Visits in each month" in first.text
    assert "Visits in each month" not in second.text


def test_in_practice_mode_the_record_shows_what_the_family_gets(
    tools: Tools, db: Database, world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    practising = replace(tools, settings=replace(tools.settings, demo=True))
    rowan = Browser(create(tools=practising), prove=proving(practising))
    rowan.sign_in("rowan@example.org")
    with db.transaction() as session:
        visit = log(session, world, draft(world))
    worker = Worker(practising, jobs.JOBS)
    while worker.step():
        pass

    page = rowan.get(f"/visits/{visit.id}")

    link = re.search(r"http://localhost:8700(/v/[A-Za-z0-9_-]{43})\s", capsys.readouterr().out)
    assert link
    assert link.group(1) in page.text
    assert "was asked, no answer yet" in page.text
    rowan.close()


def test_the_api_logs_a_visit_once(browser_of: Browsers, db: Database, world: World) -> None:
    rowan = browser_of("rowan")
    sent = body(world)

    first = rowan.post("/api/v1/visits", json=sent, headers=JSON)
    again = rowan.post("/api/v1/visits", json=sent, headers=JSON)
    other = rowan.post("/api/v1/visits", json=sent | {"observations": "Other words"}, headers=JSON)

    assert (first.status_code, again.status_code, other.status_code) == (201, 201, 409)
    assert first.json() == again.json()
    assert first.json()["id"] == sent["visit_id"]
    assert [child["private_note"] for child in first.json()["children"]] == list(PRIVATE)
    assert other.headers["content-type"].startswith("application/problem+json")
    with db.reading() as session:
        assert len(session.exec(select(Contact)).all()) == 1


BAD = [
    ({"extra": 1}, "extra", "part we do not know"),
    ({"started_at": 1700000000}, "started_at", "Write the date and time like"),
    ({"started_at": "2026-11-23T10:50:00"}, "started_at", "Write the date and time like"),
    ({"zone": "../etc/passwd"}, "zone", "This time zone is not known"),
    ({"zone": "America/Chicagoo"}, "zone", "This time zone is not known"),
    ({"kind": "party"}, "kind", "Choose one from the list."),
    ({"visit_id": "7"}, "visit_id", "Choose one from the list."),
    ({"observations": "a\x00b"}, "observations", "cannot be kept"),
    ({"observations": "x" * 20_001}, "observations", "too long"),
    ({"drift_ms": "soon"}, "drift_ms", "Check this answer."),
    ({"summary": {"came": ""}}, "summary.came", "Fill this in."),
    ({"summary": {"next_visit": 5}}, "summary.next_visit", "Write the date like"),
    (
        {"children": [{"person_id": str(uuid4()), "seen": "maybe"}]},
        "children.0.seen",
        "Say whether you saw this child.",
    ),
    (
        {"children": [{"person_id": str(uuid4()), "seen": True, "alone": "yes"}]},
        "children.0.person_id",
        "not in this family",
    ),
    ({"ended_at": iso(MONDAY + timedelta(hours=1))}, "ended_at", "This time has not come yet."),
]


@pytest.mark.parametrize(("changes", "field", "says"), BAD, ids=[f"{b[1]}-{n}" for n, b in enumerate(BAD)])
def test_the_api_refuses_what_does_not_fit_and_says_what_to_do(
    browser_of: Browsers, world: World, changes: dict[str, Any], field: str, says: str
) -> None:
    answer = browser_of("rowan").post("/api/v1/visits", json=body(world, **changes), headers=JSON)

    assert answer.status_code == 422
    errors = {error["field"]: error["detail"] for error in answer.json()["errors"]}
    assert says in errors[field]


def test_a_refusal_is_in_the_language_of_the_reader(browser_of: Browsers, world: World) -> None:
    rowan = browser_of("rowan")
    rowan.client.cookies.set("locale", "es")

    fits_not = rowan.post("/api/v1/visits", json=body(world, zone="Mars"), headers=JSON)
    cannot_be = rowan.post("/api/v1/visits", json=body(world, place="phone"), headers=JSON)

    assert fits_not.json()["detail"].startswith("No conocemos esta zona horaria.")
    assert "Una visita es en persona." in cannot_be.json()["detail"]


def test_the_api_lists_a_familys_visits_page_by_page(
    browser_of: Browsers, db: Database, world: World, clock: Clock
) -> None:
    with db.transaction() as session:
        for minutes in range(51):
            log(session, world, draft(world, started_at=iso(MONDAY - timedelta(hours=2, minutes=minutes))))
    rowan = browser_of("rowan")

    first = rowan.get(f"/api/v1/cases/{world.case}/visits", headers=JSON).json()
    second = rowan.get(f"/api/v1/cases/{world.case}/visits?before={first['next']}", headers=JSON).json()

    assert (len(first["visits"]), len(second["visits"]), second["next"]) == (50, 1, None)
    assert first["next"] == first["visits"][-1]["id"]
    assert "private" not in str(first)
    strange = rowan.get(f"/api/v1/cases/{world.other_case}/visits", headers=JSON)
    assert strange.status_code == 404
