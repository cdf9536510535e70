"""Every page, looked at by a machine: readable, reachable and kind in both languages, by day and by night."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright

from porchlight.web.rendering import Renderer
from tests.handset import launch_options
from tests.house.tree import ROOT, told
from tests.look import gallery

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
SMALLEST = 44  # CSS pixels; links inside a sentence excepted (WCAG 2.2, 2.5.8)
SMALL_CONTROLS = """() => [...document.querySelectorAll('a[href], button, input, select, textarea, summary')]
  .filter(e => e.checkVisibility() && !e.closest('p, table, .errors, [hidden]:not(.full)') && e.type !== 'hidden')
  .map(e => [e.closest('label, .rows > li, .banner') ?? e, e])
  .map(([box, e]) => [box.getBoundingClientRect(), (e.textContent || e.name || e.id).trim()])
  .filter(([box]) => box.width && (box.width < SMALLEST || box.height < SMALLEST))
  .map(([box, words]) => `${words}: ${Math.round(box.width)}x${Math.round(box.height)}`)""".replace(
    "SMALLEST", str(SMALLEST)
)


@pytest.fixture(scope="module")
def renderer(tmp_path_factory: pytest.TempPathFactory) -> Renderer:
    return gallery.make_renderer(tmp_path_factory.mktemp("gallery"))


@pytest.fixture(scope="module")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    browser = playwright.chromium.launch(**launch_options())
    yield browser
    browser.close()


@pytest.fixture
def show(chromium: Browser, renderer: Renderer) -> Iterator[Callable[..., Page]]:
    """show(locale, width=390) gives a page whose addresses are the names of the gallery."""
    contexts: list[BrowserContext] = []

    def make(locale: str, *, width: int = 390) -> Page:
        context = chromium.new_context(viewport={"width": width, "height": 844}, reduced_motion="reduce")
        contexts.append(context)
        page = context.new_page()
        gallery.serve_into(page, lambda name: gallery.draw(renderer, name, locale))
        return page

    yield make
    for context in contexts:
        context.close()


@pytest.mark.parametrize("locale", gallery.LOCALES)
def test_axe_finds_nothing_on_any_page_by_day_or_by_night(show: Callable[..., Page], locale: str) -> None:
    page, axe, complaints = show(locale), AXE.read_text(), []
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


@pytest.mark.parametrize("locale", gallery.LOCALES)
@pytest.mark.parametrize(("width", "zoom"), [(320, 100), (390, 200)])
def test_nothing_runs_over_the_edge(show: Callable[..., Page], locale: str, width: int, zoom: int) -> None:
    """At 320 pixels, and with text twice as large (WCAG 1.4.4, 1.4.10)."""
    page, complaints = show(locale, width=width), []
    for name in gallery.names():
        page.goto(f"{gallery.ORIGIN}/{name}")
        page.evaluate(f"document.documentElement.style.fontSize = '{zoom}%'")
        if (wide := page.evaluate("document.documentElement.scrollWidth")) > width:
            complaints.append(f"{name}: {wide} pixels wide")

    assert not complaints, told(complaints)


def test_every_control_is_large_enough_for_a_thumb(show: Callable[..., Page]) -> None:
    page, complaints = show("en"), []
    for name in gallery.names():
        page.goto(f"{gallery.ORIGIN}/{name}")
        complaints += [f"{name}: {small}" for small in page.evaluate(SMALL_CONTROLS)]

    assert not complaints, told(complaints)


def test_get_help_stands_at_the_same_place_on_every_page(show: Callable[..., Page]) -> None:
    page, places = show("en"), {}
    for name in gallery.names():
        page.goto(f"{gallery.ORIGIN}/{name}")
        box = page.locator(".help").bounding_box()
        assert box
        places[name] = (box["x"] + box["width"], box["y"], box["height"] >= 64)

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
