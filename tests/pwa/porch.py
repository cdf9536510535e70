"""A small server for the phone's tests: the real files of pwa/, the real policy, and an intake that can be told to fail."""

import hashlib
import json
import mimetypes
import secrets
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qs
from uuid import UUID

import jinja2

from porchlight.cases import rules
from porchlight.core.actor import Actor
from porchlight.core.lean import lean
from porchlight.phone import views as phone_views
from porchlight.pwa import LOCKED_PAGES
from porchlight.settings import Settings
from porchlight.web.rendering import Renderer, View, make_environment
from porchlight.web.shield import policy
from tests.pwa.intake import Intake
from tests.serving import free_port

PWA = Path(__file__).parents[2] / "pwa"
CASE = "0193a1b2-0000-7000-8000-00000000ca5e"
CHILDREN = [f"0193a1b2-0000-7000-8000-0000000000c{n}" for n in (1, 2, 3)]
ROWAN, TAMSIN = "0193a1b2-0000-7000-8000-0000000000a1", "0193a1b2-0000-7000-8000-0000000000a2"
NEW_VISIT = f"/cases/{CASE}/visits/new"
SERVED = ("js", "shared", "sw", "vendor", "css", "icons")


# A worker's modules bear no nonce; it needs nothing but our own scripts and our own server.
WORKER_POLICY = "default-src 'none'; script-src 'self'; connect-src 'self'"
AGENCY = {"name": "Alder County", "phone": "+15555550100", "hotline": "+15555550198", "time_zone": "America/Chicago"}

AS_OF = datetime(2026, 11, 23, 14, 2, tzinfo=UTC)
HELP: dict[str, Any] = {"families": [], "crisis_id": "", "my_alerts": ()}


class PlainRenderer(Renderer):
    """Knows a page with nothing but words, too."""

    def environment(self, locale: str) -> jinja2.Environment:
        return with_plain(self.templates, locale)


@cache
def with_plain(templates: Path, locale: str) -> jinja2.Environment:
    made = make_environment(templates, locale)
    made.loader = jinja2.ChoiceLoader([jinja2.DictLoader({"plain.html": PLAIN}), jinja2.FileSystemLoader(templates)])
    return made


