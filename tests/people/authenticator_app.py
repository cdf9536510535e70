"""What an authenticator app does: takes the letters of a page, and shows six digits for a moment."""

import re
from datetime import datetime

import pyotp
from httpx import Response

from tests.browsing import Browser
from tests.clocks import Clock

LETTERS = re.compile(r"<strong>([A-Z2-7 ]{39})</strong>")


class App:
    """The app of one person, set up from the page that offered it."""

    def __init__(self, page: Response) -> None:
        found = LETTERS.search(page.text)
        assert found, page.text
        self.secret = found[1].replace(" ", "")

    def code(self, moment: datetime) -> str:
        return pyotp.TOTP(self.secret).at(moment)


def type_code(browser: Browser, code: str, path: str = "/sign-in/code", **other: str) -> Response:
    return browser.post(path, data={"code": code, **other})


def set_up(browser: Browser, clock: Clock, answer: Response) -> App:
    """Follow a sign-in that stops for want of an app, to its end."""
    assert answer.headers["location"].startswith("/sign-in/code"), answer.text
    app = App(browser.get(answer.headers["location"]))
    done = type_code(browser, app.code(clock.moment))
    assert done.status_code == 303, done.text
    return app
