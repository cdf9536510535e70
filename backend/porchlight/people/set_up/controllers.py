"""Setting a fresh installation up over HTTP."""

from typing import Annotated, Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect
from pydantic import Field

from porchlight.core.db import Database
from porchlight.core.keys import sha256
from porchlight.core.refused import NotFound, TooMany
from porchlight.core.tools import Tools
from porchlight.people import queries as people
from porchlight.people import rules as people_rules
from porchlight.people import service as people_service
from porchlight.people.controllers.joining import entry_cookie
from porchlight.people.set_up import queries, rules, service
from porchlight.people.set_up.service import Beginning
from porchlight.web import forms
from porchlight.web.forms import Input
from porchlight.web.rendering import View, locale_of, page
from porchlight.web.sessions import address_of

Asked = Request[Any, Any, Any]
Line = Annotated[str, Field(min_length=1, max_length=200)]


class SetUpForm(Input):
    agency: Line
    phone: Line
    hotline: Line
    time_zone: Line
    jurisdiction: Line
    name: Line
    reach: Line


def _check_open(db: Database, token: str, address: str) -> None:
    """Wrong ones slow down the address that tries them. Raises NotFound, TooMany."""
    key = sha256(token.encode())
    with db.reading() as session:
        now = db.now(session)
        failed = people.failures(session, account_key=key, address=address, now=now)
        is_open = queries.is_open(session, token, now=now)
    if wait := people_rules.seconds_before_next_try(failed, now=now):
        raise TooMany(service.NOT_HERE, seconds=wait)
    if not is_open:
        with db.transaction() as session:
            people_service.note_failure(session, account_key=key, address=address, now=db.now(session))
        raise NotFound(service.NOT_HERE)


def _view(token: str) -> View:
    return View("people/set_up/form.html", {"action": f"/set-up/{token}", "zones": rules.ZONES}, anonymous=True)


@get("/set-up/{token:str}", opt={"open": True}, sync_to_thread=True, include_in_schema=False)
def form(request: Asked, token: FromPath[str], db: NamedDependency[Database]) -> Response[Any]:
    _check_open(db, token, address_of(request))
    return page(request, _view(token))


@post("/set-up/{token:str}", opt={"open": True}, sync_to_thread=True, include_in_schema=False)
def begin(
    request: Asked,
    token: FromPath[str],
    data: URLEncodedBody[dict[str, Any]],
    db: NamedDependency[Database],
    tools: NamedDependency[Tools],
) -> Response[Any]:
    _check_open(db, token, address_of(request))
    with forms.redrawing(lambda: _view(token), data):
        typed = forms.read(SetUpForm, data)
        phone, hotline = rules.check_agency(phone=typed.phone, hotline=typed.hotline, zone=typed.time_zone)
        said = Beginning(
            typed.agency,
            phone,
            hotline,
            typed.time_zone,
            typed.jurisdiction,
            typed.name,
            typed.reach,
            locale_of(request),
        )
        with db.transaction() as session:
            entry = service.begin(session, token, said, now=db.now(session))
    request.app.state.renderer.forget_agency()
    return Redirect("/join/how", status_code=303, cookies=[entry_cookie(tools.settings, entry)])


ROUTES = [form, begin]
