"""Browsers that are not Chromium, each on a profile that outlives it: WebKitGTK by its driver, Firefox by Marionette.

Both speak the commands of W3C WebDriver, the one over HTTP, the other over a socket of its own.
"""

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Any

import httpx
import psutil

from tests.handset import SCREEN
from tests.serving import free_port, group_lives, refuses

ELEMENT = "element-6066-11e4-a52e-4f735466cecf"  # the key of a reference to an element (W3C WebDriver, 12)
WINDOW = Path(__file__).parent / "webkit_window.py"
# Both talk to this machine only: what is not localhost is asked of a proxy that nobody runs.
NOWHERE = "127.0.0.1:9"


class Fell(Exception):
    """What the browser answered instead of doing it."""


class Engine:
    """One browser profile in `folder`. open(), then go(), click(), type(), run(); close() or kill() ends the browser."""

    name = ""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.processes: list[subprocess.Popen[bytes]] = []

    def open(self) -> "Engine":
        raise NotImplementedError

    def ask(self, command: str, method: str, path: str, **given: Any) -> Any:
        """One command, by its name for Marionette and by its method and path for HTTP."""
        raise NotImplementedError

    def __enter__(self) -> "Engine":
        return self.open()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.kill()

    def kill(self) -> None:
        """SIGKILL for every process of this profile, as when the battery is pulled; nothing is saved on the way."""
        groups = [process.pid for process in self.processes]
        theirs = [child for process in self.processes for child in children_of(process.pid)]
        for process in theirs:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()
        for group in groups:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(group, signal.SIGKILL)
        psutil.wait_procs(theirs, timeout=10)
        for process in self.processes:
            process.wait(10)
            assert not group_lives(process.pid), f"A process of {self.name} outlived SIGKILL."
        self.processes = []

    def start(
        self, command: list[str], *, env: dict[str, str] | None = None, stdout: int = subprocess.DEVNULL
    ) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(command, env=env, stdout=stdout, stderr=subprocess.DEVNULL, start_new_session=True)
        self.processes.append(process)
        return process

    def go(self, url: str) -> None:
        self.ask("WebDriver:Navigate", "POST", "/url", url=url)

    def run(self, script: str, *given: Any) -> Any:
        """The body of a function; a promise that it returns is waited for."""
        return self.ask("WebDriver:ExecuteScript", "POST", "/execute/sync", script=script, args=list(given))

    def find(self, css: str) -> str:
        found = self.ask("WebDriver:FindElement", "POST", "/element", using="css selector", value=css)
        return str(found[ELEMENT])

    def show(self, css: str) -> str:
        """Into the middle, where no bar of ours lies over it; a driver scrolls only to the edge."""
        self.run("document.querySelector(arguments[0])?.scrollIntoView({ block: 'center' })", css)
        return self.find(css)

    def click(self, css: str) -> None:
        one = self.show(css)
        self.ask("WebDriver:ElementClick", "POST", f"/element/{one}/click", id=one)

    def type(self, css: str, words: str) -> None:
        one = self.show(css)
        self.ask("WebDriver:ElementSendKeys", "POST", f"/element/{one}/value", id=one, text=words)

    def until(self, script: str, *given: Any, seconds: float = 20) -> Any:
        """Asks again until the script answers something; a page that is just being left is asked again, too."""
        ends = time.monotonic() + seconds
        why: object = None
        while time.monotonic() < ends:
            try:
                if found := self.run(script, *given):
                    return found
            except Fell as error:
                why = error
            time.sleep(0.05)
        raise AssertionError(f"{self.name}: never true: {script} {given} {why or ''}; it says: {self.words()[:800]}")

    def words(self) -> str:
        return str(self.run("return document.body ? document.body.innerText : ''"))


def children_of(pid: int) -> list[psutil.Process]:
    try:
        return list(psutil.Process(pid).children(recursive=True))
    except psutil.NoSuchProcess:
        return []


