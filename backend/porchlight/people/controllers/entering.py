"""The one way into a session over HTTP: every door ends here, with the cookies that the browser is given."""

from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Request
from litestar.datastructures import Cookie
from sqlmodel import Session

from porchlight.people import rules
from porchlight.people.sessions import service as sessions
from porchlight.people.sessions.service import Begun, Browser
from porchlight.settings import Settings
from porchlight.web.cookies import cookie, value_of
from porchlight.web.sessions import SESSION, session_cookie

Asked = Request[Any, Any, Any]
YEAR = 365 * 24 * 3600
KNOWN, HALF = "known", "half"
PASSKEY_COOKIE = "passkey"  # a passkey was used in this browser: its sign-in page offers it first


def browser_of(request: Asked) -> Browser:
    return Browser(
        label=rules.machine_of(request.headers.get("user-agent", "")),
        known=value_of(request, KNOWN),
        token=value_of(request, SESSION),
    )


def begin(
    request: Asked,
    session: Session,
    account_id: UUID,
    how: str,
    *,
    proved_at: datetime | None = None,
    now: datetime,
) -> Begun:
    browser = browser_of(request)
    return sessions.begin(session, account_id, how, browser, proved_at=proved_at, now=now)


def cookies_of(begun: Begun, settings: Settings) -> list[Cookie]:
    """The session, and that this browser has been here: of whom it does not say."""
    known = [cookie(settings, KNOWN, begun.known, seconds=YEAR)] if begun.known else []
    return [session_cookie(settings, begun.token), *known]


def half_cookie(settings: Settings, entry: str, seconds: int) -> Cookie:
    """A password fitted in this browser: it opens the page for the code and nothing else."""
    return cookie(settings, HALF, entry, seconds=seconds)


def remembering(settings: Settings) -> Cookie:
    """This browser has a passkey: its sign-in page asks for it first. It says nothing of whose it is."""
    return cookie(settings, PASSKEY_COOKIE, "1", seconds=YEAR)
