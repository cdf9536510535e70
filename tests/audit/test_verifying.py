"""Checking the audit: whoever may do everything in the database, and nothing outside of it, is found."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlmodel import select

from porchlight.audit import canon, keeping, sealing, verifying
from porchlight.audit.findings import Kind, Report
from porchlight.audit.keeping import Keeper
from porchlight.audit.keyring import Ring
from porchlight.audit.models import AuditEvent
from porchlight.core.db import Database
from porchlight.core.keys import Keys
from porchlight.core.tools import Tools
from tests.audit.attacker import Attacker
from tests.clocks import Clock
from tests.databases import in_role

Leave = Callable[..., list[UUID]]
Verify = Callable[[], Report]


@pytest.fixture
def attacker(db: Database) -> Iterator[Attacker]:
    url = db.url.render_as_string(hide_password=False)
    with Attacker(url if db.dialect == "sqlite" else in_role(url, "postgres")) as made:
        yield made


@pytest.fixture
def kept(leave: Leave, keeper: Keeper, clock: Clock) -> None:
    """Twelve rows with two checkpoints."""
    leave(6)
    keeper.close()
    clock.moment += timedelta(minutes=2)
    leave(6)
    keeper.close()


@pytest.mark.asvs("16.4.2")
def test_what_nobody_touched_is_whole(kept: None, verify: Verify) -> None:
    report = verify()

    assert report.code == 0
    assert (report.rows, report.checkpoints, report.covered) == (12, 2, 12)
    assert list(report.sentences())[-1].startswith("Whole")


@pytest.mark.asvs("16.4.2")
@pytest.mark.parametrize(("name", "kinds"), [(way.name, way.kinds) for way in Attacker.WAYS])
def test_each_way_to_tamper_is_found(
    name: str, kinds: set[Kind], kept: None, attacker: Attacker, keeper: Keeper, verify: Verify
) -> None:
    attacker.do(name)

    report = verify()

    assert report.code == 1, list(report.sentences())
    assert set(report.counts) & kinds, report.counts


@pytest.mark.asvs("16.4.2")
@pytest.mark.parametrize("name", [way.name for way in Attacker.WAYS])
def test_each_is_found_although_the_worker_went_on(
    name: str, kept: None, attacker: Attacker, tools: Tools, leave: Leave, clock: Clock, verify: Verify
) -> None:
    """A worker that knows nothing of it seals new rows on top, and signs for them."""
    attacker.do(name)
    clock.moment += timedelta(minutes=2)
    leave(3)
    Keeper.of(tools).close()

    assert verify().code == 1


def test_rows_that_somebody_forged_are_found_although_the_sealer_took_them(
    kept: None, attacker: Attacker, keeper: Keeper, verify: Verify
) -> None:
    attacker.insert_like_the_product()
    keeper.close()

    assert verify().counts == {Kind.NOT_OURS: 1}


def test_what_a_worker_saw_sealed_is_missed_although_no_checkpoint_had_it(
    kept: None, attacker: Attacker, keeper: Keeper, leave: Leave, clock: Clock, verify: Verify
) -> None:
    leave(3)
    keeper.step()
    attacker.free()
    attacker.cut(3)
    attacker.cover()
    keeper.step()

    report = verify()

    assert report.counts == {Kind.CUT: 1}


def test_a_row_that_waits_and_is_gone_is_missed(kept: None, attacker: Attacker, leave: Leave, verify: Verify) -> None:
    leave(1)
    attacker.free()
    attacker.run("DELETE FROM audit_events WHERE id IN (SELECT event_id FROM audit_unsealed)")

    assert Kind.DELETED in verify().counts


def test_a_checkpoint_signed_by_somebody_else_is_found(
    kept: None, keeper: Keeper, clock: Clock, verify: Verify
) -> None:
    stranger = Ring.of(Keys("x" * 43))
    end = sealing.Head(12, canon.START)
    keeper.shelf.put(keeping.checkpoints.make(stranger, end, clock.moment).line, now=clock.moment)

    assert verify().counts == {Kind.UNSIGNED: 1}


def test_a_stranger_cannot_vouch_for_it(kept: None, tools: Tools, keeper: Keeper) -> None:
    report = verifying.Verifier(tools.db, Ring.of(Keys("x" * 43)), keeper.shelf).run()

    assert report.counts[Kind.NOT_OURS] == 12
    assert report.counts[Kind.UNSIGNED] == 2


def test_with_an_older_secret_what_it_marked_and_signed_stays_good(kept: None, tools: Tools, keeper: Keeper) -> None:
    report = verifying.Verifier(tools.db, Ring.of(Keys("x" * 43), tools.keys), keeper.shelf).run()

    assert report.code == 0


def test_rows_that_no_worker_seals_are_told(leave: Leave, clock: Clock, verify: Verify) -> None:
    leave(2)
    clock.moment += timedelta(seconds=50)
    assert verify().code == 0

    clock.moment += timedelta(seconds=20)
    report = verify()

    assert report.code == 2
    assert report.waiting == 2
    assert any("is a worker running?" in sentence for sentence in report.sentences())


def test_seals_that_no_checkpoint_covers_are_told(
    db: Database, kept: None, leave: Leave, clock: Clock, verify: Verify
) -> None:
    leave(2)
    sealing.seal(db)
    clock.moment += timedelta(minutes=2)
    assert verify().code == 0

    clock.moment += timedelta(minutes=2)
    report = verify()

    assert report.code == 2
    assert any("PORCHLIGHT_AUDIT_STORE" in sentence for sentence in report.sentences())


def test_since_looks_only_at_what_came_later(
    kept: None, tools: Tools, keeper: Keeper, clock: Clock, attacker: Attacker
) -> None:
    since = clock.moment - timedelta(minutes=1)

    report = verifying.Verifier(tools.db, Ring.of(tools.keys), keeper.shelf, since=since).run()

    assert (report.rows, report.code) == (6, 0)
    assert report.last == 12


def test_many_batches_are_one_chain(kept: None, verify: Verify, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verifying, "_SEALED", verifying._SEALED.limit(5))
    monkeypatch.setattr(verifying, "AT_ONCE", 1)

    report = verify()

    assert (report.rows, report.checkpoints, report.code) == (12, 2, 0)


def test_rows_without_a_mark_are_old_ones_and_no_others(
    tools: Tools, leave: Leave, keeper: Keeper, clock: Clock, verify: Verify
) -> None:
    """The release before this one knew no marks, and may run beside it for a day."""
    ring = tools.db.facts.pop("audit")
    leave(2)
    keeper.step()
    tools.db.facts["audit"] = ring
    leave(1)
    keeper.step()
    del tools.db.facts["audit"]
    leave(1)
    clock.moment += timedelta(hours=23)
    keeper.close()
    assert verify().counts == {}

    leave(1)
    clock.moment += timedelta(hours=2)
    keeper.close()

    assert verify().counts == {Kind.NOT_OURS: 1}


def test_findings_are_counted_and_not_all_told(
    leave: Leave, keeper: Keeper, attacker: Attacker, verify: Verify
) -> None:
    leave(30)
    keeper.close()
    attacker.free()
    attacker.run("UPDATE audit_events SET act = 'visit.logged'")

    report = verify()
    said = list(report.sentences())

    assert report.counts[Kind.CHANGED] == 30
    assert len(said) < 40
    assert any("20 more" in sentence for sentence in said)
    assert said[-1].startswith("NOT WHOLE")


def test_who_is_erased_stays_in_a_whole_chain(kept: None, db: Database, verify: Verify) -> None:
    """Rows hold ids and no word of a person: nothing of them changes when a person's words are gone."""
    with db.reading() as session:
        columns = {column.name for column in sa.inspect(AuditEvent).columns}
        rows = session.exec(select(AuditEvent)).all()

    assert columns == {"id", "at", "account_id", "device_id", "act", "subject_id", "people", "detail", "mark"}
    assert all(UUID(person) for row in rows for person in row.people)
