"""The budgets in bytes, measured on the wire: a first load until the phone is safe offline, and the foster parent's page."""

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import BrowserType

from tests.journeys import steps
from tests.serving import Serving
from tests.weighing import weigh_first_load, weigh_page


def test_a_first_load_is_light_until_the_phone_is_safe_offline(
    serve: Callable[..., Serving], demo_data: Path, browser_type: BrowserType
) -> None:
    serving = serve(copy_of=demo_data)

    load = weigh_first_load(browser_type, serving.port, "Rowan Ibarra")

    assert len(load.until_paint) <= 6, [request.path for request in load.until_paint]
    assert load.shell <= 60 * 1024, [(request.path, request.down) for request in load.requests]


def test_the_foster_parents_page_is_light(
    serve: Callable[..., Serving], demo_data: Path, browser_type: BrowserType
) -> None:
    serving = serve(copy_of=demo_data)
    link = steps.a_link(serving)

    page = weigh_page(browser_type, serving.port, link)

    assert len(page) <= 2, [request.path for request in page]
    assert sum(request.down for request in page) <= 10 * 1024
