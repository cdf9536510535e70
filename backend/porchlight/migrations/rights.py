"""Rights on PostgreSQL: the role that the product runs in adds to the audit and never changes it, nor any table's shape."""

from typing import Any

import sqlalchemy as sa
from psycopg import sql

from porchlight.audit.guards import KEPT

READ_ONLY = ("alembic_version",)
TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
OWNED = "SELECT 1 FROM pg_tables WHERE schemaname = 'public' AND tableowner = %s LIMIT 1"


class TooMighty(Exception):
    """The role could give itself every right that is taken from it."""


def grant(connection: sa.Connection, runtime: sa.URL) -> None:
    """Makes the role of the address `runtime`, if it is not there, and gives it what the product needs and no more.

    connection: the owner's. Safe to repeat, and needed after each migration, for new tables. Raises TooMighty.
    """
    driver: Any = connection.connection.driver_connection
    role = sql.Identifier(runtime.username or "")
    with driver.cursor() as cursor:

        def run(statement: str, *names: sql.Composable) -> None:
            cursor.execute(sql.SQL(statement).format(role, *names))

        _make(cursor, driver, runtime)
        if cursor.execute(OWNED, [runtime.username]).fetchone():  # an installation that ran in one role until today
            run("REASSIGN OWNED BY {} TO CURRENT_USER")
        database = sql.Identifier(runtime.database or "")
        for statement in (
            "REVOKE CREATE, TEMPORARY ON DATABASE {1} FROM PUBLIC, {0}",
            "GRANT CONNECT ON DATABASE {1} TO {0}",
        ):
            run(statement, database)
        run("REVOKE CREATE ON SCHEMA public FROM PUBLIC, {}")
        run("GRANT USAGE ON SCHEMA public TO {}")
        run("REVOKE ALL ON ALL TABLES IN SCHEMA public FROM PUBLIC, {}")
        for (table,) in cursor.execute(TABLES).fetchall():
            run(f"GRANT {_rights(table)} ON {{1}} TO {{0}}", sql.Identifier("public", table))
        run("GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {}")


def _rights(table: str) -> str:
    if table in READ_ONLY:
        return "SELECT"
    return "SELECT, INSERT" if table in KEPT else "SELECT, INSERT, UPDATE, DELETE"


def _make(cursor: Any, driver: Any, runtime: sa.URL) -> None:
    name = runtime.username or ""
    found = cursor.execute(
        "SELECT rolsuper OR rolcreaterole OR rolcreatedb OR rolname = current_user FROM pg_roles WHERE rolname = %s",
        [name],
    ).fetchone()
    if found is None:
        statement = sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(name))
        if runtime.password:
            # Hashed here, so that the server's log never holds it.
            hashed = driver.pgconn.encrypt_password(runtime.password.encode(), name.encode(), b"scram-sha-256")
            statement += sql.SQL(" PASSWORD {}").format(sql.Literal(hashed.decode()))
        cursor.execute(statement)
    elif found[0]:
        raise TooMighty
