"""Words lie sealed under the key of whom they are about, and open nowhere else."""

import secrets
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
import sqlalchemy as sa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlmodel import Session, col, select

from porchlight.cases.models import Case, Person
from porchlight.core.db import DESTROYED, Database
from porchlight.core.ids import new_id
from porchlight.core.keyring import commands, envelope, roots, sealing
from porchlight.core.keyring.current import RING
from porchlight.core.keyring.envelope import MARK, Place, SealBroken
from porchlight.core.keyring.models import KeyRoot, PersonKey
from porchlight.core.keyring.ring import KEPT, Ring
from porchlight.core.keyring.sealed import Unbound
from porchlight.core.keys import Keys
from porchlight.core.tools import Tools
from porchlight.crises.models import CrisisEntry
from porchlight.plans.models import SafetyPlan, SafetyPlanVersion
from porchlight.serving import Stopped, prepare
from porchlight.settings import Settings
from tests.clocks import Clock
from tests.world import World

WORDS = "Sleeps better with the hall light on."
PLACE = Place("persons.likes", "0192")


def lies(session: Session, table: str, column: str, row_id: UUID) -> str:
    """The bytes as somebody with the database alone reads them."""
    named = sa.Uuid().bind_processor(session.get_bind().dialect)
    value = session.connection().exec_driver_sql(
        f"SELECT CAST({column} AS TEXT) FROM {table} WHERE id = '{named(row_id) if named else row_id}'"
    )
    return str(value.scalar_one())


def put(session: Session, table: str, column: str, row_id: UUID, value: str) -> None:
    named = sa.Uuid().bind_processor(session.get_bind().dialect)
    session.connection().exec_driver_sql(
        f"UPDATE {table} SET {column} = '{value}' WHERE id = '{named(row_id) if named else row_id}'"
    )


@pytest.fixture
def liked(db: Database, world: World) -> UUID:
    """A child of whom somebody wrote down what helps."""
    with db.transaction() as session:
        session.get_one(Person, world.children[0]).likes = WORDS
    return world.children[0]


@pytest.mark.asvs("11.3.2")
def test_words_lie_sealed_and_are_read_as_they_were_written(db: Database, liked: UUID) -> None:
    with db.reading() as session:
        raw = lies(session, "persons", "likes", liked)

        assert raw.startswith(MARK)
        assert session.get_one(Person, liked).likes == WORDS
        assert session.exec(select(Person.likes).where(Person.id == liked)).one() == WORDS
        assert (
            session.execute(sa.select(Person.__table__.c.likes).where(Person.__table__.c.id == liked)).scalar_one()
            == WORDS
        )  # type: ignore[attr-defined]


@pytest.mark.asvs("11.2.2")
def test_each_value_names_its_suite_and_its_key(db: Database, liked: UUID) -> None:
    with db.reading() as session:
        key = session.exec(select(PersonKey).where(PersonKey.subject_id == liked)).one()

        assert envelope.key_of(lies(session, "persons", "likes", liked)) == key.id
        assert key.wrapped.startswith("1.")


def test_a_plan_is_sealed_whole_and_read_as_it_was_written(db: Database, world: World, clock: Clock) -> None:
    sections = {"helps": ["the hall light", "a “quiet” corner"], "steps": [{"what": "ring Sunniva", "who": "Rowan"}]}
    plan = SafetyPlan(case_id=world.case, person_id=world.children[1])
    version = SafetyPlanVersion(
        plan_id=plan.id,
        number=1,
        sections=sections,
        written_by=world.accounts["rowan"],
        written_at=clock.moment,
        valid_from=clock.moment.date(),
        review_due_on=clock.moment.date(),
    )
    with db.transaction() as session:
        session.add(plan)
        session.flush()
        session.add(version)

    with db.reading() as session:
        raw = lies(session, "safety_plan_versions", "sections", version.id)
        key = session.exec(select(PersonKey).where(PersonKey.subject_id == world.children[1])).one()

        assert "hall" not in raw
        assert envelope.key_of(raw.strip('"')) == key.id
        assert session.get_one(SafetyPlanVersion, version.id).sections == sections


