"""The door over HTTP: the page that answers without signal, the short code, and what a caregiver's phone sends."""

from datetime import timedelta
from typing import Annotated, Any

from litestar import HttpMethod, Request, Response, post, route
from litestar.di import NamedDependency
from litestar.params import JSONBody, URLEncodedBody
from pydantic import Field, StrictInt

from porchlight.core.db import Database
from porchlight.core.i18n import _
from porchlight.core.refused import NotFound, Refused, TooMany
from porchlight.core.tools import Tools
from porchlight.visits.confirming import Said
from porchlight.visits.door import rules, service, ticket, typed
from porchlight.visits.door.drafts import Hash
from porchlight.visits.door.values import Stands, Way
from porchlight.visits.values import Answer
from porchlight.web import forms
from porchlight.web.rendering import View, page
from porchlight.web.sessions import address_of

Asked = Request[Any, Any, Any]
LOOK = [HttpMethod.GET, HttpMethod.HEAD]
WEEK = 7 * 24 * 3600 * 1000


class Held(forms.Input):
    """A code as a phone holds it: what the worker's device signed, and the token that was shown."""

    ticket: Annotated[str, Field(min_length=1, max_length=ticket.MOST)]
    token: Hash


class Answered(Held):
    """age_ms: how long ago it was said, by the one clock of the phone that says it."""

    answer: Answer
    different: str = ""
    words: str = ""
    age_ms: Annotated[StrictInt, Field(ge=0, le=WEEK)] = 0


def door_view() -> View:
    """The same for everybody: what was scanned stands behind the # of the address, which no browser sends."""
    return View("visits/door.html", anonymous=True)


@route("/door", http_method=LOOK, opt={"open": True}, sync_to_thread=False, include_in_schema=False)
def door(request: Asked) -> Response[Any]:
    return page(request, door_view())


@post("/door", opt={"open": True}, sync_to_thread=True, include_in_schema=False)
def by_code(
    request: Asked,
    data: URLEncodedBody[dict[str, Any]],
    db: NamedDependency[Database],
    tools: NamedDependency[Tools],
) -> Response[Any]:
    """The short code, typed: on to the page that shows the visit, once that is here."""
    code, address = str(data.get("code", "")), address_of(request)
    with forms.redrawing(door_view, {"code": code}):
        if not rules.plain(code):
            raise Refused(
                _("A code has ten letters and numbers. Type it as it stands under the picture."), field="code"
            )
        token = _find(db, tools, code, address)
    return forms.go(request, f"/v/{token}")


def _find(db: Database, tools: Tools, code: str, address: str) -> str:
    with db.transaction() as session:
        now = db.now(session)
        wait = typed.seconds_to_wait(session, address, now=now)
        token = None if wait else typed.link_of(session, code, keys=tools.keys, now=now)
        if token is None and not wait:
            typed.note_try(session, address, now=now)
    if wait:
        raise TooMany(_("Too many tries. Wait {seconds} seconds, then try again."), seconds=wait)
    if token is None:
        raise NotFound(
            _("We do not know this code yet. Check it. If the worker's phone had no signal, try again this evening."),
            field="code",
        )
    return token


@post("/api/v1/door/look", opt={"open": True}, sync_to_thread=True, status_code=200)
def look(data: JSONBody[Held], db: NamedDependency[Database], tools: NamedDependency[Tools]) -> Stands:
    """Where the visit behind a code is. The code itself is the authority; no session is asked for."""
    with db.transaction() as session:
        now = db.now(session)
        held = ticket.read(session, data.ticket, data.token)
        return service.look(session, held, keys=tools.keys, now=now)


@post("/api/v1/door/answers", opt={"open": True}, sync_to_thread=True, status_code=200)
def answer(data: JSONBody[Answered], db: NamedDependency[Database], tools: NamedDependency[Tools]) -> Stands:
    """A caregiver's answer over the summary of their code; saying the same again changes nothing."""
    with db.transaction() as session:
        now = db.now(session)
        held = ticket.read(session, data.ticket, data.token)
        said_at = rules.said_at(timedelta(milliseconds=data.age_ms), made_at=held.made_at, now=now)
        different = data.answer == Answer.DIFFERENT
        said = Said(
            data.answer, data.different if different else "", data.words if different else "", Way.DOOR, said_at
        )
        return service.answer(session, held, said, keys=tools.keys, now=now)


ROUTES = [door, by_code, look, answer]
