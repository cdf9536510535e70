"""Who is on call now, said again at once while nothing in the database has changed: in front of the routes.

What comes through here has been answered by the route itself to the same session and the same question, a moment ago.
"""

from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import anyio.to_thread

from porchlight.core.clock import iso
from porchlight.core.db import Database

Scope = MutableMapping[str, Any]
Send = Callable[[Any], Awaitable[None]]

PATH = "/api/v1/oncall"
UNTIL = "porchlight.until"  # the route says here how long its answer is true
FRESH = timedelta(seconds=5)  # then the session is looked at again, for time alone may end it
MOST = 5_000
WITHOUT = frozenset({b"accept-encoding"})  # one answer for all, as it is
HEAD, TAIL = b'{"at":"', len('{"at":"2026-11-23T18:00:00.000Z"')


@dataclass(slots=True)
class Said:
    """mark: of the database before it was asked. Bytes follow the moment, which is said afresh each time."""

    mark: str
    from_at: datetime
    until_at: datetime
    start: Any = None
    body: bytes = b""


@dataclass(slots=True)
class Quick:
    app: Any
    db: Database
    said: dict[tuple[bytes, bytes], Said] = field(default_factory=dict)

    async def __call__(self, scope: Scope, receive: Any, send: Send) -> None:
        if scope.get("path") != PATH or scope.get("method") != "GET" or b"at=" in scope["query_string"]:
            await self.app(scope, receive, send)
            return
        now, mark = await self._look()
        cookie = b";".join(value for name, value in scope["headers"] if name == b"cookie")
        key = cookie, scope["query_string"]
        found = self.said.get(key)
        if found and found.mark == mark and found.from_at <= now < found.until_at:
            await send(dict(found.start))
            body = HEAD + iso(now).encode() + b'"' + found.body
            await send({"type": "http.response.body", "body": body, "more_body": False})
            return
        await self._ask(key, Said(mark, now, now), scope, receive, send)

    async def _look(self) -> tuple[datetime, str]:
        """A file answers faster than a thread is found; a server across the wire does not."""
        if self.db.dialect == "sqlite":
            return self.db.mark()
        return await anyio.to_thread.run_sync(self.db.mark)

    async def _ask(self, key: tuple[bytes, bytes], fresh: Said, scope: Scope, receive: Any, send: Send) -> None:
        async def heard(message: Any) -> None:
            if message["type"] == "http.response.start":
                fresh.start = dict(message)
            elif not message.get("more_body"):
                fresh.body = message.get("body", b"")
            await send(message)

        scope["headers"] = [one for one in scope["headers"] if one[0] not in WITHOUT]
        await self.app(scope, receive, heard)
        until = scope.get(UNTIL)
        if until and fresh.start["status"] == 200 and fresh.body.startswith(HEAD):
            fresh.body, fresh.until_at = fresh.body[TAIL:], min(until, fresh.from_at + FRESH)
            if len(self.said) >= MOST:
                self.said.clear()
            self.said[key] = fresh
