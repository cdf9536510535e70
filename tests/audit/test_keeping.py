"""Checkpoints: put away out of the database's reach, every minute, and told of when they cannot be."""

import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import boto3
import pytest
from structlog.testing import capture_logs

from porchlight.audit import checkpoints, keeping, sealing, verifying
from porchlight.audit.findings import Report
from porchlight.audit.keeping import Keeper
from porchlight.audit.keyring import Ring
from porchlight.audit.sealing import Head
from porchlight.audit.shelves import File, Locked, Unlocked, open_shelf
from porchlight.core.blobs import StoreDown
from porchlight.core.db import Database
from porchlight.core.keys import Keys
from porchlight.core.tools import Tools
from porchlight.settings import Settings
from tests import stores
from tests.browsing import Browser
from tests.clocks import MONDAY, Clock

Leave = Callable[..., list[UUID]]
RING = Ring.of(Keys("a" * 43))
on_sqlite = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


class Broken(File):
    """A store that is down until somebody says otherwise."""

    down = True

    def put(self, line: str, *, now: object) -> None:
        if self.down:
            raise StoreDown
        super().put(line, now=now)  # type: ignore[arg-type]


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Locked]]:
    """Makes a shelf in a bucket: bucket() with Object Lock, bucket(lock=False) without."""
    for name, value in stores.CREDENTIALS.items():
        monkeypatch.setenv(name, value)
    with stores.moto() as server:

        def make(*, lock: bool = True) -> Locked:
            client = boto3.client("s3", endpoint_url=server.endpoint)
            client.create_bucket(Bucket="chain", ObjectLockEnabledForBucket=lock)
            shelf = open_shelf(Settings(audit_store="s3://chain/ours", s3_endpoint=server.endpoint, audit_lock_days=30))
            assert isinstance(shelf, Locked)
            return shelf

        yield make


def lines(keeper: Keeper) -> list[str]:
    return list(keeper.shelf.lines())


@pytest.mark.asvs("16.4.3")
def test_a_checkpoint_a_minute_and_only_when_something_was_added(leave: Leave, keeper: Keeper, clock: Clock) -> None:
    keeper.step()
    assert lines(keeper) == []
    leave(2)
    keeper.step()
    leave(1)
    keeper.step()
    assert len(lines(keeper)) == 1

    clock.moment += timedelta(seconds=61)
    keeper.step()
    clock.moment += timedelta(seconds=61)
    keeper.step()

    sizes = [point.head.size for line in lines(keeper) if (point := checkpoints.read(line))]
    assert sizes == [2, 3]


def test_of_two_workers_one_puts_it_away(tools: Tools, leave: Leave, keeper: Keeper) -> None:
    leave(2)
    keeper.step()
    Keeper.of(tools).step()

    assert len(lines(keeper)) == 1


def test_a_moment_to_come_that_somebody_wrote_into_the_database_keeps_nobody_waiting(
    db: Database, leave: Leave, keeper: Keeper, clock: Clock
) -> None:
    leave(2)
    with db.transaction() as session:
        session.add(keeping.AuditCheckpoint(size=9, head="x", at=clock.moment + timedelta(days=900)))

    keeper.step()

    assert len(lines(keeper)) == 1


