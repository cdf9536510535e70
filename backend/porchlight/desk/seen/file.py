"""What belongs to a family's file: the tables whose rows hang on a case, by name, so that none is forgotten."""

from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import SQLModel

FILED = (
    "callbacks",
    "check_ins",
    "contacts",
    "crises",
    "incidents",
    "missing_episodes",
    "persons",
    "photos",
    "safety_plans",
    "signatures",
    "tasks",
)
"""Their ids are what rows of the audit are about."""

NOT_FILED = {
    "mandated_reports": "who reported is under seal, and who opened a report tells of it",
}


def things(case_id: UUID) -> list[sa.Select[Any]]:
    """Selectables of all ids that a row about this case may name as its subject."""
    tables = (SQLModel.metadata.tables[name] for name in FILED)
    return [
        sa.select(sa.literal(case_id, sa.Uuid())),
        *(sa.select(table.c.id).where(table.c.case_id == case_id) for table in tables),
    ]
