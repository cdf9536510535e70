"""Signing in and out, choosing a language, and enrolling a phone."""

from typing import Annotated, Any
from urllib.parse import quote
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import JSONBody, URLEncodedBody
from litestar.response import Redirect
from pydantic import Field, StringConstraints

from porchlight.core import clock, keys
from porchlight.core.actor import Actor
from porchlight.core.db import Database
from porchlight.core.i18n import LOCALES, _
from porchlight.core.keys import sha256
from porchlight.core.refused import NotFound, Refused, TooMany
from porchlight.core.tools import Tools
from porchlight.people import passwords, queries, rules, service, views
from porchlight.people.agency import queries as agency
from porchlight.people.controllers import entering
from porchlight.people.controllers.entering import PASSKEY_COOKIE, YEAR, Asked
from porchlight.people.second import queries as second
from porchlight.people.second import rules as second_rules
from porchlight.people.second import service as halves
from porchlight.people.sessions.service import Begun
from porchlight.people.values import How
from porchlight.web import forms
from porchlight.web.cookies import cookie, value_of
from porchlight.web.forms import Input, inside
from porchlight.web.rendering import LOCALE_COOKIE, View, page
from porchlight.web.sessions import address_of, session_cookie


class SignInForm(Input):
    email: Annotated[str, Field(min_length=1)]
    # ASVS 6.2.8: a password is checked as it was typed, so nothing is trimmed off it.
    password: Annotated[str, StringConstraints(strip_whitespace=False, min_length=1)]
    next: str = "/today"


class DemoForm(Input):
    account_id: UUID
    next: str = "/today"


class PublicKey(Input):
    kty: str
    crv: str
    x: str
    y: str


class EnrolBody(Input):
    id: UUID
    public_key: PublicKey
    label: Annotated[str, Field(max_length=200)] = ""


def sign_in_view(db: Database, tools: Tools, following: str, *, with_passkey: bool = False) -> View:
    """with_passkey: with the script that asks for one; a first visit goes without those bytes."""
    people = []
    if tools.settings.demo:
        with db.reading() as session:
            people = queries.demo_people(session)
    context = {
        "demo_people": people,
        "next": inside(following),
        "with_passkey": with_passkey,
        "agency_door": bool(tools.settings.oidc_issuer),
    }
    return View("people/sign_in.html", context)


@get("/", opt={"open": True}, sync_to_thread=False)
def home(visitor: NamedDependency[Actor | None]) -> Redirect:
    return Redirect("/today" if visitor else "/sign-in", status_code=303)


@get("/sign-in", opt={"open": True}, sync_to_thread=True)
def sign_in_page(
    request: Request[Any, Any, Any],
    db: NamedDependency[Database],
    tools: NamedDependency[Tools],
) -> Response[Any]:
    following, with_passkey = request.query_params.get("next", "/today"), bool(value_of(request, PASSKEY_COOKIE))
    return page(request, sign_in_view(db, tools, following, with_passkey=with_passkey))


@post("/sign-in", opt={"open": True}, sync_to_thread=True)
def sign_in(
    request: Request[Any, Any, Any],
    db: NamedDependency[Database],
    tools: NamedDependency[Tools],
    data: URLEncodedBody[dict[str, Any]],
) -> Response[Any]:
    typed = {name: value for name, value in data.items() if name != "password"}
    with forms.redrawing(lambda: sign_in_view(db, tools, str(data.get("next", ""))), typed):
        form = forms.read(SignInForm, data)
        account_id = _who_fits(db, form, address_of(request))
        return after_password(request, db, tools, account_id, form.next)


def after_password(
    request: Asked, db: Database, tools: Tools, account_id: UUID, following: str, *, by_code: bool = False
) -> Response[Any]:
    """A password alone opens nothing but the page for the code; in the demo, whose doors are open, it is enough.

    by_code: it was chosen a moment ago by whoever was told a code, in person.
    """
    settings = tools.settings
    with db.transaction() as session:
        now = db.now(session)
        if settings.demo and second.since(session, account_id) is None:
            begun = entering.begin(request, session, account_id, How.PRACTICE, now=now)
            return _welcome(tools, begun, following)
        linked = not by_code and agency.is_linked(session, account_id)
        entry = halves.begin_half(session, account_id, tools.keys, has_agency=linked, now=now)
    cookie = entering.half_cookie(settings, entry, int(second_rules.HALF_LIVES.total_seconds()))
    return Redirect(f"/sign-in/code?next={quote(inside(following))}", status_code=303, cookies=[cookie])