def test_a_checkpoint_that_cannot_be_put_away_is_told_and_tried_again(
    tools: Tools, leave: Leave, clock: Clock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelf = Broken(tmp_path / "points")
    keeper = Keeper(tools.db, shelf, Ring.of(tools.keys))
    leave(2)

    with capture_logs() as logs:
        keeper.step()
        keeper.step()
    assert [one["event"] for one in logs] == ["audit.checkpoint_not_kept"]

    shelf.down = False
    keeper._not_before = 0.0
    keeper.step()
    assert len(lines(keeper)) == 1


def test_rows_are_sealed_also_while_the_store_is_down(tools: Tools, leave: Leave, tmp_path: Path) -> None:
    keeper = Keeper(tools.db, Broken(tmp_path / "points"), Ring.of(tools.keys))
    leave(1)
    keeper.step()
    leave(1)
    keeper.step()

    with tools.db.reading() as session:
        assert sealing.head(session).size == 2


def test_a_worker_that_ends_seals_and_signs_what_it_leaves(leave: Leave, keeper: Keeper) -> None:
    leave(1)
    keeper.step()
    leave(1)
    keeper.close()

    assert [point.head.size for line in lines(keeper) if (point := checkpoints.read(line))] == [1, 2]


@pytest.mark.asvs("16.4.3")
def test_whoever_watches_from_outside_hears_that_rows_are_not_sealed_or_not_signed_for(
    db: Database, leave: Leave, keeper: Keeper, clock: Clock, browser_of: Callable[..., Browser]
) -> None:
    outside = browser_of()
    leave(1)
    assert outside.get("/health/audit").status_code == 200
    clock.moment += timedelta(seconds=61)
    assert outside.get("/health/audit").status_code == 503

    sealing.seal(db)
    assert outside.get("/health/audit").status_code == 200
    clock.moment += timedelta(minutes=3, seconds=1)
    answer = outside.get("/health/audit")
    assert answer.status_code == 503
    assert answer.json()["unkept_since"]

    keeper.step()
    assert outside.get("/health/audit").json() == {
        "well": True,
        "sealed": 1,
        "unsealed_since": None,
        "unkept_since": None,
    }


def test_a_line_is_signed_as_a_whole() -> None:
    made = checkpoints.make(RING, Head(7, sealing.canon.START), MONDAY)

    assert checkpoints.read(made.line) == made
    assert made.holds(RING)
    for place in (3, 20, 40, 80, 100):
        other = "1" if made.line[place] != "1" else "2"
        read = checkpoints.read(f"{made.line[:place]}{other}{made.line[place + 1 :]}")
        assert read is None or not read.holds(RING)


def test_lines_stand_in_the_order_of_their_sizes() -> None:
    made = [checkpoints.make(RING, Head(size, "x"), MONDAY).line for size in (9, 10, 99, 1000)]

    assert sorted(made) == made


def test_a_file_outlives_a_power_cut_in_the_middle_of_a_line(tmp_path: Path) -> None:
    shelf = File(tmp_path / "audit" / "points")
    shelf.put("first", now=MONDAY)
    with shelf.path.open("a") as file:
        file.write("sec")

    shelf.put("third", now=MONDAY)

    assert list(shelf.lines()) == ["first", "sec", "third"]
    assert shelf.path.stat().st_mode & 0o777 == 0o600


def test_a_folder_that_cannot_be_written_is_a_store_that_is_down(tmp_path: Path) -> None:
    (tmp_path / "audit").write_text("in the way")

    with pytest.raises(StoreDown):
        File(tmp_path / "audit" / "points").put("one", now=MONDAY)


@pytest.mark.asvs("16.4.3")
@pytest.mark.asvs("16.4.2")
def test_in_a_bucket_a_checkpoint_is_locked_for_good(bucket: Callable[..., Locked]) -> None:
    shelf = bucket()
    line = checkpoints.make(RING, Head(7, "x"), MONDAY).line

    shelf.put(line, now=MONDAY)

    assert list(shelf.lines()) == [line]
    (version,) = shelf._client.list_object_versions(Bucket="chain")["Versions"]
    held = shelf._client.head_object(Bucket="chain", Key=version["Key"])
    assert held["ObjectLockMode"] == "COMPLIANCE"
    assert held["ObjectLockRetainUntilDate"] == MONDAY + timedelta(days=30)
    with pytest.raises(shelf._client.exceptions.ClientError, match="AccessDenied"):
        shelf._client.delete_object(Bucket="chain", Key=version["Key"], VersionId=version["VersionId"])


def test_a_bucket_that_does_not_lock_is_no_place_for_them(bucket: Callable[..., Locked]) -> None:
    shelf = bucket(lock=False)

    with pytest.raises(StoreDown):
        shelf.put(checkpoints.make(RING, Head(7, "x"), MONDAY).line, now=MONDAY)


def test_a_bucket_that_only_says_that_it_locks_is_found_out(bucket: Callable[..., Locked]) -> None:
    shelf = bucket(lock=False)
    put = shelf._client.put_object
    shelf._client.put_object = lambda **said: put(
        **{name: value for name, value in said.items() if not name.startswith("ObjectLock")}
    )

    with pytest.raises(Unlocked):
        shelf.put("7.line", now=MONDAY)


@on_sqlite
def test_a_check_reads_them_out_of_the_bucket(bucket: Callable[..., Locked], tools: Tools, leave: Leave) -> None:
    shelf = bucket()
    leave(3)
    Keeper(tools.db, shelf, Ring.of(tools.keys)).step()

    report: Report = verifying.Verifier(tools.db, Ring.of(tools.keys), shelf).run()

    assert (report.code, report.checkpoints) == (0, 1)


def test_without_a_setting_they_lie_beside_the_media_or_in_the_data_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in stores.CREDENTIALS.items():
        monkeypatch.setenv(name, value)
    alone = open_shelf(Settings(data=tmp_path))
    many = open_shelf(Settings(data=tmp_path, media="s3://photos/"))

    assert isinstance(alone, File)
    assert alone.path == tmp_path / "audit" / "checkpoints"
    assert isinstance(many, Locked)
    assert (many._bucket, many._prefix) == ("photos", "audit/")


def test_a_store_that_hangs_holds_up_no_job(tools: Tools) -> None:
    """The audit has a thread of its own."""
    from porchlight.worker import Worker

    worker = Worker(tools, {})
    worker.start()
    names = {thread.name for thread in threading.enumerate()}
    worker.stop()

    assert "worker-audit" in names
