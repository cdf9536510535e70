"""what was said of a code before its visit came is kept each time."""

from typing import Any
from uuid import uuid4

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def kept() -> list[sa.Column[Any]]:
    return [
        sa.Column("token_hash", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("visit_id", sa.Uuid(), nullable=False),
        sa.Column("caregiver_id", sa.Uuid(), nullable=False),
        sa.Column("device_id", sa.Uuid(), nullable=False),
        sa.Column("summary_sha256", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("answer", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("different", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("words", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("said_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("received_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    ]


def upgrade() -> None:
    """The key was the code's hash, which held one answer of each; no database changes a key in place alike."""
    before = sa.table("early_answers", *(sa.column(one.name, one.type) for one in kept()))
    rows = [dict(row) for row in op.get_bind().execute(sa.select(before)).mappings()]
    op.drop_table("early_answers")
    made = op.create_table(
        "early_answers",
        sa.Column("id", sa.Uuid(), nullable=False),
        *kept(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_early_answers")),
    )
    with op.batch_alter_table("early_answers", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_early_answers_received_at"), ["received_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_early_answers_token_hash"), ["token_hash"], unique=False)
        batch_op.create_index(batch_op.f("ix_early_answers_visit_id"), ["visit_id"], unique=False)
    if rows:
        op.bulk_insert(made, [{"id": uuid4(), **row} for row in rows])
