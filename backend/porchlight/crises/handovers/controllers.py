"""Handing a crisis over, taking it over, and what else whoever has it may say: still on it, or giving it back."""

from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, URLEncodedBody
from pydantic import Field

from porchlight.alerts import queries as alerts
from porchlight.core.actor import Actor
from porchlight.core.db import Database
from porchlight.core.refused import NotFound
from porchlight.crises import rules
from porchlight.crises.handovers import service, views
from porchlight.crises.holding import service as holding
from porchlight.web import forms
from porchlight.web.forms import Input
from porchlight.web.rendering import View, locale_of, page

Request_ = Request[Any, Any, Any]
Form = URLEncodedBody[dict[str, Any]]


class OfferBody(Input):
    handover_id: UUID
    to_id: UUID
    words: str = Field(default="", max_length=rules.LONGEST_WORDS)


def _offer(request: Request_, db: Database, actor: Actor, crisis_id: UUID) -> View:
    with db.reading() as session:
        return views.offer_view(session, actor, crisis_id, locale=locale_of(request), now=db.now(session))


@get("/crises/{crisis_id:uuid}/hand-over", sync_to_thread=True)
def offer_page(
    request: Request_, db: NamedDependency[Database], actor: NamedDependency[Actor], crisis_id: FromPath[UUID]
) -> Response[Any]:
    return page(request, _offer(request, db, actor, crisis_id))


@post("/crises/{crisis_id:uuid}/hand-over", sync_to_thread=True)
def offer(
    request: Request_,
    db: NamedDependency[Database],
    actor: NamedDependency[Actor],
    crisis_id: FromPath[UUID],
    data: Form,
) -> Response[Any]:
    with forms.redrawing(lambda: _offer(request, db, actor, crisis_id), data):
        body = forms.read(OfferBody, data)
        with db.transaction() as session:
            service.offer(
                session,
                actor,
                crisis_id,
                body.handover_id,
                to_id=body.to_id,
                words=rules.keepable(body.words),
                now=db.now(session),
            )
    return forms.go(request, f"/crises/{crisis_id}/mine")


@post("/crises/handovers/{handover_id:uuid}/accept", sync_to_thread=True)
def accept(
    request: Request_, db: NamedDependency[Database], actor: NamedDependency[Actor], handover_id: FromPath[UUID]
) -> Response[Any]:
    with db.transaction() as session:
        crisis_id = service.accept(session, actor, handover_id, now=db.now(session))
    return forms.go(request, f"/crises/{crisis_id}/mine")


@post("/crises/handovers/{handover_id:uuid}/decline", sync_to_thread=True)
def decline(
    request: Request_, db: NamedDependency[Database], actor: NamedDependency[Actor], handover_id: FromPath[UUID]
) -> Response[Any]:
    with db.transaction() as session:
        crisis_id = service.decline(session, actor, handover_id, now=db.now(session))
    return forms.go(request, f"/crises/{crisis_id}/mine")


@post("/crises/{crisis_id:uuid}/still", sync_to_thread=True)
def still(
    request: Request_, db: NamedDependency[Database], actor: NamedDependency[Actor], crisis_id: FromPath[UUID]
) -> Response[Any]:
    with db.transaction() as session:
        holding.still_on_it(session, actor, crisis_id, now=db.now(session))
    return forms.go(request, f"/crises/{crisis_id}/mine")


@post("/crises/{crisis_id:uuid}/give-back", sync_to_thread=True)
def give_back(
    request: Request_, db: NamedDependency[Database], actor: NamedDependency[Actor], crisis_id: FromPath[UUID]
) -> Response[Any]:
    with db.transaction() as session:
        holding.give_back(session, actor, crisis_id, now=db.now(session))
    return forms.go(request, f"/crises/{crisis_id}/mine")


@get("/crises/{crisis_id:uuid}/mine", sync_to_thread=True)
def my_alert(
    request: Request_, db: NamedDependency[Database], actor: NamedDependency[Actor], crisis_id: FromPath[UUID]
) -> Response[Any]:
    """This person's own alert about a crisis, whichever was the latest."""
    with db.reading() as session:
        mine = alerts.calls_of(session, actor.account_id).get(crisis_id)
    if mine is None:
        raise NotFound(holding.NOT_FOUND)
    return forms.go(request, f"/alerts/{mine}")


ROUTES = [offer_page, offer, accept, decline, still, give_back, my_alert]
