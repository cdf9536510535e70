"""What every test may ask for: real databases, the running product, a phone-sized browser."""

import os
import random
import shutil
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from litestar import Litestar
from playwright.sync_api import BrowserType, expect
from sqlalchemy import Engine

from porchlight.app import furnish, make_tools, routed
from porchlight.core.db import Database
from porchlight.core.keyring import roots
from porchlight.core.tools import Tools
from porchlight.relations import relate
from porchlight.settings import Settings
from tests.browsing import Browser, proving
from tests.clocks import Clock
from tests.databases import Postgres, in_role, migrate, sqlite_url
from tests.handset import Handset, launch_options
from tests.serving import Serving
from tests.world import World, settle

Serving.warm = True
expect.set_options(timeout=15_000)  # milliseconds; on two cores a browser may wait for its turn

# Cheap promises first, so that a broken rule is named before a browser starts. Browsers last: Playwright keeps
# an event loop running in its process, and then nothing else can start one.
ORDER = ("tests/house/", "/test_rules")


def rank(path: str, *, browser: bool = False) -> int:
    if "tests/journeys/" in path:
        return 4
    if browser:
        return 3
    return next((at for at, part in enumerate(ORDER) if part in path), 2)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Among those of one rank the long files first: two workers then end at about the same time."""
    with_browser = {item.path for item in items if "playwright" in getattr(item, "fixturenames", ())}
    size = {path: path.stat().st_size for path in {item.path for item in items}}
    items.sort(key=lambda item: (rank(item.path.as_posix(), browser=item.path in with_browser), -size[item.path]))


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A PostgreSQL server for this run."""
    with Postgres() as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def database_kind(request: pytest.FixtureRequest) -> str:
    """Makes a test run on both databases. For one: parametrize("database_kind", ["sqlite"], indirect=True)."""
    return str(request.param)


@pytest.fixture
def database_url(database_kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """SQLAlchemy address of an empty database."""
    if database_kind == "sqlite":
        yield sqlite_url(tmp_path / "porchlight.sqlite3")
        return
    postgres: Postgres = request.getfixturevalue("postgres")
    url = postgres.create()
    yield url
    postgres.drop(url)


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file, to be copied only."""
    folder = tmp_path_factory.mktemp("migrated")
    file = folder / "porchlight.sqlite3"
    migrate(sqlite_url(file), folder)
    return file


@pytest.fixture(scope="session")
def migrated_postgres(postgres: Postgres, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Address of a migrated PostgreSQL database, without a row at the beginning of each test.

    It is the one of the role that the product runs in, so that every test shows that this role may do enough.
    """
    owner = postgres.create()
    url = in_role(owner, "porchlight_runtime")
    migrate(url, tmp_path_factory.mktemp("migrated"), owner=owner)
    return url


@pytest.fixture
def migrated_url(database_kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """SQLAlchemy address of a database with every table and no rows."""
    if database_kind == "sqlite":
        file = tmp_path / "porchlight.sqlite3"
        shutil.copy(request.getfixturevalue("migrated_sqlite"), file)
        yield sqlite_url(file)
        return
    postgres: Postgres = request.getfixturevalue("postgres")
    url = request.getfixturevalue("migrated_postgres")
    yield url
    postgres.empty(url)


@pytest.fixture(scope="session")
def demo_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the demo caseload on SQLite, as a first start leaves it; to be copied only."""
    data = tmp_path_factory.mktemp("demo") / "data"
    serving = Serving(data).start()
    serving.stop(signal.SIGTERM)
    return data


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Callable[..., Serving]]:
    """Starts the product; what a test started is stopped at its end.

    serve() with an empty folder, serve(copy_of=demo_data) with a copy of one; further arguments as for Serving.
    """
    started: list[Serving] = []

    def start(*, copy_of: Path | None = None, **settings: Any) -> Serving:
        data = tmp_path / f"data-{len(started)}"
        if copy_of:
            shutil.copytree(copy_of, data)
        serving = Serving(data, **settings)
        started.append(serving)
        return serving.start()

    yield start
    for serving in started:
        if serving.process is not None:
            serving.stop()


@pytest.fixture
def rounds() -> Callable[[int, int, int], int]:
    """How often a fault is played: rounds(2, 20, 200) is 2 in scripts/test, 20 in scripts/faults, 200 in its --long form."""
    form = ("", "short", "long").index(os.environ.get("PORCHLIGHT_FAULTS", ""))
    return lambda *counts: counts[form]


@pytest.fixture
def chance(request: pytest.FixtureRequest) -> random.Random:
    """Chances that can be played again: a test that falls names its seed, and PORCHLIGHT_SEED sets it."""
    seed = os.environ.get("PORCHLIGHT_SEED") or str(random.randrange(1_000_000))
    request.node.add_report_section("setup", "chance", f"PORCHLIGHT_SEED={seed}")
    return random.Random(f"{seed} {request.node.name}")


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """Playwright's own fixture, told which Chromium to start."""
    return launch_options()


@pytest.fixture
def handset(browser_type: BrowserType, tmp_path: Path) -> Iterator[Callable[..., Handset]]:
    """Makes phones: handset("rowan", locale="es-US") has a profile of its own that outlives close() and kill()."""
    made: list[Handset] = []

    def make(name: str = "phone", **settings: Any) -> Handset:
        one = Handset(browser_type, tmp_path / f"profile-{name}", **settings)
        made.append(one)
        return one

    yield make
    for one in made:
        one.close()


_compiled: dict[str, tuple[Any, Any]] = {}


def share_what_is_compiled(engine: Engine) -> None:
    """Each test has engines of its own, and each would compile every statement anew."""
    engine.dialect, engine._compiled_cache = _compiled.setdefault(
        engine.dialect.name, (engine.dialect, engine._compiled_cache)
    )


@pytest.fixture
def clock() -> Clock:
    """The clock of `tools`, `db` and `browser`: it stands at noon on a Monday until a test moves it."""
    return Clock()


@pytest.fixture
def tools(migrated_url: str, tmp_path: Path, clock: Clock) -> Iterator[Tools]:
    """Database, keys and media of an installation of its own, with every table and no rows."""
    settings = Settings(data=tmp_path / "data", database=migrated_url, worker=False)
    made = make_tools(settings, clock=clock)
    for engine in (made.db.writer, made.db.reader):
        share_what_is_compiled(engine)
    relate()
    with made.db.transaction() as session:
        roots.begin(session, made.keys, now=clock.moment)
    yield made
    made.db.close()


@pytest.fixture
def db(tools: Tools) -> Database:
    return tools.db


@pytest.fixture
def world(db: Database, clock: Clock) -> World:
    """The small invented world of tests/world.py, in `db`."""
    with db.transaction() as session:
        return settle(session, now=clock.moment)


@pytest.fixture(scope="session")
def routes() -> Litestar:
    """The routes of the product, which take longer to lay than most tests to run: one after another is given them."""
    return routed()


@pytest.fixture
def browser_of(routes: Litestar, tools: Tools, world: World) -> Iterator[Callable[..., Browser]]:
    """Makes HTTP clients of the application: browser_of() is signed out, browser_of("rowan") is signed in."""
    app = furnish(routes, tools)
    made: list[Browser] = []

    def make(name: str = "", **headers: str) -> Browser:
        one = Browser(app, headers, prove=proving(tools))
        made.append(one)
        if name:
            one.sign_in(f"{name}@example.org")
        return one

    yield make
    for one in made:
        one.close()
