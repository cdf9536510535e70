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
from porchlight.web.sessions import cookie_name, session_cookie

Asked = Request[Any, Any, Any]
YEAR = 365 * 24 * 3600
PASSKEY_COOKIE = "passkey"  # a passkey was used in this browser: its sign-in page offers it first


def known_name(settings: Settings) -> str:
    return "__Host-known" if settings.secure else "known"


def browser_of(request: Asked, settings: Settings) -> Browser:
    return Browser(
        label=rules.machine_of(request.headers.get("user-agent", "")),
        known=request.cookies.get(known_name(settings), ""),
        token=request.cookies.get(cookie_name(settings), ""),
    )


def begin(
    request: Asked,
    settings: Settings,
    session: Session,
    account_id: UUID,
    how: str,
    *,
    proved_at: datetime | None = None,
    now: datetime,
) -> Begun:
    browser = browser_of(request, settings)
    return sessions.begin(session, account_id, how, browser, proved_at=proved_at, now=now)


def cookies_of(begun: Begun, settings: Settings) -> list[Cookie]:
    """The session, and that this browser has been here: of whom it does not say."""
    known = Cookie(
        key=known_name(settings),
        value=begun.known,
        path="/",
        max_age=YEAR,
        samesite="lax",
        httponly=True,
        secure=settings.secure,
    )
    return [session_cookie(settings, begun.token), known]


def half_name(settings: Settings) -> str:
    return "__Host-half" if settings.secure else "half"


def half_cookie(settings: Settings, entry: str, seconds: int) -> Cookie:
    """A password fitted in this browser: it opens the page for the code and nothing else."""
    return Cookie(
        key=half_name(settings),
        value=entry,
        path="/",
        httponly=True,
        secure=settings.secure,
        samesite="lax",
        max_age=seconds if entry else 0,
    )


def remembering(settings: Settings) -> Cookie:
    """This browser has a passkey: its sign-in page asks for it first. It says nothing of whose it is."""
    return Cookie(
        key=PASSKEY_COOKIE, value="1", path="/", max_age=YEAR, samesite="lax", httponly=True, secure=settings.secure
    )
