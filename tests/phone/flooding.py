"""Sends more than anybody should, and counts how much of it the application takes; httpx's test client reads it all itself."""

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import anyio
from litestar.types import ASGIApp

PIECE = bytes(100_000)


@dataclass
class Flooded:
    status: int
    body: dict[str, Any]
    bytes_read: int


def flood(
    app: ASGIApp, method: str, url: str, headers: dict[str, str], *, size: int = 200_000_000, announced: bool
) -> Flooded:
    """`size` bytes in pieces, with or without a Content-Length."""
    said = {"sec-fetch-site": "same-origin", "accept": "application/json", "host": "porchlight.test", **headers}
    if announced:
        said["content-length"] = str(size)
    address = urlsplit(url)
    scope: Any = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": address.path,
        "raw_path": address.path.encode(),
        "query_string": address.query.encode(),
        "root_path": "",
        "headers": [(name.lower().encode(), value.encode()) for name, value in said.items()],
        "client": ("127.0.0.1", 50_000),
        "server": ("127.0.0.1", 8700),
        "state": {},
    }
    read = 0
    sent: list[Any] = []

    async def receive() -> Any:
        nonlocal read
        read += len(PIECE)
        return {"type": "http.request", "body": PIECE, "more_body": read < size}

    async def send(message: Any) -> None:
        sent.append(message)

    anyio.run(app, scope, receive, send)
    body = b"".join(message.get("body", b"") for message in sent)
    return Flooded(sent[0]["status"], json.loads(body), read)
