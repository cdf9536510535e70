"""Codes over HTTP: the second step of a sign-in, and one's own authenticator app."""

from typing import Annotated, Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import URLEncodedBody
from litestar.response import Redirect
from pydantic import Field

from porchlight.core.actor import Actor
from porchlight.core.db import Database
from porchlight.core.i18n import _
from porchlight.core.keys import sha256
from porchlight.core.refused import Refused, TooMany
from porchlight.core.tools import Tools
from porchlight.people import passkeys, telling
from porchlight.people import queries as people
from porchlight.people import rules as people_rules
from porchlight.people import service as people_service
from porchlight.people.controllers import entering
from porchlight.people.second import queries, rules, service, views
from porchlight.people.second.queries import Half
from porchlight.people.values import How
from porchlight.web import forms
from porchlight.web.cookies import value_of
from porchlight.web.forms import Input, inside
from porchlight.web.rendering import View, page
from porchlight.web.sessions import address_of

Asked = Request[Any, Any, Any]
Typed = URLEncodedBody[dict[str, Any]]
HOW: dict[str, Any] = {"sync_to_thread": True, "include_in_schema": False}
WRONG = _("That code does not fit. Wait for the next one and type it before it changes.")
AGAIN = _("That took too long, or too many codes were wrong. Type your password again.")


class CodeForm(Input):
    code: Annotated[str, Field(min_length=1, max_length=20)]
    next: str = "/today"


def half_in(request: Asked, db: Database) -> Half | None:
    entry = value_of(request, entering.HALF)
    with db.reading() as session:
        return queries.half(session, entry, now=db.now(session)) if entry else None


def _view(db: Database, tools: Tools, half: Half, following: str) -> View:
    if half.has_codes:
        return views.ask(half, following)
    with db.reading() as session:
        return views.set_up(session, half, tools.keys, following)


@get("/sign-in/code", opt={"open": True}, **HOW)
def ask(request: Asked, db: NamedDependency[Database], tools: NamedDependency[Tools]) -> Response[Any]:
    following = inside(request.query_params.get("next", "/today"))
    half = half_in(request, db)
    return page(request, _view(db, tools, half, following)) if half else forms.go(request, "/sign-in")


@post("/sign-in/code", opt={"open": True}, **HOW)
def finish(request: Asked, data: Typed, db: NamedDependency[Database], tools: NamedDependency[Tools]) -> Response[Any]:
    half = half_in(request, db)
    if half is None:
        raise people_rules.NotFresh(AGAIN)
    following = inside(str(data.get("next", "")))
    with forms.redrawing(lambda: _view(db, tools, half, following), {}):
        typed = rules.read_digits(forms.read(CodeForm, data).code)
        _check_may_try(db, half, address_of(request))
        with db.transaction() as session:
            now = db.now(session)
            right = service.finish(session, half, typed, tools.keys, now=now)
            if right:
                begun = entering.begin(request, session, half.account_id, How.CODE, now=now)
        if not right:
            _note(db, half, address_of(request))
            raise Refused(WRONG, field="code")
    done = entering.half_cookie(tools.settings, "", 0)
    cookies = [*entering.cookies_of(begun, tools.settings), done]
    return Redirect(following, status_code=303, cookies=cookies)


def _key(half: Half) -> str:
    return sha256(b"code " + half.account_id.bytes)


def _check_may_try(db: Database, half: Half, address: str) -> None:
    """Raises TooMany. Whoever types codes here knows the password: the account's own count slows them, too."""
    with db.reading() as session:
        now = db.now(session)
        failed = people.failures(session, account_key=_key(half), address=address, now=now)
    most = people_rules.TRIES_PER_ACCOUNT
    everywhere = people_rules.seconds_to_wait(failed.account, most=most, now=now, longest=rules.LONGEST)
    if wait := max(everywhere, people_rules.seconds_before_next_try(failed, now=now)):
        raise TooMany(_("Too many tries. Wait {seconds} seconds, then try again."), seconds=wait)


def _note(db: Database, half: Half, address: str) -> None:
    """After as many wrong codes as slow it down, the person hears that somebody may know their password (ASVS 6.3.5)."""
    with db.transaction() as session:
        now = db.now(session)
        people_service.note_failure(session, account_key=_key(half), address=address, now=now)
        session.flush()
        failed = people.failures(session, account_key=_key(half), address=address, now=now)
        if len(failed.account) == people_rules.TRIES_PER_ACCOUNT:
            telling.tell(session, half.account_id, "wrong_codes", now=now)


@get("/codes", **HOW)
def own(request: Asked, db: NamedDependency[Database], actor: NamedDependency[Actor]) -> Response[Any]:
    with db.reading() as session:
        view = views.own(session, actor, now=db.now(session))
    return page(request, view)


@post("/codes/new", **HOW)
def replace(
    request: Asked, db: NamedDependency[Database], tools: NamedDependency[Tools], actor: NamedDependency[Actor]
) -> Response[Any]:
    with db.transaction() as session:
        service.replace(session, actor, tools.keys, now=db.now(session))
    return forms.go(request, "/codes/new")


@get("/codes/new", **HOW)
def set_up(
    request: Asked, db: NamedDependency[Database], tools: NamedDependency[Tools], actor: NamedDependency[Actor]
) -> Response[Any]:
    """Only right after signing in: whoever sees the letters has the app."""
    with db.reading() as session:
        fresh = passkeys.is_fresh(session, actor, now=db.now(session))
        view = views.set_up_own(session, actor, tools.keys)
    return page(request, view) if fresh and view.context["offer"] else forms.go(request, "/codes")


@post("/codes", **HOW)
def confirm(
    request: Asked,
    data: Typed,
    db: NamedDependency[Database],
    tools: NamedDependency[Tools],
    actor: NamedDependency[Actor],
) -> Response[Any]:
    def again() -> View:
        with db.reading() as session:
            return views.set_up_own(session, actor, tools.keys)

    with forms.redrawing(again, {}):
        typed = rules.read_digits(forms.read(CodeForm, data).code)
        with db.transaction() as session:
            now = db.now(session)
            passkeys.check_fresh(session, actor, now=now)
            if not service.confirm(session, actor.account_id, typed, tools.keys, now=now):
                raise Refused(WRONG, field="code")
    return forms.go(request, "/codes")


@post("/codes/remove", **HOW)
def remove(request: Asked, db: NamedDependency[Database], actor: NamedDependency[Actor]) -> Response[Any]:
    def again() -> View:
        with db.reading() as session:
            return views.own(session, actor, now=db.now(session))

    with forms.redrawing(again, {}), db.transaction() as session:
        service.remove(session, actor, now=db.now(session))
    return forms.go(request, "/codes")


@get("/codes/remove", sync_to_thread=False, include_in_schema=False)
def back(request: Asked) -> Response[Any]:
    """Where a refusal was drawn, a reload or another language leads back."""
    return forms.go(request, "/codes")


ROUTES = [ask, finish, own, replace, set_up, confirm, remove, back]
