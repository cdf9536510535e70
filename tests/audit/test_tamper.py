"""scripts/tamper: finds seven of seven, and says so when a check does not look closely enough."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from porchlight.audit import canon, sealing, verifying
from porchlight.audit.keeping import Keeper
from porchlight.audit.keyring import Ring
from porchlight.audit.verifying import Verifier
from porchlight.core.db import Database
from porchlight.core.tools import Tools
from scripts import _tamper as tamper
from tests.audit.attacker import Attacker, Way
from tests.databases import sqlite_url

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


@pytest.fixture
def results(
    tools: Tools, keeper: Keeper, leave: Callable[..., list[UUID]], tmp_path: Path
) -> Callable[[], list[tamper.Result]]:
    """Plays all ways on copies of a small installation, with the check of this process."""
    leave(12)
    keeper.close()
    number = iter(range(1000))

    def fresh() -> tamper.Copy:
        data = tmp_path / f"copy-{next(number)}"
        data.mkdir()
        files = str(tools.db.url.database), data / "porchlight.sqlite3"
        with closing(sqlite3.connect(files[0])) as whole, closing(sqlite3.connect(files[1])) as copy:
            whole.backup(copy)
        return tamper.Copy(data, sqlite_url(data / "porchlight.sqlite3"))

    def verify(copy: tamper.Copy) -> int:
        db = Database(copy.url)
        code = Verifier(db, Ring.of(tools.keys), keeper.shelf).run().code
        db.close()
        return code

    def goes_on(copy: tamper.Copy, way: Way) -> None:
        if way is tamper.SEALED_BY_THE_PRODUCT:
            db = Database(copy.url)
            sealing.seal(db)
            db.close()

    def do() -> list[tamper.Result]:
        ways = [*Attacker.WAYS, tamper.SEALED_BY_THE_PRODUCT]
        return list(tamper.play("SQLite", ways, fresh, verify, goes_on))

    return do


@pytest.mark.asvs("16.4.2")
def test_all_seven_are_found(results: Callable[[], list[tamper.Result]]) -> None:
    lines, good = tamper.table(results())

    assert good, lines
    assert lines[-1] == "7 of 7 found."


def nothing(*_args: Any) -> None:
    pass


CHECKS: dict[str, tuple[Any, str, Any, set[str]]] = {
    "checkpoints": (Verifier, "_checkpoints", nothing, {"delete", "re-stamp", "swap", "truncate"}),
    "rows without a seal": (Verifier, "_others", nothing, {"insert"}),
    "seals": (Verifier, "_sealed", nothing, {"edit", "delete"}),
    "marks": (canon, "mark_fits", lambda *_args: True, {"insert"}),
    "the list of people": (verifying, "people_of", lambda _row: [], {"edit"}),
}


@pytest.mark.parametrize("name", CHECKS)
def test_a_check_that_leaves_something_out_is_caught(
    name: str, results: Callable[[], list[tamper.Result]], monkeypatch: pytest.MonkeyPatch
) -> None:
    where, what, instead, missed = CHECKS[name]
    if name == "the list of people":
        monkeypatch.setattr(verifying, "_index", lambda *_args: verifying.defaultdict(set))
    monkeypatch.setattr(where, what, instead)

    played = results()
    _lines, good = tamper.table(played)

    assert not good
    assert missed & {result.way.tampering for result in played if not result.found}
