"""What tests of the audit share: rows, somebody who keeps the chain, and somebody who checks it."""

from collections.abc import Callable
from uuid import UUID

import pytest

from porchlight.audit import service as audit
from porchlight.audit.findings import Report
from porchlight.audit.keeping import Keeper
from porchlight.audit.keyring import Ring
from porchlight.audit.verifying import Verifier
from porchlight.core.db import Database
from porchlight.core.ids import new_id
from porchlight.core.tools import Tools
from tests.clocks import Clock


@pytest.fixture
def leave(db: Database, clock: Clock) -> Callable[..., list[UUID]]:
    """Leaves rows of the audit, one transaction each; returns their subjects."""

    def do(count: int = 1, *, people: int = 1) -> list[UUID]:
        made = []
        for _ in range(count):
            with db.transaction() as session:
                made.append(new_id())
                named = [new_id() for _ in range(people)]
                audit.record(
                    session, None, "visit.seen", made[-1], now=clock.moment, people=named, sheets=2, late=False
                )
        return made

    return do


@pytest.fixture
def keeper(tools: Tools) -> Keeper:
    return Keeper.of(tools)


@pytest.fixture
def verify(tools: Tools, keeper: Keeper) -> Callable[[], Report]:
    return lambda: Verifier(tools.db, Ring.of(tools.keys), keeper.shelf).run()
