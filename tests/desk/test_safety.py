"""What concerns safety over HTTP: who may open it, what works without a script, what a bad input keeps, the board."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import select

from porchlight.alerts.models import Alert
from porchlight.audit.models import AuditEvent
from porchlight.core.db import Database
from porchlight.core.ids import new_id
from porchlight.core.tools import Tools
from porchlight.crises.callbacks.models import CallAttempt, Callback
from porchlight.crises.checkins.models import CheckIn
from porchlight.crises.incidents.models import Incident, IncidentReview
from porchlight.crises.mandated.models import MandatedReport
from porchlight.crises.missing.models import MissingEpisode
from porchlight.people.models import Organization
from tests.browsing import Browser, text_of
from tests.clocks import Clock
from tests.working import work
from tests.world import World

Browsers = Callable[..., Browser]
WORKS = ["rowan", "tamsin", "joss", "priya", "odell"]
WORKS_NOT = ["corin", "sunniva"]
PAGES = ["/safety", "/callbacks", "/callbacks/new", "/checkins", "/mandated", "/mandated/new", "/missing/new"]


@pytest.mark.asvs("8.2.2")
@pytest.mark.parametrize("name", WORKS)
def test_who_works_for_families_has_these_pages(name: str, browser_of: Browsers) -> None:
    browser = browser_of(name)

    assert {path: browser.get(path).status_code for path in (*PAGES, "/missing", "/incidents")} == dict.fromkeys(
        (*PAGES, "/missing", "/incidents"), 200
    )


@pytest.mark.asvs("8.2.2")
@pytest.mark.parametrize("name", WORKS_NOT)
def test_nobody_else_has_them(name: str, browser_of: Browsers) -> None:
    browser = browser_of(name)

    assert {path: browser.get(path).status_code for path in PAGES} == dict.fromkeys(PAGES, 404)


def test_signed_out_they_ask_to_sign_in(browser_of: Browsers) -> None:
    assert {browser_of().get(path).status_code for path in PAGES} == {303}


def hidden(browser: Browser, path: str, name: str = "id") -> str:
    """The value that a form of this page sends along."""
    found = re.search(rf'name="{name}" value="([^"]+)"', browser.get(path).text)
    assert found
    return found[1]


@pytest.mark.duty("S4-57")
def test_a_call_is_promised_and_kept_without_a_script(browser_of: Browsers, db: Database, world: World) -> None:
    rowan = browser_of("rowan")
    form = {
        "id": hidden(rowan, "/callbacks/new"),
        "to_name": "Mrs. Vance",
        "phone": "555-0134",
        "case_id": str(world.case),
        "promised_at": "",
    }

    assert rowan.post("/callbacks", data=form).status_code == 303
    today, call = rowan.get("/today"), form["id"]
    assert 'href="tel:5550134"' in today.text
    assert "Mrs. Vance" in text_of(today)
    assert 'href="tel:5550134"' in rowan.get(f"/callbacks/{call}").text
    went = rowan.post(
        f"/callbacks/{call}/tries", data={"id": hidden(rowan, f"/callbacks/{call}"), "outcome": "reached", "words": ""}
    )

    assert went.status_code == 303
    assert "Reached" in text_of(rowan.get(f"/callbacks/{call}"))
    assert "Mrs. Vance" not in text_of(rowan.get("/today"))
    with db.reading() as session:
        assert [one.state for one in session.exec(select(Callback))] == ["kept"]


FORMS: list[tuple[str, dict[str, Any], str]] = [
    ("/callbacks", {"to_name": "Mrs. Vance of the mill", "phone": "none"}, "Mrs. Vance of the mill"),
    ("/checkins", {"place": "The mill by the creek", "out_by": ""}, "The mill by the creek"),
    (
        "/mandated",
        {
            "said": "Bruises on both arms",
            "child_words": "",
            "witnessed_at": "2026-11-23T11:00",
            "told_by": "A neighbor",
        },
        "Bruises on both arms",
    ),
    (
        "/mandated",
        {"said": "Bruises on both arms", "child_words": "A boy", "witnessed_at": "soon", "told_by": "A neighbor"},
        "A neighbor",
    ),
    ("/missing", {"person_id": "", "learned_at": "2026-11-23T11:00", "clothing": "Red jacket"}, "Red jacket"),
    (
        "/cases/{case}/incidents",
        {"kind": "injury", "severity": "", "words": "Fell from the swing", "after": "0"},
        "Fell from the swing",
    ),
]


@pytest.mark.parametrize(("path", "form", "kept"), FORMS)
def test_a_bad_input_loses_no_word_and_says_what_to_do(
    path: str, form: dict[str, Any], kept: str, browser_of: Browsers, world: World, db: Database
) -> None:
    page = browser_of("rowan").post(path.format(case=world.case), data={"id": str(new_id()), **form})

    assert page.status_code == 422
    assert kept in page.text
    assert "<title>Error:" in page.text
    with db.reading() as session:
        for table in (Callback, CheckIn, MandatedReport, MissingEpisode, Incident):
            assert session.exec(select(table)).all() == []


def test_a_check_in_is_one_form_and_one_tap(browser_of: Browsers, db: Database, world: World) -> None:
    rowan = browser_of("rowan")
    page = rowan.get(f"/checkins?case={world.case}")
    assert 'value="4 Lantern Row"' in page.text
    form = {
        "id": hidden(rowan, "/checkins"),
        "case_id": str(world.case),
        "place": "4 Lantern Row",
        "out_by": "2026-11-23T13:00",
    }

    rowan.post("/checkins", data=form)
    assert "Out by" in text_of(rowan.get("/today"))
    seen = hidden(rowan, "/checkins", "seen")
    rowan.post(f"/checkins/{form['id']}/longer", data={"seen": seen, "minutes": "30"})
    assert "1:30 pm" in text_of(rowan.get("/checkins"))
    rowan.post(f"/checkins/{form['id']}/safe")

    with db.reading() as session:
        assert [one.ending for one in session.exec(select(CheckIn))] == ["safe"]


def start(browser: Browser, out_by: str = "2026-11-23T13:00") -> str:
    check_in = str(new_id())
    assert browser.post("/checkins", data={"id": check_in, "place": "The mill", "out_by": out_by}).status_code == 303
    return check_in


def test_the_page_of_a_missed_check_in_is_for_who_watches_over_it(
    browser_of: Browsers, tools: Tools, world: World, clock: Clock
) -> None:
    check_in = start(browser_of("rowan"))
    clock.move(minutes=75)
    work(tools)

    seen = {
        name: browser_of(name).get(f"/checkins/{check_in}").status_code
        for name in ("priya", "mara", "lee", "tamsin", "odell", "sunniva")
    }

    assert seen == {"priya": 200, "mara": 200, "lee": 200, "tamsin": 404, "odell": 404, "sunniva": 404}
    page = text_of(browser_of("priya").get(f"/checkins/{check_in}"))
    assert "The mill" in page
    assert "Last heard of their phone" in page
    assert browser_of("priya").post(f"/checkins/{check_in}/found").status_code == 303
    assert "Somebody heard from them" in text_of(browser_of("priya").get(f"/checkins/{check_in}"))


def test_the_alert_of_a_missed_check_in_says_what_it_is_and_no_form_offers_it(
    browser_of: Browsers, tools: Tools, world: World, clock: Clock, db: Database
) -> None:
    start(browser_of("rowan"))
    clock.move(minutes=75)
    work(tools)

    with db.reading() as session:
        alert = session.exec(
            select(Alert.id).where(Alert.account_id == world.accounts["lee"], Alert.severity == "crisis")
        ).one()
    page = text_of(browser_of("lee").get(f"/alerts/{alert}"))

    assert "A worker did not check in" in page
    assert "The mill" in page
    assert "A worker did not check in" not in text_of(browser_of("rowan").get("/help"))


def test_a_notice_leads_to_what_it_is_about(
    browser_of: Browsers, tools: Tools, world: World, clock: Clock, db: Database
) -> None:
    check_in = start(browser_of("rowan"))
    clock.move(minutes=61)
    work(tools)
    with db.reading() as session:
        notice = session.exec(select(Alert.id).where(Alert.severity == "notice")).one()

    page = browser_of("rowan").get(f"/alerts/{notice}").text

    assert f'href="/checkins/{check_in}"' in page
    assert browser_of("priya").get(f"/alerts/{notice}").status_code == 404


@pytest.mark.duty("S4-32", "S4-44")
def test_a_report_goes_from_the_hotline_to_closed_and_the_clocks_stand_on_the_page(
    browser_of: Browsers, world: World
) -> None:
    rowan = browser_of("rowan")
    new = rowan.get(f"/mandated/new?case={world.case}")
    assert new.text.index("tel:+15550101") < new.text.index('<form method="post" action="/mandated"')
    report = hidden(rowan, f"/mandated/new?case={world.case}")
    form = {
        "id": report, "case_id": str(world.case), "children": [str(one) for one in world.children[:2]], "child_words": "",
        "witnessed_at": "2026-11-23T11:50", "place": "School", "said": "Bruises", "witness": "self", "told_by": "", "reach": "",
    }  # fmt: skip

    assert rowan.post("/mandated", data=form).status_code == 303
    page = text_of(rowan.get(f"/mandated/{report}"))
    assert "Now: call it in" in page
    assert "Gideon Quintrell" in page
    assert browser_of("priya").get(f"/mandated/{report}").status_code == 404
    assert rowan.post(f"/mandated/{report}/close").status_code == 422
    for step in ({"step": "oral", "to_whom": "Worker 4417", "number": "A-9"}, {"step": "not_asked"}):
        sent = rowan.post(f"/mandated/{report}/steps", data={"id": str(new_id()), "at": "", **step})
        assert sent.status_code == 303
    assert browser_of("priya").get(f"/mandated/{report}").status_code == 200
    assert rowan.post(f"/mandated/{report}/close").status_code == 303
    assert "Closed" in text_of(rowan.get(f"/mandated/{report}"))


def test_the_name_under_the_seal_stands_on_one_answer_only(browser_of: Browsers, world: World) -> None:
    rowan, priya, report = browser_of("rowan"), browser_of("priya"), str(new_id())
    rowan.post(
        "/mandated",
        data={
            "id": report,
            "case_id": str(world.case),
            "child_words": "A boy",
            "witnessed_at": "2026-11-23T11:50",
            "said": "x",
            "witness": "other",
            "told_by": "Zebedee Quill",
        },
    )
    rowan.post(f"/mandated/{report}/steps", data={"id": str(new_id()), "step": "oral", "to_whom": "4417"})
    before = priya.get(f"/mandated/{report}").text

    empty = priya.post(f"/mandated/{report}/reporter", data={"reason": ""})
    opened = priya.post(f"/mandated/{report}/reporter", data={"reason": "Court order"})
    after = priya.get(f"/mandated/{report}").text

    assert empty.status_code == 422
    assert "Zebedee Quill" in opened.text
    assert "Rowan Ibarra" in opened.text
    assert opened.headers["cache-control"] == "no-store"
    assert "Zebedee" not in before + empty.text + after
    assert "Court order" in after
    assert rowan.post(f"/mandated/{report}/reporter", data={"reason": "mine"}).status_code == 404


def test_a_missing_child_has_a_record_with_two_numbers_to_call(browser_of: Browsers, world: World) -> None:
    rowan, one = browser_of("rowan"), str(new_id())
    form = {
        "id": one,
        "person_id": str(world.children[0]),
        "learned_at": "2026-11-23T11:00",
        "last_seen_at": "",
        "clothing": "Red",
        "looked": "The park",
    }

    assert rowan.post("/missing", data=form).status_code == 303
    page = rowan.get(f"/missing/{one}")
    assert 'href="tel:911"' in page.text
    assert 'href="tel:+18008435678"' in page.text
    assert "At once, at the latest" in text_of(page)
    rowan.post(f"/missing/{one}/steps", data={"id": str(new_id()), "step": "police", "at": "", "number": "26-0417"})
    assert "number 26-0417" in text_of(rowan.get(f"/missing/{one}"))
    assert browser_of("tamsin").get(f"/missing/{one}").status_code == 404
    assert browser_of("corin").get(f"/missing/{one}").status_code == 200
    assert (
        browser_of("corin")
        .post(f"/missing/{one}/found", data={"found_where": "x", "found_how": "other", "found_at": "2026-11-23T11:30"})
        .status_code
        == 404
    )


def test_an_incident_is_written_changed_and_reviewed_without_a_script(
    browser_of: Browsers, world: World, db: Database
) -> None:
    rowan, priya = browser_of("rowan"), browser_of("priya")
    path = f"/cases/{world.case}/incidents"
    one = hidden(rowan, f"{path}/new")
    form = {
        "id": one,
        "after": "0",
        "kind": "injury",
        "severity": "minor",
        "children": str(world.children[0]),
        "happened_at": "2026-11-23T11:00",
        "place": "",
        "words": "Fell",
        "did": "",
    }

    assert rowan.post(path, data=form).status_code == 303
    assert "Fell" in rowan.get(f"/incidents/{one}/change").text
    assert (
        rowan.post(
            f"/incidents/{one}/change", data={**form, "after": "1", "words": "Pushed", "why": "Asked again"}
        ).status_code
        == 303
    )
    stale = rowan.post(f"/incidents/{one}/change", data={**form, "after": "1", "words": "Third words", "why": "x"})
    assert stale.status_code == 409
    assert "Third words" in stale.text
    page = priya.get(f"/incidents/{one}")
    assert "Version 1" in text_of(page)
    assert (
        priya.post(
            f"/incidents/{one}/review", data={"version": "2", "state": "reviewed", "review_words": ""}
        ).status_code
        == 303
    )
    with db.reading() as session:
        assert [one.version for one in session.exec(select(IncidentReview))] == [2]
    assert rowan.get(f"/incidents/{one}").status_code == 200
    assert browser_of("tamsin").get(f"/incidents/{one}").status_code == 404


def test_the_board_names_what_is_late_of_ones_own_people_and_links_to_it(
    browser_of: Browsers, tools: Tools, world: World, clock: Clock, db: Database
) -> None:
    rowan = browser_of("rowan")
    assert "Everyone has checked in" in text_of(browser_of("priya").get("/board"))
    call, report, missing = str(new_id()), str(new_id()), str(new_id())
    rowan.post("/callbacks", data={"id": call, "to_name": "Mrs. Vance", "phone": "555-0134"})
    rowan.post(
        "/mandated",
        data={
            "id": report,
            "case_id": str(world.case),
            "child_words": "A boy",
            "witnessed_at": "2026-11-23T11:50",
            "said": "x",
        },
    )
    rowan.post(f"/mandated/{report}/steps", data={"id": str(new_id()), "step": "oral", "to_whom": "4417"})
    rowan.post("/missing", data={"id": missing, "person_id": str(world.children[0]), "learned_at": "2026-11-23T11:00"})
    clock.move(days=1, minutes=1)
    check_in = start(browser_of("rowan"), "2026-11-24T13:00")
    clock.move(hours=2)

    board = browser_of("priya").get("/board")

    for path in (f"/callbacks/{call}", f"/mandated/{report}", f"/missing/{missing}", f"/checkins/{check_in}"):
        assert f'href="{path}"' in board.text
    assert "Did not check in" in text_of(board)
    with db.reading() as session:
        assert session.exec(select(CallAttempt)).all() == []


def test_a_family_page_leads_to_what_a_bad_day_asks_for(browser_of: Browsers, world: World) -> None:
    page = browser_of("rowan").get(f"/cases/{world.case}").text

    for href in (
        f"/mandated/new?case={world.case}",
        f"/cases/{world.case}/incidents/new",
        "/missing/new",
        f"/callbacks/new?case={world.case}",
        f"/checkins?case={world.case}",
    ):
        assert f'href="{href}"' in page
    assert "/mandated/new" not in browser_of("corin").get(f"/cases/{world.case}").text
    assert 'href="/safety"' in browser_of("rowan").get("/more").text
    assert 'href="/safety"' not in browser_of("sunniva").get("/more").text


def test_an_ordinary_day_has_not_one_word_more_on_today(browser_of: Browsers) -> None:
    """The first page is weighed to the byte (tests/journeys/test_weight.py)."""
    page = browser_of("rowan").get("/today").text

    assert "safety-title" not in page
    assert "/safety" not in page


def test_older_pages_of_lists_open(browser_of: Browsers) -> None:
    rowan = browser_of("rowan")

    assert {
        rowan.get(f"{path}?older={older}").status_code
        for path in ("/callbacks", "/checkins", "/missing", "/mandated", "/incidents")
        for older in (0, 1, -1)
    } == {200}


def test_late_is_late_only_after_the_last_moment(browser_of: Browsers, world: World, clock: Clock) -> None:
    rowan, priya, call = browser_of("rowan"), browser_of("priya"), str(new_id())
    rowan.post("/callbacks", data={"id": call, "to_name": "Mrs. Vance", "phone": "555-0134"})

    clock.moment += timedelta(days=1)
    in_time = browser_of("priya").get("/board").text
    clock.moment += timedelta(seconds=1)
    late = browser_of("priya").get("/board").text

    assert f"/callbacks/{call}" not in in_time
    assert f"/callbacks/{call}" in late
    assert priya


def live_href(page: str) -> str:
    found = re.search(r'hx-get="(/board/live[^"]+)"', page)
    assert found
    return found[1]


def test_the_board_stays_right_without_reloading_and_says_nothing_while_nothing_is_new(
    browser_of: Browsers, world: World, db: Database
) -> None:
    priya, rowan = browser_of("priya", **{"HX-Request": "true"}), browser_of("rowan")
    first = live_href(priya.get("/board").text)
    with db.reading() as session:
        before = len(session.exec(select(AuditEvent)).all())
    quiet = priya.get(first)
    with db.reading() as session:
        after = len(session.exec(select(AuditEvent)).all())

    rowan.post(
        "/missing", data={"id": str(new_id()), "person_id": str(world.children[0]), "learned_at": "2026-11-23T11:00"}
    )
    rowan.post("/help", data={"id": str(new_id()), "case_id": str(world.case), "reason": "threat", "words": ""})
    news = priya.get(first)

    assert (quiet.status_code, quiet.text, before) == (204, "", after)
    assert news.status_code == 200
    assert "Threat or violence" in news.text
    assert "Gideon Quintrell" in news.text
    assert "<html" not in news.text
    assert priya.get(live_href(news.text)).status_code == 204
    with db.reading() as session:
        named = [event.people for event in session.exec(select(AuditEvent).where(AuditEvent.act == "board.seen"))]
    assert str(world.children[0]) in named[-1]


@pytest.mark.asvs("8.2.2")
@pytest.mark.parametrize("name", ["rowan", "joss", "corin", "sunniva"])
def test_the_live_part_is_a_supervisors_alone(name: str, browser_of: Browsers) -> None:
    assert browser_of(name).get("/board/live").status_code == 404


@pytest.mark.parametrize(
    ("path", "name", "leads"),
    [
        ("/missing/new", "person_id", ""),
        ("/mandated/new", "case", "/mandated/new?case="),
        ("/incidents", "case", "/cases/{}/incidents/new"),
    ],
)
def test_a_family_or_a_child_is_chosen_from_one_short_list_without_script(
    browser_of: Browsers, world: World, path: str, name: str, leads: str
) -> None:
    rowan = browser_of("rowan")
    page = rowan.get(path).text
    one = world.children[0] if name == "person_id" else world.case

    chooser = page[page.index(f'<select id="{name}"') :]
    assert f'value="{one}"' in chooser[: chooser.index("</select>")]
    assert f'type="radio" name="{name}"' not in page
    if leads:
        assert f'href="{leads.format(one)}' not in page
        action = re.findall(r'<form method="get" action="([^"]+)"', page)[-1]
        went = rowan.get(f"{action}?case={one}", follow_redirects=True)
        assert "Quintrell" in text_of(went)


def test_the_number_of_a_form_says_that_it_is_one(browser_of: Browsers, db: Database, world: World) -> None:
    with db.transaction() as session:
        agency = session.get_one(Organization, world.agency)
        agency.jurisdiction = "New York"

    words = text_of(browser_of("rowan").get("/mandated/new"))

    assert "In writing within 48 hours. Use form LDSS-2221A." in words
