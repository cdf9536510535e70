"""A proxy that counts: every byte that crosses the wire between a browser and the product, by request."""

import contextlib
import re
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass
class Request:
    """One request as it crossed the wire. at: seconds since the epoch; up and down: bytes with all headers."""

    method: str
    path: str
    at: float
    up: int = 0
    down: int = 0
    unchanged: bool = False  # answered 304: the browser asked whether it still has the right one


@dataclass
class Counting:
    """Listens on `port` and passes everything on to `target`, a port of this machine."""

    target: int
    requests: list[Request] = field(default_factory=list)

    def __enter__(self) -> "Counting":
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_ended: object) -> None:
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                browser, _address = self._listener.accept()
            except OSError:
                return
            try:
                server = socket.create_connection(("127.0.0.1", self.target))
            except OSError:
                browser.close()
                continue
            line = Line(self.requests)
            for source, sink, note in ((browser, server, line.went_up), (server, browser, line.came_down)):
                threading.Thread(target=pump, args=(source, sink, note), daemon=True).start()


class Line:
    """One connection: tells requests apart by HTTP/1.1's own framing."""

    def __init__(self, requests: list[Request]) -> None:
        self.requests = requests
        self.current: Request | None = None
        self.pending = b""
        self.body_left = 0

    def went_up(self, data: bytes) -> None:
        if self.body_left:
            taken = min(self.body_left, len(data))
            self.body_left -= taken
            data = data[taken:]
        self.pending += data
        while b"\r\n\r\n" in self.pending:
            head, _gap, self.pending = self.pending.partition(b"\r\n\r\n")
            method, path, _version = head.split(b"\r\n")[0].decode().split(" ")
            self.current = Request(method, path, time.time(), up=len(head) + 4)
            self.requests.append(self.current)
            length = re.search(rb"(?i)content-length: (\d+)", head)
            self.body_left = int(length[1]) if length else 0
            taken = min(self.body_left, len(self.pending))
            self.body_left -= taken
            self.pending = self.pending[taken:]

    def came_down(self, data: bytes) -> None:
        if self.current:
            if not self.current.down:
                self.current.unchanged = data.startswith(b"HTTP/1.1 304")
            self.current.down += len(data)


def pump(source: socket.socket, sink: socket.socket, note: Callable[[bytes], None]) -> None:
    """Passes on until one end is done; the last of a connection's two pumps leaves both sockets closed."""
    with contextlib.suppress(OSError):
        while data := source.recv(65536):
            note(data)
            sink.sendall(data)
    for end in (source, sink):
        with contextlib.suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)
        end.close()