def _who_fits(db: Database, form: SignInForm, address: str) -> UUID:
    """The account whose password this is. The hash is checked outside of a transaction, and the same time is spent on nobody."""
    account_key = sha256(rules.sign_in_name(form.email).encode())
    with db.reading() as session:
        now = db.now(session)
        failures = queries.failures(session, account_key=account_key, address=address, now=now)
        known = queries.credentials(session, form.email)
    if wait := rules.seconds_before_next_try(failures, now=now):
        raise TooMany(_("Too many tries. Wait {seconds} seconds, then try again."), seconds=wait)
    if not passwords.fits(known[1] if known else "", form.password) or known is None:
        with db.transaction() as session:
            service.note_failure(session, account_key=account_key, address=address, now=db.now(session))
        raise Refused(_("That name and password do not match. Check both and try again."), field="email")
    return known[0]


@post("/sign-in/demo", opt={"open": True}, sync_to_thread=True)
def sign_in_demo(
    request: Asked,
    db: NamedDependency[Database],
    tools: NamedDependency[Tools],
    data: URLEncodedBody[dict[str, Any]],
) -> Response[Any]:
    """One tap, in demo mode only, and only as one of the invented people."""
    if not tools.settings.demo:
        raise NotFound(_("We could not find that page."))
    form = forms.read(DemoForm, data)
    with db.transaction() as session:
        if form.account_id not in {person.id for person in queries.demo_people(session)}:
            raise NotFound(_("We could not find that page."))
        now = db.now(session)
        begun = entering.begin(request, session, form.account_id, How.PRACTICE, now=now)
    return _welcome(tools, begun, form.next)


def _welcome(tools: Tools, begun: Begun, following: str) -> Response[Any]:
    return Redirect(inside(following), status_code=303, cookies=entering.cookies_of(begun, tools.settings))


@post("/sign-out", sync_to_thread=True)
def sign_out(
    db: NamedDependency[Database], tools: NamedDependency[Tools], actor: NamedDependency[Actor]
) -> Response[Any]:
    with db.transaction() as session:
        service.sign_out(session, actor, now=db.now(session))
    return Redirect("/sign-in", status_code=303, cookies=[session_cookie(tools.settings, "")])


@post("/language", opt={"open": True}, sync_to_thread=False)
def choose_language(tools: NamedDependency[Tools], data: URLEncodedBody[dict[str, Any]]) -> Redirect:
    """The other language from now on, on the same page."""
    code = str(data.get("code", ""))
    if code not in LOCALES:
        raise NotFound(_("We could not find that page."))
    chosen = cookie(tools.settings, LOCALE_COOKIE, code, seconds=YEAR)
    return Redirect(inside(str(data.get("next", ""))), status_code=303, cookies=[chosen])


@get("/more", sync_to_thread=True)
def more_page(
    request: Request[Any, Any, Any], db: NamedDependency[Database], actor: NamedDependency[Actor]
) -> Response[Any]:
    with db.reading() as session:
        view = views.more(session, actor)
    return page(request, view)


@post("/devices", sync_to_thread=True)
def enrol(
    db: NamedDependency[Database],
    tools: NamedDependency[Tools],
    actor: NamedDependency[Actor],
    data: JSONBody[EnrolBody],
) -> dict[str, Any]:
    """Enrol this browser profile (docs/wire.md, Enrolment); answers the keys that the phone pins."""
    with db.transaction() as session:
        now = db.now(session)
        device = service.enrol(session, actor, data.id, data.public_key.model_dump(), data.label, now=now)
        following = device.highest_seq + 1
    return {
        "device_id": str(data.id),
        "person_id": str(actor.account_id),
        "intake_key": {
            "kid": tools.keys.intake_kid,
            "public": keys.b64u(keys.point(tools.keys.intake.public_key())),
        },
        "receipt_key": tools.keys.receipt_jwk(),
        "server_time": clock.iso(now),
        "next_seq": following,
    }


ROUTES = [home, sign_in_page, sign_in, sign_in_demo, sign_out, choose_language, more_page, enrol]