def test_a_line_of_a_timeline_is_sealed_only_where_somebody_wrote_words(
    db: Database, world: World, clock: Clock
) -> None:
    from porchlight.crises.models import Crisis
    from porchlight.crises.timeline import say

    crisis = Crisis(
        id=new_id(), number=1, case_id=world.case, reason="other", words=WORDS, raised_by=world.accounts["rowan"],
        raised_at=clock.moment, body_sha256="x", policy={},
    )  # fmt: skip
    with db.transaction() as session:
        session.add(crisis)
        session.flush()
        say(session, crisis.id, "note", at=clock.moment, words=WORDS)
        say(session, crisis.id, "paging", at=clock.moment, level=0, round=1)

    with db.reading() as session:
        entries = {one.kind: one for one in session.exec(select(CrisisEntry))}

        assert entries["note"].detail == {"words": WORDS}
        assert MARK in lies(session, "crisis_entries", "detail", entries["note"].id)
        assert MARK not in lies(session, "crisis_entries", "detail", entries["paging"].id)
        assert envelope.key_of(lies(session, "crises", "words", crisis.id)) is not None


@pytest.mark.asvs("11.3.3")
def test_a_value_that_was_moved_to_another_row_or_column_does_not_open(db: Database, world: World, liked: UUID) -> None:
    with db.transaction() as session:
        raw = lies(session, "persons", "likes", liked)
        put(session, "persons", "likes", world.children[1], raw)
        put(session, "persons", "calm_down", liked, raw)

    with db.reading() as session:
        for read in (
            lambda: session.exec(select(Person.likes).where(Person.id == world.children[1])).one(),
            lambda: session.exec(select(Person.calm_down).where(Person.id == liked)).one(),
            lambda: session.get_one(Person, world.children[1]),
        ):
            with pytest.raises(SealBroken):
                read()


@pytest.mark.asvs("11.3.3")
def test_a_key_that_was_moved_to_somebody_else_opens_nothing(db: Database, world: World, liked: UUID) -> None:
    with db.transaction() as session:
        key = session.exec(select(PersonKey).where(PersonKey.subject_id == liked)).one()
        key.subject_id, key.number = world.children[1], 7
    db.facts[RING].forget(list(db.facts[RING]._held))

    with db.reading() as session, pytest.raises(SealBroken):
        session.get_one(Person, liked)


@pytest.mark.asvs("11.3.3")
def test_flipping_any_byte_is_refused() -> None:
    cipher, key_id = AESGCM(AESGCM.generate_key(256)), new_id()
    value = envelope.close(cipher, key_id, PLACE, WORDS)
    head, body = value.rsplit(":", 1)
    data = envelope.from_b64u(body)

    for at in range(len(data)):
        changed = data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]
        with pytest.raises(SealBroken):
            envelope.open_up(cipher, key_id, PLACE, f"{head}:{envelope.b64u(changed)}")
    assert envelope.open_up(cipher, key_id, PLACE, value) == WORDS


@pytest.mark.asvs("11.3.4")
def test_a_million_writes_never_use_a_nonce_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[bytes] = []

    class Counts:
        def encrypt(self, nonce: bytes, _plain: bytes, _bound: bytes) -> bytes:
            drawn.append(nonce)
            return b"\0" * 17

    monkeypatch.setattr(envelope, "b64u", lambda _data: "")
    key_id, counts = new_id(), Counts()

    for _ in range(1_000_000):
        envelope.close(counts, key_id, PLACE, "")  # type: ignore[arg-type]

    assert len(set(drawn)) == 1_000_000
    assert {len(nonce) for nonce in drawn[:1000]} == {12}


def test_a_statement_that_does_not_say_whose_row_it_is_is_refused(db: Database, world: World) -> None:
    with db.transaction() as session, pytest.raises(sa.exc.StatementError, match="without its row"):
        session.execute(sa.update(Person).values(likes=WORDS).execution_options(synchronize_session=False))


