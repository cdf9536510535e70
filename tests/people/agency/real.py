"""A real provider of OpenID Connect in a process of its own, and a person's browser that walks through it."""

import json
import os
import re
import subprocess
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import httpx
from joserfc.jwk import RSAKey

from tests.serving import free_port

HERE = Path(__file__).parent
SECRET = "invented-secret-of-a-test"
LOGIN_FORM = re.compile(r'name="xsrf" value="([^"]+)"')


class Agency:
    """The provider: `with Agency(back) as agency`. back: the address to come back to; hook: where it says who has left."""

    def __init__(self, back: str, hook: str = "") -> None:
        self.port = free_port()
        self.issuer = f"http://127.0.0.1:{self.port}"
        common = {
            "redirect_uris": [back],
            "grant_types": ["authorization_code", "refresh_token"],
            "client_secret": SECRET,
        }
        ours = {
            "client_id": "porchlight",
            **({"backchannel_logout_uri": hook, "backchannel_logout_session_required": True} if hook else {}),
        }
        self.clients = [{**common, **ours}, {**common, "client_id": "another"}]
        self.people: list[dict[str, Any]] = []
        self.process: subprocess.Popen[str] | None = None
        self.new_keys()

    def new_keys(self) -> None:
        self.key = RSAKey.generate_key(2048, {"use": "sig", "alg": "RS256"}, private=True)
        self.key.ensure_kid()

    def __enter__(self) -> "Agency":
        return self.start()

    def __exit__(self, *_how: object) -> None:
        self.stop()

    def start(self) -> "Agency":
        env = {
            "PATH": os.environ["PATH"],
            "PORT": str(self.port),
            "JWKS": json.dumps({"keys": [self.key.as_dict(private=True)]}),
            "CLIENTS": json.dumps(self.clients),
        }
        self.process = subprocess.Popen(
            ["node", str(HERE / "provider.mjs")], env=env, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        assert self.process.stdout
        assert "listening" in self.process.stdout.readline()
        for one in self.people:
            self.tell(person=one)
        return self

    def stop(self) -> None:
        if self.process:
            self.process.kill()
            self.process.wait()
            if self.process.stdout:
                self.process.stdout.close()
            self.process = None

    def tell(self, **what: Any) -> None:
        httpx.post(f"{self.issuer}/told", json=what).raise_for_status()

    def employs(self, sub: str, email: str, *, verified: bool = True, **how: Any) -> None:
        """how: amr, acr: with what they sign in."""
        person = {"sub": sub, "claims": {"email": email, "email_verified": verified}, **how}
        self.people.append(person)
        self.tell(person=person, next=sub)


class Visitor:
    """A browser at the provider's pages, with its cookies."""

    def __init__(self) -> None:
        self.client = httpx.Client(follow_redirects=False)

    def walk(self, address: str, stop: str) -> str:
        """From one redirect to the next, until one leads to an address that starts with `stop`."""
        for _step in range(12):
            answer = self.client.get(address)
            assert answer.is_redirect, answer.text
            address = str(httpx.URL(address).join(answer.headers["location"]))
            if address.startswith(stop):
                return address
        raise AssertionError(address)

    def log_out(self, issuer: str) -> None:
        """At the provider's own page, for good."""
        asked = self.client.get(f"{issuer}/session/end")
        found = LOGIN_FORM.search(asked.text)
        assert found, asked.text
        done = self.client.post(f"{issuer}/session/end/confirm", data={"xsrf": found[1], "logout": "yes"})
        assert done.status_code < 400, done.text

    def close(self) -> None:
        self.client.close()


class Hook:
    """Takes what a provider posts; `token()` waits for the next logout token."""

    def __init__(self) -> None:
        heard: list[str] = []

        class Listener(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"])).decode()
                heard.append(parse_qs(body)["logout_token"][0])
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_args: object) -> None:
                return

        self.heard = heard
        self.server = HTTPServer(("127.0.0.1", 0), Listener)
        self.address = f"http://127.0.0.1:{self.server.server_port}/hook"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def token(self) -> str:
        return waited_for(lambda: self.heard[-1] if self.heard else "")

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


def waited_for(what: Callable[[], str], seconds: float = 5) -> str:
    until = time.monotonic() + seconds
    while not (found := what()):
        assert time.monotonic() < until, "Nothing came."
        time.sleep(0.02)
    return found
