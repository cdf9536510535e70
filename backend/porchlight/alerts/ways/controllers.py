"""Pages about how a person is reached: their channels, codes, quiet hours; and a supervisor's word about push alone."""

from datetime import time
from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, URLEncodedBody
from pydantic import Field, field_validator

from porchlight.alerts.values import Channel
from porchlight.alerts.ways import service, views
from porchlight.core.actor import Actor
from porchlight.core.db import Database
from porchlight.core.refused import Refused
from porchlight.core.tools import Tools
from porchlight.web import forms
from porchlight.web.forms import Input
from porchlight.web.rendering import View, page

Asked = Request[Any, Any, Any]
Typed = URLEncodedBody[dict[str, Any]]
HOW: dict[str, Any] = {"sync_to_thread": True, "include_in_schema": False}
HERE = "/alerts/ways"


class CodeBody(Input):
    code: str = Field(min_length=1, max_length=20)


class QuietBody(Input):
    from_time: time | None = None
    until_time: time | None = None

    @field_validator("from_time", "until_time", mode="before")
    @classmethod
    def _empty(cls, value: object) -> object:
        return value or None


class PushOnlyBody(Input):
    account_id: UUID
    words: str = Field(default="", max_length=500)
    accept: bool = True


def _mine(db: Database, actor: Actor, asked: str = "") -> View:
    with db.reading() as session:
        return views.ways_view(session, actor, now=db.now(session), asked=asked)


@get(HERE, **HOW)
def ways(request: Asked, db: NamedDependency[Database], actor: NamedDependency[Actor]) -> Response[Any]:
    return page(request, _mine(db, actor, request.query_params.get("asked", "")))


@post(HERE + "/{channel:str}/code", **HOW)
def send_code(
    request: Asked, db: NamedDependency[Database], actor: NamedDependency[Actor], channel: FromPath[Channel]
) -> Response[Any]:
    """Send a code by this channel; the page then has a field for it."""
    with forms.redrawing(lambda: _mine(db, actor), {}), db.transaction() as session:
        service.send_code(session, actor, channel, now=db.now(session))
    return forms.go(request, f"{HERE}?asked={channel}")


@post(HERE + "/{channel:str}/prove", **HOW)
def prove(
    request: Asked,
    db: NamedDependency[Database],
    tools: NamedDependency[Tools],
    actor: NamedDependency[Actor],
    channel: FromPath[Channel],
    data: Typed,
) -> Response[Any]:
    """The code was typed: this channel reaches me."""
    with forms.redrawing(lambda: _mine(db, actor, channel), data):
        body = forms.read(CodeBody, data)
        with db.transaction() as session:
            right = service.prove(session, actor, channel, body.code, tools.keys, now=db.now(session))
        if not right:  # told after the transaction, so that the try is counted
            raise Refused(service.WRONG_CODE, field="code")
    return forms.go(request, HERE)


@post(HERE + "/{channel:str}/up", **HOW)
def move_up(
    request: Asked, db: NamedDependency[Database], actor: NamedDependency[Actor], channel: FromPath[Channel]
) -> Response[Any]:
    with db.transaction() as session:
        service.move_up(session, actor, channel, now=db.now(session))
    return forms.go(request, HERE)


@post(HERE + "/quiet", **HOW)
def keep_quiet(
    request: Asked, db: NamedDependency[Database], actor: NamedDependency[Actor], data: Typed
) -> Response[Any]:
    with forms.redrawing(lambda: _mine(db, actor), data):
        body = forms.read(QuietBody, data)
        with db.transaction() as session:
            service.keep_quiet(session, actor, body.from_time, body.until_time, now=db.now(session))
    return forms.go(request, HERE)


def _channels(db: Database, tools: Tools, actor: Actor) -> View:
    with db.reading() as session:
        return views.channels_view(session, actor, tools.settings, now=db.now(session))


@get("/alerts/channels", **HOW)
def channels(
    request: Asked, db: NamedDependency[Database], tools: NamedDependency[Tools], actor: NamedDependency[Actor]
) -> Response[Any]:
    return page(request, _channels(db, tools, actor))


@post("/alerts/channels/push-only", **HOW)
def push_only(
    request: Asked,
    db: NamedDependency[Database],
    tools: NamedDependency[Tools],
    actor: NamedDependency[Actor],
    data: Typed,
) -> Response[Any]:
    """A supervisor accepts in writing that push alone is enough for somebody, or takes that back."""
    with forms.redrawing(lambda: _channels(db, tools, actor), data):
        body = forms.read(PushOnlyBody, data)
        with db.transaction() as session:
            service.accept_push_only(
                session, actor, body.account_id, body.words, accept=body.accept, now=db.now(session)
            )
    return forms.go(request, "/alerts/channels")


ROUTES = [ways, send_code, prove, move_up, keep_quiet, channels, push_only]
