"""“Get help” on a family's page: the form opens with that family chosen, with a network and without."""

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.handset import Handset
from tests.journeys import steps
from tests.serving import Serving


def help_about(page: Page, family: str) -> None:
    steps.open_family(page, family)
    page.get_by_role("link", name="Get help").click()
    chosen = page.locator("select[name=case_id] option:checked")
    expect(chosen).to_have_text(family)


def test_get_help_knows_the_family_online_and_offline(
    serve: Callable[..., Serving], demo_data: Path, handset: Callable[..., Handset]
) -> None:
    serving = serve(copy_of=demo_data)
    page = handset("rowan").open()
    steps.sign_in(page, serving, "Rowan Ibarra")
    steps.wait_ready_offline(page)

    help_about(page, "Tolliver")

    steps.stop_for_real(serving)
    page.goto(f"{serving.url}/today")
    help_about(page, "Quintrell")