class Porch:
    """Runs on a free port that it keeps over stop() and start()."""

    def __init__(self) -> None:
        self.port = free_port()
        self.url = f"http://localhost:{self.port}"
        self.intake = Intake()
        self.person: str | None = None
        self.mode = "ok"
        self.yours = True
        self.packed_visit = True
        self.families: dict[str, list[str]] = {}
        self.bad_ops: set[str] = set()
        self.version = "1"
        self.on_put: Callable[[], object] = lambda: None
        self.put_answers: list[int] = []
        self.posted: list[dict[str, list[str]]] = []
        self.shell_extra: list[str] = []
        self.refuse_devices = False
        self.one_home = True
        self.lock: dict[str, int | bool] = {"idle": 15, "background": 5, "strict": False}
        self.signed_in_at = datetime.now(UTC)
        self.now: Callable[[], datetime] = lambda: AS_OF
        self.share: str | None = None
        self.per_piece = 1000
        self.pieces_before_cut = 1000
        self.sent: list[list[str]] = []
        self.asked: list[tuple[str, str, dict[str, str]]] = []
        self.told: list[tuple[str, dict[str, Any]]] = []
        self.notes = {"/today": "Three visits today", f"/families/{CASE}": "Ansel likes frogs"}
        self.files = {f"/{f.relative_to(PWA).as_posix()}": f for part in SERVED for f in (PWA / part).rglob("*.*")}
        self.files |= {f"/{name}": PWA / name for name in ("sw.js", "manifest.webmanifest")}
        settings = Settings(data=Path("/nowhere"))
        self.renderer = PlainRenderer(settings, PWA / "templates", load_agency=lambda: SimpleNamespace(**AGENCY))
        self.server: ThreadingHTTPServer | None = None

    def take_over(self, other: "Porch") -> None:
        """Answers where the other did, with its keys and for its person and devices."""
        self.port, self.url, self.person, self.signed_in_at = other.port, other.url, other.person, other.signed_in_at
        self.intake = Intake(other.intake.key, other.intake.receipt_key, dict(other.intake.devices))

    def start(self) -> "Porch":
        handler = type("Bound", (Handler,), {"porch": self})
        self.server = Server(("127.0.0.1", self.port), handler)
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def stop(self) -> None:
        if self.server:
            self.server.shutdown()
            self.server.server_close()
        self.server = None

    def lists(self, path: str) -> tuple[bytes, str] | None:
        """What the worker is told of the files that it is to have; None for any other address."""
        if path == "/sw/precache.js":
            said = {"VERSION": self.version, "PARCEL": {}, "TAG": "", "TAGS": dict.fromkeys(self.shell(), "")}
            lines = "".join(f"export const {name} = {json.dumps(value)}\n" for name, value in said.items())
            return lines.encode(), "text/javascript"
        files: dict[str, Any] = {
            "/sw/later.json": [*LOCKED_PAGES, "/words/es.json"],
            "/words/es.json": {
                "Please read this": "Por favor lea esto",
                "Sign": "Firmar",
                "Crisis alert. Open to see.": "Alerta de crisis. Ábrala para ver.",
            },
        }
        if path in files:
            return json.dumps(files[path]).encode(), "application/json"
        return (b"", "text/plain") if path == "/sw/parcel.txt" else None

    def shell(self) -> list[str]:
        scripts = [p for p in self.files if p.endswith(".js") and p != "/sw.js"]
        return sorted(
            [
                *self.shell_extra,
                *(p for p in scripts if not p.startswith("/sw/")),
                "/css/porchlight.css",
                "/icons/icon.svg",
                "/icons/icon-192.png",
                "/manifest.webmanifest",
                "/offline",
            ]
        )

    @staticmethod
    def actor(person: str | None) -> Actor | None:
        return Actor(UUID(person), "Rowan Ibarra", frozenset({"caseworker"})) if person else None

    def listed(self, search: str) -> dict[str, Any]:
        """The context of cases/families.html; a search that names no family finds none."""
        rows = [
            {"href": f"/cases/{name}", "name": name, "program": "in_home", "due_in": None,
             "children": [{"name": child, "names": child, "age": 4, "months": []} for child in children]}
            for name, children in self.families.items()
            if rules.named(search, name) or any(rules.named(search, child) for child in children)
        ]  # fmt: skip
        return {"q": search, "total": len(self.families), "families": rows}

    def page(self, path: str, nonce: str, person: str | None, search: str = "") -> str | None:
        actor = self.actor(person)
        if path == "/offline":
            view, actor = View("phone/offline.html"), None
        elif path in LOCKED_PAGES:
            pages = {"unlock": phone_views.unlock(), "left": phone_views.left("en")}
            view = pages.get(path.split("/")[1], View("crises/help.html", HELP | {"path": "/help"}))
            actor = None
        elif person and path == "/lock":
            view = phone_views.lock()
        elif person and path == "/help":
            view = View("crises/help.html", HELP | {"families": [(CASE, "Vance-Moreau")]})
        elif person and path == NEW_VISIT and self.packed_visit:
            view = View("visits/new.html", VISIT | {"one_home": self.one_home})
        elif person and path == "/families" and self.families:
            view = View("cases/families.html", self.listed(search))
        elif person and path == "/phone":
            view = View("phone/outbox.html")
        elif (person and path in self.notes) or path in ("/sign-in", "/", "/install"):
            words = self.notes.get(path, "Sign in") if person else "Sign in"
            view = View("plain.html", {"words": words, "whose": person or ""})
        else:
            return None
        return self.renderer.render(view, actor=actor, locale="en", nonce=nonce, path=path)

    def pack(self, have: dict[str, str], after: str = "", waiting: object = None) -> dict[str, Any]:
        """As the server's: at most `per_piece` pages in one answer."""
        paths = [
            *self.notes,
            "/lock",
            "/help",
            *(["/families"] if self.families else []),
            *([NEW_VISIT] if self.packed_visit else []),
        ]
        done = paths.index(after) + 1 if after in paths else 0
        pages: list[dict[str, Any]] = []
        while done < len(paths) and len(pages) < self.per_piece:
            page = self.packed(paths[done])
            pages += [page] if have.get(page["url"]) != page["etag"] else []
            done += 1
        self.sent.append([page["url"] for page in pages])
        gone = [url for url in have if url not in paths]
        following = paths[done - 1] if done < len(paths) else ""
        said = {"person": self.person, "as_of": self.now().isoformat(), "pages": pages, "gone": gone}
        return said | {"lock": self.lock, "total": len(paths), "done": done, "next": following}

    def packed(self, path: str) -> dict[str, Any]:
        etag = hashlib.sha256((self.page(path, "", self.person) or "").encode()).hexdigest()[:16]
        nonce = secrets.token_urlsafe(16)
        headers = {"Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": policy(nonce)}
        body = self.page(path, nonce, self.person)
        return {"url": path, "etag": etag, "nonce": nonce, "headers": headers, "body": body}


