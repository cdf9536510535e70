"""Every screen of the running product in Spanish; a file for each language, so that they go side by side."""

from playwright.sync_api import Browser

from tests.journeys.every_screen import chromium, serving, walk_through, what_scripts_show
from tests.serving import Serving

__all__ = ["chromium", "serving"]


def test_every_page_of_every_role_is_readable_reachable_and_keeps_names_to_itself(
    chromium: Browser, serving: Serving
) -> None:
    walk_through(chromium, serving, "es")


def test_what_only_a_script_shows_is_readable_too(chromium: Browser, serving: Serving) -> None:
    what_scripts_show(chromium, serving, "es")
