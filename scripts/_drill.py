"""Walks a drill: the product with its demo, a push service and a phone that stand here; each step with its time."""

import argparse
import json
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from uuid import UUID

import http_ece
import httpx
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from sqlmodel import select

from porchlight.alerts import service as alerting
from porchlight.core.db import Database
from porchlight.core.ids import new_id
from porchlight.core.keys import b64u
from porchlight.crises.drills import queries as drills
from porchlight.crises.drills.models import Drill
from porchlight.crises.models import EscalationPolicy
from porchlight.oncall import queries as oncall
from porchlight.people import queries as people
from porchlight.people.access import Role
from porchlight.people.models import Account, Device
from porchlight.relations import relate
from tests.sealed import with_keys
from tests.serving import Serving, free_port

WITHIN = 60.0  # seconds to answer in this walk
REACTION = 1.5  # seconds until the one who was woken presses the button


@dataclass
class Steps:
    """Prints what happens with the seconds since the drill was sent."""

    began: float = field(default_factory=time.monotonic)

    def say(self, words: str) -> None:
        print(f"{time.monotonic() - self.began:8.2f} s  {words}", flush=True)


@dataclass
class Phone:
    """A push service and the phone behind it. Its keys never leave it, as in a browser."""

    lost: bool
    answers: bool
    heard: Callable[[str], None] = print
    server_url: str = ""
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    auth: bytes = b"sixteen-bytes-ok"

    def keys(self) -> dict[str, str]:
        point = self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        return {"p256dh": b64u(point), "auth": b64u(self.auth)}

    def take(self, body: bytes) -> None:
        """The push service has answered; now the phone gets it, unless it is lost on the way.

        What else the demo calls this person for is none of this walk's.
        """
        said = json.loads(http_ece.decrypt(body, private_key=self.key, auth_secret=self.auth, version="aes128gcm"))
        if said["severity"] != "test":
            return
        self.heard("the push service has taken the push")
        if self.lost:
            self.heard("the push is lost on its way: the phone stays dark")
            return
        self.heard(f"the phone shows it: a {said['severity']} alert")
        self.tell("shown", said["token"])
        if not self.answers:
            self.heard("nobody presses anything")
            return
        time.sleep(REACTION)
        self.heard("“I've got it” is pressed")
        self.tell("acknowledged", said["token"])

    def tell(self, what: str, token: str) -> None:
        where = f"{self.server_url}/api/v1/deliveries/{what}"
        answer = httpx.post(where, json={"token": token}, headers={"Origin": self.server_url}, timeout=10)
        self.heard(f"the server has heard that ({what}: {answer.status_code})")


def push_service(phone: Phone, port: int) -> ThreadingHTTPServer:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
            self.send_response(201)
            self.send_header("Content-Length", "0")
            self.end_headers()
            threading.Thread(target=phone.take, args=(body,), daemon=True).start()

        def log_message(self, *_args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def whose_turn(db: Database) -> tuple[UUID, str]:
    """Who is on call first now in the demo: id and name."""
    with db.reading() as session:
        policy = session.exec(select(EscalationPolicy).order_by(EscalationPolicy.id)).first()  # type: ignore[arg-type]
        assert policy is not None
        on_call = oncall.who(session, policy.schedule_id, db.now(session))
        first = on_call.get("worker") or next(iter(on_call.values()), policy.last_resort_id)
        return first, session.get_one(Account, first).name


def give_phone(db: Database, account_id: UUID, phone: Phone, endpoint: str) -> None:
    now = datetime.now(UTC)
    with db.transaction() as session:
        device = Device(id=new_id(), account_id=account_id, public_key={}, enrolled_at=now, last_seen_at=now)
        session.add(device)
        session.flush()
        actor = people.actor_of(session, account_id, device_id=device.id)
        assert actor is not None
        alerting.subscribe(session, actor, endpoint, **phone.keys(), now=now)


def send(db: Database, url: str, account_id: UUID) -> str:
    """A supervisor of the demo presses “Send a test alert”. Returns the supervisor's name."""
    with db.reading() as session:
        known = {one.id for one in people.demo_people(session)}
        boss = next(one for one in people.accounts_with_role(session, Role.SUPERVISOR) if one.id in known)
    with httpx.Client(base_url=url, headers={"Origin": url, "Sec-Fetch-Site": "same-origin"}, timeout=30) as browser:
        browser.post("/sign-in/demo", data={"account_id": str(boss.id)})
        answer = browser.post("/crises/drills", data={"account_id": str(account_id)})
        assert answer.status_code < 400, f"The drill could not be sent: {answer.status_code}"
    return boss.name


def ended(db: Database, account_id: UUID) -> drills.DrillLine | None:
    with db.reading() as session:
        found = session.exec(select(Drill.id).where(Drill.account_id == account_id, Drill.why == "asked")).first()
        line = drills.drill(session, found) if found else None
    return line if line and line.state != "running" else None


def walk(asked: argparse.Namespace) -> int:
    with tempfile.TemporaryDirectory(prefix="pl-drill-") as folder:
        port = free_port()
        phone = Phone(lost=asked.lost, answers=not asked.unanswered)
        service = push_service(phone, port)
        here = f"http://127.0.0.1:{port}"
        print("Starting the product with its demo in a folder of its own…", flush=True)
        with Serving(Path(folder) / "data", PORCHLIGHT_PUSH_HOSTS=here) as serving:
            relate()
            db = with_keys(serving.database, serving.data)
            account_id, name = whose_turn(db)
            phone.server_url = serving.url
            give_phone(db, account_id, phone, f"{here}/phone")
            steps = Steps()
            phone.heard = steps.say
            boss = send(db, serving.url, account_id)
            steps.say(f"{boss} has sent a test alert to {name}, who is on call first")
            return _wait(db, steps, account_id, name, asked.within, service)


def _wait(db: Database, steps: Steps, account_id: UUID, name: str, within: float, service: ThreadingHTTPServer) -> int:
    until = steps.began + within
    while (found := ended(db, account_id)) is None and time.monotonic() < until:
        time.sleep(0.05)
    service.shutdown()
    db.close()
    if found and found.state == "passed":
        steps.say(f"PASSED: {name} answered {found.answered:.1f} s after the alert was made, and it is written down")
        return 0
    steps.say(f"FAILED: {name} did not answer within {within:.0f} s")
    return 1


def arguments(given: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/drill", description=__doc__)
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--unanswered", action="store_true", help="the phone shows it and nobody presses: it must fail")
    how.add_argument("--lost", action="store_true", help="the push is accepted and never arrives: it must fail")
    parser.add_argument("--within", type=float, default=WITHIN, help="seconds to answer")
    return parser.parse_args(given)


if __name__ == "__main__":
    sys.exit(walk(arguments(sys.argv[1:])))
