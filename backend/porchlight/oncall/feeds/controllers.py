"""Calendars over HTTP: making and ending an address, what a calendar app reads there, and one shift as a file."""

from typing import Annotated, Any
from uuid import UUID

from litestar import HttpMethod, Request, Response, get, post, route
from litestar.di import NamedDependency
from litestar.params import FromPath, URLEncodedBody
from pydantic import BeforeValidator

from porchlight.core.actor import Actor
from porchlight.core.db import Database
from porchlight.core.i18n import _
from porchlight.core.keys import sha256
from porchlight.core.refused import NotFound, TooMany
from porchlight.core.tools import Tools
from porchlight.oncall import shifts
from porchlight.oncall.feeds import content, service, tries, views
from porchlight.oncall.feeds.writing import TYPE
from porchlight.web import forms
from porchlight.web.forms import Input
from porchlight.web.rendering import page
from porchlight.web.sessions import address_of

Asked = Request[Any, Any, Any]
ENDING = ".ics"
LOOK = [HttpMethod.GET, HttpMethod.HEAD]


class FeedForm(Input):
    schedule: Annotated[UUID | None, BeforeValidator(lambda value: value or None)] = None


@get("/oncall/calendar", sync_to_thread=True, include_in_schema=False)
def index(request: Asked, db: NamedDependency[Database], actor: NamedDependency[Actor]) -> Response[Any]:
    with db.reading() as session:
        view = views.index(session, actor)
    return page(request, view)


@post("/oncall/calendar", sync_to_thread=True, include_in_schema=False, status_code=200)
def make(
    request: Asked,
    data: URLEncodedBody[dict[str, Any]],
    db: NamedDependency[Database],
    tools: NamedDependency[Tools],
    actor: NamedDependency[Actor],
) -> Response[Any]:
    """Answers with the address itself: its secret is kept nowhere, so no other page could show it."""
    typed = forms.read(FeedForm, data)
    with db.transaction() as session:
        token = service.make(session, actor, typed.schedule, now=db.now(session))
        view = views.address(session, typed.schedule, token, tools.settings.public_url)
    return page(request, view)


@post("/oncall/calendar/{feed_id:uuid}/end", sync_to_thread=True, include_in_schema=False)
def end(
    request: Asked, db: NamedDependency[Database], actor: NamedDependency[Actor], feed_id: FromPath[UUID]
) -> Response[Any]:
    with db.transaction() as session:
        service.end(session, actor, feed_id, now=db.now(session))
    return forms.go(request, "/oncall/calendar")


@route("/calendar/{name:str}", http_method=LOOK, opt={"open": True}, sync_to_thread=True, include_in_schema=False)
def feed(
    request: Asked, db: NamedDependency[Database], tools: NamedDependency[Tools], name: FromPath[str]
) -> Response[bytes]:
    """What a calendar app reads, without a session: the secret in the address is the authority, for reading only."""
    if not name.endswith(ENDING):
        raise NotFound(service.NOT_FOUND)
    address, url = address_of(request), tools.settings.public_url
    with db.reading() as session:
        now = db.now(session)
        wait = tries.seconds_to_wait(session, address, now=now)
        body = None if wait else content.of_feed(session, name.removesuffix(ENDING), url=url, now=now)
    if wait:
        raise TooMany(_("Too many tries. Wait {seconds} seconds, then try again."), seconds=wait)
    if body is None:
        with db.transaction() as session:
            tries.note_try(session, address, now=db.now(session))
        raise NotFound(service.NOT_FOUND)
    return _answer(request, body, {"Cache-Control": "private, no-cache"})


@get("/calendar/{schedule_id:uuid}/{position:str}/{start:int}", sync_to_thread=True, include_in_schema=False)
def shift_file(
    request: Asked,
    db: NamedDependency[Database],
    tools: NamedDependency[Tools],
    actor: NamedDependency[Actor],
    schedule_id: FromPath[UUID],
    position: FromPath[str],
    start: FromPath[int],
) -> Response[bytes]:
    """One shift of one's own, to be taken over into a calendar once."""
    with db.reading() as session:
        shift = shifts.find(session, actor, schedule_id, position, start)
        body = content.of_shift(session, actor, shift, url=tools.settings.public_url)
    return _answer(request, body, {"Content-Disposition": 'attachment; filename="shift.ics"'})


def _answer(request: Asked, body: bytes, headers: dict[str, str]) -> Response[bytes]:
    tag = f'"{sha256(body)[:32]}"'
    unchanged = tag in request.headers.get("if-none-match", "")
    return Response(
        b"" if unchanged else body,
        status_code=304 if unchanged else 200,
        media_type=TYPE,
        headers={**headers, "ETag": tag},
    )


ROUTES = [index, make, end, feed, shift_file]