PLAIN = """{% extends "base.html" %}{% block content %}<h1>{{ words }}</h1><p id="whose">{{ whose }}</p>
<p class="chip" data-ready-offline></p><div data-drafts></div><p data-kept></p>
<a id="visit" href="/cases/0193a1b2-0000-7000-8000-00000000ca5e/visits/new">visit</a><a id="today" href="/today">today</a>
<form method="post" action="/tasks/1/done" hx-nonce="{{ nonce }}"><button id="done">done</button></form>
<form method="post" action="/sign-out" hx-boost="false" hx-nonce="{{ nonce }}"><button id="out">out</button></form>{% endblock %}"""
VISIT = {
    "case_id": CASE,
    "family": {"name": "Vance-Moreau", "href": f"/families/{CASE}"},
    "children": [
        {"id": c, "name": n, "age": a}
        for c, n, a in zip(CHILDREN, ("Ansel", "Birdie", "Callum"), (4, 7, 11), strict=True)
    ],
    "adults": [{"id": "0193a1b2-0000-7000-8000-0000000000ad", "name": "Odessa Vance", "relation": "Mother"}],
    "came": "Rowan I.",
    "visit_id": "",
    "late_days": 3,
}


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A phone that hangs up is no news; a test of what was asked fails by itself."""


class Handler(BaseHTTPRequestHandler):
    porch: Porch

    def log_message(self, *args: Any) -> None:
        pass

    def answer(self, status: int, body: bytes = b"", kind: str = "text/html; charset=utf-8", **headers: str) -> None:
        self.send_response(status)
        for name, value in {
            "Content-Type": kind,
            "Content-Length": str(len(body)),
            "Cache-Control": "no-cache",
        }.items():
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
        if path == "/healthz":
            return self.json(200, {"status": "ok"})
        if path.startswith("/api/v1/"):
            return self.lock()
        if path == "/bare":
            return self.answer(200, b"<!doctype html><title>bare</title>")
        if said := porch.lists(path):
            return self.answer(200, *said)
        if file := porch.files.get(path):
            text = (
                lean(file.read_text()).encode() if path.endswith(".js") and "vendor" not in path else file.read_bytes()
            )
            # Chromium 156 cannot start an updated module worker when only a module that it imports has changed.
            text += f"\n// {porch.version}".encode() if path == "/sw.js" else b""
            kind = mimetypes.guess_type(path)[0] or "text/plain"
            return self.answer(200, text, kind, Content_Security_Policy=WORKER_POLICY)
        nonce = secrets.token_urlsafe(16)
        search = parse_qs(self.path.partition("?")[2]).get("q", [""])[0]
        page = porch.page(path, nonce, porch.person, search)
        if page is None:
            if not porch.person:
                return self.answer(303, Location="/sign-in")
            view = View("plain.html", {"words": "Not found", "whose": porch.person})
            lost = porch.renderer.render(view, actor=porch.actor(porch.person), locale="en", nonce=nonce, path=path)
            return self.answer(404, lost.encode(), Content_Security_Policy=policy(nonce))
        shell = path == "/offline" or path in LOCKED_PAGES
        mark = {"X_Page_Person": porch.person} if porch.person and not shell else {}
        return self.answer(200, page.encode(), Content_Security_Policy=policy(nonce), **mark)

    def lock(self) -> None:
        """What a locked phone asks: who is signed in, and the share of its key."""
        porch = self.porch
        if self.path == "/api/v1/session" and not porch.person:
            return self.json(401, {"detail": "Sign in."})
        if self.path == "/api/v1/session":
            now = datetime.now(UTC)
            said = {"signed_in_at": porch.signed_in_at, "server_time": now}
            moments = {name: at.isoformat().replace("+00:00", "Z") for name, at in said.items()}
            return self.json(200, {"person_id": porch.person, **moments})
        if self.command == "POST":
            porch.share = porch.share or secrets.token_urlsafe(32)
        return self.json(200, {"share": porch.share}) if porch.person and porch.share else self.json(404, {})

    def do_PUT(self) -> None:
        body = self.note()
        *_rest, op_id, part = self.path.split("/")
        porch = self.porch
        if porch.mode == "no media":
            return self.answer(503)
        porch.on_put()
        there = (op_id, int(part)) in porch.intake.parts
        porch.intake.parts.setdefault((op_id, int(part)), body)
        porch.put_answers.append(412 if there else 200)
        return self.answer(porch.put_answers[-1])

    def do_POST(self) -> None:
        body = self.note()
        porch = self.porch
        if self.path == "/api/v1/deposits":
            return self.deposit(body)
        if self.path.endswith("/share"):
            return self.lock()
        if self.path.startswith("/api/v1/deliveries/"):
            porch.told.append((self.path.rsplit("/", 1)[1], json.loads(body)))
            return self.json(200 if porch.mode == "ok" else 500, {"taken": True, "yours": porch.yours})
        if self.path == "/sign-out":
            porch.person = None
            return self.answer(303, Location="/sign-in")
        if self.path.startswith("/cases/"):
            porch.posted.append(parse_qs(body.decode(), keep_blank_values=True))
        if not porch.person:
            return self.json(401, {"detail": "Sign in."})
        if self.path == "/offline/pack":
            return self.piece(body)
        if self.path == "/devices" and porch.refuse_devices:
            return self.json(503, {})
        if self.path == "/devices":
            enrolled = porch.intake.enrol(json.loads(body), porch.person)
            return self.json(201, enrolled | {"server_time": porch.now().isoformat()})
        return self.answer(303, Location="/today")

    def piece(self, body: bytes) -> None:
        if len(self.porch.sent) >= self.porch.pieces_before_cut:
            return self.json(503, {})
        return self.json(200, self.porch.pack(**json.loads(body)))

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
            return self.json(
                422, {"outcome": "needs_fix", "detail": "This case is not on your caseload.", "type": "/x"}
            )
        status, answer = self.porch.intake.deposit(header, body)
        if mode == "false receipt":
            answer = {
                "outcome": "accepted",
                "receipt": self.porch.intake.receipt(said, op_id="0193a1b2-0000-7000-8000-00000000ffff"),
            }
        if mode == "lost answer":
            self.close_connection = True
            self.connection.close()
            return None
        return self.json(status, answer)
