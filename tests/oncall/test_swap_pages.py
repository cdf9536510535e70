"""My shifts and a shift's page over HTTP: a swap in four taps, without script, and nothing for who is no part of it."""

import re
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from porchlight.core.db import Database
from porchlight.oncall import service as rota
from tests.browsing import Browser, text_of
from tests.clocks import Clock
from tests.oncall.people_on_call import FRIDAY, WEEK, ask, join, prove_phones, worker_at
from tests.world import MONDAY, World

Browsers = Callable[..., Browser]


@pytest.fixture
def wren(db: Database, world: World) -> UUID:
    prove_phones(db, world)
    return join(db, world, "wren", "Wren Adeyemi-Castillo")


def links(html: str, containing: str) -> list[str]:
    return [one for one in re.findall(r'href="([^"]+)"', html) if containing in one]


def fields(html: str) -> dict[str, str]:
    """What the form of a swap would send as it stands, without a choice."""
    html = html.partition("<main")[2].partition("</main>")[0]
    found = re.findall(r'<input[^>]*name="(\w+)"[^>]*value="([^"]*)"', html) + re.findall(
        r'<input id="\w+" name="(\w+)" type="[\w-]+" value="([^"]*)"', html
    )
    return {name: value for name, value in found if name not in {"to"}}


@pytest.mark.duty("S2-10")
def test_a_swap_in_four_taps_and_one_to_take_it(browser_of: Browsers, db: Database, world: World, wren: UUID) -> None:
    rowan = browser_of("rowan")
    mine = rowan.get("/oncall/mine").text

    shift = rowan.get(links(mine, "/oncall/shifts/")[0])  # 1: the shift
    swap_path = links(shift.text, "/swap")[0]
    form = rowan.get(swap_path)  # 2: Swap
    assert f'value="{wren}"' in form.text  # 3: the person
    answer = rowan.post(swap_path, data={**fields(form.text), "to": str(wren), "act": "ask"})  # 4: Ask

    assert (answer.status_code, answer.headers["location"]) == (303, "/oncall/mine")
    assert "Waiting for Wren Adeyemi-Castillo" in text_of(rowan.get("/oncall/mine"))
    hers = browser_of("wren")
    asked = hers.get("/oncall/mine")
    assert "Can you take this shift for Rowan Ibarra?" in text_of(asked)
    take = re.findall(r'action="(/oncall/swaps/[^"]+/take)"', asked.text)[0]
    assert hers.post(take).status_code == 303
    assert worker_at(db, world, FRIDAY) == ["wren"]
    assert "Wren Adeyemi-Castillo has it" in text_of(rowan.get("/oncall/mine"))
    assert "Can you take" not in text_of(hers.get("/oncall/mine"))


def test_the_form_says_hours_and_phones_and_why_others_cannot(browser_of: Browsers, world: World, wren: UUID) -> None:
    said = text_of(browser_of("rowan").get(f"/oncall/shifts/{world.schedule}/worker/{FRIDAY.timestamp():.0f}/swap"))

    assert "Wren Adeyemi-Castillo 0 hours on call that week. Phone tested" in said
    assert "Joss Wetherby Already on call then." in said
    assert "Give it to them now" not in said
    assert "Give it to them now" in text_of(
        browser_of("priya").get(f"/oncall/shifts/{world.schedule}/worker/{FRIDAY.timestamp():.0f}/swap")
    )


def test_who_is_busy_for_some_of_it_may_be_asked_for_the_rest(
    browser_of: Browsers, db: Database, world: World, wren: UUID
) -> None:
    with db.transaction() as session:
        rota.stand_in(
            session,
            world.actor(session, "priya"),
            world.schedule,
            "backup",
            wren,
            from_at=FRIDAY,
            to_at=FRIDAY + timedelta(hours=24),
            now=MONDAY,
        )
    rowan, path = browser_of("rowan"), f"/oncall/shifts/{world.schedule}/worker/{FRIDAY.timestamp():.0f}/swap"
    page = rowan.get(path)
    form = {**fields(page.text), "to": str(wren), "act": "ask"}

    assert "On call for some of this time" in text_of(page)
    assert "Already on call then." in text_of(rowan.post(path, data=form))
    assert rowan.post(path, data={**form, "from_at": "2026-11-28T17:00"}).status_code == 303


def test_a_part_by_two_times_and_what_was_typed_is_kept_after_a_mistake(
    browser_of: Browsers, db: Database, world: World, wren: UUID
) -> None:
    rowan, path = browser_of("rowan"), f"/oncall/shifts/{world.schedule}/worker/{FRIDAY.timestamp():.0f}/swap"
    form = {**fields(rowan.get(path).text), "to": str(wren), "act": "ask", "reason": "A wedding"}

    wrong = rowan.post(path, data={**form, "from_at": "2026-11-20T22:00"})
    nobody = rowan.post(path, data={**form, "to": ""})
    right = rowan.post(path, data={**form, "from_at": "2026-11-28T22:00", "to_at": "2026-11-29T06:00"})

    assert (wrong.status_code, nobody.status_code, right.status_code) == (422, 422, 303)
    assert 'value="2026-11-20T22:00"' in wrong.text
    assert 'value="A wedding"' in wrong.text
    assert f'value="{wren}" id=to checked' in wrong.text
    assert form["swap_id"] in wrong.text
    said = text_of(browser_of("wren").get("/oncall/mine"))
    assert "Saturday, Nov 28, 10:00 pm to Sunday, Nov 29, 6:00 am" in said
    assert "A wedding" in said


