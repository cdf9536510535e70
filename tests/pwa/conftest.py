"""A porch to come home to, and a phone that has been there."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserType, Page

from tests.handset import Handset
from tests.pwa.porch import ROWAN, Porch

AMERICAN = {"locale": "en-US", "timezone_id": "America/Chicago"}
READY = "document.querySelector('[data-ready-offline]')?.dataset.state === 'ready'"


@pytest.fixture
def porch() -> Iterator[Porch]:
    one = Porch().start()
    yield one
    one.stop()


def until(page: Page, expression: str, *, seconds: float = 15) -> Any:
    """Polls until the expression is true in the page: Playwright's own waiting does not work under our policy."""
    for _ in range(int(seconds * 20)):
        try:
            if found := page.evaluate(expression):
                return found
        except Exception as error:
            if "navigat" not in str(error) and "context" not in str(error).lower():
                raise
        page.wait_for_timeout(50)
    raise AssertionError(f"never true: {expression}; the page says: {page.inner_text('body')[:600]}")


@pytest.fixture(scope="session")
def after_one_visit(browser_type: BrowserType, tmp_path_factory: pytest.TempPathFactory) -> tuple[Porch, Path]:
    """A profile that has been to the porch once, and that porch, closed; both to be copied only."""
    porch = Porch().start()
    porch.person = ROWAN
    with Handset(browser_type, tmp_path_factory.mktemp("phone") / "profile", **AMERICAN) as one:
        page = one.open()
        page.goto(f"{porch.url}/today")
        until(page, READY)
        until(page, "caches.match('/words/es.json').then(Boolean)")
    porch.stop()
    return porch, one.folder


@pytest.fixture
def phone(porch: Porch, after_one_visit: tuple[Porch, Path], handset: Callable[..., Handset]) -> Handset:
    """Rowan's phone, closed, after one visit: everything that the product promises to work offline is on it."""
    visited, folder = after_one_visit
    porch.stop()
    porch.take_over(visited)
    porch.start()
    one = handset("rowan", **AMERICAN)
    shutil.copytree(folder, one.folder)
    return one
