"""Joining by code, the page after it, and how to put Porchlight on a phone."""

from typing import Annotated, Any

from litestar import Request, Response, get, post
from litestar.datastructures import Cookie
from litestar.di import NamedDependency
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect
from pydantic import Field, StringConstraints

from porchlight.core.actor import Actor
from porchlight.core.db import Database
from porchlight.core.i18n import _
from porchlight.core.refused import NotFound, Refused, TooMany
from porchlight.core.tools import Tools
from porchlight.people import inviting, joining, joining_views, passwords, queries, rules, service
from porchlight.people.controllers.signing_in import after_password
from porchlight.people.joining import Joiner
from porchlight.settings import Settings
from porchlight.web import forms
from porchlight.web.cookies import cookie, value_of
from porchlight.web.forms import Input
from porchlight.web.rendering import View, locale_of, page
from porchlight.web.sessions import address_of

Asked = Request[Any, Any, Any]
Typed = URLEncodedBody[dict[str, Any]]
NO_SUCH_CODE = _(
    "That code does not work. Look at each letter and number again. A code works once, for 3 days; "
    "your supervisor can make a new one."
)
Password = Annotated[str, StringConstraints(strip_whitespace=False, min_length=1)]


class CodeForm(Input):
    code: Annotated[str, Field(min_length=1, max_length=60)]


class PasswordForm(Input):
    # Password managers keep the name beside the password; whom it is for, the code has said.
    email: Annotated[str, Field(max_length=200)] = ""
    password: Password


ENTRY = "joining"


def entry_cookie(settings: Settings, entry: str) -> Cookie:
    """Which code this browser has typed; it opens nothing but the choice of how to sign in."""
    return cookie(settings, ENTRY, entry, seconds=int(rules.ENTRY_LIVES.total_seconds()))


def joiner_of(request: Asked, db: Database) -> Joiner:
    """Who is joining in this browser. Raises Refused when they must type their code again."""
    with db.reading() as session:
        found = joining.joiner(session, value_of(request, ENTRY), now=db.now(session))
    if found is None:
        raise rules.NotFresh(joining.TYPE_AGAIN)
    return found


@get("/join", opt={"open": True}, sync_to_thread=True, include_in_schema=False)
def join_page(request: Asked) -> Response[Any]:
    return page(request, joining_views.join())


@post("/join", opt={"open": True}, sync_to_thread=True, include_in_schema=False)
def join(request: Asked, data: Typed, db: NamedDependency[Database], tools: NamedDependency[Tools]) -> Response[Any]:
    with forms.redrawing(joining_views.join, data):
        entry = _enter(db, tools, rules.read_code(forms.read(CodeForm, data).code), address_of(request))
    return Redirect("/join/how", status_code=303, cookies=[entry_cookie(tools.settings, entry)])


def _enter(db: Database, tools: Tools, code: str, address: str) -> str:
    """Wrong codes slow down the address that tries them; all that does not work looks the same."""
    key = inviting.code_hash(tools.keys, code)
    with db.reading() as session:
        now = db.now(session)
        failures = queries.failures(session, account_key=key, address=address, now=now)
    if wait := rules.seconds_before_next_try(failures, now=now):
        raise TooMany(_("Too many tries. Wait {seconds} seconds, then try again."), seconds=wait)
    with db.transaction() as session:
        entry = joining.enter(session, key, now=db.now(session))
        if entry is None:
            service.note_failure(session, account_key=key, address=address, now=db.now(session))
    if entry is None:
        raise Refused(NO_SUCH_CODE, field="code")
    return entry


@get("/join/how", opt={"open": True}, sync_to_thread=True, include_in_schema=False)
def how_page(request: Asked, db: NamedDependency[Database]) -> Response[Any]:
    with db.reading() as session:
        found = joining.joiner(session, value_of(request, ENTRY), now=db.now(session))
    if found is None:
        return forms.go(request, "/join")
    return page(request, joining_views.how(found, locale_of(request, found.locale)))


@get("/join/password", opt={"open": True}, sync_to_thread=False, include_in_schema=False)
def back(request: Asked) -> Response[Any]:
    """Where the form was drawn again, a reload or another language leads back to the choice."""
    return forms.go(request, "/join/how")


@post("/join/password", opt={"open": True}, sync_to_thread=True, include_in_schema=False)
def choose_password(
    request: Asked, data: Typed, db: NamedDependency[Database], tools: NamedDependency[Tools]
) -> Response[Any]:
    who = joiner_of(request, db)
    locale = locale_of(request, who.locale)

    def again() -> View:
        return joining_views.how(who, locale)

    with forms.redrawing(again, {}):
        password = forms.read(PasswordForm, data).password
        about = rules.names_in(who.name, who.sign_in_name, _agency(db))
        rules.check_password(password, common=passwords.is_common(password), about=about)
        hashed = passwords.make_hash(password)
        with db.transaction() as session:
            now = db.now(session)
            account_id = joining.finish(session, value_of(request, ENTRY), locale=locale, now=now)
            joining.set_password(session, account_id, hashed, now=now)
    answer = after_password(request, db, tools, account_id, "/welcome", by_code=True)
    answer.set_cookie(entry_cookie(tools.settings, ""))
    return answer


def _agency(db: Database) -> str:
    with db.reading() as session:
        agency = queries.agency(session)
    return agency.name if agency else ""


@get("/welcome", sync_to_thread=True, include_in_schema=False)
def welcome(request: Asked, actor: NamedDependency[Actor]) -> Response[Any]:
    return page(request, joining_views.welcome(actor))


@get("/install", opt={"open": True}, sync_to_thread=True, include_in_schema=False)
def install(request: Asked) -> Response[Any]:
    return page(request, joining_views.install(rules.platform_of(request.headers.get("user-agent", ""))))


@get("/install/{platform:str}", opt={"open": True}, sync_to_thread=True, include_in_schema=False)
def install_on(request: Asked, platform: FromPath[str]) -> Response[Any]:
    if platform not in joining_views.PLATFORMS:
        raise NotFound(_("We could not find that page."))
    return page(request, joining_views.install(platform))


ROUTES = [join_page, join, how_page, back, choose_password, welcome, install, install_on]
