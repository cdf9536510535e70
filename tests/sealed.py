"""Reading sealed words beside the product: with the keys of the installation that wrote them."""

from pathlib import Path
from typing import Any

import sqlalchemy as sa

from porchlight.core.db import Database
from porchlight.core.keyring.current import RING
from porchlight.core.keyring.ring import Ring
from porchlight.core.keys import Keys


def with_keys(url: str, data: Path) -> Database:
    """A database beside the product that runs on it; `data` holds its secret."""
    db = Database(url)
    db.facts[RING] = Ring(Keys((data / "secret").read_text()))
    return db


def words(db: Database, column: Any, *where: Any) -> list[Any]:
    """What stands in a column of a model, in the order of the rows' ids: words(db, Contact.family_note)."""
    table: Any = column.table if hasattr(column, "table") else column.class_.__table__
    assert isinstance(table, sa.Table)
    query = sa.select(column).order_by(*table.primary_key.columns)
    with db.reading() as session:
        return list(session.scalars(query.where(*where)))