def test_nobody_can_search_or_sort_by_words(db: Database, world: World) -> None:
    with db.reading() as session, pytest.raises(sa.exc.StatementError, match="without its row"):
        session.exec(select(Person.id).where(Person.likes == WORDS)).all()


def test_a_destroyed_key_opens_nothing_at_once_here_and_within_half_a_minute_elsewhere(
    tools: Tools, db: Database, liked: UUID, clock: Clock
) -> None:
    moment = [0.0]
    elsewhere = Ring(tools.keys, seconds=lambda: moment[0])
    with db.reading() as session:
        key_id = session.exec(select(PersonKey.id).where(PersonKey.subject_id == liked)).one()
        assert elsewhere.opened(session.connection, key_id) is not None
        assert session.get_one(Person, liked).likes == WORDS

    with db.transaction() as session:
        row = session.get_one(PersonKey, key_id)
        row.wrapped, row.destroyed_at = "", clock.moment
        session.info[DESTROYED] = [key_id]

    with db.reading() as session:
        assert session.get_one(Person, liked).likes == ""
        assert elsewhere.opened(session.connection, key_id) is not None
        moment[0] = KEPT
        assert elsewhere.opened(session.connection, key_id) is None
    assert KEPT <= 60


def test_what_is_written_of_somebody_after_they_were_erased_gets_a_new_key(
    db: Database, liked: UUID, clock: Clock
) -> None:
    with db.transaction() as session:
        row = session.exec(select(PersonKey).where(PersonKey.subject_id == liked)).one()
        row.wrapped, row.destroyed_at = "", clock.moment
        session.info[DESTROYED] = [row.id]

    with db.transaction() as session:
        session.get_one(Person, liked).calm_down = "Her own room."

    with db.reading() as session:
        person = session.get_one(Person, liked)
        assert (person.likes, person.calm_down) == ("", "Her own room.")


def test_a_transaction_that_is_given_up_leaves_no_key_that_somebody_could_use(db: Database, world: World) -> None:
    class Stop(Exception):
        pass

    child = world.children[2]
    with pytest.raises(Stop), db.transaction() as session:
        session.get_one(Person, child).likes = WORDS
        session.flush()
        raise Stop

    with db.transaction() as session:
        session.get_one(Person, child).likes = WORDS
    db.facts[RING]._held.clear()
    with db.reading() as session:
        assert session.get_one(Person, child).likes == WORDS


@pytest.mark.asvs("11.2.2")
def test_a_newer_secret_takes_over_and_what_was_written_before_is_read_throughout(
    tools: Tools, db: Database, world: World, liked: UUID
) -> None:
    first, second = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
    before = tools.keys.roots()[0]
    given = f"{(tools.settings.data / 'secret').read_text()}\n{second}"
    newer = Keys(given)
    db.facts[RING] = Ring(newer)
    other_node = Ring(Keys(given))

    waited: list[float] = []

    count = roots.rotate(db, newer, wait=waited.append)

    assert waited[0] > KEPT  # until no node makes a key under the older one

    with db.reading() as session:
        assert session.get_one(Person, liked).likes == WORDS
        key = session.exec(select(PersonKey).where(PersonKey.subject_id == liked)).one()
        assert key.root == newer.roots()[-1] != before
        assert other_node.opened(session.connection, key.id) is not None
        rows = {row.root: row for row in roots.uses(session)}
        assert count == rows[key.root].keys >= 1
        assert (rows[before].keys, rows[before].retired_at is None) == (0, False)
        with pytest.raises(SealBroken):
            Ring(Keys(first)).opened(session.connection, key.id)
    assert newer.intake_kid == tools.keys.intake_kid  # phones hold it


def test_a_node_reads_the_secret_anew_when_a_root_is_not_known_to_it(tools: Tools) -> None:
    file = tools.settings.data / "secret"
    second = secrets.token_urlsafe(32)
    keys = Keys(file.read_text(), again=file.read_text)

    file.write_text(f"{file.read_text()}\n{second}\n")

    newest = Keys(file.read_text()).roots()[-1]
    assert keys.roots() != [newest]
    assert keys.root(newest) == Keys(file.read_text()).root(newest)
    with pytest.raises(KeyError):
        keys.root("nobody's")


