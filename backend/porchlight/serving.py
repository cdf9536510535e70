"""Starting up: each thing that can be wrong with the place gets one plain sentence before anything runs."""

import socket
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError, DatabaseError, OperationalError, ProgrammingError

from porchlight import demo
from porchlight.audit import service as audit
from porchlight.core import keys, logs, roads, strength
from porchlight.core.db import Database
from porchlight.core.keyring import roots
from porchlight.core.keyring.current import RING
from porchlight.core.keyring.ring import Ring
from porchlight.migrations import NewerDatabase, migrate, rights
from porchlight.people import queries as people
from porchlight.people.set_up import queries as set_up
from porchlight.people.set_up import service as setting_up
from porchlight.settings import Settings

NOT_ALLOWED = "42501"  # PostgreSQL: insufficient privilege


class Stopped(Exception):
    """Why it cannot start, in one sentence."""


def check_place(settings: Settings) -> None:
    """Raises Stopped when the port is busy, the folder cannot be written, or the demo would be open to a network."""
    if settings.demo and not settings.demo_open and not roads.local(settings.host):
        raise Stopped(
            "The demo lets anyone in, so it only runs on this machine; leave PORCHLIGHT_HOST at 127.0.0.1, "
            "or set PORCHLIGHT_DEMO_OPEN=1 if everybody who reaches it may look around."
        )
    with socket.socket(socket.AF_INET6 if ":" in settings.host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except PermissionError:
            raise Stopped(f"Port {settings.port} needs more rights; choose one above 1023 with --port.") from None
        except OverflowError:
            raise Stopped(f"There is no port {settings.port}; choose one from 1024 to 65535 with --port.") from None
        except socket.gaierror:
            raise Stopped(f"There is no address {settings.host} on this machine; choose another with --host.") from None
        except OSError:
            raise Stopped(
                f"Port {settings.port} is already in use; stop the other program or choose another with --port."
            ) from None


def check_roads(settings: Settings) -> None:
    """Raises Stopped when people, a database or a bucket elsewhere would be talked to over a road that is not proven."""
    if settings.plain_roads:
        return
    if not (settings.secure or settings.demo or roads.local(settings.host)):
        raise Stopped(
            "Other machines can reach this one, so PORCHLIGHT_URL must start with https://: set PORCHLIGHT_TLS_CERTIFICATE and "
            "PORCHLIGHT_TLS_KEY, or put a proxy in front; or set PORCHLIGHT_PLAIN_ROADS=1 if nobody else is on that network."
        )
    for name, address in (("", settings.database_url), ("_OWNER", settings.database_owner)):
        if address.startswith("postgresql") and not roads.proven(address):
            raise Stopped(
                f"PORCHLIGHT_DATABASE{name} names another machine; end it with ?sslmode=verify-full&sslrootcert=…, "
                "or set PORCHLIGHT_PLAIN_ROADS=1 if nobody else is on that network."
            )
    for name, address in (("S3", settings.s3_endpoint), ("AWS", settings.aws_endpoint)):
        if address.startswith("http://") and not roads.local(urlsplit(address).hostname or ""):
            raise Stopped(
                f"PORCHLIGHT_{name}_ENDPOINT must start with https://, "
                "or set PORCHLIGHT_PLAIN_ROADS=1 if nobody else is on that network."
            )


def check_passwords(settings: Settings) -> None:
    """Raises Stopped when an account elsewhere is reached with a password out of a manual."""
    for name in ("database", "database_owner", "smtp"):
        if strength.weak_password(getattr(settings, name)):
            raise Stopped(f"The password in PORCHLIGHT_{name.upper()} is a sample; give that account one of its own.")


def shape(settings: Settings) -> None:
    """`porchlight migrate`: as the owner of the database, where there is one, who then gives the product's role its rights.

    Raises Stopped.
    """
    if not settings.database_owner:
        prepare(settings, only_migrate=True)
        return
    runtime = make_url(settings.database_url)
    if runtime.get_backend_name() != "postgresql" or not runtime.username:
        raise Stopped("PORCHLIGHT_DATABASE must be postgresql://ROLE@… beside PORCHLIGHT_DATABASE_OWNER.")
    prepare(replace(settings, database=settings.database_owner), only_migrate=True)
    db = Database(settings.database_owner)
    try:
        with db.writer.begin() as connection:
            rights.grant(connection, runtime)
    except rights.TooMighty:
        raise Stopped(
            f"The role {runtime.username} of PORCHLIGHT_DATABASE is the owner's or may make roles; choose another for it."
        ) from None
    except ProgrammingError:
        raise Stopped("The role of PORCHLIGHT_DATABASE_OWNER may not give rights; it must own the database.") from None
    finally:
        db.close()


def prepare(settings: Settings, *, only_migrate: bool = False, greet: bool = False) -> str:
    """Folder, secret, database, demo caseload. Returns how to sign in, where somebody reads it; raises Stopped.

    only_migrate: whose data lie here does not matter. greet: print a set-up address where nobody can sign in yet.
    """
    check_roads(settings)
    check_passwords(settings)
    made = open_keys(settings)
    try:
        db = Database(settings.database_url)
    except (ArgumentError, ImportError):
        raise Stopped("PORCHLIGHT_DATABASE must be sqlite:///… or postgresql://…, or left empty.") from None
    audit.furnish(db, made)
    try:
        migrate(db)
        if only_migrate:
            return ""
        db.facts[RING] = Ring(made)
        _seal_from_the_first(db, made)
        return _demo(db, made) if settings.demo else _real(db, settings, greet=greet)
    except NewerDatabase:
        raise Stopped(
            "This database was made by a newer Porchlight; start that release, or restore a backup."
        ) from None
    except OperationalError:
        raise Stopped("The database does not answer; check PORCHLIGHT_DATABASE.") from None
    except DatabaseError as error:
        if getattr(error.orig, "sqlstate", "") == NOT_ALLOWED:
            raise Stopped(
                "The role of PORCHLIGHT_DATABASE may not change tables; run `porchlight migrate` with "
                "PORCHLIGHT_DATABASE_OWNER first, then start again."
            ) from None
        if (
            type(error) is not DatabaseError
        ):  # its kinds are mistakes of ours; the class itself says that the file is bad
            raise
        raise Stopped("The database is damaged or is none of ours; restore a backup.") from None
    finally:
        db.close()


def _seal_from_the_first(db: Database, made: keys.Keys) -> None:
    """A new installation seals words at once; one that was there before, when it is told to (porchlight keys seal)."""
    with db.reading() as session:
        if not roots.at_hand(session, made):
            raise Stopped(
                "The words in this database were sealed under another secret; put that one back from the agency's safe."
            )
        if people.any_account(session):
            return
    with db.transaction() as session:
        roots.begin(session, made, now=db.now(session))


def open_keys(settings: Settings) -> keys.Keys:
    """The keys of this installation, made on a first run. Raises Stopped."""
    try:
        settings.data.mkdir(parents=True, exist_ok=True)
        trial = settings.data / ".writable"
        trial.touch()
        trial.unlink()
        secret = keys.load_secret(settings.data, settings.secret)
        strength.check_secret(secret)
        return keys.open_keys(settings.data, settings.secret)
    except OSError:
        raise Stopped(
            f"The data folder {settings.data} cannot be written; choose another with PORCHLIGHT_DATA."
        ) from None
    except strength.Weak:
        raise Stopped(
            "The secret is a sample, or can be guessed; leave PORCHLIGHT_SECRET empty, and a good one is made."
            if settings.secret
            else "The secret in the data folder can be guessed; put back the true one, or start with an empty folder."
        ) from None
    except ValueError:
        raise Stopped("The secret is damaged; put back the data folder's file “secret” from a backup.") from None


def _demo(db: Database, made: keys.Keys) -> str:
    """Loads the invented caseload on a first run. Raises Stopped beside real data."""
    with db.reading() as session:
        if people.any_real_account(session):
            raise Stopped(
                "This folder holds real data, so the demo does not start here; choose another PORCHLIGHT_DATA."
            )
        loaded = people.any_account(session)
    if not loaded:
        print("Loading the invented caseload of Alder County, once…", flush=True)
        with db.transaction() as session:
            demo.load(session, now=db.now(session), keys=made)
    return (
        "Sign in with one tap as any of the invented people, or by hand as\n"
        "  rowan@example.org (caseworker), joss@example.org (on call), priya@example.org (supervisor),\n"
        f"  corin@example.org (state oversight); the password is {demo.DEMO_PASSWORD}"
    )


def _real(db: Database, settings: Settings, *, greet: bool) -> str:
    """How the first person gets in, while nobody can. Raises Stopped on a folder of the demo."""
    with db.reading() as session:
        if set_up.any_invented(session):
            raise Stopped(
                "This folder holds the invented caseload of the demo; start it with --demo, or choose another PORCHLIGHT_DATA."
            )
    if not greet:
        return ""
    with db.transaction() as session:
        token = setting_up.new_address(session, now=db.now(session))
    if token is None:
        return ""
    return (
        "Nobody can sign in yet. Set it up at this address, which works once and for a day:\n"
        f"  {settings.public_url}/set-up/{token}\n"
        "To look around with invented people instead, start it with --demo."
    )


def run_web(settings: Settings) -> None:
    """Blocks until a signal; the server's child ends with it.

    No thread may run here: the child is forked, and a thread that imports something at that moment locks it for good.
    """
    from granian import Granian
    from granian.constants import Interfaces, SSLProtocols
    from granian.log import LogLevels

    Granian(
        "porchlight.app:create",
        address=settings.host,
        port=settings.port,
        interface=Interfaces.ASGI,
        factory=True,
        workers=1,
        log_level=LogLevels.warning,
        workers_kill_timeout=5,
        log_dictconfig=logs.THROUGH_US,
        ssl_cert=Path(settings.tls_certificate) if settings.tls_certificate else None,
        ssl_key=Path(settings.tls_key) if settings.tls_key else None,
        ssl_protocol_min=SSLProtocols.tls12,
    ).serve()
