"""The page of what never came from somebody's phones, and settling it."""

from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, URLEncodedBody

from porchlight.core.actor import Actor
from porchlight.core.db import Database
from porchlight.people.phones import queries as phones
from porchlight.phone import missing
from porchlight.web import forms
from porchlight.web.rendering import View, page

Asked = Request[Any, Any, Any]


@get("/devices/team/{account_id:uuid}/missing", sync_to_thread=True, include_in_schema=False)
def listed(
    request: Asked, account_id: FromPath[UUID], db: NamedDependency[Database], actor: NamedDependency[Actor]
) -> Response[Any]:
    with db.reading() as session:
        view = missing.listed(session, actor, account_id, now=db.now(session))
    return page(request, view)


@post("/devices/{device_id:uuid}/missing", sync_to_thread=True, include_in_schema=False)
def settle(
    request: Asked,
    device_id: FromPath[UUID],
    data: URLEncodedBody[dict[str, Any]],
    db: NamedDependency[Database],
    actor: NamedDependency[Actor],
) -> Response[Any]:
    def again() -> View:
        with db.reading() as session:
            owner = phones.device_for(session, actor, device_id).account_id
            return missing.listed(session, actor, owner, now=db.now(session))

    said = {name: str(data.get(name, "")) for name in ("numbers", f"reason-{device_id}")}
    with forms.redrawing(again, data), db.transaction() as session:
        account_id = missing.settle(session, actor, device_id, *said.values(), now=db.now(session))
    return forms.go(request, f"/devices/team/{account_id}/missing")


ROUTES = [listed, settle]
