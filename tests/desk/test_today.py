"""Today: each person opens what they are here for."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from sqlmodel import select

from porchlight.cases.models import Person, Task
from porchlight.core.db import Database
from porchlight.desk import families, phones
from porchlight.desk.phones import Unsent
from porchlight.desk.today import today
from porchlight.homes.models import Placement
from porchlight.people.models import Device
from porchlight.visits.models import PlannedVisit
from tests.browsing import Browser, text_of
from tests.history import visited
from tests.world import MONDAY, World

Browsers = Callable[..., Browser]


def opened(world: World, db: Database, name: str) -> dict[str, Any]:
    with db.reading() as session:
        return dict(today(session, world.actor(session, name), now=MONDAY).context)


def plan(world: World, db: Database, hours: float, **more: Any) -> None:
    with db.transaction() as session:
        session.add(
            PlannedVisit(
                case_id=world.case,
                account_id=world.accounts["rowan"],
                starts_at=MONDAY + timedelta(hours=hours),
                **more,
            )
        )


@pytest.mark.duty("S2-36")
def test_an_overdue_family_stands_first_with_its_planned_time(world: World, db: Database) -> None:
    with db.transaction() as session:
        visited(session, world, MONDAY - timedelta(days=38))
        visited(session, world, MONDAY - timedelta(days=8), world.children[:2])
    plan(world, db, 4)

    visits = opened(world, db, "rowan")["visits"]

    assert [(v["family"], v["due_in"], v["days_since"], v["starts_at"]) for v in visits] == [
        ("Quintrell", -8, 38, MONDAY + timedelta(hours=4))
    ]


def test_a_family_seen_lately_is_not_due(world: World, db: Database) -> None:
    with db.transaction() as session:
        visited(session, world, MONDAY - timedelta(days=3))

    assert opened(world, db, "rowan")["visits"] == []


def test_a_family_due_within_the_week_is_on_the_list(world: World, db: Database) -> None:
    with db.transaction() as session:
        visited(session, world, MONDAY - timedelta(days=25))

    assert [visit["due_in"] for visit in opened(world, db, "rowan")["visits"]] == [5]


def test_a_planned_visit_of_another_day_is_not_todays(world: World, db: Database) -> None:
    with db.transaction() as session:
        visited(session, world, MONDAY - timedelta(days=3))
    plan(world, db, 24)
    plan(world, db, -24)

    assert opened(world, db, "rowan")["visits"] == []


def test_a_visit_that_took_place_is_off_the_list(world: World, db: Database) -> None:
    with db.transaction() as session:
        visited(session, world, MONDAY - timedelta(days=25))
        done = visited(session, world, MONDAY - timedelta(hours=2), world.children[:1])
    plan(world, db, -2, contact_id=done)

    assert opened(world, db, "rowan")["visits"] == []


@pytest.mark.duty("S2-36")
def test_a_task_is_ticked_off_from_the_page(world: World, db: Database, browser_of: Browsers) -> None:
    with db.transaction() as session:
        task = Task(
            case_id=world.case,
            owner_id=world.accounts["rowan"],
            title="Book the dentist",
            due_on=date(2026, 11, 22),
            made_at=MONDAY,
        )
        session.add(task)
    browser = browser_of("rowan")
    page = browser.get("/today").text
    assert f'action="/tasks/{task.id}/done"' in page
    assert "1 day late" in page

    answer = browser.post(f"/tasks/{task.id}/done", data={"next": "/today"})

    assert (answer.status_code, answer.headers["location"]) == (303, "/today")
    page = browser.get("/today").text
    assert f"/tasks/{task.id}/done" not in page
    assert f'action="/tasks/{task.id}/reopen"' in page
    browser.post(f"/tasks/{task.id}/reopen", data={"next": "/today"})
    assert f'action="/tasks/{task.id}/done"' in browser.get("/today").text


def test_after_ticking_off_nobody_is_sent_to_another_site(world: World, db: Database, browser_of: Browsers) -> None:
    with db.transaction() as session:
        task = Task(case_id=world.case, owner_id=world.accounts["rowan"], title="x", made_at=MONDAY)
        session.add(task)

    answer = browser_of("rowan").post(f"/tasks/{task.id}/done", data={"next": "//evil.example"})

    assert answer.headers["location"] == "/today"


def test_who_is_on_call_knows_it(world: World, db: Database) -> None:
    mine, hers = opened(world, db, "lee")["on_call"], opened(world, db, "tamsin")["on_call"]

    assert (mine["mine"], mine["position"]) == (True, "worker")
    assert (hers["mine"], hers["name"]) == (False, "Lee Marchetti")


@pytest.mark.parametrize(("name", "opens"), [("rowan", True), ("odell", False)])
def test_who_is_on_call_is_a_link_only_for_whom_it_opens(name: str, opens: bool, browser_of: Browsers) -> None:
    page = browser_of(name).get("/today")

    assert "Lee Marchetti" in text_of(page)
    assert ('href="/oncall"' in page.text) is opens
    assert (browser_of(name).get("/oncall").status_code == 200) is opens


def test_who_has_no_families_is_not_told_that_all_were_seen(world: World, db: Database, browser_of: Browsers) -> None:
    text = text_of(browser_of("odell").get("/today"))

    assert "You have no visits to make." in text


@pytest.mark.parametrize(
    ("name", "template"),
    [
        ("rowan", "desk/today.html"),
        ("joss", "desk/today.html"),
        ("priya", "desk/board.html"),
        ("corin", "oversight/families.html"),
        ("sunniva", "desk/my_home.html"),
    ],
)
def test_each_role_opens_its_own_page(name: str, template: str, world: World, db: Database) -> None:
    with db.reading() as session:
        assert today(session, world.actor(session, name), now=MONDAY).template == template


def test_a_caregiver_sees_who_comes_to_their_home_and_nothing_else(
    world: World, db: Database, browser_of: Browsers
) -> None:
    plan(world, db, 4)
    plan(world, db, 5, place="office")

    answer = browser_of("sunniva").get("/today")

    text = text_of(answer)
    assert "Monday, Nov 23, 4:00 pm" in text
    assert "5:00 pm" not in text
    assert "Rowan Ibarra comes to see you" in text
    for name in ("Quintrell", "Gideon", "Hester", "Ignatius"):
        assert name not in text


def test_a_visit_to_children_who_moved_away_is_not_the_old_homes(world: World, db: Database) -> None:
    plan(world, db, 4)
    with db.transaction() as session:
        for row in session.exec(select(Placement)):
            row.to_on = MONDAY.date()
            session.add(row)

    assert opened(world, db, "sunniva")["visits"] == []


def test_the_board_names_what_is_late_and_whose_it_is(world: World, db: Database) -> None:
    with db.transaction() as session:
        visited(session, world, MONDAY - timedelta(days=38))

    late = opened(world, db, "priya")["late"]

    assert [(one["family"], one["days_since"], one["worker"]) for one in late] == [
        ("Sandoval-Pryce", None, "Tamsin Okafor"),
        ("Quintrell", 38, "Rowan Ibarra"),
    ]


def test_the_board_shows_what_a_family_said_is_different_and_lets_it_be_ticked_off(
    world: World, db: Database, browser_of: Browsers
) -> None:
    with db.transaction() as session:
        visit = visited(session, world, MONDAY - timedelta(days=3))
        task = Task(
            case_id=world.case,
            owner_id=world.accounts["priya"],
            kind="something_is_different",
            title="Ring Sunniva",
            source_id=visit,
            made_at=MONDAY,
        )
        session.add(task)
    browser = browser_of("priya")

    page = browser.get("/board").text
    browser.post(f"/tasks/{task.id}/done", data={"next": "/board"})

    assert f'href="/visits/{visit}"' in page
    after = browser.get("/board").text
    assert f"/visits/{visit}" not in after
    assert f'action="/tasks/{task.id}/reopen"' in after
    assert "Ring Sunniva" not in browser_of("rowan").get(f"/cases/{world.case}").text


@pytest.mark.parametrize("name", ["rowan", "joss", "corin", "sunniva", "odell"])
def test_the_board_is_for_supervisors_only(name: str, world: World, browser_of: Browsers) -> None:
    assert browser_of(name).get("/board").status_code == 404


def test_what_nobody_can_tell_is_said_to_be_unknown(
    world: World, db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(phones, "_unsent", [])
    assert opened(world, db, "priya")["unknown"] == ["unsent"]

    monkeypatch.setattr(
        phones, "_unsent", [lambda _session, ids, now: [Unsent(ids[0], "waiting", 3, now - timedelta(days=2))]]
    )
    found = opened(world, db, "priya")
    assert found["unknown"] == []
    assert [one["count"] for one in found["unsent"]] == [3]


@pytest.mark.duty("S2-10")
def test_a_phone_that_fell_silent_before_planned_visits_is_named(world: World, db: Database) -> None:
    plan(world, db, 4)
    with db.transaction() as session:
        session.add(
            Device(
                id=world.accounts["rowan"],
                account_id=world.accounts["rowan"],
                public_key={},
                enrolled_at=MONDAY,
                last_seen_at=MONDAY - timedelta(hours=25),
            )
        )

    problems = {(one["name"], one["problem"]) for one in opened(world, db, "priya")["phones"]}

    assert ("Rowan Ibarra", "silent") in problems
    assert ("Lee Marchetti", "no_alerts") in problems


@pytest.mark.duty("S0-10")
def test_the_list_of_families_says_how_many_and_finds_by_a_childs_name(
    world: World, browser_of: Browsers, db: Database
) -> None:
    with db.transaction() as session:
        child = session.get(Person, world.children[1])
        assert child
        child.preferred_name = "Ñandú"
        session.add(child)
    browser = browser_of("rowan")

    assert "1 family on your list" in text_of(browser.get("/families"))
    assert "Quintrell" in text_of(browser.get("/families", params={"q": "nandu"}))
    assert "No family found for “zz”" in text_of(browser.get("/families", params={"q": "zz"}))


def test_a_row_of_windows_tells_six_months_in_words(world: World, db: Database, browser_of: Browsers) -> None:
    with db.transaction() as session:
        visited(session, world, MONDAY - timedelta(days=3), place="office")
        visited(session, world, MONDAY - timedelta(days=33))

    text = text_of(browser_of("rowan").get("/families"))

    assert "Oct: Seen at home. Nov: Seen, but not at home." in text


def test_a_person_without_any_family_gets_an_empty_list(world: World, db: Database) -> None:
    with db.reading() as session:
        view = families.families(session, world.actor(session, "odell"), now=MONDAY)

    assert (view.context["total"], view.context["families"]) == (0, [])


def test_what_else_a_supervisor_has_to_do_stands_on_the_board(world: World, db: Database, browser_of: Browsers) -> None:
    with db.transaction() as session:
        session.add(
            Task(
                case_id=world.case,
                owner_id=world.accounts["priya"],
                kind="held_item",
                title="Look at what a phone sent",
                made_at=MONDAY,
            )
        )

    assert "Look at what a phone sent" in text_of(browser_of("priya").get("/today"))
