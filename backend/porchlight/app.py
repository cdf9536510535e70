"""The web process: every route and wire on one screen."""

import os
import threading
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import anyio.to_thread
from litestar import Litestar, Request, Router, get
from litestar.config.compression import CompressionConfig
from litestar.connection import ASGIConnection
from litestar.datastructures import State
from litestar.di import NamedDependency, Provide
from litestar.exceptions import NotFoundException
from litestar.handlers import BaseRouteHandler
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.types import ASGIApp

import porchlight
from porchlight import pwa
from porchlight.alerts import set_up
from porchlight.audit import service as audit
from porchlight.cases.amounts import service as amounts
from porchlight.core import keys, logs
from porchlight.core.actor import Actor
from porchlight.core.blobs.opening import open_store
from porchlight.core.db import Database, database_clock
from porchlight.core.i18n import _
from porchlight.core.keyring.current import RING
from porchlight.core.keyring.ring import Ring
from porchlight.core.tools import Tools
from porchlight.oncall.quick import Quick
from porchlight.people import queries as people_queries
from porchlight.people import rules as people_rules
from porchlight.people import service as people_service
from porchlight.people.access import Role
from porchlight.people.asking import asking
from porchlight.relations import relate
from porchlight.routes import ROUTES
from porchlight.settings import Settings, from_environment
from porchlight.web.describing import described
from porchlight.web.errors import HANDLERS
from porchlight.web.rendering import Place, Renderer
from porchlight.web.sessions import actor_in, only_known_people, provide_actor, provide_visitor
from porchlight.web.shield import Shield
from porchlight.worker import Worker

PWA = Path(__file__).parents[2] / "pwa"
STAFF = frozenset({Role.CASEWORKER, Role.SUPERVISOR})
EVERYONE = frozenset(Role)

PLACES = (
    Place("/today", _("Today"), "today", EVERYONE),
    Place("/calls", _("Take a call"), "phone", frozenset({Role.INTAKE})),
    Place("/families", _("Families"), "families", STAFF),
    Place("/oversight", _("Families"), "families", frozenset({Role.OVERSIGHT})),
    Place("/oncall", _("On call"), "oncall", frozenset({Role.CASEWORKER, Role.ON_CALL, Role.SUPERVISOR})),
    Place("/records", _("Records"), "note", frozenset({Role.CUSTODIAN})),
    Place("/board", _("Board"), "board", frozenset({Role.SUPERVISOR})),
    Place("/more", _("More"), "more", EVERYONE),
)


@get("/api/openapi.json", opt={"open": True}, sync_to_thread=False, include_in_schema=False)
def openapi(request: Request[Any, Any, Any]) -> dict[str, Any]:
    """The description of /api/v1 and of the engine's health (OpenAPI 3.1); pages are for people."""
    return described(request.app.openapi_schema.to_schema(), ("/api/", "/health"))


@get("/healthz", opt={"open": True}, sync_to_thread=True)
def healthz(db: NamedDependency[Database]) -> dict[str, str]:
    """200 when the database answers."""
    with db.reading() as session:
        db.now(session)
    return {"status": "ok"}


def make_tools(settings: Settings, *, clock: Any = database_clock) -> Tools:
    """Opens the database, the keys and the media store that the settings name."""
    settings.data.mkdir(parents=True, exist_ok=True)
    made = keys.open_keys(settings.data, settings.secret)
    db = Database(settings.database_url, clock=clock)
    audit.furnish(db, made)
    db.facts[RING] = Ring(made)
    set_up.announce(db, settings)
    return Tools(db, settings, made, open_store(settings, made))


def loader(db: Database) -> Any:
    """Finds whom a session token speaks for, and keeps the session alive."""

    def load(token: str) -> Actor | None:
        with db.reading() as session:
            now = db.now(session)
            found = asking(session, token, now=now)
        if found is None:
            return None
        session_id, last_seen_at, actor = found
        if now - last_seen_at >= people_rules.SEEN_EVERY:
            with db.transaction() as session:
                people_service.seen(session, session_id, now=now)
                amounts.look(session, actor, now=now)
        return actor

    return load


