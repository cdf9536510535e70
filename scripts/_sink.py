"""A push service of our own that takes everything: it answers 201 at once and remembers each push's topic and moment."""

import asyncio
import json
import subprocess
import sys
import time
import urllib.request
from types import TracebackType
from typing import Any


class _Taking(asyncio.Protocol):
    """Just enough HTTP/1.1: POSTs are taken, GET /log gives [[topic, seconds since 1970], …] and GET /clear forgets them."""

    log: list[tuple[str, float]]

    def connection_made(self, transport: Any) -> None:
        self.transport = transport
        self.kept = b""

    def data_received(self, data: bytes) -> None:
        self.kept += data
        while (end := self.kept.find(b"\r\n\r\n")) >= 0:
            head = self.kept[:end].decode("latin-1")
            lines = head.split("\r\n")
            headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:])}
            whole = end + 4 + int(headers.get("content-length", "0"))
            if len(self.kept) < whole:
                return
            self.kept = self.kept[whole:]
            self.answer(lines[0].split(" ")[:2], headers)

    def answer(self, asked: list[str], headers: dict[str, str]) -> None:
        body = b""
        if asked == ["GET", "/log"]:
            body = json.dumps(self.log).encode()
        elif asked == ["GET", "/clear"]:
            self.log.clear()
        else:
            self.log.append((headers.get("topic", ""), time.time()))
        status = "200 OK" if asked[0] == "GET" else "201 Created"
        self.transport.write(f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body)


async def serve() -> None:
    """Says its port in one line and takes pushes until it is ended."""
    bound = type("Bound", (_Taking,), {"log": []})
    server = await asyncio.get_running_loop().create_server(bound, "127.0.0.1", 0, backlog=1024)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


class Sink:
    """The service in a process of its own, so that what is measured shares no interpreter with it."""

    def __enter__(self) -> "Sink":
        self.process = subprocess.Popen([sys.executable, __file__], stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        self.url = f"http://127.0.0.1:{int(self.process.stdout.readline())}"
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.process.terminate()
        self.process.communicate(timeout=5)

    def pushes(self) -> dict[str, list[float]]:
        """When each topic's pushes came, in seconds since 1970."""
        found: dict[str, list[float]] = {}
        for topic, at in json.loads(self._ask("/log")):
            found.setdefault(topic, []).append(at)
        return found

    def clear(self) -> None:
        self._ask("/clear")

    def _ask(self, path: str) -> bytes:
        with urllib.request.urlopen(self.url + path, timeout=30) as answer:  # noqa: S310  our own address
            said: bytes = answer.read()
        return said


if __name__ == "__main__":
    asyncio.run(serve())
