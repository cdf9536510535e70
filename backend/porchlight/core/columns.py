"""Kinds of columns that SQLite and PostgreSQL share."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

# One type for JSON columns: plain JSON on SQLite, JSONB on PostgreSQL.
JSON = sa.JSON().with_variant(JSONB(), "postgresql")
