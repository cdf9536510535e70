"""how much is read."""

from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_audit_events_account_id_at", "audit_events", ["account_id", "at"])
