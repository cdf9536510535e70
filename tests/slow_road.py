"""A road as narrow and as long as a mobile network of its kind."""

import contextlib
import queue
import socket
import threading
import time
from dataclasses import dataclass

from tests.road import Road


@dataclass(frozen=True)
class Network:
    """down and up in bits a second; trip: seconds there and back."""

    name: str
    down: float
    up: float
    trip: float


class Lane:
    """One direction, which all connections share: bytes leave one after another, and each takes half a trip."""

    def __init__(self, bits: float, trip: float) -> None:
        self.bits = bits
        self.half = trip / 2
        self.lock = threading.Lock()
        self.free = 0.0

    def due(self, size: int) -> float:
        """When bytes that set out now are there."""
        with self.lock:
            self.free = max(self.free, time.monotonic()) + size * 8 / self.bits
            return self.free + self.half


class SlowRoad(Road):
    """`network` may be None: then it is as fast as this machine. `up` counts the bytes that the phone sent."""

    def __init__(self, to: int, network: Network) -> None:
        super().__init__(to)
        self.network = network
        self.lanes = {True: Lane(network.up, network.trip), False: Lane(network.down, network.trip)}
        self.up = 0

    def _carry(self, phone: socket.socket, server: socket.socket) -> None:
        time.sleep(self.network.trip)  # the handshake
        back = threading.Thread(target=self._one_way, args=(server, phone), kwargs={"up": False}, daemon=True)
        back.start()
        self._one_way(phone, server, up=True)
        back.join()

    def _one_way(self, source: socket.socket, to: socket.socket, *, up: bool) -> None:
        under_way: queue.SimpleQueue[tuple[float, bytes]] = queue.SimpleQueue()
        arriving = threading.Thread(target=self._arrive, args=(under_way, to), daemon=True)
        arriving.start()
        data = b"-"
        while data:
            try:
                data = source.recv(16384)
            except OSError:
                data = b""
            self.up += len(data) if up else 0
            under_way.put((self.lanes[up].due(len(data)), data))
        arriving.join()

    @staticmethod
    def _arrive(under_way: "queue.SimpleQueue[tuple[float, bytes]]", to: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while True:
                due, data = under_way.get()
                time.sleep(max(0.0, due - time.monotonic()))
                if not data:
                    to.shutdown(socket.SHUT_WR)
                    return
                to.sendall(data)
