"""A file that is erased is gone for everybody, and the log of who saw it stays as it was."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlmodel import Session, SQLModel, col, select

from porchlight.audit import service as audit
from porchlight.audit.models import AuditEvent
from porchlight.cases import files
from porchlight.cases.models import Case, Family, Person
from porchlight.core.actor import Actor
from porchlight.core.db import Database
from porchlight.core.ids import new_id
from porchlight.core.jobs import Job
from porchlight.core.keyring import erasing
from porchlight.core.keyring.classes import SEALED, tables
from porchlight.core.keyring.models import PersonKey
from porchlight.core.refused import NotFound, Refused
from porchlight.core.tools import Tools
from porchlight.people import queries as people
from porchlight.people.models import Account, AccountRole, SignIn, SignInFailure
from porchlight.records import purging, service
from porchlight.records.models import Erasure, LegalHold
from porchlight.records.service import AskBody, EndBody, HoldBody, SettleBody
from porchlight.records.values import State
from porchlight.visits.models import Contact, EarlyAnswer
from tests.clocks import Clock
from tests.world import PASSWORD_HASH, World

PLANTED = "Quillfeather"
LONG_AGO = date(2010, 1, 4)
OURS = ("cases", "persons", "accounts", "organizations", "families")


@pytest.fixture
def keepers(db: Database, world: World, clock: Clock) -> tuple[Actor, Actor]:
    """Two who keep the records, both just signed in."""
    made = []
    with db.transaction() as session:
        for name in ("cuno", "brita"):
            account = Account(
                organization_id=world.agency,
                email=f"{name}@example.org",
                name=name.title(),
                password_hash=PASSWORD_HASH,
            )
            session.add(account)
            session.flush()
            signed_in = SignIn(
                token_hash=name, account_id=account.id, started_at=clock.moment, last_seen_at=clock.moment
            )
            session.add_all([AccountRole(account_id=account.id, role="custodian"), signed_in])
            session.flush()
            actor = people.actor_of(session, account.id)
            assert actor
            made.append(replace(actor, session_id=signed_in.id))
    return made[0], made[1]


def filled(session: Session, world: World) -> None:
    """A row of this family in every table that holds something of somebody, each word of it planted."""
    made: dict[str, Any] = {
        "cases": world.case,
        "persons": world.children[0],
        "accounts": world.accounts["rowan"],
        "organizations": world.agency,
    }
    for table in SQLModel.metadata.sorted_tables:
        if table.name in OURS or not tables()[table.name].of:
            continue
        row = {column.name: value(table, column, made) for column in table.columns}
        session.connection().execute(sa.insert(table), [row])
        made[table.name] = row[next(iter(table.primary_key.columns)).name]
    person = session.get_one(Person, world.children[0])
    for name in tables()["persons"].of_class("personal", *SEALED):
        setattr(person, name, value(Person.__table__, Person.__table__.c[name], made))  # type: ignore[attr-defined]
    case = session.get_one(Case, world.case)
    case.note, case.closed_on = PLANTED, LONG_AGO
    session.get_one(Family, case.family_id).name = PLANTED
    for child in world.children:
        session.get_one(Person, child).born_on = date(1990, 5, 4)


def value(table: sa.Table, column: sa.Column[Any], made: dict[str, Any]) -> Any:
    of = {step.partition(":")[0]: step.partition(":")[2] for step in tables()[table.name].of}
    parent = next((key.column.table.name for key in column.foreign_keys), of.get(column.name, ""))
    if parent in made:
        return made[parent]
    if column.name == "person_id" and column.name in of:
        return made["persons"]
    plant = tables()[table.name].columns[column.name] in erasing.BLANKED and bool(of)
    words = PLANTED if plant else f"x{len(made)}"
    kind: Any = column.type
    for python, answer in (
        (sa.Uuid, None if column.nullable else new_id()),
        (sa.JSON, {"words": words}),
        (sa.DateTime, datetime(2020, 1, 1, tzinfo=UTC)),
        (sa.Date, LONG_AGO),
        (sa.Time, time(9)),
        (sa.Boolean, True),
        (sa.Integer, 7),
        (sa.LargeBinary, words.encode()),
    ):
        if isinstance(kind, python) or isinstance(getattr(kind, "impl", None), python):
            return answer
    return words


def dump(session: Session) -> str:
    """Everything that somebody reads who has the database alone."""
    lines = []
    for table in SQLModel.metadata.sorted_tables:
        every = [
            sa.cast(sa.type_coerce(column, sa.Text), sa.Text)
            for column in table.columns
            if not isinstance(column.type, sa.LargeBinary)
        ]
        lines += [f"{table.name} {tuple(row)}" for row in session.execute(sa.select(*every).select_from(table))]
    return "\n".join(lines)


def erased(db: Database, world: World, keepers: tuple[Actor, Actor], clock: Clock, *, order: str = "") -> UUID:
    asked = new_id()
    with db.transaction() as session:
        service.ask(session, keepers[0], world.case, AskBody(erasure_id=asked, order=order), now=clock.moment)
    with db.transaction() as session:
        service.erase(session, keepers[1], world.case, SettleBody(erasure_id=asked), now=clock.moment)
    return asked


def closed(db: Database, world: World, day: date = LONG_AGO) -> None:
    with db.transaction() as session:
        session.get_one(Case, world.case).closed_on = day
        for child in world.children:
            session.get_one(Person, child).born_on = date(1990, 5, 4)


@pytest.mark.asvs("14.2.7")
def test_nothing_that_was_written_of_a_family_is_left_in_any_table(
    db: Database, world: World, keepers: tuple[Actor, Actor], clock: Clock
) -> None:
    with db.transaction() as session:
        filled(session, world)
    with db.reading() as session:
        before = dump(session)
        mentioned = {line.split(" ")[0] for line in before.splitlines() if PLANTED in line}
        assert {"persons", "families", "team_members"} <= mentioned

    erased(db, world, keepers, clock)

    with db.reading() as session:
        after = dump(session)
        left = {line.split(" ")[0] for line in after.splitlines() if PLANTED in line}
        # A home outlives a placement; an answer without its visit is nobody's yet, and goes by itself.
        assert left == {"resource_homes", "caregivers", "early_answers"}
        person = session.get_one(Person, world.children[0])
        assert (person.first_name, person.last_name, person.born_on, person.languages) == ("Erased", "", None, [])
        assert session.get_one(Person, world.other_child).likes == "Trains and rain"
        there, were = ({line.split(" ")[0] for line in text.splitlines()} for text in (after, before))
        waiting = {"audit_unsealed"} & there  # until the sealer comes by
        # A summary's fingerprint is part of what names its row.
        assert there == (were - {"summaries"}) | {"erasures", "jobs", "audit_events"} | waiting


@pytest.mark.asvs("14.2.7")
def test_a_copy_of_the_rows_opens_no_more_once_the_key_is_destroyed(
    db: Database, world: World, keepers: tuple[Actor, Actor], clock: Clock
) -> None:
    closed(db, world)
    table: sa.Table = Person.__table__  # type: ignore[attr-defined]
    mine = table.c.id == world.children[0]
    with db.reading() as session:
        copy = session.execute(sa.select(sa.type_coerce(table.c.likes, sa.String)).where(mine)).scalar_one()
        assert session.get_one(Person, world.children[0]).likes == "Trains and rain"

    erased(db, world, keepers, clock)

    with db.transaction() as session:
        session.execute(sa.update(table).where(mine).values(likes=sa.literal(copy, sa.String)))
    with db.reading() as session:
        assert session.execute(sa.select(sa.type_coerce(table.c.likes, sa.String)).where(mine)).scalar_one() == copy
        assert session.get_one(Person, world.children[0]).likes == ""
        mine_now = session.exec(
            select(PersonKey).where(col(PersonKey.subject_id).in_([world.case, *world.children]))
        ).all()
        assert mine_now
        assert {(key.wrapped, key.destroyed_at) for key in mine_now} == {("", clock.moment)}


@pytest.mark.asvs("14.2.7")
def test_the_log_keeps_every_row_and_names_nobody(
    db: Database, world: World, keepers: tuple[Actor, Actor], clock: Clock
) -> None:
    closed(db, world)
    with db.transaction() as session:
        audit.record(session, None, "visits.logged", world.case, now=clock.moment, people=world.children)
    with db.reading() as session:
        before = {row.id: row.model_dump() for row in session.exec(select(AuditEvent))}

    erased(db, world, keepers, clock)

    with db.reading() as session:
        rows = {row.id: row.model_dump() for row in session.exec(select(AuditEvent))}
        assert {key: rows[key] for key in before} == before
        done = next(row for row in rows.values() if row["act"] == "records.erased")
        assert done["detail"]["keys"] >= 3
        assert "Quintrell" not in json.dumps(list(rows.values()), default=str)


@pytest.mark.asvs("2.3.5")
def test_one_person_alone_erases_nothing(
    db: Database, world: World, keepers: tuple[Actor, Actor], clock: Clock
) -> None:
    closed(db, world)
    asked = new_id()
    with db.transaction() as session:
        service.ask(session, keepers[0], world.case, AskBody(erasure_id=asked), now=clock.moment)

    with db.transaction() as session, pytest.raises(Refused, match="Somebody else"):
        service.erase(session, keepers[0], world.case, SettleBody(erasure_id=asked), now=clock.moment)

    with db.reading() as session:
        assert session.get_one(Person, world.children[0]).likes == "Trains and rain"
        assert session.get_one(Erasure, asked).state == State.ASKED


def test_whoever_signed_in_too_long_ago_signs_in_again_first(
    db: Database, world: World, keepers: tuple[Actor, Actor], clock: Clock
) -> None:
    closed(db, world)
    asked = new_id()
    with db.transaction() as session:
        service.ask(session, keepers[0], world.case, AskBody(erasure_id=asked), now=clock.moment)
    clock.move(minutes=6)

    with db.transaction() as session, pytest.raises(Refused, match="sign in once more"):
        service.erase(session, keepers[1], world.case, SettleBody(erasure_id=asked), now=clock.moment)


def test_a_hold_keeps_a_file_also_when_it_was_laid_after_somebody_asked(
    db: Database, world: World, keepers: tuple[Actor, Actor], clock: Clock
) -> None:
    closed(db, world)
    asked, hold = new_id(), new_id()
    with db.transaction() as session:
        service.ask(session, keepers[0], world.case, AskBody(erasure_id=asked), now=clock.moment)
        for _twice in range(2):
            service.hold(
                session, keepers[0], world.case, HoldBody(hold_id=hold, reason="Counsel's letter"), now=clock.moment
            )

    with db.transaction() as session, pytest.raises(Refused, match="held"):
        service.erase(session, keepers[1], world.case, SettleBody(erasure_id=asked), now=clock.moment)

    with db.transaction() as session:
        service.end_hold(session, keepers[1], world.case, EndBody(hold_id=hold, why="Settled"), now=clock.moment)
        service.erase(session, keepers[1], world.case, SettleBody(erasure_id=asked), now=clock.moment)
    with db.reading() as session:
        row = session.get_one(LegalHold, hold)
        assert (row.ended_by, row.ended_why) == (keepers[1].account_id, "Settled")
        assert session.get_one(Erasure, asked).state == State.ERASED


def test_a_hold_on_one_case_holds_the_family(
    db: Database, world: World, keepers: tuple[Actor, Actor], clock: Clock
) -> None:
    closed(db, world)
    with db.transaction() as session:
        first = session.get_one(Case, world.case)
        second = Case(family_id=first.family_id, organization_id=world.agency, program="in_home", opened_on=LONG_AGO)
        session.add(second)
        session.flush()
        service.hold(session, keepers[0], second.id, HoldBody(hold_id=new_id(), reason="Lawsuit"), now=clock.moment)

    with db.transaction() as session, pytest.raises(Refused, match="held"):
        service.ask(session, keepers[0], world.case, AskBody(erasure_id=new_id()), now=clock.moment)


def test_the_name_of_a_family_stays_while_another_case_of_theirs_is_kept(
    db: Database, world: World, keepers: tuple[Actor, Actor], clock: Clock
) -> None:
    closed(db, world)
    with db.transaction() as session:
        family_id = session.get_one(Case, world.case).family_id
        session.add(Case(family_id=family_id, organization_id=world.agency, program="in_home", opened_on=LONG_AGO))

    erased(db, world, keepers, clock)

    with db.reading() as session:
        assert session.get_one(Family, family_id).name == "Quintrell"
        assert session.get_one(Person, world.children[0]).first_name == "Erased"


@pytest.mark.asvs("14.2.7")
def test_a_file_goes_on_its_day_and_not_before(
    db: Database, world: World, keepers: tuple[Actor, Actor], clock: Clock
) -> None:
    closed(db, world, clock.moment.date() - timedelta(days=30))
    body = AskBody(erasure_id=new_id())
    with db.transaction() as session, pytest.raises(Refused, match="not due"):
        service.ask(session, keepers[0], world.case, body, now=clock.moment)

    clock.moment = clock.moment.replace(year=clock.moment.year + 10)
    with db.transaction() as session:
        service.ask(session, keepers[0], world.case, body, now=clock.moment)

    with db.reading() as session:
        row = session.get_one(Erasure, body.erasure_id)
        assert row.source.startswith("State of Example")
        assert row.due_on
        assert row.due_on <= clock.moment.date()


def test_pictures_leave_the_store_with_their_file(
    tools: Tools, db: Database, world: World, keepers: tuple[Actor, Actor], clock: Clock
) -> None:
    with db.transaction() as session:
        filled(session, world)

    erased(db, world, keepers, clock)

    with db.reading() as session:
        left = session.exec(select(Job).where(Job.name == "evidence.discard")).all()
        assert len(left) == 1
        assert left[0].payload["parts"] >= 1


def test_a_crisis_that_came_to_a_family_later_goes_with_its_own_key(
    db: Database, world: World, keepers: tuple[Actor, Actor], clock: Clock
) -> None:
    from porchlight.crises.models import Crisis

    crisis = Crisis(
        id=new_id(), number=1, reason="other", words=PLANTED, raised_by=world.accounts["rowan"],
        raised_at=clock.moment, body_sha256="x", policy={},
    )  # fmt: skip
    with db.transaction() as session:
        session.add(crisis)
    with db.transaction() as session:
        session.get_one(Crisis, crisis.id).case_id = world.case
    closed(db, world)

    erased(db, world, keepers, clock)

    with db.reading() as session:
        key = session.exec(select(PersonKey).where(PersonKey.subject_id == crisis.id)).one()
        assert key.destroyed_at is not None


def test_nobody_else_keeps_records_nor_those_of_another_agency(
    db: Database, world: World, keepers: tuple[Actor, Actor], clock: Clock
) -> None:
    with db.reading() as session:
        stranger = Actor(new_id(), "Somebody", frozenset({"custodian"}), organization_id=new_id())
        for actor in (world.actor(session, "priya"), world.actor(session, "rowan"), stranger):
            with pytest.raises(NotFound):
                service.own_file(session, actor, world.case)
        assert service.own_file(session, keepers[0], world.case).people


def test_a_visit_that_was_erased_still_counts(
    db: Database, world: World, keepers: tuple[Actor, Actor], clock: Clock
) -> None:
    with db.transaction() as session:
        filled(session, world)

    erased(db, world, keepers, clock)

    with db.reading() as session:
        visit = session.exec(select(Contact)).one()
        assert (visit.case_id, visit.observations, visit.agreed) == (world.case, "", [])
        assert files.file(session, world.case)


@pytest.mark.asvs("14.2.7")
def test_what_is_of_use_for_a_while_only_goes_by_itself(db: Database, world: World, clock: Clock) -> None:
    with db.transaction() as session:
        session.add_all([SignInFailure(account_key="k", address="192.0.2.1", at=clock.moment) for _one in range(3)])
        session.add(
            SignIn(
                token_hash="t", account_id=world.accounts["rowan"], started_at=clock.moment, last_seen_at=clock.moment
            )
        )
    clock.move(hours=23)
    assert purging.purge(db) == {}

    clock.move(hours=2)

    assert purging.purge(db) == {"sign_in_failures": 3}
    with db.transaction() as session:
        answer = EarlyAnswer(
            token_hash="t", visit_id=new_id(), caregiver_id=new_id(), device_id=new_id(), summary_sha256="", answer="yes",
            words=PLANTED, said_at=clock.moment, received_at=clock.moment,
        )  # fmt: skip
        session.add(answer)

    clock.move(days=400)

    assert purging.purge(db) == {"early_answers": 1, "sign_ins": 1}
    with db.reading() as session:
        assert session.exec(select(PersonKey).where(PersonKey.subject_id == answer.id)).one().wrapped == ""
