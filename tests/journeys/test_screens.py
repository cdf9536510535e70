"""Every screen of the running product, for each role, in both languages, by day and by night."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit
from uuid import UUID

import pytest
from playwright.sync_api import Browser, Page, Playwright, expect

from tests.handset import launch_options
from tests.house.tree import told
from tests.journeys.screens import Looker, pattern
from tests.serving import Serving

ROWAN, JOSS, PRIYA, CORIN, WENNA = (
    "Rowan Ibarra",
    "Joss Wetherby",
    "Priya Castellane",
    "Corin Halvorsen",
    "Wenna Marlow",
)
NOBODY = UUID(int=0)
# What the crawl must at least have met, so that it cannot shrink unseen.
ALL = {
    "/today", "/families", "/cases/*", "/cases/*/visits", "/cases/*/visits/new", "/people/*", "/people/*/safety-plan",
    "/visits/*", "/v/*", "/v/*/different", "/oncall", "/board", "/oversight", "/more", "/phone", "/help",
    "/crises/*", "/alerts/*",
}  # fmt: skip


@pytest.fixture(scope="module")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    browser = playwright.chromium.launch(**launch_options())
    yield browser
    browser.close()


@pytest.fixture(scope="module")
def serving(demo_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    data = tmp_path_factory.mktemp("screens") / "data"
    shutil.copytree(demo_data, data)
    with Serving(data) as serving:
        yield serving


def raise_an_alert(page: Page, serving: Serving) -> str:
    """Through the form, to the page that follows along."""
    page.goto(f"{serving.url}/help")
    page.get_by_text("A child is missing").or_(page.get_by_text("Falta un niño")).first.click()
    page.locator("form[data-crisis] .button.warn").click()
    expect(page.locator("#crisis-sent")).to_be_visible(timeout=10_000)
    return urlsplit(page.locator("a[data-slot=status]").get_attribute("href") or "").path


@pytest.mark.parametrize("locale", ["en", "es"])
def test_every_page_of_every_role_is_readable_reachable_and_keeps_quiet_about_names(
    chromium: Browser, serving: Serving, locale: str
) -> None:
    looker = Looker(chromium, serving, locale)
    starts: dict[str, tuple[str, ...]] = {
        ROWAN: ("/today", f"/cases/{NOBODY}"),
        JOSS: ("/today",),
        PRIYA: ("/today",),
        CORIN: ("/today", "/oversight"),
        WENNA: ("/today",),
        "": ("/sign-in", "/help", "/offline", f"/v/{'x' * 43}"),
    }
    met: dict[str, str] = {}
    for person, paths in starts.items():
        context, page = looker.open(person)
        looker.seen -= {"/today", "/help", "/more"}  # which differ from role to role
        for path in paths:
            for found in looker.crawl(page, path):
                met.setdefault(pattern(found), found)
        if person == ROWAN:
            status = raise_an_alert(page, serving)
            looker.look(page)
            page.goto(serving.url + status)
            looker.look(page)
        context.close()

    assert not looker.complaints, told(looker.complaints)
    assert len(looker.help_at) == 1, looker.help_at
    assert not ALL - set(met), told(sorted(ALL - set(met)))
