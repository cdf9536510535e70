"""a code at the door."""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "door_tries",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("address", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_door_tries")),
    )
    with op.batch_alter_table("door_tries", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_door_tries_address"), ["address"], unique=False)
        batch_op.create_index(batch_op.f("ix_door_tries_at"), ["at"], unique=False)

    op.create_table(
        "early_answers",
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
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_early_answers")),
    )
    with op.batch_alter_table("early_answers", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_early_answers_received_at"), ["received_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_early_answers_visit_id"), ["visit_id"], unique=False)

    op.create_table(
        "door_codes",
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("caregiver_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("code_hash", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("shown_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("ends_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("asks_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("link_id", sa.Uuid(), nullable=True),
        sa.Column("differs_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["caregiver_id"], ["caregivers.id"], name=op.f("fk_door_codes_caregiver_id_caregivers")
        ),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name=op.f("fk_door_codes_contact_id_contacts")),
        sa.PrimaryKeyConstraint("contact_id", name=op.f("pk_door_codes")),
    )
    with op.batch_alter_table("door_codes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_door_codes_code_hash"), ["code_hash"], unique=False)

    with op.batch_alter_table("confirmations", schema=None) as batch_op:
        # The release before this one runs beside it and knows no ways.
        batch_op.add_column(sa.Column("way", sqlmodel.sql.sqltypes.AutoString(), nullable=False, server_default="link"))
        batch_op.add_column(sa.Column("said_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True))
