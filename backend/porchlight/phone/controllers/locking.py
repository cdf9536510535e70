"""The lock of a phone: its pages, the server's share of its key, and who is signed in."""

from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from porchlight.core.actor import Actor
from porchlight.core.clock import iso
from porchlight.core.db import Database
from porchlight.core.i18n import LOCALES, _
from porchlight.core.refused import NotFound
from porchlight.core.tools import Tools
from porchlight.crises.views import help_view
from porchlight.people import unlocking
from porchlight.phone import views
from porchlight.web.rendering import View, page


@get("/lock", sync_to_thread=True)
def lock_page(request: Request[Any, Any, Any]) -> Response[Any]:
    return page(request, views.lock())


@get("/unlock", opt={"open": True}, sync_to_thread=True, include_in_schema=False)
def unlock_page(request: Request[Any, Any, Any]) -> Response[Any]:
    return page(request, views.unlock())


@get("/unlock/{code:str}", opt={"open": True}, sync_to_thread=True, include_in_schema=False)
def kept_unlock_page(request: Request[Any, Any, Any], code: FromPath[str]) -> Response[Any]:
    """As a phone keeps it, in one language whatever the reader's is."""
    return page(request, views.unlock(known(code)))


@get("/left/{code:str}", opt={"open": True}, sync_to_thread=True, include_in_schema=False)
def left_page(request: Request[Any, Any, Any], code: FromPath[str]) -> Response[Any]:
    """What a phone shows once somebody has signed out on it without signal."""
    return page(request, views.left(known(code)))


@get("/help/{code:str}", opt={"open": True}, sync_to_thread=True, include_in_schema=False)
def kept_help_page(
    request: Request[Any, Any, Any], db: NamedDependency[Database], code: FromPath[str]
) -> Response[Any]:
    """Get help as a locked phone shows it: without a family's name."""
    with db.reading() as session:
        view = help_view(session, None, now=db.now(session))
    kept = {**view.context, "crisis_id": "", "path": "/help"}
    return page(request, View(view.template, kept, locale=known(code), anonymous=True))


def known(code: str) -> str:
    if code not in LOCALES:
        raise NotFound(_("We could not find that page."))
    return code


@get("/api/v1/session", sync_to_thread=True)
def session_of_now(db: NamedDependency[Database], actor: NamedDependency[Actor]) -> dict[str, str]:
    """Who is signed in, since when, and the server's clock: a locked phone opens for whoever has just signed in."""
    with db.reading() as session:
        since, now = unlocking.signed_in_at(session, actor), db.now(session)
    return {"person_id": str(actor.account_id), "signed_in_at": iso(since or now), "server_time": iso(now)}


@get("/api/v1/devices/{device_id:uuid}/share", sync_to_thread=True)
def give_share(
    device_id: FromPath[UUID],
    db: NamedDependency[Database],
    tools: NamedDependency[Tools],
    actor: NamedDependency[Actor],
) -> dict[str, str]:
    """What opens this phone again, for a live session of its own person, unless it is revoked."""
    with db.transaction() as session:
        return {"share": unlocking.give_share(session, actor, device_id, tools.keys, now=db.now(session))}


@post("/api/v1/devices/{device_id:uuid}/share", sync_to_thread=True)
def make_share(
    device_id: FromPath[UUID],
    db: NamedDependency[Database],
    tools: NamedDependency[Tools],
    actor: NamedDependency[Actor],
) -> dict[str, str]:
    """The same, made at the first call."""
    with db.transaction() as session:
        return {"share": unlocking.make_share(session, actor, device_id, tools.keys, now=db.now(session))}


ROUTES = [lock_page, unlock_page, kept_unlock_page, left_page, kept_help_page, session_of_now, give_share, make_share]