class WebKit(Engine):
    """WebKitGTK. Its own MiniBrowser forgets everything when it ends, so ours (webkit_window.py) is a window with a profile."""

    name = "WebKitGTK"

    @staticmethod
    def python() -> str:
        """The system's own Python: the one that Debian's bindings for WebKitGTK are made for."""
        return shutil.which("python3", path=os.defpath) or sys.executable

    @classmethod
    def lacking(cls) -> str:
        if missing := [name for name in ("WebKitWebDriver", "Xvfb") if not shutil.which(name)]:
            return f"{missing[0]} was not found"
        asked = "import gi; gi.require_version('WebKit2', '4.1')"
        known = subprocess.run([cls.python(), "-c", asked], capture_output=True, check=False)
        return "Python's bindings for WebKitGTK were not found" if known.returncode else ""

    def open(self) -> "WebKit":
        self.folder.mkdir(exist_ok=True)
        screen = ["-displayfd", "1", "-screen", "0", f"{SCREEN['width']}x{SCREEN['height']}x24", "-nolisten", "tcp"]
        display = self.start(["Xvfb", *screen], stdout=subprocess.PIPE)
        assert display.stdout
        number = display.stdout.readline().decode().strip()
        display.stdout.close()
        home = str(self.folder)
        proxy = {
            "http_proxy": f"http://{NOWHERE}",
            "https_proxy": f"http://{NOWHERE}",
            "no_proxy": "localhost,127.0.0.1",
        }
        env = {
            **os.environ,
            **proxy,
            "DISPLAY": f":{number}",
            "HOME": home,
            "XDG_RUNTIME_DIR": home,
            "NO_AT_BRIDGE": "1",
        }
        port = free_port()
        self.start(["WebKitWebDriver", f"--port={port}", "--host=127.0.0.1"], env=env)
        wait(lambda: not refuses(port))
        self.http = httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60, trust_env=False)
        options = {"binary": self.python(), "args": [str(WINDOW), home]}
        wanted = {"capabilities": {"alwaysMatch": {"webkitgtk:browserOptions": options}}}
        self.session = answer_of(self.http.post("/session", json=wanted))["sessionId"]
        return self

    def kill(self) -> None:
        super().kill()
        self.http.close()

    def ask(self, command: str, method: str, path: str, **given: Any) -> Any:
        return answer_of(self.http.request(method, f"/session/{self.session}{path}", json=given))


def answer_of(response: httpx.Response) -> Any:
    said = response.json()["value"]
    if response.status_code != 200:
        raise Fell(f"{said['error']}: {said['message']}")
    return said


class Firefox(Engine):
    """Firefox without a window, by the protocol that geckodriver speaks with it: [0, number, command, what] over a socket."""

    name = "Firefox"
    # Quiet: no update, no report, no look whether there is a hotel's page before the network.
    PREFERENCES = {
        "marionette.port": 0,
        "app.update.enabled": False,
        "browser.shell.checkDefaultBrowser": False,
        "browser.startup.page": 0,
        "browser.sessionstore.resume_from_crash": False,
        "datareporting.policy.dataSubmissionEnabled": False,
        "datareporting.policy.dataSubmissionPolicyBypassNotification": True,
        "network.captive-portal-service.enabled": False,
        "network.connectivity-service.enabled": False,
        "toolkit.startup.max_resumed_crashes": -1,
        "network.proxy.type": 1,
        "network.proxy.http": NOWHERE.partition(":")[0],
        "network.proxy.http_port": 9,
        "network.proxy.ssl": NOWHERE.partition(":")[0],
        "network.proxy.ssl_port": 9,
        "network.proxy.no_proxies_on": "localhost,127.0.0.1",
    }

    @staticmethod
    def program() -> str | None:
        return next((found for name in ("firefox-esr", "firefox") if (found := shutil.which(name))), None)

    @classmethod
    def lacking(cls) -> str:
        return "" if cls.program() else "Firefox was not found"

    def open(self) -> "Firefox":
        self.folder.mkdir(exist_ok=True)
        lines = [f"user_pref({json.dumps(key)}, {json.dumps(value)});\n" for key, value in self.PREFERENCES.items()]
        (self.folder / "user.js").write_text("".join(lines))
        (self.folder / "MarionetteActivePort").unlink(missing_ok=True)
        (self.folder / "lock").unlink(missing_ok=True)
        program = self.program()
        assert program
        env = {**os.environ, "HOME": str(self.folder), "MOZ_HEADLESS_WIDTH": "390", "MOZ_HEADLESS_HEIGHT": "844"}
        self.start([program, "--marionette", "--headless", "--no-remote", "--profile", str(self.folder)], env=env)
        file = self.folder / "MarionetteActivePort"
        wait(lambda: file.exists() and file.read_text().strip())
        self.line = socket.create_connection(("127.0.0.1", int(file.read_text())), timeout=60)
        self._read()
        self.number = 0
        self.ask("WebDriver:NewSession", "", "")
        return self

    def kill(self) -> None:
        super().kill()
        self.line.close()

    def ask(self, command: str, method: str, path: str, **given: Any) -> Any:
        self.number += 1
        sent = json.dumps([0, self.number, command, given]).encode()
        self.line.sendall(b"%d:%s" % (len(sent), sent))
        _kind, _number, error, found = self._read()
        if error:
            raise Fell(f"{error['error']}: {error['message']}")
        return found["value"] if isinstance(found, dict) and set(found) == {"value"} else found

    def _read(self) -> Any:
        length = b""
        while not length.endswith(b":"):
            length += self._bytes(1)
        return json.loads(self._bytes(int(length[:-1])))

    def _bytes(self, count: int) -> bytes:
        read = b""
        while len(read) < count:
            piece = self.line.recv(count - len(read))
            if not piece:
                raise Fell("Firefox has hung up")
            read += piece
        return read


def wait(look: Any, seconds: float = 30) -> None:
    ends = time.monotonic() + seconds
    while not look():
        assert time.monotonic() < ends, "The browser did not start."
        time.sleep(0.05)
