"""Back after signing out, out of the browser's own memory of pages, where neither the server nor the worker is asked."""

from collections.abc import Callable

import pytest

from tests.handset import Handset
from tests.pwa.conftest import AMERICAN, READY, until
from tests.pwa.porch import CASE, ROWAN, Porch

FAMILY = f"/families/{CASE}"
# Playwright switches that memory off.
REMEMBERS = {"ignore_default_args": ["--disable-back-forward-cache"]}
NOTICE = "addEventListener('pageshow', ({ persisted }) => persisted && sessionStorage.setItem('from memory', 'yes'))"


@pytest.mark.fault(21, shows="0 words of a person")
def test_a_page_out_of_the_browsers_memory_is_asked_for_anew_and_shows_nothing_once_somebody_signed_out(
    porch: Porch, handset: Callable[..., Handset]
) -> None:
    porch.person = ROWAN
    page = handset("back", **AMERICAN, **REMEMBERS).open()
    page.add_init_script(NOTICE)
    page.goto(f"{porch.url}/today")
    until(page, READY)
    page.goto(porch.url + FAMILY)
    page.evaluate("() => { globalThis.thatVeryPage = true }")
    page.goto(f"{porch.url}/bare")

    page.go_back(wait_until="commit")

    until(page, "sessionStorage.getItem('from memory')")
    until(page, "!globalThis.thatVeryPage && document.querySelector('h1')?.textContent === 'Ansel likes frogs'")
    page.goto(f"{porch.url}/bare")
    other = page.context.new_page()
    other.goto(f"{porch.url}/today")
    other.click("#out")
    until(other, "document.querySelector('h1')?.textContent === 'Sign in'")

    page.go_back(wait_until="commit")

    until(page, "document.querySelector('h1')?.textContent === 'Sign in'")
    assert "Ansel likes frogs" not in page.content()
