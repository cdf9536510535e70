"""The sheet on paper: five regions with a hand-off each, on one page."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Playwright

from tests.handset import launch_options
from tests.look import gallery

MARGIN = "10mm"


@pytest.mark.parametrize(("locale", "paper"), [("en", "Letter"), ("es", "Letter"), ("es", "A4")])
def test_it_fits_on_one_sheet_of_paper(playwright: Playwright, tmp_path: Path, locale: str, paper: str) -> None:
    renderer = gallery.make_renderer(tmp_path)
    browser = playwright.chromium.launch(**launch_options())
    page = browser.new_page()
    gallery.serve_into(page, lambda name: gallery.draw(renderer, name, locale))
    page.goto(f"{gallery.ORIGIN}/sheet")

    made = page.pdf(format=paper, margin={"top": MARGIN, "right": MARGIN, "bottom": MARGIN, "left": MARGIN})

    browser.close()
    assert len(re.findall(rb"/Type\s*/Page\b", made)) == 1
