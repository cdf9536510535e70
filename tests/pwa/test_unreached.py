"""What only the server can do says so when it cannot be had; what the phone can do by itself, it does."""

import pytest
from playwright.sync_api import Page

from tests.handset import Handset
from tests.pwa.conftest import READY, until
from tests.pwa.porch import ROWAN, TAMSIN, Porch

NOTICE = "document.querySelector('main > [data-unreached][role=alert]')"
FAMILIES = {"Vance-Moreau": ["Ansel", "Birdie"], "Quintrell": ["Ñandú", "Gideon"], "Tolliver": ["Delphine"]}
SHOWN = "() => [...document.querySelectorAll('#families .rows > li')].filter((row) => !row.hidden).map((row) => row.querySelector('.over').textContent)"
SAID = "document.querySelector('[data-found]')?.textContent"


@pytest.fixture
def today(porch: Porch, phone: Handset) -> Page:
    page = phone.open()
    page.goto(f"{porch.url}/today")
    until(page, READY)
    until(page, "Boolean(globalThis.htmx)")
    return page


@pytest.mark.parametrize("online", [True, False])
@pytest.mark.parametrize("button", ["#done", ".switch button"])
def test_a_form_that_does_not_reach_us_keeps_the_page_and_says_so(
    button: str, online: bool, porch: Porch, today: Page
) -> None:
    porch.stop()
    today.context.set_offline(not online)
    today.evaluate("globalThis.same = true")

    today.click(button)

    until(today, NOTICE)
    assert "did not reach us, and nothing was changed" in today.inner_text("[data-unreached]")
    assert today.inner_text("h1") == "Three visits today"
    assert today.evaluate("globalThis.same && document.activeElement.matches('[data-unreached]')")


def test_a_free_wifi_that_answers_for_us_is_not_us(porch: Porch, today: Page) -> None:
    today.context.route(
        "**/api/v1/session", lambda route: route.fulfill(content_type="text/html", body="<h1>Wifi</h1>")
    )

    today.click("#done")

    until(today, NOTICE)
    assert [path for method, path, _ in porch.asked if path.startswith("/tasks")] == []


@pytest.mark.parametrize(
    ("who", "words"), [(None, "You are signed out by now"), (TAMSIN, "Somebody else has signed in")]
)
def test_what_is_tapped_after_the_session_has_ended_is_not_lost_without_a_word(
    who: str | None, words: str, porch: Porch, today: Page
) -> None:
    porch.person = who

    today.click("#done")

    until(today, NOTICE)
    assert words in today.inner_text("[data-unreached]")
    assert today.get_attribute("[data-unreached] a", "href") == "/sign-in?next=%2Ftoday"
    assert [path for method, path, _ in porch.asked if path.startswith("/tasks")] == []


def test_the_other_language_needs_nobody_signed_in(porch: Porch, today: Page) -> None:
    porch.person = None

    today.click(".switch button")

    for _ in range(100):
        if sent := [path for method, path, _ in porch.asked if path == "/language"]:
            break
        today.wait_for_timeout(50)
    assert sent == ["/language"]


def test_what_was_typed_before_the_session_ended_stays_and_goes_once_somebody_has_signed_in(
    porch: Porch, today: Page
) -> None:
    today.evaluate(
        "document.querySelector('#done').before(Object.assign(document.createElement('textarea'), { name: 'why' }))"
    )
    today.fill("[name=why]", "Ring the school first.")
    porch.person = None

    today.click("#done")

    until(today, NOTICE)
    assert today.get_attribute("[data-unreached] a", "target") == "_blank"
    assert today.input_value("[name=why]") == "Ring the school first."
    porch.person = ROWAN
    today.click("#done")
    until(today, "!document.querySelector('[data-unreached]')")
    assert [path for method, path, _ in porch.asked if path.startswith("/tasks")] == ["/tasks/1/done"]


def test_a_form_that_reaches_us_is_sent_once(porch: Porch, today: Page) -> None:
    today.evaluate("() => { const done = document.querySelector('#done'); done.click(); done.click() }")

    for _ in range(100):
        if sent := [path for method, path, _ in porch.asked if path.startswith("/tasks")]:
            break
        today.wait_for_timeout(50)
    today.wait_for_timeout(300)

    assert sent == ["/tasks/1/done"]
    assert not today.evaluate(NOTICE)


def test_what_was_lost_on_the_way_is_not_said_to_be_nothing(porch: Porch, today: Page) -> None:
    today.context.route("**/tasks/**", lambda route: route.abort())

    today.click("#done")

    until(today, NOTICE)
    assert today.inner_text("[data-unreached]").startswith("We do not know if this reached us.")


@pytest.mark.parametrize("signal", [True, False])
def test_the_bare_address_opens_today(signal: bool, porch: Porch, today: Page) -> None:
    if not signal:
        porch.stop()

    today.goto(f"{porch.url}/")

    assert today.evaluate("location.pathname") == "/today"
    assert today.inner_text("h1") == "Three visits today"


@pytest.fixture
def families(porch: Porch, phone: Handset) -> Page:
    porch.families = FAMILIES
    page = phone.open()
    page.goto(f"{porch.url}/today")
    until(page, READY)
    until(page, "caches.match('/js/desk/search.js').then(Boolean)")
    return page


@pytest.mark.parametrize("signal", [True, False])
def test_a_search_finds_by_address_with_signal_and_without(signal: bool, porch: Porch, families: Page) -> None:
    if not signal:
        porch.stop()

    families.goto(f"{porch.url}/families?q=nandu")

    until(families, f"{SAID} === 'Families found: 1'")
    assert families.evaluate(SHOWN) == ["Quintrell"]
    assert families.input_value("#q") == "nandu"


@pytest.mark.parametrize("signal", [True, False])
def test_a_search_finds_while_one_types_with_signal_and_without(signal: bool, porch: Porch, families: Page) -> None:
    if not signal:
        porch.stop()
    families.goto(f"{porch.url}/families")
    until(families, "Boolean(globalThis.htmx)")

    found = {}
    for words in ("BIRD", "moreau", "ansel bird", ""):
        families.fill("#q", words)
        families.wait_for_timeout(600)
        found[words] = families.evaluate(SHOWN)

    assert found == {"BIRD": ["Vance-Moreau"], "moreau": ["Vance-Moreau"], "ansel bird": [], "": list(FAMILIES)}


@pytest.mark.parametrize("signal", [True, False])
def test_a_search_that_finds_nothing_says_so(signal: bool, porch: Porch, families: Page) -> None:
    if not signal:
        porch.stop()
    families.goto(f"{porch.url}/families?q=zz")

    until(families, "document.body.innerText.includes('No family found for “zz”. Try a first name, or fewer letters.')")
    # The sentence may come from the server, before the page's own script has looked.
    until(families, SAID)
    assert families.evaluate(SHOWN) == []


def test_pressing_search_without_signal_finds_the_same(porch: Porch, families: Page) -> None:
    porch.stop()
    families.goto(f"{porch.url}/families")
    until(families, "Boolean(globalThis.htmx)")

    families.fill("#q", "gideon")
    families.press("#q", "Enter")
    families.wait_for_timeout(600)

    until(families, f"{SAID} === 'Families found: 1'")
    assert families.evaluate(SHOWN) == ["Quintrell"]
    assert families.input_value("#q") == "gideon"
