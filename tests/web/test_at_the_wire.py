"""What reaches the port: requests of two lengths, forged proxies, fields that nobody asked for."""

import socket
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from litestar import Litestar
from pydantic import BaseModel
from sqlmodel import SQLModel, select

import porchlight.routes  # noqa: F401  every form is known after it
from porchlight.app import furnish
from porchlight.core.db import Database
from porchlight.core.tools import Tools
from porchlight.people.models import SignInFailure
from tests.browsing import Browser
from tests.serving import Serving

SMUGGLED = {
    "both lengths": b"POST /sign-in HTTP/1.1\r\nHost: x\r\nContent-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /healthz HTTP/1.1\r\nHost: x\r\n\r\n",
    "two lengths": b"POST /sign-in HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\nContent-Length: 44\r\n\r\nGET /healthz HTTP/1.1\r\nHost: x\r\n\r\n",
    "a list of lengths": b"POST /sign-in HTTP/1.1\r\nHost: x\r\nContent-Length: 0, 44\r\n\r\nGET /healthz HTTP/1.1\r\nHost: x\r\n\r\n",
    "a length that is none": b"POST /sign-in HTTP/1.1\r\nHost: x\r\nContent-Length: +5\r\n\r\nhello",
    "a negative length": b"POST /sign-in HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\nhello",
    "an unknown coding": b"POST /sign-in HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
    "a coding behind chunked": b"POST /sign-in HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
    "a coding with a tab": b"POST /sign-in HTTP/1.1\r\nHost: x\r\nTransfer-Encoding:\x0bchunked\r\n\r\n0\r\n\r\n",
    "a space before the colon": b"POST /sign-in HTTP/1.1\r\nHost: x\r\nContent-Length : 5\r\n\r\nhello",
    "a folded header": b"GET /healthz HTTP/1.1\r\nHost: x\r\nX-A: b\r\n c\r\n\r\n",
    "a bare line feed in a value": b"GET /healthz HTTP/1.1\r\nHost: x\r\nX-A: b\nX-C\x00: d\r\n\r\n",
    "a chunk of no number": b"POST /sign-in HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\nhello\r\n0\r\n\r\n",
    "a chunk too large to count": b"POST /sign-in HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nfffffffffffffffff1\r\nhello\r\n0\r\n\r\n",
}  # fmt: skip


@pytest.fixture(scope="module")
def serving(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    with Serving(tmp_path_factory.mktemp("wire") / "data", demo=False) as serving:
        yield serving


def said(serving: Serving, request: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", serving.port), timeout=1) as line:
        line.sendall(request)
        heard = b""
        try:
            while more := line.recv(65536):
                heard += more
        except (TimeoutError, ConnectionResetError):
            pass
        return heard


@pytest.mark.asvs("4.2.1")
@pytest.mark.parametrize("request_", SMUGGLED.values(), ids=SMUGGLED)
def test_a_request_that_two_servers_would_read_differently_is_refused(serving: Serving, request_: bytes) -> None:
    heard = said(serving, request_)

    assert heard.count(b"HTTP/1.1 ") <= 1
    assert b'"ok"' not in heard
    if heard:
        assert heard.split(b" ", 2)[1] in {b"400", b"403", b"413", b"501"}, heard[:80]
    assert b'"ok"' in said(serving, b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")


@pytest.mark.asvs("4.1.3", "15.3.4")
@pytest.mark.parametrize(("ours", "seen"), [(False, "testclient"), (True, "203.0.113.9")])
def test_only_a_proxy_of_ours_says_where_somebody_comes_from(
    routes: Litestar, tools: Tools, db: Database, world: object, ours: bool, seen: str
) -> None:
    """What the proxy appended is the last of the list; what stands before it, the caller may have made up."""
    known = replace(tools, settings=replace(tools.settings, public_proxy=ours))
    forged = {
        "X-Forwarded-For": "198.51.100.7, 203.0.113.9",
        "X-Real-IP": "198.51.100.7",
        "Forwarded": "for=198.51.100.7",
    }
    browser = Browser(furnish(routes, known), forged)

    browser.sign_in("nobody@example.org")

    with db.reading() as session:
        assert [row.address for row in session.exec(select(SignInFailure))] == [seen]


def forms(kind: type[BaseModel]) -> Iterator[type[BaseModel]]:
    for below in kind.__subclasses__():
        yield below
        yield from forms(below)


@pytest.mark.asvs("15.3.3")
def test_fields_that_nobody_asked_for_are_refused_by_every_form() -> None:
    ours = [
        form
        for form in forms(BaseModel)
        if form.__module__.startswith("porchlight.") and not issubclass(form, SQLModel)
    ]

    assert len(ours) > 60
    assert [form.__name__ for form in ours if form.model_config.get("extra") != "forbid"] == []


@pytest.mark.asvs("15.3.3")
def test_nobody_gives_themselves_what_a_form_does_not_ask(browser_of: Callable[..., Browser]) -> None:
    rowan = browser_of("rowan")
    body = {"id": "01900000-0000-7000-8000-000000000000", "reason": "threat", "words": "x", "state": "resolved"}

    assert rowan.post("/api/v1/crises", json=body).status_code == 422
    assert rowan.post("/api/v1/crises", json={**body, "raised_by": body["id"]}).status_code == 422


@pytest.mark.asvs("5.2.1")
def test_a_body_that_is_too_large_is_refused_before_it_was_sent(serving: Serving, tmp_path: Path) -> None:
    head = b"POST /sign-in HTTP/1.1\r\nHost: x\r\nSec-Fetch-Site: same-origin\r\nContent-Type: application/json\r\nContent-Length: 900000000\r\n\r\n"

    assert said(serving, head + b"{").split(b" ", 2)[1] == b"413"
