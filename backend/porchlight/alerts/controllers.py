"""Turning alerts on and off on this phone, and trying them out."""

from typing import Any
from uuid import UUID

from litestar import Request, Response, delete, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from porchlight.alerts import queries, service
from porchlight.alerts.sending import check_where_it_leads
from porchlight.core.actor import Actor
from porchlight.core.clock import iso
from porchlight.core.db import Database
from porchlight.core.keys import b64u, point
from porchlight.core.tools import Tools
from porchlight.people import queries as people
from porchlight.web import forms
from porchlight.web.errors import wants_json
from porchlight.web.forms import Input


class PushKeys(Input):
    p256dh: str
    auth: str


class SubscriptionBody(Input):
    """What a browser's PushSubscription gives as JSON (W3C Push API)."""

    endpoint: str
    keys: PushKeys
    expirationTime: float | None = None  # noqa: N815  the browser's own name for it


@get("/push/key", opt={"open": True}, sync_to_thread=False)
def push_key(tools: NamedDependency[Tools]) -> dict[str, str]:
    """The key by which a push service knows us (RFC 8292): b64u of the 65-byte point."""
    return {"key": b64u(point(tools.keys.vapid.public_key()))}


@post("/push/subscriptions", sync_to_thread=True)
def subscribe(
    db: NamedDependency[Database],
    tools: NamedDependency[Tools],
    actor: NamedDependency[Actor],
    data: JSONBody[SubscriptionBody],
) -> dict[str, str]:
    """This browser can be woken; it belongs to the device of the session. Repeating it changes nothing."""
    check_where_it_leads(data.endpoint, tools.settings.push_hosts)
    with db.transaction() as session:
        made = service.subscribe(
            session, actor, data.endpoint, p256dh=data.keys.p256dh, auth=data.keys.auth, now=db.now(session)
        )
    return {"id": str(made)}


@delete("/push/subscriptions/{subscription_id:uuid}", sync_to_thread=True)
def unsubscribe(db: NamedDependency[Database], actor: NamedDependency[Actor], subscription_id: FromPath[UUID]) -> None:
    with db.transaction() as session:
        service.unsubscribe(session, actor, subscription_id, now=db.now(session))


@get("/push/state", sync_to_thread=True)
def push_state(db: NamedDependency[Database], actor: NamedDependency[Actor]) -> dict[str, Any]:
    """Whether this device can be woken, as far as we know, when it last showed an alert, and when one was answered on it."""
    with db.reading() as session:
        device = people.device(session, actor.device_id) if actor.device_id else None
        on = bool(device and queries.subscribed(session, device.id))
        answered_at = queries.answered_at(session, device.id) if device else None
    proven_at = device.last_proven_at if device else None
    return {
        "subscribed": on,
        "proven_at": proven_at and iso(proven_at),
        "answered_at": answered_at and iso(answered_at),
    }


@post("/alerts/test", sync_to_thread=True)
def send_test(
    request: Request[Any, Any, Any], db: NamedDependency[Database], actor: NamedDependency[Actor]
) -> Response[Any]:
    """A test alert to my own phones, by the true path."""
    with db.transaction() as session:
        alert_id, phones = service.send_test(session, actor, now=db.now(session))
    if wants_json(request):
        return Response({"alert": str(alert_id), "phones": phones}, status_code=201)
    return forms.go(request, f"/alerts/{alert_id}")


@post("/alerts/{alert_id:uuid}/answer", sync_to_thread=True)
def answer_test(
    request: Request[Any, Any, Any],
    db: NamedDependency[Database],
    actor: NamedDependency[Actor],
    alert_id: FromPath[UUID],
) -> Response[Any]:
    """“I've got it” for a test alert: this phone has proven that it wakes its person."""
    with db.transaction() as session:
        service.answer_test(session, actor, alert_id, now=db.now(session))
    return forms.go(request, "/ready")


ROUTES = [push_key, subscribe, unsubscribe, push_state, send_test, answer_test]
