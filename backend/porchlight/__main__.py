"""The command line: serve, work, migrate, keys, audit verify."""

import argparse
import signal
import sys
import threading
from dataclasses import replace
from datetime import UTC, date, datetime, time
from types import FrameType

from porchlight.core import logs
from porchlight.serving import Stopped, check_place, open_keys, prepare, run_web, shape
from porchlight.settings import BadSetting, Settings, from_environment, pass_on


def read_arguments() -> tuple[str, Settings, datetime | None]:
    parser = argparse.ArgumentParser(prog="porchlight", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    serve = commands.add_parser("serve", help="the web process, with the worker inside")
    serve.add_argument("--port", type=int)
    serve.add_argument("--host")
    serve.add_argument("--demo", action="store_true", help="an invented caseload and one-tap sign-in")
    serve.add_argument("--no-worker", action="store_true", help="the worker runs elsewhere (porchlight work)")
    commands.add_parser("work", help="a worker process of its own")
    commands.add_parser("migrate", help="bring the database to this release's shape")
    keys = commands.add_parser("keys", help="the keys of this installation, and what hangs on which")
    keys.add_argument("act", nargs="?", choices=["seal", "rotate"], help="seal what lies open; take a newer secret")
    audit = commands.add_parser("audit", help="who saw and who changed what").add_subparsers(
        dest="audit", required=True
    )
    verify = audit.add_parser(
        "verify", help="check every row, seal and checkpoint; ends with 0 whole, 1 changed, 2 cannot be vouched for"
    )
    verify.add_argument("--since", type=day, help="begin with what was sealed on this day (2026-11-28, in UTC)")
    given = parser.parse_args()
    settings = from_environment()
    if given.command == "audit":
        return given.command, settings, given.since
    if given.command == "serve":
        settings = replace(
            settings,
            port=given.port or settings.port,
            host=given.host or settings.host,
            demo=given.demo or settings.demo,
            worker=settings.worker and not given.no_worker,
        )
    return " ".join(filter(None, [given.command, getattr(given, "act", None)])), settings, None


def day(text: str) -> datetime:
    return datetime.combine(date.fromisoformat(text), time(), UTC)


def serve(settings: Settings) -> None:
    check_place(settings)
    settings = replace(settings, greeting=prepare(settings, greet=True))
    pass_on(settings)
    run_web(settings)


def work(settings: Settings) -> None:
    from porchlight.app import make_tools
    from porchlight.worker import Worker

    prepare(settings)
    worker = Worker(make_tools(settings))
    stopping = threading.Event()

    def stop(_number: int, _frame: FrameType | None) -> None:
        stopping.set()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    worker.start()
    print("Porchlight's worker is running. Ctrl-C ends it.", flush=True)
    stopping.wait()
    worker.stop()


def verify_audit(settings: Settings, since: datetime | None) -> int:
    from porchlight.audit.command import verify

    if not settings.secret and not (settings.data / "secret").exists():
        raise Stopped(f"There is no secret in {settings.data}; the audit is checked with this installation's own.")
    return verify(settings, open_keys(settings), since=since, say=print)


def show_keys(settings: Settings, command: str) -> None:
    from porchlight.audit.keyring import Ring
    from porchlight.core import keys
    from porchlight.core.db import Database
    from porchlight.core.keyring import commands

    made = open_keys(settings)
    prepare(settings, only_migrate=True)
    db = Database(settings.database_url)
    if command == "keys seal":
        lines = commands.seal(db, made)
    elif command == "keys rotate":
        lines = commands.rotate(db, made, secret_file=None if settings.secret else settings.data / "secret")
    else:
        lines = commands.show(db, made)
    print(f"intake  {made.intake_kid}  {keys.b64u(keys.point(made.intake.public_key()))}")
    print(f"receipt {made.receipt_kid}  {keys.b64u(keys.point(made.receipt.public_key()))}")
    print(f"audit   {Ring.of(made).sign_kid}  {keys.b64u(Ring.of(made).signer.public_key().public_bytes_raw())}")
    print(f"push    {keys.b64u(keys.point(made.vapid.public_key()))}")
    for line in lines:
        print(line)
    db.close()


def main() -> int:
    try:
        logs.set_up()
        command, settings, since = read_arguments()
        if command == "serve":
            serve(settings)
        elif command == "work":
            work(settings)
        elif command == "migrate":
            shape(settings)
        elif command == "audit":
            return verify_audit(settings, since)
        else:
            show_keys(settings, command)
    except (BadSetting, Stopped) as problem:
        print(f"Porchlight: {problem}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
