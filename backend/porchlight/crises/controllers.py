"""Getting help, following along, and the receipts that phones send without a session."""

from typing import Any, Literal
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.datastructures import State as AppState
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, RawBody, URLEncodedBody

from porchlight.alerts import service as alerting
from porchlight.alerts.values import DeliveryState
from porchlight.core.actor import Actor
from porchlight.core.clock import iso
from porchlight.core.db import Database
from porchlight.crises import answering, authority, following, raising, views, watching
from porchlight.crises.raising import CrisisBody, Raised
from porchlight.web import forms
from porchlight.web.forms import Input
from porchlight.web.rendering import View, page

Request_ = Request[Any, Any, AppState]
Form = URLEncodedBody[dict[str, Any]]
What = Literal["shown", "opened", "acknowledged"]


class TokenBody(Input):
    token: str


@get("/help", opt={"open": True}, sync_to_thread=True)
def help_page(
    request: Request_, db: NamedDependency[Database], visitor: NamedDependency[Actor | None]
) -> Response[Any]:
    return page(request, _help(db, visitor, request.query_params.get("case", "")))


def _help(db: Database, visitor: Actor | None, case_id: str = "") -> View:
    with db.reading() as session:
        return views.help_view(session, visitor, now=db.now(session), case_id=views.id_or_none(case_id))


@post("/help", opt={"open": True}, sync_to_thread=True)
def raise_by_form(
    request: Request_, db: NamedDependency[Database], visitor: NamedDependency[Actor | None], data: Form
) -> Response[Any]:
    """The form where no script runs; it needs a session."""
    kept = {name: value for name, value in data.items() if value or name != "case_id"}
    with forms.redrawing(lambda: _help(db, visitor), data):
        body = forms.read(CrisisBody, kept)
        with db.transaction() as session:
            actor = authority.caller(session, visitor, "", b"", body.id)
            raising.raise_crisis(session, actor, body, now=db.now(session))
    return forms.go(request, f"/crises/{body.id}")


@post("/api/v1/crises", opt={"open": True}, sync_to_thread=True)
def raise_by_phone(
    request: Request_,
    db: NamedDependency[Database],
    visitor: NamedDependency[Actor | None],
    data: JSONBody[CrisisBody],
    body: RawBody,
) -> Response[dict[str, Any]]:
    """Raise a crisis with the session, or by the device's signature (docs/wire.md, A crisis)."""
    with db.transaction() as session:
        signed = request.headers.get("porchlight-device", "")
        actor = authority.caller(session, visitor, signed, body, data.id)
        made = raising.raise_crisis(session, actor, data, now=db.now(session))
    return Response(_answer(made), status_code=201 if made.new else 200)


def _answer(made: Raised) -> dict[str, Any]:
    return {
        "id": str(made.id),
        "number": made.number,
        "reaching": made.reaching,
        "status_url": f"/crises/{made.id}",
    }


@get("/crises/mine", opt={"open": True}, sync_to_thread=True)
def mine(request: Request_, db: NamedDependency[Database], visitor: NamedDependency[Actor | None]) -> Response[Any]:
    """My open alerts. 204 when nobody is signed in: what a stored page says stays, and nobody is sent away from it."""
    if visitor is None:
        return Response(None, status_code=204)
    with db.reading() as session:
        view = views.mine_view(session, visitor)
    return page(request, view)


@get("/crises/{crisis_id:uuid}", sync_to_thread=True)
def status_page(
    request: Request_, db: NamedDependency[Database], actor: NamedDependency[Actor], crisis_id: FromPath[UUID]
) -> Response[Any]:
    with db.reading() as session:
        view = views.status_view(session, actor, crisis_id, now=db.now(session))
    return page(request, view)


@get("/crises/{crisis_id:uuid}/status", sync_to_thread=True)
def status_piece(
    request: Request_, db: NamedDependency[Database], actor: NamedDependency[Actor], crisis_id: FromPath[UUID]
) -> Response[Any]:
    """What the caller's page asks for every two seconds."""
    with db.reading() as session:
        view = views.status_view(session, actor, crisis_id, now=db.now(session), partial=True)
    return page(request, view)


@get("/api/v1/crises/{crisis_id:uuid}", sync_to_thread=True)
def status_api(
    db: NamedDependency[Database], actor: NamedDependency[Actor], crisis_id: FromPath[UUID]
) -> dict[str, Any]:
    """How far the caller's alert got: state, first names of those it reached, who has it, what is to come, whom to ring."""
    with db.reading() as session:
        status = following.caller_status(session, actor, crisis_id, now=db.now(session))
    holder = status.taken_by
    return {
        "id": str(status.id),
        "number": status.number,
        "state": status.state,
        "reaching": status.reaching,
        "reached": list(status.reached),
        "taken_by": holder and {"name": holder.name, "at": iso(holder.at)},
        "overdue": status.overdue,
        "outlook": status.outlook,
        "next_at": status.next_at and iso(status.next_at),
        "ring": [{"name": one.name, "phone": one.phone} for one in status.ring],
    }


@post("/crises/{crisis_id:uuid}/worse", sync_to_thread=True)
def worse(
    request: Request_, db: NamedDependency[Database], actor: NamedDependency[Actor], crisis_id: FromPath[UUID]
) -> Response[Any]:
    """“Worse now”, by the one who called or the one who took the call."""
    with db.transaction() as session:
        following.worse_now(session, actor, crisis_id, now=db.now(session))
    return forms.go(request, f"/crises/{crisis_id}")


@post("/api/v1/deliveries/{what:str}", opt={"open": True}, sync_to_thread=True, status_code=200)
def receive_receipt(db: NamedDependency[Database], what: FromPath[What], data: JSONBody[TokenBody]) -> dict[str, bool]:
    """A phone says what became of an alert; the token is all the right it has, and it gives no other.

    `taken`: somebody has the crisis. `yours`: it is the person of this phone.
    """
    with db.transaction() as session:
        now = db.now(session)
        receipt = alerting.note(session, data.token, DeliveryState(what), now=now)
        answer = answering.hear_receipt(session, receipt, now=now)
    return {"taken": answer is None or answer.account_id is not None, "yours": answer is None or answer.yours}


@get("/health/engine", opt={"open": True}, sync_to_thread=True)
def engine(db: NamedDependency[Database]) -> Response[dict[str, Any]]:
    """200 while alerts go out: nothing due is over 10 s late and a worker is alive; else 503."""
    with db.reading() as session:
        health = watching.health(session, now=db.now(session))
    body = {
        "well": health.well,
        "oldest_due_at": health.oldest_due_at and iso(health.oldest_due_at),
        "late_seconds": round(health.late.total_seconds(), 3),
        "last_beat_at": health.last_beat_at and iso(health.last_beat_at),
    }
    return Response(body, status_code=200 if health.well else 503)


ROUTES = [
    help_page,
    raise_by_form,
    raise_by_phone,
    mine,
    status_page,
    status_piece,
    status_api,
    worse,
    receive_receipt,
    engine,
]
