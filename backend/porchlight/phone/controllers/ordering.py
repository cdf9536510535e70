"""What a phone is told from afar, and what it says back; its own signature opens these doors."""

from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from sqlmodel import Session

from porchlight.core.db import Database
from porchlight.core.i18n import _
from porchlight.core.refused import NotFound
from porchlight.core.tools import Tools
from porchlight.people import queries as people
from porchlight.phone import orders

ORDERS = "/api/v1/devices/{device_id:uuid}"


def _asking(
    request: Request[Any, Any, Any], session: Session, device_id: UUID
) -> tuple[people.DeviceLine, orders.Asking]:
    return orders.asking(session, request.headers.get("porchlight-device", ""), device_id, request.url.path)


@get(f"{ORDERS}/order", opt={"open": True}, sync_to_thread=True)
def order(
    request: Request[Any, Any, Any],
    device_id: FromPath[UUID],
    db: NamedDependency[Database],
    tools: NamedDependency[Tools],
) -> Response[Any]:
    """What this phone is told from afar (docs/wire.md, An order); 204 when there is nothing. Its own signature opens it."""
    with db.reading() as session:
        now = db.now(session)
        device, said = _asking(request, session, device_id)
        found = orders.order(session, tools.keys, device, said)
    if now - device.last_seen_at >= orders.HEARD_EVERY:
        with db.transaction() as session:
            orders.heard(session, device, ordered=bool(found), now=now)
    return Response({"order": found}) if found else Response(None, status_code=204)


@post(f"{ORDERS}/wiped", opt={"open": True}, sync_to_thread=True, status_code=200)
def wiped(
    request: Request[Any, Any, Any],
    device_id: FromPath[UUID],
    db: NamedDependency[Database],
    tools: NamedDependency[Tools],
) -> dict[str, str]:
    """The phone's word that nothing on it can be read any more."""
    with db.transaction() as session:
        device, said = _asking(request, session, device_id)
        receipt = orders.confirm(session, tools.keys, device, said, now=db.now(session))
    return {"outcome": "accepted", "receipt": receipt}


@post(f"{ORDERS}/clear", opt={"open": True}, sync_to_thread=True, status_code=204)
def clear(request: Request[Any, Any, Any], device_id: FromPath[UUID], db: NamedDependency[Database]) -> Response[None]:
    """Has the browser forget all of this site: a post of a phone that has confirmed, for links can be set anywhere."""
    with db.reading() as session:
        device, _said = _asking(request, session, device_id)
    if not orders.may_clear(device):
        raise NotFound(_("We could not find that page."))
    return Response(None, status_code=204, headers={"Clear-Site-Data": orders.CLEAR})


ROUTES = [order, wiped, clear]
