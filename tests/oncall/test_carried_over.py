"""A rota of before is the same rota after the tables have changed."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlmodel import Session

from porchlight import migrations
from porchlight.core.db import Database
from porchlight.oncall import queries

AGENCY, SCHEDULE, LEE, ROWAN, MARA = (uuid4() for _ in range(5))


def test_turns_and_overrides_of_before_are_the_same_and_the_policys_last_resort_is_the_schedules(
    database_url: str, tmp_path: Path
) -> None:
    db = Database(database_url)
    with db.writer.begin() as connection:
        migrations.command.upgrade(migrations.config(connection), "0003")
    with db.transaction() as session:
        _as_it_was(session)

    migrations.migrate(db)

    with db.reading() as session:
        found = [queries.who(session, SCHEDULE, datetime(2026, 11, day, 23, tzinfo=UTC)) for day in (19, 20, 26, 28)]
        (line,) = queries.schedules(session, AGENCY)
    db.close()
    assert found == [{"worker": LEE}, {"worker": LEE}, {"worker": LEE}, {"worker": ROWAN}]
    assert (line.positions, line.last_resort_id, line.revision) == (("worker", "backup"), MARA, 0)


def _as_it_was(session: Session) -> None:
    """Two weeks each, from Friday; the first day lies within the first turn. Rowan stands in on a Saturday."""

    def put(table: str, **row: object) -> None:
        kept = {name: value.hex if isinstance(value, UUID) and sqlite else value for name, value in row.items()}
        columns = [sa.column(name, sa.JSON() if name in ("members", "levels") else None) for name in kept]
        session.execute(sa.insert(sa.table(table, *columns)).values(**kept))

    sqlite = session.get_bind().dialect.name == "sqlite"
    put("organizations", id=AGENCY, kind="agency", name="A", phone="", hotline="", time_zone="UTC", jurisdiction="")
    for one in (LEE, ROWAN, MARA):
        put(
            "accounts",
            id=one,
            organization_id=AGENCY,
            email=f"{one}@example.org",
            name="A",
            title="",
            phone="",
            locale="en",
            password_hash="",
            demo=False,
            languages=sa.text("'[]'"),
        )
    put("schedules", id=SCHEDULE, organization_id=AGENCY, name="Nights", region="Alder", time_zone="UTC")
    for position, members in {"worker": [LEE, ROWAN], "backup": []}.items():
        put(
            "rotations",
            id=uuid4(),
            schedule_id=SCHEDULE,
            position=position,
            weekday=4,
            hand_off="17:00:00",
            weeks=2,
            first_on="2026-11-17",
            members=[str(one) for one in members],
        )
    saturday = datetime(2026, 11, 28, 12)  # noqa: DTZ001 - as the column holds it
    put(
        "overrides",
        id=uuid4(),
        schedule_id=SCHEDULE,
        position="worker",
        account_id=ROWAN,
        made_by=MARA,
        reason="",
        from_at=saturday,
        to_at=saturday + timedelta(days=1),
        made_at=saturday,
    )
    put(
        "escalation_policies",
        id=uuid4(),
        organization_id=AGENCY,
        schedule_id=SCHEDULE,
        levels=[],
        last_resort_id=MARA,
    )
