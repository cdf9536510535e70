"""Push services for tests: one that decrypts as a browser would, and one that does everything wrong."""

import base64
import json
import os
import ssl
import subprocess
import threading
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.serving import free_port

ROOT = Path(__file__).parents[1]
SERVER = ROOT / "node_modules" / "web-push-testing" / "src" / "bin" / "server.js"


def b64u(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def browser_keys() -> dict[str, str]:
    """What a browser gives away of a subscription, for a service that never reads the message."""
    public = ec.generate_private_key(ec.SECP256R1()).public_key()
    return {
        "p256dh": b64u(public.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)),
        "auth": b64u(os.urandom(16)),
    }


@dataclass
class Asked:
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Service:
    """An HTTP server on a free port. pem: it speaks TLS with that certificate. The first part of the path says what it answers:

    /ok 201 · /lost 201, and no phone ever shows it · /404 · /410 · /413 · /429 with Retry-After 7 · /500 · /hang never · /redirect to /ok ·
    /once 500 the first time, then 201 · /relay/… hands the request on to `behind` and gives its answer back.
    """

    behind: str = ""
    pem: Path | None = None
    asked: list[Asked] = field(default_factory=list)

    def __enter__(self) -> "Service":
        self.port = free_port()
        self.url = f"{'https' if self.pem else 'http'}://127.0.0.1:{self.port}"
        self.released = threading.Event()
        handler = type("Bound", (_Handler,), {"service": self})
        self.server = ThreadingHTTPServer(("127.0.0.1", self.port), handler)
        if self.pem:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(self.pem)
            # The handshake belongs to the thread of the connection, or one that is refused would end the server.
            self.server.socket = context.wrap_socket(
                self.server.socket, server_side=True, do_handshake_on_connect=False
            )
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.released.set()
        self.server.shutdown()
        self.server.server_close()

    def endpoint(self, what: str, name: str = "one") -> str:
        return f"{self.url}/{what}/{name}"

    def paths(self) -> list[str]:
        return [one.path for one in self.asked]


class _Handler(BaseHTTPRequestHandler):
    service: Service

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        self.service.asked.append(Asked(self.path, {k.lower(): v for k, v in self.headers.items()}, body))
        what = self.path.split("/")[1]
        if what == "relay":
            self.answer(*self.relay(body))
        elif what == "hang":
            self.service.released.wait(30)
        elif what == "redirect":
            self.answer(307, {"Location": self.service.endpoint("ok", "redirected")})
        elif what == "429":
            self.answer(429, {"Retry-After": "7"})
        elif what == "once":
            self.answer(500 if self.service.paths().count(self.path) == 1 else 201)
        else:
            self.answer(201 if what in ("ok", "lost") else int(what))

    def relay(self, body: bytes) -> tuple[int, dict[str, str]]:
        headers = {
            name: value for name, value in self.headers.items() if name.lower() not in ("host", "content-length")
        }
        wanted = urllib.request.Request(
            self.service.behind + self.path.removeprefix("/relay"), data=body, headers=headers, method="POST"
        )
        try:
            with urllib.request.urlopen(wanted, timeout=5) as answer:
                return answer.status, {}
        except urllib.error.HTTPError as error:
            with error:
                return error.code, {}

    def answer(self, status: int, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in {"Content-Length": "0", **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()

    def log_message(self, *_args: object) -> None:
        pass


class Decrypting:
    """The independent push server of npm's web-push-testing: it checks VAPID and decrypts (RFC 8291, 8292)."""

    def __enter__(self) -> "Decrypting":
        assert SERVER.exists(), "web-push-testing is missing: run npm ci"
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.process = subprocess.Popen(
            ["node", str(SERVER), str(self.port)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        until = time.monotonic() + 20
        while True:
            try:
                self._ask("/status", {})
                return self
            except (urllib.error.URLError, ConnectionError):
                assert self.process.poll() is None, "web-push-testing ended"
                assert time.monotonic() < until, "web-push-testing did not answer"
                time.sleep(0.05)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.process.terminate()
        self.process.wait(10)

    def subscribe(self, key: str) -> tuple[str, dict[str, str]]:
        """As `pushManager.subscribe` with our VAPID key. Returns the client's name there and the subscription's keys."""
        made = self._ask("/subscribe", {"userVisibleOnly": "true", "applicationServerKey": key})["data"]
        return made["clientHash"], made["keys"]

    def messages(self, client: str) -> list[dict[str, Any]]:
        said = self._ask("/get-notifications", {"clientHash": client})["data"]["messages"]
        return [json.loads(one) for one in said]

    def expire(self, client: str) -> None:
        self._ask(f"/expire-subscription/{client}", {})

    def _ask(self, path: str, body: dict[str, str]) -> dict[str, Any]:
        wanted = urllib.request.Request(
            self.url + path, data=json.dumps(body).encode(), headers={"Content-Type": "application/json"}, method="POST"
        )
        with urllib.request.urlopen(wanted, timeout=5) as answer:
            said = answer.read()
        return json.loads(said) if said.startswith(b"{") else {}
