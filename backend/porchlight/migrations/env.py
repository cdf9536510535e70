"""Alembic's door: always runs on a connection that `migrate` opened, inside its transaction."""

from typing import Any, Literal

import sqlalchemy as sa
from alembic import context
from alembic.autogenerate.api import AutogenContext

from porchlight.tables import METADATA


def render_item(kind: str, item: Any, context: AutogenContext) -> str | Literal[False]:
    """JSON columns by the one name that is right on both databases."""
    if kind == "type" and isinstance(item, sa.JSON):
        context.imports.add("from porchlight.core.columns import JSON")
        return "JSON"
    return False


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=METADATA,
    compare_type=True,
    render_item=render_item,
    render_as_batch=connection.dialect.name == "sqlite",
    transactional_ddl=True,
    transaction_per_migration=False,
)
context.run_migrations()