def test_until_an_installation_seals_words_lie_as_an_earlier_release_reads_them_and_then_all_are_sealed(
    tools: Tools, db: Database, world: World, clock: Clock
) -> None:
    with db.transaction() as session:
        session.execute(sa.delete(KeyRoot))
    db.facts[RING] = Ring(tools.keys)
    with db.transaction() as session:
        person = session.get_one(Person, world.children[0])
        person.likes, person.alerts = WORDS, ["bees"]
        session.get_one(Case, world.case).note = WORDS
    with db.reading() as session:
        assert lies(session, "persons", "likes", world.children[0]) == WORDS
        assert session.get_one(Person, world.children[0]).alerts == ["bees"]
    assert sealing.left_open(db)["persons.likes"] == 1

    with db.transaction() as session:
        assert roots.begin(session, tools.keys, now=clock.moment + timedelta(seconds=1))
    db.facts[RING] = Ring(tools.keys)
    counts = sealing.seal_all(db)

    assert (counts["persons.likes"], counts["persons.alerts"], counts["cases.note"]) == (1, 1, 1)
    assert sealing.left_open(db) == {}
    with db.reading() as session:
        assert MARK in lies(session, "persons", "alerts", world.children[0])
        person = session.get_one(Person, world.children[0])
        assert (person.likes, person.alerts) == (WORDS, ["bees"])


def test_two_that_write_the_first_words_of_somebody_at_once_use_one_key(db: Database, world: World) -> None:
    with db.transaction() as session:
        session.get_one(Person, world.children[0]).likes = WORDS
    with db.transaction() as session:
        session.get_one(Person, world.children[0]).calm_down = WORDS

    with db.reading() as session:
        keys = session.exec(select(PersonKey).where(col(PersonKey.subject_id) == world.children[0])).all()
        assert len(keys) == 1


def test_the_command_line_seals_rotates_and_says_what_uses_which(
    tools: Tools, db: Database, liked: UUID, clock: Clock
) -> None:
    file = tools.settings.data / "secret"
    keys = Keys(file.read_text(), again=file.read_text)
    before = keys.roots()

    assert any("none lies open" in line for line in commands.seal(db, keys))
    said = list(commands.rotate(db, keys, secret_file=file, wait=lambda _seconds: None))

    assert len(file.read_text().split()) == 2
    assert file.stat().st_mode & 0o077 == 0
    assert any(line.startswith(f"root    {before[0]}  0 keys") and "retired" in line for line in said)
    assert any(line.startswith(f"root    {keys.roots()[-1]}") and "in use" in line for line in said)
    assert not any(secret in line for line in said for secret in file.read_text().split())
    with db.reading() as session:
        assert session.get_one(Person, liked).likes == WORDS


def test_where_a_setting_holds_the_secret_the_command_says_what_to_do_first(
    tools: Tools, db: Database, liked: UUID
) -> None:
    before = (tools.settings.data / "secret").read_text()

    said = " ".join(commands.rotate(db, tools.keys, secret_file=None))

    assert "PORCHLIGHT_SECRET" in said
    assert (tools.settings.data / "secret").read_text() == before


def test_a_database_that_was_sealed_under_another_secret_does_not_start(
    tools: Tools, db: Database, tmp_path: Path
) -> None:
    url = db.url.render_as_string(hide_password=False)
    with pytest.raises(Stopped, match="another secret"):
        prepare(Settings(data=tmp_path / "elsewhere", database=url))


def test_a_database_that_was_opened_without_its_keys_writes_no_words(db: Database, world: World) -> None:
    bare = Database(db.url.render_as_string(hide_password=False))
    with pytest.raises(Unbound), bare.transaction() as session:
        session.execute(sa.insert(Case), [{"id": new_id(), "note": WORDS, "family_id": world.case}])
    bare.close()