def test_who_was_too_late_is_told_on_the_same_page(
    browser_of: Browsers, db: Database, world: World, wren: UUID
) -> None:
    swap_id = ask(db, world)
    assert browser_of("lee").post(f"/oncall/swaps/{swap_id}/take").status_code == 303

    answer = browser_of("wren").post(f"/oncall/swaps/{swap_id}/take")

    assert answer.status_code == 422
    assert "Someone has already taken this shift" in text_of(answer)
    assert "My shifts" in text_of(answer)


def test_my_shifts_says_now_next_and_how_many_hours(browser_of: Browsers, clock: Clock) -> None:
    said = text_of(browser_of("lee").get("/oncall/mine"))

    assert "You are on call now, until Friday, Nov 27, 5:00 pm" in said
    assert "Friday, Dec 4, 5:00 pm First on call" in said
    assert "336 hours on call in Nov 2026" in said
    for path in ("/alerts/test", "/oncall/card.vcf", "/oncall/calendar", "/oncall/sheet"):
        assert path in browser_of("lee").get("/oncall/mine").text


def test_who_takes_no_shifts_is_told_so(browser_of: Browsers) -> None:
    said = text_of(browser_of("tamsin").get("/oncall/mine"))

    assert "You are not on call now." in said
    assert "No other shift in the next 30 days." in said


@pytest.mark.parametrize("who", ["sunniva", "corin", "odell"])
def test_shifts_are_for_staff(browser_of: Browsers, world: World, who: str) -> None:
    browser, path = browser_of(who), f"/oncall/shifts/{world.schedule}/worker/{FRIDAY.timestamp():.0f}"

    assert [browser.get(one).status_code for one in ("/oncall/mine", path, f"{path}/swap")] == [404, 404, 404]


@pytest.mark.parametrize("end", ["worker/1", "chef/1795993200", "worker/99999999999999", "worker/0"])
def test_a_shift_that_is_not_there_is_not_found(browser_of: Browsers, world: World, end: str) -> None:
    assert browser_of("rowan").get(f"/oncall/shifts/{world.schedule}/{end}").status_code == 404
    assert browser_of("rowan").get(f"/oncall/shifts/{uuid4()}/{end}").status_code == 404


def test_others_see_a_shift_and_only_who_has_it_and_a_supervisor_may_swap_it(
    browser_of: Browsers, world: World
) -> None:
    path = f"/oncall/shifts/{world.schedule}/worker/{FRIDAY.timestamp():.0f}"

    found = {who: browser_of(who).get(path).text for who in ("rowan", "lee", "priya", "tamsin")}

    assert {who: f"{path}/swap" in html for who, html in found.items()} == {
        "rowan": True,
        "lee": False,
        "priya": True,
        "tamsin": False,
    }
    assert {who: f"/calendar/{world.schedule}" in html for who, html in found.items()} == {
        "rowan": True,
        "lee": False,
        "priya": False,
        "tamsin": False,
    }
    assert browser_of("lee").get(f"{path}/swap").status_code == 404


def test_a_shift_that_begins_within_a_second_has_an_address_too(
    browser_of: Browsers, db: Database, world: World, wren: UUID
) -> None:
    start = FRIDAY + timedelta(hours=5, microseconds=712_345)
    with db.transaction() as session:
        rota.stand_in(
            session,
            world.actor(session, "priya"),
            world.schedule,
            "worker",
            wren,
            from_at=start,
            to_at=FRIDAY + timedelta(hours=9),
            now=MONDAY,
        )
    browser = browser_of("wren")

    paths = links(browser.get("/oncall/mine").text, "/oncall/shifts/")

    assert [browser.get(path).status_code for path in (paths[0], f"{paths[0]}/swap")] == [200, 200]


def test_a_supervisor_comes_to_anybodys_shift_from_the_on_call_page(
    browser_of: Browsers, world: World, wren: UUID
) -> None:
    priya = browser_of("priya")

    paths = links(priya.get("/oncall").text, f"/oncall/shifts/{world.schedule}/worker/")
    pages = [priya.get(path) for path in paths]

    assert len(paths) == 2  # Lee's, which runs, and Rowan's, which is next
    assert [name in text_of(page) for name, page in zip(("Lee Marchetti", "Rowan Ibarra"), pages, strict=True)] == [
        True,
        True,
    ]
    assert [links(page.text, "/swap") for page in pages] == [
        [f"/oncall/shifts/{world.schedule}/worker/{at.timestamp():.0f}/swap"] for at in (FRIDAY - WEEK, FRIDAY)
    ]


def test_an_unknown_act_or_swap_is_not_found(browser_of: Browsers, db: Database, world: World, wren: UUID) -> None:
    swap_id = ask(db, world)

    assert browser_of("wren").post(f"/oncall/swaps/{uuid4()}/take").status_code == 404
    assert browser_of("wren").post(f"/oncall/swaps/{swap_id}/steal").status_code in {400, 404, 422}


def test_my_shifts_are_in_the_pack_of_who_takes_shifts(browser_of: Browsers) -> None:
    def urls(who: str) -> set[str]:
        pack = browser_of(who).post("/offline/pack", json={"have": {}}, headers={"Accept": "application/json"}).json()
        return {page["url"] for page in pack["pages"]}

    assert "/oncall/mine" in urls("rowan")
    assert "/oncall/mine" not in urls("tamsin")


def test_a_shift_keeps_its_address_while_it_runs(browser_of: Browsers, world: World, clock: Clock) -> None:
    path = f"/oncall/shifts/{world.schedule}/worker/{FRIDAY.timestamp():.0f}"

    clock.moment = FRIDAY + WEEK - timedelta(minutes=1)
    assert "Swap" in text_of(browser_of("rowan").get(path))
    clock.moment = FRIDAY + WEEK
    assert "/swap" not in browser_of("rowan").get(path).text