async def not_in_bulk(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
    """The guard of pages of one file: who opens them faster than anybody reads waits a minute. Alerts are no such page."""
    actor = actor_in(connection.scope)
    if actor and handler.opt.get("file"):
        await anyio.to_thread.run_sync(amounts.check, tools_of(connection.app.state).db, actor)


def say_ready(settings: Settings) -> None:
    print(f"\nPorchlight is ready at {settings.public_url}\n{settings.greeting}\nCtrl-C ends it.", flush=True)


def end_with_parent() -> None:
    """A killed parent must not leave a child that still answers on the port."""
    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(0.5)
        os._exit(1)

    threading.Thread(target=watch, name="end-with-parent", daemon=True).start()


@asynccontextmanager
async def life_with_worker(app: Litestar) -> AsyncIterator[None]:
    """The worker lives inside the web process when the settings say so."""
    tools: Tools = app.state.tools
    worker = Worker(tools) if tools.settings.worker else None
    if worker:
        worker.start()
    say_ready(tools.settings)
    end_with_parent()
    yield
    if worker:
        worker.stop()
    tools.db.close()


def tools_of(state: State) -> Tools:
    found: Tools = state.tools
    return found


def database_of(state: State) -> Database:
    return tools_of(state).db


def nobody(_connection: ASGIConnection[Any, Any, Any, Any], _handler: BaseRouteHandler) -> None:
    """Litestar lays routes for viewers of the description, which load strangers' scripts: they are not there."""
    raise NotFoundException


def routed() -> Litestar:
    """Every route, of no installation yet."""
    relate()
    return Litestar(
        # One router, for Litestar 2.25 wraps a threaded handler twice when a second method joins its path later.
        route_handlers=[Router("/", route_handlers=[*ROUTES, healthz, openapi])],
        dependencies={
            "db": Provide(database_of, sync_to_thread=False),
            "tools": Provide(tools_of, sync_to_thread=False),
            "actor": Provide(provide_actor),
            "visitor": Provide(provide_visitor),
        },
        guards=[only_known_people, not_in_bulk],
        compression_config=CompressionConfig(
            backend="brotli", brotli_quality=5, brotli_gzip_fallback=True, exclude_opt_key="static"
        ),
        exception_handlers=HANDLERS,
        lifespan=[life_with_worker],
        logging_config=None,  # its own would write every library's words (core/logs.py)
        openapi_config=OpenAPIConfig(
            title="Porchlight",
            version=porchlight.__version__,
            render_plugins=[JsonRenderPlugin()],
            openapi_router=Router(
                "/api/description", route_handlers=[], guards=[nobody], opt={"open": True}, include_in_schema=False
            ),
        ),
        request_max_body_size=1_000_000,
    )


def furnish(app: Litestar, tools: Tools) -> ASGIApp:
    """Makes routes those of one installation, behind its shield: what they need lies in the state of the application."""
    db, settings = tools.db, tools.settings

    def agency() -> Any:
        with db.reading() as session:
            return people_queries.agency(session) or people_queries.NO_AGENCY

    app.state.tools, app.state.settings, app.state.shell = tools, settings, pwa.Shell(PWA)
    app.state.renderer = Renderer(settings, PWA / "templates", load_agency=agency, places=PLACES)
    app.state.load_actor = loader(db)
    quick: Any = Quick(app, db)
    return Shield(quick, origin=settings.public_url, media_origin=tools.blobs.origin)


def create(settings: Settings | None = None, *, tools: Tools | None = None) -> ASGIApp:
    """The whole web application; `tools` is for tests that bring their own clock."""
    if tools is None:
        logs.set_up()
    return furnish(routed(), tools or make_tools(settings or from_environment()))
