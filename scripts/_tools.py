"""Node, its packages and Chromium: finds them, or fetches them where it may, or says what is missing."""

import functools
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from tests import handset
from tests.engines import Firefox, WebKit

OLDEST_NODE = 20


def node_version(path: str) -> int:
    said = subprocess.run([path, "--version"], capture_output=True, text=True, check=False).stdout
    found = re.match(r"v(\d+)", said)
    return int(found[1]) if found else 0


def may_install() -> bool:
    """Whether this is a Debian where we are root: the only place where a test may install for everybody."""
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


@functools.cache
def refresh_packages() -> bool:
    return quietly(["apt-get", "update"])


def apt_install(*packages: str) -> bool:
    print(f"Installing {', '.join(packages)} with apt-get.", flush=True)
    command = ["apt-get", "install", "--yes", "--no-install-recommends", *packages]
    return refresh_packages() and quietly(command)


def quietly(command: list[str], folder: Path | None = None) -> bool:
    """Runs a command and shows its words only when it fails."""
    done = subprocess.run(
        command,
        cwd=folder,
        env=os.environ | {"DEBIAN_FRONTEND": "noninteractive"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        print(f"{' '.join(command)} ended with {done.returncode}:\n{done.stdout[-2000:]}")
    return done.returncode == 0


def has_node() -> bool:
    node = shutil.which("node")
    return bool(node and node_version(node) >= OLDEST_NODE and shutil.which("npm"))


def ready_node(root: Path) -> str:
    """Node and the packages of package-lock.json; returns why not, or nothing."""
    if not has_node() and may_install():
        apt_install("nodejs", "npm")
    if not has_node():
        return f"what needs Node, because Node {OLDEST_NODE} or newer with npm was not found."
    lock, installed = root / "package-lock.json", root / "node_modules" / ".installed-lock.json"
    if installed.exists() and installed.read_bytes() == lock.read_bytes():
        return ""
    print("Installing the Node tools of the tests.", flush=True)
    if not quietly(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"], root):
        return "what needs Node's tools, because npm could not install them."
    shutil.copy(lock, installed)
    return ""


def has_chromium() -> bool:
    if handset.chromium():
        return True
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        return Path(playwright.chromium.executable_path).exists()


def ready_chromium(root: Path) -> str:
    """A Chromium for the journeys; returns why not, or nothing."""
    if not has_chromium() and may_install():
        apt_install("chromium")
    if not has_chromium():
        print("Fetching Chromium with Playwright.", flush=True)
        quietly([sys.executable, "-m", "playwright", "install", "chromium"], root)
    return "" if has_chromium() else "journeys in a browser, because no Chromium was found or could be fetched."


# The driver, a screen that nobody sees, and what a window of our own needs (tests/webkit_window.py).
WEBKIT = ("webkit2gtk-driver", "xvfb", "python3-gi", "gir1.2-gtk-3.0", "gir1.2-webkit2-4.1")


def ready_engines() -> str:
    """WebKitGTK and Firefox for the journeys on other engines; returns why not, or nothing."""
    if WebKit.lacking() and may_install():
        apt_install(*WEBKIT)
    if Firefox.lacking() and may_install():
        apt_install("firefox-esr")
    lacking = [why for why in (WebKit.lacking(), Firefox.lacking()) if why]
    return f"journeys on other engines, because {' and '.join(lacking)}." if lacking else ""
