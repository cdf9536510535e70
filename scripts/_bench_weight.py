"""Bytes on the wire: a first load until the phone is safe offline, and the foster parent's page."""

import re
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.journeys import steps
from tests.serving import Serving
from tests.weighing import PACK, weigh_first_load, weigh_page


def main() -> None:
    with (
        tempfile.TemporaryDirectory(prefix="pl-bench-") as folder,
        sync_playwright() as playwright,
        Serving(Path(folder) / "data") as serving,
    ):
        load = weigh_first_load(playwright.chromium, serving.port, "Rowan Ibarra")
        print(f"{'bytes':>8}  request")
        for request in load.requests:
            print(f"{request.down:8,}  {request.method} {re.sub(r'[0-9a-f-]{36}', '<id>', request.path)}")
        print(f"\nrequests until the first paint   {len(load.until_paint):8}   at most 6")
        print(f"bytes until safe offline         {load.shell:8,}   at most 61,440, without {PACK} ({load.pack:,})")
        page = weigh_page(playwright.chromium, serving.port, steps.a_link(serving))
        total = sum(request.down for request in page)
        print(f"foster parent's page             {total:8,}   at most 10,240, in {len(page)} requests, at most 2")


if __name__ == "__main__":
    main()
