"""Answering an alert over HTTP: taking it, the log, the family it is about, the end."""

from typing import Any, Literal
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.datastructures import State as AppState
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, URLEncodedBody

from porchlight.alerts import queries as alerts
from porchlight.core.actor import Actor
from porchlight.core.db import Database
from porchlight.core.refused import NotFound
from porchlight.crises import answering, queries
from porchlight.crises.answering import NoteBody, ResolveBody
from porchlight.crises.clocks.service import LogBody
from porchlight.crises.responding import pack, service, views
from porchlight.web import forms
from porchlight.web.forms import Input
from porchlight.web.rendering import View, page

Request_ = Request[Any, Any, AppState]
Db = NamedDependency[Database]
Who = NamedDependency[Actor]
Form = URLEncodedBody[dict[str, Any]]


class LinkBody(Input):
    case_id: UUID


@get("/alerts/{alert_id:uuid}", sync_to_thread=True)
def alert_page(request: Request_, db: Db, actor: Who, alert_id: FromPath[UUID]) -> Response[Any]:
    return page(request, _alert(db, actor, alert_id))


def _alert(db: Database, actor: Actor, alert_id: UUID) -> View:
    with db.reading() as session:
        return views.alert_view(session, actor, alert_id, now=db.now(session))


@get("/alerts/{alert_id:uuid}/{part:str}", sync_to_thread=True)
def alert_piece(
    request: Request_,
    db: Db,
    actor: Who,
    alert_id: FromPath[UUID],
    part: FromPath[Literal["now", "called"]],
    shown: FromQuery[str] = "",
) -> Response[Any]:
    """What the page asks for every few seconds."""
    with db.reading() as session:
        view = views.piece(session, actor, alert_id, part, shown, now=db.now(session))
    return page(request, view)


@post("/alerts/{alert_id:uuid}/acknowledge", sync_to_thread=True)
def take(request: Request_, db: Db, actor: Who, alert_id: FromPath[UUID]) -> Response[Any]:
    """“I've got it”, from the page. The page then says who has it."""
    with db.transaction() as session:
        alert = alerts.alert(session, alert_id)
        if alert is None or alert.account_id != actor.account_id:
            raise NotFound(queries.NOT_FOUND)
        answering.acknowledge(session, alert.subject_id, actor.account_id, "page", now=db.now(session))
    return forms.go(request, f"/alerts/{alert_id}")


def _my_alert(db: Database, actor: Actor, crisis_id: UUID) -> UUID:
    """This person's own latest call about a crisis, or notice of it. Raises NotFound for somebody who had none."""
    with db.reading() as session:
        mine = [one.id for one in alerts.alerts_about(session, crisis_id) if one.account_id == actor.account_id]
    if not mine:
        raise NotFound(queries.NOT_FOUND)
    return mine[-1]


@post("/crises/{crisis_id:uuid}/notes", sync_to_thread=True)
def note(request: Request_, db: Db, actor: Who, crisis_id: FromPath[UUID], data: Form) -> Response[Any]:
    alert_id = _my_alert(db, actor, crisis_id)
    with forms.taking(db, NoteBody, data, lambda: _alert(db, actor, alert_id)) as (session, body, now):
        answering.note(session, actor, crisis_id, body, now=now)
    return forms.go(request, f"/alerts/{alert_id}")


@post("/crises/{crisis_id:uuid}/resolve", sync_to_thread=True)
def resolve(request: Request_, db: Db, actor: Who, crisis_id: FromPath[UUID], data: Form) -> Response[Any]:
    alert_id = _my_alert(db, actor, crisis_id)
    with forms.taking(db, ResolveBody, data, lambda: _alert(db, actor, alert_id)) as (session, body, now):
        service.resolve(session, actor, crisis_id, body, now=now)
    return forms.go(request, f"/alerts/{alert_id}")


@post("/crises/{crisis_id:uuid}/log", sync_to_thread=True)
def log(request: Request_, db: Db, actor: Who, crisis_id: FromPath[UUID], data: Form) -> Response[Any]:
    """A chip, words, or both."""
    alert_id = _my_alert(db, actor, crisis_id)
    said = {name: value for name, value in data.items() if value or name != "step"}
    with forms.taking(db, LogBody, said, lambda: _alert(db, actor, alert_id)) as (session, body, now):
        service.log(session, actor, crisis_id, body, now=now)
    return forms.go(request, f"/alerts/{alert_id}")


@get("/crises/{crisis_id:uuid}/family", sync_to_thread=True)
def which_family(request: Request_, db: Db, actor: Who, crisis_id: FromPath[UUID]) -> Response[Any]:
    """Whom a caller's alert is about: found by name among the families of the shift, never shown as a list.

    The name is posted, so that it stands in no address and in no log.
    """
    return page(request, _family(db, actor, crisis_id, ""))


def _family(db: Database, actor: Actor, crisis_id: UUID, name: str) -> View:
    with db.reading() as session:
        return views.family_view(session, actor, crisis_id, name, now=db.now(session))


@post("/crises/{crisis_id:uuid}/family", sync_to_thread=True, status_code=200)
def find_family(request: Request_, db: Db, actor: Who, crisis_id: FromPath[UUID], data: Form) -> Response[Any]:
    return page(request, _family(db, actor, crisis_id, str(data.get("name", ""))))


@post("/crises/{crisis_id:uuid}/link", sync_to_thread=True)
def link(request: Request_, db: Db, actor: Who, crisis_id: FromPath[UUID], data: Form) -> Response[Any]:
    alert_id = _my_alert(db, actor, crisis_id)
    with forms.taking(db, LinkBody, data, lambda: _family(db, actor, crisis_id, "")) as (session, body, now):
        service.link(session, actor, crisis_id, body.case_id, now=now)
    return forms.go(request, f"/alerts/{alert_id}")


@get("/oncall/plans", sync_to_thread=True)
def shift_plans(request: Request_, db: Db, actor: Who) -> Response[Any]:
    """The safety plans of the region, for whoever is on call for it now."""
    with db.reading() as session:
        view = pack.plans_view(session, actor, now=db.now(session))
    return page(request, view)


ROUTES = [alert_page, alert_piece, take, note, log, resolve, which_family, find_family, link, shift_plans]
