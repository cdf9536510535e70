"""Every page of the running product, found by following its links as each role, and what a machine can say of one."""

import os
import re
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit
from uuid import UUID

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, ViewportSize

from porchlight.core import i18n
from tests.house.tree import ROOT
from tests.serving import Serving

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
ID = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|(?<=/)\d+(?=$|/)|(?<=/v/)[\w-]{43}")
NOT_PAGES = ("/photos/", "/media/", "/sign-in", "/oncall/card.vcf", "/calendar/")
SCREEN: ViewportSize = {"width": 390, "height": 844}
TEXTS = """() => {
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), found = []
  while (walk.nextNode()) {
    const words = walk.currentNode.textContent.trim(), box = walk.currentNode.parentElement
    if (words && !box.closest('[lang]:not(html), template, script')) found.push(words)
  }
  return [...new Set(found)]
}"""
LINKS = "() => [...document.querySelectorAll('a[href]')].map((a) => a.href)"


def pattern(path: str) -> str:
    return ID.sub("*", path)


def values(serving: Serving, question: str) -> set[str]:
    """The first column of what the server's SQLite file answers."""
    with sqlite3.connect(f"file:{serving.data / 'porchlight.sqlite3'}?mode=ro", uri=True) as connection:
        return {row[0] for row in connection.execute(question)}


def names_of_children(serving: Serving) -> set[str]:
    """First and last names that may stand in no title and no address."""
    with sqlite3.connect(f"file:{serving.data / 'porchlight.sqlite3'}?mode=ro", uri=True) as connection:
        rows = connection.execute("SELECT first_name, last_name FROM persons WHERE role = 'child'").fetchall()
        families = connection.execute("SELECT name FROM families").fetchall()
    parts = {part for row in [*rows, *families] for name in row for part in re.split(r"[\s-]", name)}
    return {part for part in parts if len(part) > 3}


def one(serving: Serving, question: str, *given: str) -> str:
    """The first value that the server's SQLite file answers, an id with its hyphens."""
    with sqlite3.connect(f"file:{serving.data / 'porchlight.sqlite3'}?mode=ro", uri=True) as connection:
        row = connection.execute(question, given).fetchone()
    assert row, question
    return str(UUID(row[0])) if re.fullmatch(r"[0-9a-f]{32}", row[0]) else str(row[0])


def english_left(locale: str) -> set[str]:
    """Messages that read differently in this language: none of them may stand on its pages."""
    words = i18n.catalogue(locale)
    said: dict[object, str] = getattr(words, "_catalog", {})
    same = set(said.values())
    return {key for key, value in said.items() if isinstance(key, str) and key and value != key and key not in same}


@dataclass
class Looker:
    """Looks at pages of one person in one language and gathers what is wrong with them."""

    browser: Browser
    serving: Serving
    locale: str
    complaints: list[str] = field(default_factory=list)
    deaf: bool = False
    pictures: int = 0
    help_at: dict[tuple[float, float, float], str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.axe = AXE.read_text()
        self.names = names_of_children(self.serving)
        # A job title is the agency's own word.
        self.english = english_left(self.locale) - values(self.serving, "SELECT title FROM accounts")
        self.seen: set[str] = set()

    def open(self, person: str = "", *, workers: Literal["allow", "block"] = "block") -> tuple[BrowserContext, Page]:
        """A new browser, signed in. Without a worker each page is the server's own."""
        context = self.browser.new_context(viewport=SCREEN, reduced_motion="reduce", service_workers=workers)
        context.add_cookies([{"name": "locale", "value": self.locale, "url": self.serving.url}])
        page = context.new_page()
        page.on("console", lambda said: said.type == "error" and self.hear(page, said))
        page.on("pageerror", lambda error: self.note(page, f"error: {error}"))
        if person:
            page.goto(f"{self.serving.url}/sign-in")
            page.get_by_role("button", name=person).click()
            page.wait_for_url("**/today")
        return context, page

    def hear(self, page: Page, said: ConsoleMessage) -> None:
        """An error of the console, unless it only says that a page which is not there, or is gone, was not there."""
        if not self.deaf and not (said.location.get("url") == page.url and re.search("404|410", said.text)):
            self.note(page, f"console: {said.text}")

    def note(self, page: Page, words: str) -> None:
        self.complaints.append(f"{self.locale} {urlsplit(page.url).path}: {words}")

    def crawl(self, page: Page, start: str) -> Iterator[str]:
        """Follows links from one page; one of each kind, looked at as it is met."""
        self.seen.discard(pattern(start))
        waiting = [start]
        while waiting:
            path = waiting.pop(0)
            if pattern(path) in self.seen:
                continue
            self.seen.add(pattern(path))
            page.goto(self.serving.url + path)
            self.look(page)
            yield path
            for link in page.evaluate(LINKS):
                parts = urlsplit(link)
                inside = parts.netloc == urlsplit(self.serving.url).netloc and not parts.path.startswith(NOT_PAGES)
                if inside and pattern(parts.path) not in self.seen:
                    waiting.append(parts.path)

    def look(self, page: Page, *, help_too: bool = True) -> None:
        """Everything that holds of any page; what fills the screen on purpose has no Get help on top."""
        self.see(page)
        page.set_viewport_size({"width": 320, "height": 844})
        if (wide := page.evaluate("document.documentElement.scrollWidth")) > 320:
            self.note(page, f"{wide} pixels wide at 320")
        page.set_viewport_size(SCREEN)
        if (lang := page.evaluate("document.documentElement.lang")) != self.locale:
            self.note(page, f"lang is {lang}")
        for name in self.names:
            if re.search(rf"\b{re.escape(name)}\b", f"{page.title()} {page.url}"):
                self.note(page, f"{name} stands in the title “{page.title()}” or the address")
        if help_too:
            self.note_help(page)
        for words in page.evaluate(TEXTS):
            if words in self.english:
                self.note(page, f"“{words}” is not translated")

    def see(self, page: Page) -> None:
        """By day and by night. Of colours and controls another language changes nothing, so axe looks at one."""
        judges = self.locale == "en"
        if judges:
            self.judge(page, "async () => (await axe.run({ resultTypes: ['violations'] })).violations")
        self.keep(page, "day")
        page.emulate_media(color_scheme="dark")  # at night nothing changes but colours
        if judges:
            self.judge(page, "async () => (await axe.run({ runOnly: ['color-contrast'] })).violations")
        self.keep(page, "night")
        page.emulate_media(color_scheme="light")

    def keep(self, page: Page, light: str) -> None:
        """A picture for people's eyes, where the variable PORCHLIGHT_PICTURES names a folder for them."""
        if folder := os.environ.get("PORCHLIGHT_PICTURES"):
            self.pictures += 1
            place = pattern(urlsplit(page.url).path).strip("/").replace("/", "-").replace("*", "x")
            name = f"{self.pictures:03}-{place or 'start'}-{self.locale}-{light}.png"
            page.screenshot(path=Path(folder) / name, full_page=True)

    def judge(self, page: Page, run: str) -> None:
        if not page.evaluate("'axe' in globalThis"):
            page.evaluate(self.axe)
        for found in page.evaluate(run):
            for one in found["nodes"]:
                self.note(page, f"{found['id']}: {one['target']} {one['failureSummary']}")

    def note_help(self, page: Page) -> None:
        box = page.locator(".top .help").bounding_box()
        if box is None:
            self.note(page, "has no way to get help")
            return
        place = (box["x"] + box["width"], box["y"], box["height"])
        self.help_at.setdefault(place, urlsplit(page.url).path)
