"""Every page, looked at by a machine: readable, reachable and kind in both languages, by day and by night."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, ViewportSize

from porchlight.web.rendering import Renderer
from tests.handset import launch_options
from tests.house.tree import ROOT, told
from tests.look import gallery
from tests.look.longer import LongerRenderer, longer

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
PARTS_OF_A_TIME = 7  # stops that a browser makes inside one field: month, day, year, hour…
SCREEN: ViewportSize = {"width": 390, "height": 844}
ZOOMED: ViewportSize = {"width": 320, "height": 256}
SMALLEST = 44  # CSS pixels; links inside a sentence excepted (WCAG 2.2, 2.5.8)
SMALL_CONTROLS = """() => [...document.querySelectorAll('a[href], button, input, select, textarea, summary')]
  .filter(e => e.checkVisibility() && !e.closest('p, table, .errors, [hidden]:not(.full), [aria-hidden=true]') && e.type !== 'hidden')
  .map(e => [e.closest('label, .rows > li, .banner') ?? e, e])
  .map(([box, e]) => [box.getBoundingClientRect(), (e.textContent || e.name || e.id).trim()])
  .filter(([box]) => box.width && (box.width < SMALLEST || box.height < SMALLEST))
  .map(([box, words]) => `${words}: ${Math.round(box.width)}x${Math.round(box.height)}`)""".replace(
    "SMALLEST", str(SMALLEST)
)


# Heights of what does not scroll away and is not a page of its own.
HELD = """() => [...document.querySelectorAll('body *')]
  .filter((e) => ['fixed', 'sticky'].includes(getComputedStyle(e).position) && !e.closest('.full') && e.checkVisibility())
  .map((e) => e.getBoundingClientRect()).filter((box) => box.bottom > 0 && box.top < innerHeight)
  .map((box) => Math.min(box.bottom, innerHeight) - Math.max(box.top, 0))"""
TOO_WIDE = """() => [...document.querySelectorAll('body *')]
  .filter((e) => e.getBoundingClientRect().right > innerWidth + 1).map((e) => e.outerHTML.slice(0, 60)).slice(-2)"""
# One button of a group of choices stands for all: arrows lead to the others.
REACHABLE = """() => {
  const words = (e) => `${e.dataset.n} ${e.localName} ${(e.textContent || e.name || '').trim().slice(0, 30)}`
  const marked = (of, pseudo) => ['outlineStyle', 'boxShadow'].some((name) => getComputedStyle(of, pseudo)[name] !== 'none')
  globalThis.stops = { reached: [], marked: [] }
  document.addEventListener('keyup', () => {
    const e = document.activeElement
    stops.reached.push(words(e))
    if (marked(e) || marked(e, '::after') || marked(e.closest('label') ?? e)) stops.marked.push(words(e))
  })
  const found = [...document.querySelectorAll('a[href], button, input, select, textarea, summary')]
    .filter((e) => e.checkVisibility() && !e.disabled && !e.closest('[aria-hidden=true]') && !['hidden', 'radio'].includes(e.type))
  found.forEach((e, n) => (e.dataset.n = n))
  document.body.tabIndex = -1
  document.body.focus()
  document.body.removeAttribute('tabindex')
  return found.map(words)
}"""
MOVING = """() => [...document.querySelectorAll('*')]
  .filter((e) => [e, '::before', '::after'].some((of) => {
    const style = typeof of === 'string' ? getComputedStyle(e, of) : getComputedStyle(e)
    return style.animationName !== 'none' || style.transitionDuration.split(',').some((time) => parseFloat(time) > 0)
  })).map((e) => e.outerHTML.slice(0, 80))"""


@pytest.fixture(scope="module")
def renderer(tmp_path_factory: pytest.TempPathFactory) -> Renderer:
    return gallery.make_renderer(tmp_path_factory.mktemp("gallery"))


@pytest.fixture(scope="module")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    browser = playwright.chromium.launch(**launch_options())
    yield browser
    browser.close()


@pytest.fixture(scope="module")
def long_winded(tmp_path_factory: pytest.TempPathFactory) -> Renderer:
    return gallery.make_renderer(tmp_path_factory.mktemp("longer"), LongerRenderer)


@pytest.fixture
def show(chromium: Browser, renderer: Renderer, long_winded: Renderer) -> Iterator[Callable[..., Page]]:
    """show(locale) gives a page whose addresses are the names of the gallery; locale "longer" is 40 % longer."""
    contexts: list[BrowserContext] = []

    def make(locale: str) -> Page:
        context = chromium.new_context(viewport=SCREEN, reduced_motion="reduce")
        contexts.append(context)
        page = context.new_page()
        drawn, code = (long_winded, "en") if locale == "longer" else (renderer, locale)
        gallery.serve_into(page, lambda name: gallery.draw(drawn, name, code))
        return page

    yield make
    for context in contexts:
        context.close()


def resize(page: Page, width: int, height: int) -> None:
    """On a busy machine the page may hear of its new size a moment later."""
    page.set_viewport_size({"width": width, "height": height})
    page.evaluate(
        "(width) => new Promise((done) => { const look = () => innerWidth === width ? done() : setTimeout(look, 5); look() })",
        width,
    )


def test_axe_finds_nothing_on_any_page_by_day_or_by_night(show: Callable[..., Page]) -> None:
    """In the longest language; tests/journeys/every_screen.py looks at the running product in both of ours."""
    page, axe, complaints = show("longer"), AXE.read_text(), []
    for name in gallery.names():
        page.emulate_media(color_scheme="light")
        page.goto(f"{gallery.ORIGIN}/{name}")
        page.evaluate(axe)
        found = page.evaluate("async () => (await axe.run({ resultTypes: ['violations'] })).violations")
        page.emulate_media(color_scheme="dark")  # which changes nothing but colours
        found += page.evaluate("async () => (await axe.run({ runOnly: ['color-contrast'] })).violations")
        complaints += [
            f"{name}: {v['id']}: {one['target']} {one['failureSummary']}" for v in found for one in v["nodes"]
        ]

    assert not complaints, told(complaints)


def test_the_longer_language_is_longer_and_keeps_what_is_filled_in() -> None:
    assert longer("Get help for {name}, %(n)s of <b>two</b>") == "Gétöö hélpöö fóröö {name}, %(n)s ófö <b>twóöö</b>"


@pytest.mark.parametrize("locale", [*gallery.LOCALES, "longer"])
def test_nothing_runs_over_the_edge_of_a_small_screen_or_with_large_letters(
    show: Callable[..., Page], locale: str
) -> None:
    """At 320 pixels, and with text twice as large (WCAG 1.4.4, 1.4.10)."""
    page, complaints = show(locale), []
    for name in gallery.names():
        page.goto(f"{gallery.ORIGIN}/{name}")
        for width, zoom in ((320, 100), (390, 200)):
            resize(page, width, 844)
            page.evaluate(f"document.documentElement.style.fontSize = '{zoom}%'")
            if (wide := page.evaluate("document.documentElement.scrollWidth")) > width:
                complaints.append(
                    f"{name}: {wide} pixels wide at {width}, letters at {zoom} %: {page.evaluate(TOO_WIDE)}"
                )

    assert not complaints, told(complaints)


def test_pages_serve_four_times_zoom_less_motion_and_the_keyboard_alone(show: Callable[..., Page]) -> None:
    """1280 x 1024 at 400 % are 320 x 256 (WCAG 1.4.10): what stays in place while one scrolls may take a quarter at most."""
    page, complaints = show("en"), []
    for name in gallery.names():
        resize(page, **SCREEN)
        page.goto(f"{gallery.ORIGIN}/{name}")
        wanted = set(page.evaluate(REACHABLE))
        for _ in range(len(wanted) + PARTS_OF_A_TIME * page.locator("[type^=date], [type=time]").count() + 4):
            page.keyboard.press("Tab")
        reached, marked = (set(found) for found in page.evaluate("[stops.reached, stops.marked]"))
        complaints += [f"{name}: the keyboard never reaches {lost}" for lost in wanted - reached]
        complaints += [f"{name}: {plain} has no mark" for plain in wanted & reached - marked]
        page.evaluate("document.querySelectorAll('.chip').forEach((chip) => chip.classList.add('sending'))")
        complaints += [f"{name}: {moving} moves" for moving in page.evaluate(MOVING)]
        resize(page, **ZOOMED)
        page.evaluate("scrollTo(0, 200)")
        if (held := sum(page.evaluate(HELD))) > ZOOMED["height"] / 4:
            complaints.append(f"{name}: {held} of {ZOOMED['height']} pixels are held")

    assert not complaints, told(complaints)


def test_every_control_is_large_enough_for_a_thumb_and_get_help_stands_at_the_same_place_on_every_page(
    show: Callable[..., Page],
) -> None:
    page, complaints, places = show("en"), [], {}
    for name in gallery.names():
        page.goto(f"{gallery.ORIGIN}/{name}")
        complaints += [f"{name}: {small}" for small in page.evaluate(SMALL_CONTROLS)]
        box = page.locator(".help").bounding_box()
        assert box
        places[name] = (box["x"] + box["width"], box["y"], box["height"] >= 64)

    assert not complaints, told(complaints)
    assert len(set(places.values())) == 1, told([f"{name}: {place}" for name, place in places.items()])


def test_taking_an_alert_is_the_largest_control_and_the_first(show: Callable[..., Page]) -> None:
    page = show("en")
    page.goto(f"{gallery.ORIGIN}/alert")

    ack = page.get_by_role("button", name="I've got it").bounding_box()
    others = [box for each in page.locator("main :is(a, button)").all() if (box := each.bounding_box())]
    first = page.evaluate("document.querySelector('main :is(a, button)').textContent.trim()")

    assert ack
    assert ack["height"] >= 64
    assert ack["y"] > 844 / 2
    assert ack["width"] * ack["height"] >= max(box["width"] * box["height"] for box in others)
    assert first == "I've got it"


def test_a_mistake_takes_the_focus_and_names_the_page(show: Callable[..., Page]) -> None:
    page = show("en")
    page.goto(f"{gallery.ORIGIN}/sign_in_wrong")

    assert page.title().startswith("Error: ")
    assert page.evaluate("document.activeElement.id") == "errors"
    assert page.locator("#email").input_value() == "rowan@example.org"
    assert page.locator("#email").get_attribute("aria-describedby") == "email-error"


def test_the_foster_parents_page_is_two_small_requests_without_script(chromium: Browser, renderer: Renderer) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page, asked = context.new_page(), []
    gallery.serve_into(page, lambda name: gallery.draw(renderer, name, "en"))
    page.on("request", lambda request: asked.append(request.url))

    page.goto(f"{gallery.ORIGIN}/confirm")

    assert len(asked) == 2, told(asked)
    assert page.get_by_role("button", name="Yes, this is right").is_visible()
    context.close()


def test_no_page_has_inline_script_or_style(renderer: Renderer) -> None:
    complaints = []
    for name in gallery.names():
        html = gallery.draw(renderer, name, "en")
        complaints += [
            f"{name}: {found}" for found in re.findall(r"<style|<[^>]+ style=|<[^>]+ on\w+=|<script(?![^>]+src=)", html)
        ]
        complaints += [f"{name}: {tag}" for tag in re.findall(r"<[^>]+ hx-[^>]+>", html) if "hx-nonce=" not in tag]

    assert not complaints, told(complaints)


def test_every_template_is_in_the_gallery() -> None:
    drawn = {page["template"] for page in gallery.PAGES.values()}
    pages = {file.relative_to(gallery.PWA / "templates") for file in Path(gallery.PWA / "templates").rglob("*.html")}
    full = {
        page.as_posix()
        for page in pages
        if not page.name.startswith("_") and len(page.parts) == 2 and page.parts[0] != "_partials"
    }

    assert not full - drawn, told(sorted(full - drawn))
