"""The product with the demo caseload, on whichever database a journey asks for."""

import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import porchlight.tables  # noqa: F401 - so that rows of every room can be read and written here
from tests.databases import Postgres
from tests.phones import decrypting
from tests.serving import Serving, free_port

__all__ = ["decrypting"]

Product = Callable[..., Serving]


@pytest.fixture(scope="session")
def demo_postgres(postgres: Postgres, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The same caseload on PostgreSQL: its data folder (the secret lies there) and its database, to be copied only."""
    data, url = tmp_path_factory.mktemp("demo-postgres") / "data", postgres.create()
    Serving(data, PORCHLIGHT_DATABASE=url).start().stop(signal.SIGTERM)
    return data, url


@pytest.fixture
def product(database_kind: str, serve: Callable[..., Serving], request: pytest.FixtureRequest) -> Iterator[Product]:
    """Starts the product with the demo caseload of its own; settings as for Serving."""
    made: list[tuple[Serving, str]] = []

    def start(**settings: Any) -> Serving:
        if database_kind == "sqlite":
            return serve(copy_of=request.getfixturevalue("demo_data"), **settings)
        data, original = request.getfixturevalue("demo_postgres")
        url = request.getfixturevalue("postgres").create(template=original)
        serving = serve(copy_of=data, PORCHLIGHT_DATABASE=url, **settings)
        made.append((serving, url))
        return serving

    yield start
    for serving, url in made:
        if serving.process is not None:
            serving.stop()
        request.getfixturevalue("postgres").drop(url)


@pytest.fixture
def demo_port() -> int:
    """Where the server will listen: a road to it is built first."""
    return free_port()
