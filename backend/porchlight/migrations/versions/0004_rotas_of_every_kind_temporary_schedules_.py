"""rotas of every kind, temporary schedules, swaps, what was published and what a shift asks of a person."""

import json
from datetime import timedelta

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

from porchlight.core.columns import JSON

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


POSITIONS = ("worker", "backup", "supervisor", "director")


def upgrade() -> None:
    make_tables()
    widen()
    carry_over()
    with op.batch_alter_table("rotations", schema=None) as batch_op:
        batch_op.drop_column("weeks")
        batch_op.drop_column("weekday")


def make_tables() -> None:
    op.create_table(
        "holidays",
        sa.Column("jurisdiction", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("source", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.PrimaryKeyConstraint("jurisdiction", "day", name=op.f("pk_holidays")),
    )
    op.create_table(
        "staff_regions",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("region", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_staff_regions_account_id_accounts")),
        sa.PrimaryKeyConstraint("account_id", "region", name=op.f("pk_staff_regions")),
    )
    op.create_table(
        "staff_trainings",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("noted_by", sa.Uuid(), nullable=False),
        sa.Column("noted_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_staff_trainings_account_id_accounts")),
        sa.ForeignKeyConstraint(["noted_by"], ["accounts.id"], name=op.f("fk_staff_trainings_noted_by_accounts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_trainings")),
    )
    with op.batch_alter_table("staff_trainings", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_staff_trainings_account_id"), ["account_id"], unique=False)

    op.create_table(
        "oncall_rules",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("jurisdiction", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("schedule_id", sa.Uuid(), nullable=True),
        sa.Column("position", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("value", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("source", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["schedule_id"], ["schedules.id"], name=op.f("fk_oncall_rules_schedule_id_schedules")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_oncall_rules")),
    )
    op.create_table(
        "publications",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("schedule_id", sa.Uuid(), nullable=False),
        sa.Column("from_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("to_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("published_by", sa.Uuid(), nullable=False),
        sa.Column("published_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("shifts", JSON, nullable=False),
        sa.ForeignKeyConstraint(["published_by"], ["accounts.id"], name=op.f("fk_publications_published_by_accounts")),
        sa.ForeignKeyConstraint(["schedule_id"], ["schedules.id"], name=op.f("fk_publications_schedule_id_schedules")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_publications")),
    )
    with op.batch_alter_table("publications", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_publications_schedule_id"), ["schedule_id"], unique=False)

    op.create_table(
        "swaps",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("schedule_id", sa.Uuid(), nullable=False),
        sa.Column("position", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=False),
        sa.Column("asked_to", sa.Uuid(), nullable=True),
        sa.Column("taken_by", sa.Uuid(), nullable=True),
        sa.Column("from_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("to_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("state", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("reason", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("asked_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("settled_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["asked_by"], ["accounts.id"], name=op.f("fk_swaps_asked_by_accounts")),
        sa.ForeignKeyConstraint(["asked_to"], ["accounts.id"], name=op.f("fk_swaps_asked_to_accounts")),
        sa.ForeignKeyConstraint(["made_by"], ["accounts.id"], name=op.f("fk_swaps_made_by_accounts")),
        sa.ForeignKeyConstraint(["schedule_id"], ["schedules.id"], name=op.f("fk_swaps_schedule_id_schedules")),
        sa.ForeignKeyConstraint(["taken_by"], ["accounts.id"], name=op.f("fk_swaps_taken_by_accounts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_swaps")),
    )
    with op.batch_alter_table("swaps", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_swaps_asked_by"), ["asked_by"], unique=False)
        batch_op.create_index(batch_op.f("ix_swaps_asked_to"), ["asked_to"], unique=False)
        batch_op.create_index(batch_op.f("ix_swaps_schedule_id_to_at"), ["schedule_id", "to_at"], unique=False)

    op.create_table(
        "temporary_schedules",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("schedule_id", sa.Uuid(), nullable=False),
        sa.Column("positions", JSON, nullable=False),
        sa.Column("from_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("to_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("reason", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=False),
        sa.Column("made_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("withdrawn_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("withdrawn_by", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["made_by"], ["accounts.id"], name=op.f("fk_temporary_schedules_made_by_accounts")),
        sa.ForeignKeyConstraint(
            ["schedule_id"], ["schedules.id"], name=op.f("fk_temporary_schedules_schedule_id_schedules")
        ),
        sa.ForeignKeyConstraint(
            ["withdrawn_by"], ["accounts.id"], name=op.f("fk_temporary_schedules_withdrawn_by_accounts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_temporary_schedules")),
    )
    with op.batch_alter_table("temporary_schedules", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_temporary_schedules_schedule_id_to_at"), ["schedule_id", "to_at"], unique=False
        )

    op.create_table(
        "temporary_spans",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("temporary_id", sa.Uuid(), nullable=False),
        sa.Column("position", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("from_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("to_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_temporary_spans_account_id_accounts")),
        sa.ForeignKeyConstraint(
            ["temporary_id"],
            ["temporary_schedules.id"],
            name=op.f("fk_temporary_spans_temporary_id_temporary_schedules"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_temporary_spans")),
    )
    with op.batch_alter_table("temporary_spans", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_temporary_spans_temporary_id"), ["temporary_id"], unique=False)


def widen() -> None:
    with op.batch_alter_table("overrides", schema=None) as batch_op:
        batch_op.add_column(sa.Column("instead_of", sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column("withdrawn_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True))
        batch_op.add_column(sa.Column("withdrawn_by", sa.Uuid(), nullable=True))
        batch_op.alter_column("account_id", existing_type=sa.Uuid(), nullable=True)
        batch_op.create_index(batch_op.f("ix_overrides_schedule_id_to_at"), ["schedule_id", "to_at"], unique=False)
        batch_op.create_foreign_key(batch_op.f("fk_overrides_instead_of_accounts"), "accounts", ["instead_of"], ["id"])
        batch_op.create_foreign_key(
            batch_op.f("fk_overrides_withdrawn_by_accounts"), "accounts", ["withdrawn_by"], ["id"]
        )

    with op.batch_alter_table("rotations", schema=None) as batch_op:
        batch_op.add_column(sa.Column("name", sqlmodel.sql.sqltypes.AutoString(), server_default="", nullable=False))
        batch_op.add_column(
            sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(), server_default="weekly", nullable=False)
        )
        batch_op.add_column(sa.Column("length", sa.Integer(), server_default="1", nullable=False))
        batch_op.add_column(sa.Column("priority", sa.Integer(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("windows", JSON, server_default="[]", nullable=False))
        batch_op.add_column(sa.Column("from_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True))
        batch_op.add_column(sa.Column("until_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True))
        batch_op.add_column(sa.Column("made_by", sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column("made_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True))
        batch_op.create_foreign_key(batch_op.f("fk_rotations_made_by_accounts"), "accounts", ["made_by"], ["id"])

    op.add_column("accounts", sa.Column("revision", sa.Integer(), server_default="0", nullable=False))
    op.create_index(op.f("ix_accounts_organization_id_revision"), "accounts", ["organization_id", "revision"])
    # Column by column: SQLite lets nobody put a new table in the place of one that others point at.
    for column in (
        sa.Column("positions", JSON, server_default=json.dumps(POSITIONS), nullable=False),
        sa.Column("published_until", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("revision", sa.Integer(), server_default="0", nullable=False),
    ):
        op.add_column("schedules", column)
    for name in ("last_resort_id", "duty_manager_id"):
        key = sa.ForeignKey("accounts.id", name=op.f(f"fk_schedules_{name}_accounts"))
        op.add_column("schedules", sa.Column(name, sa.Uuid(), key, nullable=True), inline_references=True)


def carry_over() -> None:
    """A turn of so many weeks began on the weekday at or before the first day; a schedule has the positions of its turns."""
    to = op.get_bind()
    names = ("id", "schedule_id", "position", "weekday", "weeks", "first_on", "length")
    rotations = sa.table("rotations", *(sa.column(name, sa.Date() if name == "first_on" else None) for name in names))
    positions: dict[object, set[str]] = {}
    for row in to.execute(sa.select(rotations)).mappings().all():
        first_on = row["first_on"] - timedelta(days=(row["first_on"].weekday() - row["weekday"]) % 7)
        change = sa.update(rotations).where(rotations.c.id == row["id"])
        to.execute(change.values(length=row["weeks"], first_on=first_on))
        positions.setdefault(row["schedule_id"], set()).add(row["position"])
    schedules = sa.table("schedules", sa.column("id"), sa.column("positions", JSON), sa.column("last_resort_id"))
    policies = sa.table("escalation_policies", sa.column("schedule_id"), sa.column("last_resort_id"))
    for schedule_id, held in positions.items():
        own = [position for position in POSITIONS if position in held]
        to.execute(sa.update(schedules).where(schedules.c.id == schedule_id).values(positions=own))
    for row in to.execute(sa.select(policies)).mappings().all():
        change = sa.update(schedules).where(schedules.c.id == row["schedule_id"])
        to.execute(change.values(last_resort_id=row["last_resort_id"]))
