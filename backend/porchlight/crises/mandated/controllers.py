"""Mandated reports over HTTP."""

from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, URLEncodedBody

from porchlight.core.actor import Actor
from porchlight.core.tools import Tools
from porchlight.crises.mandated import opening, service, views
from porchlight.crises.mandated.opening import OpenBody
from porchlight.crises.mandated.sealing import Seal
from porchlight.crises.mandated.service import ReportBody, StepBody
from porchlight.crises.older import which
from porchlight.web import forms
from porchlight.web.rendering import View, page

Asked = Request[Any, Any, Any]
Typed = URLEncodedBody[dict[str, Any]]
HOW: dict[str, Any] = {"sync_to_thread": True, "include_in_schema": False}


def _new(tools: Tools, actor: Actor, case_id: UUID | None = None) -> View:
    with tools.db.reading() as session:
        return views.new(session, actor, now=tools.db.now(session), case_id=case_id)


def _show(tools: Tools, actor: Actor, report_id: UUID) -> View:
    with tools.db.reading() as session:
        return views.show(session, actor, Seal(tools.keys), report_id, now=tools.db.now(session))


def _id(text: object) -> UUID | None:
    try:
        return UUID(str(text))
    except ValueError:
        return None


@get("/mandated", **HOW)
def index(
    request: Asked, tools: NamedDependency[Tools], actor: NamedDependency[Actor], older: FromQuery[int] = 0
) -> Response[Any]:
    with tools.db.reading() as session:
        view = views.index(session, actor, Seal(tools.keys), now=tools.db.now(session), page=which(older))
    return page(request, view)


@get("/mandated/new", **HOW)
def new(
    request: Asked, tools: NamedDependency[Tools], actor: NamedDependency[Actor], case: FromQuery[UUID | None] = None
) -> Response[Any]:
    return page(request, _new(tools, actor, case))


@post("/mandated", **HOW)
def begin(request: Asked, tools: NamedDependency[Tools], actor: NamedDependency[Actor], data: Typed) -> Response[Any]:
    with forms.taking(tools.db, ReportBody, data, lambda: _new(tools, actor, _id(data.get("case_id")))) as (
        session,
        body,
        now,
    ):
        service.begin(session, actor, Seal(tools.keys), body, now=now)
    return forms.go(request, f"/mandated/{body.id}")


@get("/mandated/{report_id:uuid}", **HOW)
def show(
    request: Asked, tools: NamedDependency[Tools], actor: NamedDependency[Actor], report_id: FromPath[UUID]
) -> Response[Any]:
    return page(request, _show(tools, actor, report_id))


@post("/mandated/{report_id:uuid}/steps", **HOW)
def take_step(
    request: Asked,
    tools: NamedDependency[Tools],
    actor: NamedDependency[Actor],
    report_id: FromPath[UUID],
    data: Typed,
) -> Response[Any]:
    with forms.taking(tools.db, StepBody, data, lambda: _show(tools, actor, report_id)) as (session, body, now):
        service.take_step(session, actor, Seal(tools.keys), report_id, body, now=now)
    return forms.go(request, f"/mandated/{report_id}")


@post("/mandated/{report_id:uuid}/close", **HOW)
def close(
    request: Asked, tools: NamedDependency[Tools], actor: NamedDependency[Actor], report_id: FromPath[UUID]
) -> Response[Any]:
    with forms.redrawing(lambda: _show(tools, actor, report_id), {}), tools.db.transaction() as session:
        service.close(session, actor, Seal(tools.keys), report_id, now=tools.db.now(session))
    return forms.go(request, f"/mandated/{report_id}")


@post("/mandated/{report_id:uuid}/reporter", **HOW)
def open_seal(
    request: Asked,
    tools: NamedDependency[Tools],
    actor: NamedDependency[Actor],
    report_id: FromPath[UUID],
    data: Typed,
) -> Response[Any]:
    """Answers with the page itself: the name stands at no address, and reloading asks for a reason again."""
    with forms.redrawing(lambda: _show(tools, actor, report_id), data):
        body = forms.read(OpenBody, data)
        with tools.db.transaction() as session:
            now = tools.db.now(session)
            reporter = opening.open_seal(session, actor, Seal(tools.keys), report_id, body, now=now)
    with tools.db.reading() as session:
        view = views.show(session, actor, Seal(tools.keys), report_id, now=tools.db.now(session), opened=reporter)
    return page(request, view)


ROUTES = [index, new, begin, show, take_step, close, open_seal]
