"""Every typed column full of hostile words: pages show them as words, and nothing else comes of them."""

import itertools
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from litestar import Litestar
from playwright.sync_api import Browser, Page

from porchlight.app import make_tools
from porchlight.core.db import Database
from porchlight.people.models import Account
from porchlight.settings import Settings
from tests.house.tree import told
from tests.serving import Serving
from tests.web.conftest import Town, town_of
from tests.web.hostile import STRINGS, fill, tame

PEOPLE = ["rowan", "priya", "joss", "corin", "sunniva"]
# What a browser makes of each page: its elements with the names of their attributes, and where its addresses lead.
ANATOMY = """pages => pages.map(html => {
  const document = new DOMParser().parseFromString(html, "text/html")
  const counted = {}
  for (const element of document.querySelectorAll("*, template *")) {
    const names = element.getAttributeNames().sort().join(" ")
    const leads = ["href", "src", "action", "formaction", "hx-get", "hx-post", "poster", "data"]
      .map(name => element.getAttribute(name)).filter(Boolean)
      .map(to => /^([a-z][a-z0-9+.-]*:|\\/\\/|[/?#.]?)/i.exec(to.trim())[0].replace(/[?#.]/, ""))
    const part = [element.localName, names, leads.join(" ")].join("|")
    counted[part] = (counted[part] ?? 0) + 1
  }
  return counted
})"""


def test_the_corpus_is_large_enough() -> None:
    assert len(set(STRINGS)) > 600
    assert all(tame(words) != words for words in STRINGS if "<" in words)


def pages(town: Town) -> dict[tuple[str, str], str]:
    """Every page that each person may see, by person and address."""
    found, broken = {}, []
    for name, one in itertools.product(PEOPLE, town.addresses):
        for path in one.paths if one.method == "GET" else ():
            answer = town.person(name).get(path)
            if answer.status_code >= 500 and not path.startswith("/health/"):
                broken.append(path)
            if answer.headers.get("content-type", "").startswith("text/html") and answer.status_code == 200:
                found[name, path] = answer.text
    assert not broken, told(broken)
    return found


@pytest.fixture(scope="module")
def blank(browser: Browser) -> Iterator[Page]:
    page = browser.new_page()
    yield page
    page.close()


def refill(town: Town, words: list[str]) -> int:
    turn = itertools.cycle(words)
    town.close_doors()
    with town.tools.db.transaction() as session:
        return fill(session, lambda: next(turn))


@pytest.mark.asvs("1.2.1", "1.2.2", "1.2.3", "1.3.7", "3.2.3")
def test_no_page_has_one_element_more(
    demo_data: Path, routes: Litestar, tmp_path: Path, blank: Page, rounds: Callable[[int, int, int], int]
) -> None:
    """With 25 of them in each value, each value has all of them after some rounds."""
    bundles = [" ".join(STRINGS[at::31]) for at in range(31)]
    with town_of(demo_data, routes, tmp_path) as town:
        for turn in range(rounds(1, 4, 31)):
            words = bundles[turn:] + bundles[:turn]
            assert refill(town, [tame(each) for each in words]) > 1000
            plain = pages(town)
            refill(town, words)
            hostile = pages(town)

            assert len(hostile) > 250
            assert plain.keys() == hostile.keys()
            assert sum("boom()" in html for html in hostile.values()) > 200
            wrong = {}
            for keys in itertools.batched(hostile, 20) if hasattr(itertools, "batched") else [list(hostile)]:
                before = blank.evaluate(ANATOMY, [plain[key] for key in keys])
                after = blank.evaluate(ANATOMY, [hostile[key] for key in keys])
                for key, was, now in zip(keys, before, after, strict=True):
                    if was != now and not key[1].endswith(
                        ("/seen", "/sessions")
                    ):  # each look and each sign-in is one more line
                        parts = {*was, *now}
                        wrong[key] = [
                            f"{part}: {was.get(part)} -> {now.get(part)}"
                            for part in parts
                            if was.get(part) != now.get(part)
                        ]
            assert not wrong, told([f"{key}: {parts}" for key, parts in wrong.items()])


@pytest.fixture(scope="module")
def hostile_town(demo_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    """The running product with hostile words in every typed column."""
    data = tmp_path_factory.mktemp("hostile") / "data"
    shutil.copytree(demo_data, data)
    db = make_tools(Settings(data=data)).db
    turn = itertools.cycle(" ".join(STRINGS[at::31]) for at in range(31))
    with db.transaction() as session:
        fill(session, lambda: next(turn))
    db.close()
    with Serving(data) as serving:
        yield serving


def whose(serving: Serving) -> UUID:
    """Rowan, whose name is none any more."""
    db = Database(serving.database)
    with db.reading() as session:
        found = session.scalars(sa.select(Account.id).where(Account.email == "rowan@example.org")).one()
    db.close()
    return found


LISTEN = """() => {
  window.broken = []
  window.boom = () => window.broken.push("boom")
  document.addEventListener("securitypolicyviolation", event => window.broken.push(event.violatedDirective + " " + event.blockedURI))
}"""
# An element that came from elsewhere, with our own attributes, handed to htmx as if a page had brought it.
PLANT = """async () => {
  for (const [name, value] of [["hx-get", "/forged"], ["hx-post", "/forged"], ["hx-trigger", "load"]]) {
    const planted = document.createElement("div")
    planted.setAttribute(name, value)
    if (name !== "hx-trigger") planted.setAttribute("hx-trigger", "load")
    planted.setAttribute("hx-nonce", "guessed")
    document.querySelector("main").append(planted)
    htmx.process(planted)
  }
  await new Promise(done => setTimeout(done, 500))
}"""
MARKUP = """() => {
  try { document.querySelector("main").innerHTML = "<img src=x onerror=boom()>"; return "written" } catch (error) { return error.name }
}"""


@pytest.mark.asvs("1.2.1", "3.4.3", "3.2.3", "3.6.1")
def test_in_a_browser_nothing_runs_and_nobody_else_is_asked(hostile_town: Serving, browser: Browser) -> None:
    context = browser.new_context(service_workers="block")
    page = context.new_page()
    page.add_init_script(f"({LISTEN})()")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("dialog", lambda dialog: asked.append(f"dialog {dialog.message}"))
    broken: dict[str, Any] = {}
    page.goto(f"{hostile_town.url}/sign-in")
    page.locator(f"button[value='{whose(hostile_town)}']").click()
    page.wait_for_url("**/today")
    for path in ("/today", "/families", "/oncall", "/help", "/more", "/safety", "/callbacks", "/incidents"):
        page.goto(hostile_town.url + path)
        page.wait_for_load_state("networkidle")
        if found := page.evaluate("window.broken"):
            broken[path] = found
        if path == "/families":
            page.locator("main a[href^='/cases/']").first.click()
            page.wait_for_url("**/cases/**")
            page.wait_for_load_state("networkidle")
    assert page.evaluate("'htmx' in window && typeof window.htmx.process") == "function"
    page.evaluate(PLANT)

    assert page.evaluate(MARKUP) == "TypeError"
    assert not broken
    assert [url for url in asked if not url.startswith((hostile_town.url, "blob:"))] == []
    assert [url for url in asked if "forged" in url or "sign-out" in url] == []
    context.close()
