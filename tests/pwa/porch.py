"""A small server for the phone's tests: the real files of pwa/, the real policy, and an intake that can be told to fail."""

import hashlib
import json
import mimetypes
import secrets
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import jinja2

from porchlight.core.lean import lean
from tests.pwa.intake import Intake
from tests.serving import free_port

PWA = Path(__file__).parents[2] / "pwa"
CASE = "0193a1b2-0000-7000-8000-00000000ca5e"
CHILDREN = [f"0193a1b2-0000-7000-8000-0000000000c{n}" for n in (1, 2, 3)]
ROWAN, TAMSIN = "0193a1b2-0000-7000-8000-0000000000a1", "0193a1b2-0000-7000-8000-0000000000a2"
NEW_VISIT = f"/cases/{CASE}/visits/new"
SERVED = ("js", "shared", "sw", "vendor", "css", "icons")


def policy(nonce: str) -> str:
    return (
        f"default-src 'none'; script-src 'nonce-{nonce}'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; "
        "worker-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; "
        "require-trusted-types-for 'script'; trusted-types htmx porchlight"
    )


class Porch:
    """Runs on a free port that it keeps over stop() and start()."""

    def __init__(self) -> None:
        self.port = free_port()
        self.url = f"http://localhost:{self.port}"
        self.intake = Intake()
        self.person: str | None = None
        self.mode = "ok"
        self.bad_ops: set[str] = set()
        self.version = "1"
        self.asked: list[tuple[str, str, dict[str, str]]] = []
        self.told: list[tuple[str, dict[str, Any]]] = []
        self.notes = {"/today": "Three visits today", f"/families/{CASE}": "Ansel likes frogs"}
        self.files = {f"/{f.relative_to(PWA).as_posix()}": f for part in SERVED for f in (PWA / part).rglob("*.*")}
        self.files["/sw.js"] = PWA / "sw.js"
        loader = jinja2.FileSystemLoader(PWA / "templates")
        self.jinja = jinja2.Environment(loader=loader, autoescape=True, extensions=["jinja2.ext.i18n"])
        self.jinja.install_null_translations(newstyle=True)  # type: ignore[attr-defined]
        self.server: ThreadingHTTPServer | None = None

    def start(self) -> "Porch":
        handler = type("Bound", (Handler,), {"porch": self})
        self.server = ThreadingHTTPServer(("127.0.0.1", self.port), handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def stop(self) -> None:
        if self.server:
            self.server.shutdown()
            self.server.server_close()
        self.server = None

    def shell(self) -> list[str]:
        scripts = [p for p in self.files if p.endswith(".js") and p != "/sw.js"]
        return sorted([*(p for p in scripts if not p.startswith("/sw/")), "/css/porchlight.css", "/icons/icon.svg", "/offline"])

    def page(self, path: str, nonce: str, person: str | None) -> str | None:
        actor = {"id": person, "roles": []} if person else None
        agency = {"name": "Alder County", "phone": "555-0100", "hotline": "555-0101"}
        frame = {"actor": actor, "agency": agency, "demo": False, "locale": "en", "path": path, "nonce": nonce}
        frame |= {"asset": str, "asset_version": self.version, "other_language": {"code": "es", "name": "Español"}}
        if path == "/offline":
            return self.jinja.get_template("phone/offline.html").render(frame)
        if person and path == NEW_VISIT:
            return self.jinja.get_template("visits/new.html").render(frame | VISIT)
        if (person and path in self.notes) or path in ("/sign-in", "/"):
            words = self.notes.get(path, "Sign in") if person else "Sign in"
            return self.jinja.from_string(PLAIN).render(frame | {"words": words, "whose": person})
        return None

    def pack(self, have: dict[str, str]) -> dict[str, Any]:
        pages = []
        for path in [*self.notes, NEW_VISIT]:
            etag = hashlib.sha256((self.page(path, "", self.person) or "").encode()).hexdigest()[:16]
            nonce = secrets.token_urlsafe(16)
            headers = {"Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": policy(nonce)}
            page = {"url": path, "etag": etag, "nonce": nonce, "headers": headers, "body": self.page(path, nonce, self.person)}
            if have.get(path) != etag:
                pages.append(page)
        gone = [url for url in have if url not in (*self.notes, NEW_VISIT)]
        return {"person": self.person, "as_of": "2026-11-23T14:02:00.000Z", "pages": pages, "gone": gone}


PLAIN = """{% extends "base.html" %}{% block content %}<h1>{{ words }}</h1><p id="whose">{{ whose }}</p>
<p data-as-of=""></p><p class="chip" data-ready="offline"><span></span></p><div data-drafts></div><p data-kept></p>
<a id="visit" href="/cases/0193a1b2-0000-7000-8000-00000000ca5e/visits/new">visit</a><a id="today" href="/today">today</a>
<form method="post" action="/sign-out" hx-boost="false" hx-nonce="{{ nonce }}"><button id="out">out</button></form>{% endblock %}"""
VISIT = {
    "case_id": CASE,
    "family": {"name": "Vance-Moreau", "href": f"/families/{CASE}"},
    "children": [{"id": c, "name": n, "age": a} for c, n, a in zip(CHILDREN, ("Ansel", "Birdie", "Callum"), (4, 7, 11), strict=True)],
    "adults": [{"id": "0193a1b2-0000-7000-8000-0000000000ad", "name": "Odessa Vance", "relation": "Mother"}],
    "came": "Rowan I.",
    "visit_id": "",
    "kinds": [("caseworker_visit", "Visit"), ("phone", "Phone call")],
    "places": [("home", "Home"), ("office", "Office"), ("phone", "Phone")],
    "topics": [("health", "Health"), ("school", "School")],
    "late_days": 3,
    "values": {},
    "errors": {},
}


class Handler(BaseHTTPRequestHandler):
    porch: Porch

    def log_message(self, *args: Any) -> None:
        pass

    def answer(self, status: int, body: bytes = b"", kind: str = "text/html; charset=utf-8", **headers: str) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": kind, "Content-Length": str(len(body)), "Cache-Control": "no-cache"}.items():
            self.send_header(name, value)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def json(self, status: int, what: Any) -> None:
        kind = "application/json" if status < 400 else "application/problem+json"
        self.answer(status, json.dumps(what).encode(), kind)

    def note(self) -> bytes:
        self.porch.asked.append((self.command, self.path, dict(self.headers)))
        return self.rfile.read(int(self.headers.get("Content-Length") or 0))

    def do_GET(self) -> None:
        self.note()
        path = self.path.partition("?")[0]
        porch = self.porch
        if path == "/bare":
            return self.answer(200, b"<!doctype html><title>bare</title>")
        if path == "/sw/precache.js":
            lines = f"export const VERSION = {json.dumps(porch.version)}\nexport const FILES = {json.dumps(porch.shell())}\n"
            return self.answer(200, lines.encode(), "text/javascript")
        if path == "/words/es.json":
            return self.json(200, {"Please read this": "Por favor lea esto", "Sign": "Firmar"})
        if file := porch.files.get(path):
            text = lean(file.read_text()).encode() if path.endswith(".js") and "vendor" not in path else file.read_bytes()
            return self.answer(200, text, mimetypes.guess_type(path)[0] or "text/plain")
        nonce = secrets.token_urlsafe(16)
        page = porch.page(path, nonce, porch.person)
        if page is None:
            return self.answer(303, Location="/sign-in") if not porch.person else self.answer(404, b"<!doctype html>404")
        mark = {"X_Page_Person": porch.person} if porch.person and path != "/offline" else {}
        return self.answer(200, page.encode(), Content_Security_Policy=policy(nonce), **mark)

    def do_PUT(self) -> None:
        body = self.note()
        *_rest, op_id, part = self.path.split("/")
        if self.porch.mode == "no media":
            return self.answer(503)
        there = (op_id, int(part)) in self.porch.intake.parts
        self.porch.intake.parts.setdefault((op_id, int(part)), body)
        return self.answer(412 if there else 200)

    def do_POST(self) -> None:
        body = self.note()
        porch = self.porch
        if self.path == "/api/v1/deposits":
            return self.deposit(body)
        if self.path.startswith("/api/v1/deliveries/"):
            porch.told.append((self.path.rsplit("/", 1)[1], json.loads(body)))
            return self.answer(204 if porch.mode == "ok" else 500)
        if self.path == "/sign-out":
            porch.person = None
            return self.answer(303, Location="/sign-in")
        if not porch.person:
            return self.json(401, {"detail": "Sign in."})
        if self.path == "/offline/pack":
            return self.json(200, porch.pack(json.loads(body)["have"]))
        if self.path == "/devices":
            return self.json(201, porch.intake.enrol(json.loads(body), porch.person))
        return self.answer(303, Location="/today")

    def deposit(self, body: bytes) -> None:
        header = self.headers["Porchlight-Deposit"]
        assert "Cookie" not in self.headers
        mode = self.porch.mode
        if mode == "html":
            return self.answer(200, b"<!doctype html><h1>Free wifi</h1>")
        if mode == "broken":
            return self.json(500, {})
        said = self.porch.intake._verified(header)
        if said["op_id"] in self.porch.bad_ops:
            return self.json(500, {})
        if mode == "needs fix":
            return self.json(422, {"outcome": "needs_fix", "detail": "This case is not on your caseload.", "type": "/x"})
        status, answer = self.porch.intake.deposit(header, body)
        if mode == "false receipt":
            answer = {"outcome": "accepted", "receipt": self.porch.intake.receipt(said, op_id="0193a1b2-0000-7000-8000-00000000ffff")}
        if mode == "lost answer":
            self.close_connection = True
            self.connection.close()
            return None
        return self.json(status, answer)
