"""The product as people run it: its own processes on a free port, started, stopped for good, started again."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from types import TracebackType

import psutil

from tests.warm import Warm

ROOT = Path(__file__).parent.parent
OURS = str(ROOT / "backend")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def refuses(port: int) -> bool:
    """Whether nobody listens: the connection is refused, not merely slow or empty."""
    with socket.socket() as probe:
        probe.settimeout(1)
        try:
            probe.connect(("127.0.0.1", port))
        except ConnectionRefusedError:
            return True
        except OSError:
            return False
        return False


class Serving:
    """`python -m porchlight serve`, in a process group of its own; where `warm` is set, out of tests/warm.py.

    data: the data folder. env: further PORCHLIGHT_… settings by their full name. The port stays the same
    over a restart, so that a phone finds its server again.
    """

    warm = False

    def __init__(self, data: Path, *, demo: bool = True, port: int = 0, **env: str) -> None:
        self.data = data
        self.port = port or free_port()
        self.url = env.get("PORCHLIGHT_URL", f"http://localhost:{self.port}")
        self.log = data.parent / f"{data.name}.log"
        self.arguments = ["serve", "--port", str(self.port), *(["--demo"] if demo else [])]
        self.command = [sys.executable, "-m", "porchlight", *self.arguments]
        kept = {name: value for name, value in os.environ.items() if not name.startswith("PORCHLIGHT_")}
        self.env = kept | {
            "PYTHONPATH": OURS,
            "PYTHONUNBUFFERED": "1",
            "PORCHLIGHT_DATA": str(data),
            "PORCHLIGHT_HOST": "127.0.0.1",
            "PORCHLIGHT_PORT": str(self.port),
            "PORCHLIGHT_URL": self.url,
        }
        if demo:
            self.env["PORCHLIGHT_DEMO"] = "1"
        self.env |= env
        self.database = self.env.get("PORCHLIGHT_DATABASE") or f"sqlite:///{data / 'porchlight.sqlite3'}"
        self.process: subprocess.Popen[bytes] | Warm | None = None

    def __enter__(self) -> "Serving":
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.process is not None:
            self.stop()

    def start(self, *, seconds: float = 60) -> "Serving":
        """Starts it and waits until it answers; raises with the log when it ends or stays silent."""
        assert self.process is None, "It runs already."
        assert refuses(self.port), f"Somebody else listens on port {self.port}."
        self.process = self._begin()
        until = time.monotonic() + seconds
        while not self.answers():
            ended = self.process.poll()
            if ended is not None or time.monotonic() > until:
                self.stop()
                why = "did not answer in time" if ended is None else f"ended with {ended}"
                raise AssertionError(f"The product {why}:\n{self.said()[-4000:]}")
            time.sleep(0.05)
        return self

    def _begin(self) -> subprocess.Popen[bytes] | Warm:
        # A process that has read this tree's modules cannot be another tree's.
        ours = self.env["PYTHONPATH"] == OURS and self.command[1:] == ["-m", "porchlight", *self.arguments]
        if self.warm and ours:
            return Warm(self.arguments, env=self.env, log=self.log)
        with self.log.open("ab") as log:
            return subprocess.Popen(
                self.command, env=self.env, cwd=ROOT, stdout=log, stderr=log, start_new_session=True
            )

    def stop(self, how: signal.Signals = signal.SIGKILL, *, seconds: float = 10) -> int:
        """Sends a signal to the whole group and waits until nobody is left and the port refuses.

        Killing only the parent would leave a child that still answers. Returns the exit code, negative for
        a signal. Raises when anybody outlives the signal.
        """
        process = self.process
        assert process is not None, "It does not run."
        self.process = None
        if process.poll() is None or group_lives(process.pid):
            os.killpg(process.pid, how)
        try:
            code = process.wait(seconds)
            until = time.monotonic() + seconds
            while group_lives(process.pid) or not refuses(self.port):
                assert time.monotonic() < until, f"Port {self.port} still answers after {how.name}."
                time.sleep(0.02)
        finally:
            while group_lives(process.pid):
                os.killpg(process.pid, signal.SIGKILL)
                time.sleep(0.02)
        return code

    def restart(self) -> "Serving":
        self.stop()
        return self.start()

    def answers(self) -> bool:
        """Whether /healthz says that it is ready."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=2) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            return False

    def said(self) -> str:
        """Everything it has printed, over all its starts."""
        return self.log.read_text(errors="replace") if self.log.exists() else ""


def group_lives(group: int) -> bool:
    """Whether anybody in the process group still runs; who only waits to be reaped does not."""
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    for process in psutil.process_iter():
        try:
            if os.getpgid(process.pid) == group and process.status() != psutil.STATUS_ZOMBIE:
                return True
        except (ProcessLookupError, psutil.NoSuchProcess):
            continue
    return False
