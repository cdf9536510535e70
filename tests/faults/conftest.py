"""A phone in the field, and a road to its server on which things happen."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import porchlight.tables  # noqa: F401 - so that rows of every room can be read here
from tests.faults.field import Field
from tests.handset import Handset
from tests.road import Road
from tests.serving import Serving, free_port

Record = Callable[[str, object], None]
Rounds = Callable[[int, int, int], int]


@pytest.fixture
def road_kind() -> type[Road]:
    """Which road; a test may override it."""
    return Road


@pytest.fixture
def field(
    serve: Callable[..., Serving], demo_data: Path, handset: Callable[..., Handset], road_kind: type[Road]
) -> Iterator[Field]:
    """Rowan is signed in, on a phone whose only way leads over the road."""
    port = free_port()
    with road_kind(port) as road:
        settings: dict[str, Any] = {"port": port, "PORCHLIGHT_URL": road.url}
        phone = handset("rowan", bypass_csp=True, locale="en-US", timezone_id="America/Chicago")
        one = Field(road, serve(copy_of=demo_data, **settings), phone)
        one.sign_in()
        yield one
