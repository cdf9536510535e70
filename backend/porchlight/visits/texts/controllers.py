"""Pages about messages to families: whom to ring, who agreed to texts, and a family's own way to stop them."""

from typing import Any, Literal
from uuid import UUID

from litestar import Request, Response, get, post, route
from litestar.di import NamedDependency
from litestar.enums import HttpMethod
from litestar.params import FromPath, URLEncodedBody

from porchlight.alerts.texts import consent
from porchlight.alerts.texts.rules import dialled
from porchlight.alerts.ways import service as own
from porchlight.core.actor import Actor
from porchlight.core.db import Database
from porchlight.core.refused import NotFound, Refused
from porchlight.visits.texts import calls, views
from porchlight.web import forms
from porchlight.web.forms import Input
from porchlight.web.rendering import page

Asked = Request[Any, Any, Any]
Typed = URLEncodedBody[dict[str, Any]]
HOW: dict[str, Any] = {"sync_to_thread": True, "include_in_schema": False}


class RangBody(Input):
    reached: Literal["yes", "no"]


class ConsentBody(Input):
    agreed: Literal["yes", "no"]
    how: Literal["said", "wrote"] = "said"


class StopBody(Input):
    why: Literal["stop", "wrong_person"]


@get("/visits/calls", **HOW)
def to_ring(request: Asked, db: NamedDependency[Database], actor: NamedDependency[Actor]) -> Response[Any]:
    with db.reading() as session:
        view = views.calls_view(session, actor, now=db.now(session))
    return page(request, view)


@post("/visits/calls/{call_id:uuid}", **HOW)
def rang(
    request: Asked, db: NamedDependency[Database], actor: NamedDependency[Actor], call_id: FromPath[UUID], data: Typed
) -> Response[Any]:
    body = forms.read(RangBody, data)
    with db.transaction() as session:
        calls.rang(session, actor, call_id, reached=body.reached == "yes", now=db.now(session))
    return forms.go(request, "/visits/calls")


@get("/visits/texts", **HOW)
def families(request: Asked, db: NamedDependency[Database], actor: NamedDependency[Actor]) -> Response[Any]:
    with db.reading() as session:
        view = views.texts_view(session, actor, now=db.now(session))
    return page(request, view)


@post("/visits/texts/{caregiver_id:uuid}", **HOW)
def agree(
    request: Asked,
    db: NamedDependency[Database],
    actor: NamedDependency[Actor],
    caregiver_id: FromPath[UUID],
    data: Typed,
) -> Response[Any]:
    """Write down that a family agreed to texts, or does not any more."""
    body = forms.read(ConsentBody, data)
    with db.transaction() as session:
        now = db.now(session)
        found = [one for one, _home in views.families(session, actor, now=now) if one.id == caregiver_id]
        if not found:
            raise NotFound(calls.NOT_HERE)
        given = body.agreed == "yes"
        consent.agree(session, actor, found[0].phone, given=given, how=body.how, about=caregiver_id, now=now)
    return forms.go(request, "/visits/texts")


@route("/v/{token:str}/stop", http_method=[HttpMethod.GET, HttpMethod.HEAD], opt={"open": True}, **HOW)
def stop_page(request: Asked, db: NamedDependency[Database], token: FromPath[str]) -> Response[Any]:
    with db.reading() as session:
        view = views.stop_view(session, token, now=db.now(session))
    return page(request, view)


@post("/v/{token:str}/stop", opt={"open": True}, **HOW)
def stop(request: Asked, db: NamedDependency[Database], token: FromPath[str], data: Typed) -> Response[Any]:
    """The family's own word: no more texts to this number. Saying it again changes nothing."""
    body = forms.read(StopBody, data)
    with db.transaction() as session:
        number = dialled(views.number_behind(session, token))
        if not number:
            raise Refused(own.NO_NUMBER)
        own.stop(session, number, body.why, now=db.now(session))
    return forms.go(request, f"/v/{token}/stop")


ROUTES = [to_ring, rang, families, agree, stop_page, stop]
