"""The role that the product runs in on PostgreSQL: it adds to the audit, and can neither change it nor give itself more."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import psycopg
import pytest
from sqlalchemy import make_url

from porchlight.audit.guards import KEPT
from porchlight.core import roads
from porchlight.core.db import Database
from porchlight.serving import Stopped, check_roads, prepare
from porchlight.settings import Settings
from tests.databases import ROOT, Postgres, in_role, migrate

on_postgresql = pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)


def refused(db: Database, statement: str) -> str:
    url = db.url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(url) as connection, pytest.raises(psycopg.Error) as error:
        connection.execute(statement)  # type: ignore[arg-type]
    return type(error.value).__name__


@on_postgresql
@pytest.mark.asvs("13.2.2")
@pytest.mark.asvs("16.4.2")
@pytest.mark.parametrize("table", KEPT)
def test_the_products_role_only_adds_to_the_audit(db: Database, table: str) -> None:
    column = {"audit_events": "act", "audit_seals": "hash", "audit_people": "number", "audit_checkpoints": "head"}[
        table
    ]
    for statement in (
        f"UPDATE {table} SET {column} = {column}",
        f"DELETE FROM {table}",
        f"TRUNCATE {table}",
        f"SELECT 1 FROM {table} FOR UPDATE",
        f"ALTER TABLE {table} DISABLE TRIGGER ALL",
        f"DROP TABLE {table}",
    ):
        assert refused(db, statement) == "InsufficientPrivilege", statement


@on_postgresql
@pytest.mark.asvs("13.2.2")
@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE mine (n int)",
        "CREATE TEMPORARY TABLE mine (n int)",
        "CREATE SCHEMA mine",
        "ALTER TABLE accounts ADD COLUMN mine int",
        "DROP TABLE accounts",
        "TRUNCATE accounts",
        "CREATE FUNCTION mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "CREATE OR REPLACE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
        "DROP TRIGGER audit_events_only_added ON audit_events",
        "CREATE ROLE mine",
        "ALTER ROLE CURRENT_USER SUPERUSER",
        "SET session_replication_role = replica",
        "UPDATE alembic_version SET version_num = '0001'",
        "COPY accounts TO PROGRAM 'cat'",
        "GRANT DELETE ON audit_events TO CURRENT_USER",
    ],
)
def test_the_products_role_changes_nothing_but_rows(db: Database, statement: str) -> None:
    if statement.startswith("GRANT"):  # PostgreSQL only warns: there is nothing that it could give
        url = db.url.set(drivername="postgresql").render_as_string(hide_password=False)
        with psycopg.connect(url) as connection:
            connection.execute(statement)  # type: ignore[arg-type]
        assert refused(db, "DELETE FROM audit_events") == "InsufficientPrivilege"
        return
    assert refused(db, statement) == "InsufficientPrivilege"


def test_a_database_of_one_role_until_today_is_handed_to_its_owner(postgres: Postgres, tmp_path: Path) -> None:
    owner = postgres.create()
    name = make_url(owner).database or ""
    role = f"was_{name[:12]}"
    with psycopg.connect(
        make_url(owner).set(drivername="postgresql").render_as_string(hide_password=False)
    ) as connection:
        connection.execute(f"CREATE ROLE {role} LOGIN")  # type: ignore[arg-type]
        connection.execute(f"GRANT ALL ON SCHEMA public TO {role}")  # type: ignore[arg-type]
        connection.execute(f"GRANT ALL ON DATABASE {name} TO {role}")  # type: ignore[arg-type]
    migrate(in_role(owner, role), tmp_path)

    migrate(in_role(owner, role), tmp_path, owner=owner)
    migrate(in_role(owner, role), tmp_path, owner=owner)

    db = Database(in_role(owner, role))
    assert refused(db, "DELETE FROM audit_events") == "InsufficientPrivilege"
    assert refused(db, "CREATE TABLE mine (n int)") == "InsufficientPrivilege"
    db.close()
    postgres.drop(owner)


def test_the_owner_is_no_role_for_the_product(postgres: Postgres, tmp_path: Path) -> None:
    owner = postgres.create()

    with pytest.raises(AssertionError, match="choose another for it"):
        migrate(owner, tmp_path, owner=owner)

    postgres.drop(owner)


def test_the_product_does_not_start_on_a_shape_that_it_may_not_change(postgres: Postgres, tmp_path: Path) -> None:
    owner = postgres.create()
    other = postgres.create()
    migrate(in_role(other, "porchlight_runtime"), tmp_path, owner=other)

    with pytest.raises(Stopped, match="PORCHLIGHT_DATABASE_OWNER first"):
        prepare(Settings(data=tmp_path, database=in_role(owner, "porchlight_runtime")))

    postgres.drop(owner)
    postgres.drop(other)


def test_a_new_role_signs_in_with_the_password_of_its_address(postgres: Postgres, tmp_path: Path) -> None:
    owner = postgres.create()
    role = f"new_{(make_url(owner).database or '')[:12]}"
    url = make_url(owner).set(username=role, password="lantern by the door").render_as_string(hide_password=False)

    migrate(url, tmp_path, owner=owner)

    with psycopg.connect(
        make_url(owner).set(drivername="postgresql").render_as_string(hide_password=False)
    ) as connection:
        kept = connection.execute("SELECT rolpassword FROM pg_authid WHERE rolname = %s", [role]).fetchone()
    assert kept
    assert kept[0].startswith("SCRAM-SHA-256$")
    postgres.drop(owner)


@pytest.mark.asvs("13.2.2")
def test_the_owners_address_is_handed_to_no_child(tmp_path: Path) -> None:
    said = subprocess.run(
        [
            sys.executable,
            "-c",
            "import os; from porchlight.settings import *; pass_on(from_environment());"
            "print('PORCHLIGHT_DATABASE_OWNER' in os.environ)",
        ],
        env=os.environ
        | {"PYTHONPATH": str(ROOT / "backend"), "PORCHLIGHT_DATABASE_OWNER": "postgresql://o@localhost/p"},
        capture_output=True,
        text=True,
        check=True,
    )

    assert said.stdout.strip() == "False"


@pytest.mark.asvs("12.3.1")
@pytest.mark.parametrize(
    ("address", "good"),
    [
        ("postgresql://p@localhost/p", True),
        ("postgresql://p@127.0.0.1:5432/p", True),
        ("postgresql://p@[::1]/p", True),
        ("postgresql:///p?host=/run/postgresql", True),
        ("postgresql:///p", True),
        ("postgresql://p@db.example.org/p", False),
        ("postgresql://p@10.0.0.4/p", False),
        ("postgresql://p@db.example.org/p?sslmode=require", False),
        ("postgresql://p@db.example.org/p?sslmode=verify-ca", False),
        ("postgresql://p@db.example.org/p?sslmode=verify-full", True),
        ("postgresql+psycopg://p@/p?host=db.example.org", False),
        ("postgresql://p@/p?host=localhost:5432&host=db.example.org:5432", False),
        ("postgresql://p@localhost.example.org/p", False),
    ],
)
def test_a_database_elsewhere_must_prove_who_it_is(address: str, good: bool) -> None:
    assert roads.proven(address) is good
    if good:
        check_roads(Settings(database=address))
        return
    for settings in (Settings(database=address), Settings(database_owner=address)):
        with pytest.raises(Stopped, match="sslmode=verify-full"):
            check_roads(settings)
    check_roads(Settings(database=address, plain_roads=True))


@pytest.mark.asvs("12.3.1")
def test_a_bucket_elsewhere_is_talked_to_over_https() -> None:
    check_roads(Settings(s3_endpoint="http://127.0.0.1:9000"))
    check_roads(Settings(s3_endpoint="https://s3.example.org"))
    for settings in (Settings(s3_endpoint="http://s3.example.org"), Settings(aws_endpoint="http://10.0.0.4")):
        with pytest.raises(Stopped, match="https://"):
            check_roads(settings)


@on_postgresql
@pytest.mark.asvs("13.2.2")
def test_the_tests_of_the_product_run_in_that_role(db: Database, leave: Callable[..., list[UUID]]) -> None:
    """Every test with a database of PostgreSQL shows that the role may do enough (tests/conftest.py)."""
    with db.reading() as session:
        role, mighty = (
            session.connection()
            .exec_driver_sql("SELECT current_user, rolsuper FROM pg_roles WHERE rolname = current_user")
            .one()
        )

    assert (role, mighty) == ("porchlight_runtime", False)
