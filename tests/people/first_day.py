"""What the tests of a first day share: inviting over HTTP, and the code that a page shows."""

import re
from collections.abc import Callable
from typing import Any

from httpx import Response

from tests.browsing import Browser
from tests.world import World

Browsers = Callable[..., Browser]
CODE = re.compile(r'class="code">([0-9A-Z]{5})-<wbr>([0-9A-Z]{5})<')
JSON = {"Accept": "application/json"}


def new_person(world: World, **other: Any) -> dict[str, Any]:
    team = str(world.accounts["priya"])
    person = {"name": "Sam Okonkwo-Reyes", "reach": "sam@example.org", "roles": "caseworker", "team": team}
    return person | {"languages": ["en", "es"]} | other


def code_on(answer: Response) -> str:
    found = CODE.search(answer.text)
    assert found, answer.text
    return "-".join(found.groups())


def invited(browser_of: Browsers, world: World, **other: Any) -> str:
    """The code of somebody whom Priya has just invited."""
    answer = browser_of("priya").post("/invitations", data=new_person(world, **other))
    assert answer.status_code == 200, answer.text
    return code_on(answer)


def entered(browser_of: Browsers, code: str) -> Browser:
    """A new browser in which this code was typed."""
    browser = browser_of()
    answer = browser.post("/join", data={"code": code})
    assert answer.headers.get("location") == "/join/how", answer.text
    return browser
