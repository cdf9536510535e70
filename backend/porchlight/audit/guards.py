"""What the database itself holds against changes: triggers that refuse, and one that lets no row go unsealed."""

from collections.abc import Iterator

from sqlmodel import Session

KEPT = ("audit_events", "audit_seals", "audit_people", "audit_checkpoints")
"""Tables whose rows are only ever added."""

WANTED = {
    "sqlite": {
        *((table, f"{table}_no_{act}") for table in KEPT for act in ("update", "delete")),
        ("audit_events", "audit_events_wait"),
    },
    "postgresql": {*((table, f"{table}_only_added") for table in KEPT), ("audit_events", "audit_events_wait")},
}
THERE = {
    "sqlite": "SELECT tbl_name, name FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": "SELECT tgrelid::regclass::text, tgname FROM pg_trigger WHERE tgenabled IN ('O', 'A')",
}


def missing(session: Session) -> Iterator[str]:
    """Names of tables that lack a trigger of theirs, or have it turned off."""
    connection = session.connection()
    there = {(table, name) for table, name in connection.exec_driver_sql(THERE[connection.dialect.name])}
    yield from sorted({table for table, _name in WANTED[connection.dialect.name] - there})
