"""The road between a phone and its server: open, silent, broken, or a hotel's that answers in the server's place."""

import contextlib
import select
import socket
import threading
from types import TracebackType
from typing import Self

from tests.serving import free_port

HTML = b"<!doctype html><title>Welcome</title><h1>Welcome to our hotel. Sign in to use the network.</h1>"
HEAD = b"HTTP/1.1 %s\r\nContent-Type: text/html\r\nConnection: close\r\nContent-Length: %d\r\n\r\n"
INSTEAD = {
    "500": HEAD % (b"500 Internal Server Error", len(HTML)) + HTML,
    "portal": HEAD % (b"200 OK", len(HTML)) + HTML,
}


class Road:
    """A port of its own whose connections go on to `to` while it is open.

    trouble: "" open · "silent" takes every request and never answers · "500" · "portal" 200 with HTML · "lost" carries a
    request there, and cuts the line as soon as the server begins to answer: whatever it did is done.
    Setting it breaks what is open, so that the next request meets the trouble.
    """

    def __init__(self, to: int) -> None:
        self.to = to
        self.port = free_port()
        self.url = f"http://localhost:{self.port}"
        self._trouble = ""
        self._open: set[socket.socket] = set()
        self.met = 0  # connections that met trouble

    def __enter__(self) -> Self:
        self._listening = socket.create_server(("127.0.0.1", self.port))
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with contextlib.suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self._break()

    @property
    def trouble(self) -> str:
        return self._trouble

    @trouble.setter
    def trouble(self, what: str) -> None:
        self._trouble = what
        self._break()

    def _break(self) -> None:
        for one in list(self._open):
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)

    def _accept(self) -> None:
        while True:
            try:
                phone, _ = self._listening.accept()
            except OSError:
                return
            threading.Thread(target=self._travel, args=(phone,), daemon=True).start()

    def _travel(self, phone: socket.socket) -> None:
        self._open.add(phone)
        with phone, contextlib.suppress(OSError):
            if self._trouble in ("", "lost"):
                with socket.create_connection(("127.0.0.1", self.to)) as server:
                    self._open.add(server)
                    self._carry(phone, server)
                    self._open.discard(server)
            elif phone.recv(65536):
                self.met += 1
                if self._trouble in INSTEAD:
                    phone.sendall(INSTEAD[self._trouble])
                    phone.shutdown(socket.SHUT_WR)
                while phone.recv(65536):
                    continue
        self._open.discard(phone)

    def _carry(self, phone: socket.socket, server: socket.socket) -> None:
        other = {phone: server, server: phone}
        while True:
            for one in select.select([phone, server], [], [])[0]:
                data = one.recv(65536)
                if not data:
                    return
                if one is server and self._trouble == "lost":
                    self.met += 1
                    return
                self.pass_on(other[one], data, up=one is phone)

    def pass_on(self, to: socket.socket, data: bytes, *, up: bool) -> None:
        to.sendall(data)
