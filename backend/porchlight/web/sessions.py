"""Who is asking: the cookie, and the actor that the application's loader finds for it."""

from collections.abc import Callable
from typing import Any

import anyio.to_thread
from litestar import Request
from litestar.connection import ASGIConnection
from litestar.datastructures import Cookie
from litestar.handlers import BaseRouteHandler
from litestar.types import Scope

from porchlight.core.actor import Actor
from porchlight.settings import Settings
from porchlight.web.cookies import cookie, name_of

ActorLoader = Callable[[str], Actor | None]
ACTOR = "porchlight.actor"
SESSION = "porchlight"
LONGEST = 12 * 3600


class NotSignedIn(Exception):
    """The page needs a person, and there is none."""


def session_cookie(settings: Settings, token: str) -> Cookie:
    return cookie(settings, SESSION, token, seconds=LONGEST)


async def only_known_people(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
    """The guard of every route: deny unless a person is known or the route says `open=True`."""
    state = connection.app.state
    token = connection.cookies.get(name_of(state.settings, SESSION), "")
    actor = await anyio.to_thread.run_sync(state.load_actor, token) if token else None
    connection.scope[ACTOR] = actor  # type: ignore[literal-required]
    if actor is None and not handler.opt.get("open"):
        raise NotSignedIn


def actor_in(scope: Scope) -> Actor | None:
    return scope.get(ACTOR)  # type: ignore[return-value]


async def provide_actor(request: Request[Any, Any, Any]) -> Actor:
    actor = actor_in(request.scope)
    if actor is None:
        raise NotSignedIn
    return actor


async def provide_visitor(request: Request[Any, Any, Any]) -> Actor | None:
    """The person, or None on a page that works signed out."""
    return actor_in(request.scope)


def address_of(request: Request[Any, Any, Any]) -> str:
    """The caller's address; a proxy's word counts only when the settings say that the proxy is ours."""
    forwarded = request.headers.get("x-forwarded-for", "")
    if request.app.state.settings.public_proxy and forwarded:
        return forwarded.split(",")[-1].strip()
    return request.client.host if request.client else ""
