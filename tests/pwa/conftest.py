"""A porch to come home to, and a phone that has been there."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.handset import Handset
from tests.pwa.porch import ROWAN, Porch

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


@pytest.fixture
def phone(porch: Porch, handset: Callable[..., Handset]) -> Handset:
    """Rowan's phone, closed, after one visit: everything that the product promises to work offline is on it."""
    porch.person = ROWAN
    one = handset("rowan", locale="en-US", timezone_id="America/Chicago")
    page = one.open()
    page.goto(f"{porch.url}/today")
    until(page, READY)
    one.close()
    return one
