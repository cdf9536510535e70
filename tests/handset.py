"""A phone-sized Chromium with a profile of its own, that can be closed, killed like a dead battery, and opened again."""

import contextlib
import os
import shutil
from pathlib import Path
from types import TracebackType
from typing import Any

import psutil
from playwright.sync_api import BrowserContext, BrowserType, Error, Page

SCREEN = {"width": 390, "height": 844}
# The browser must not talk to anybody but us.
QUIET = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--no-first-run",
)


def chromium() -> str | None:
    """Path of the system's Chromium; None means Playwright's own."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if found := shutil.which(name):
            return found
    return None


def launch_options() -> dict[str, Any]:
    """What Playwright's `launch` and `launch_persistent_context` take on this machine."""
    args = [*QUIET, *(["--no-sandbox"] if os.geteuid() == 0 else [])]
    return {"args": args} | ({"executable_path": found} if (found := chromium()) else {})


class Handset:
    """One browser profile in `folder`. `settings` go to the context: locale, color_scheme, java_script_enabled…"""

    def __init__(self, browser_type: BrowserType, folder: Path, **settings: Any) -> None:
        self._type = browser_type
        self.folder = folder
        self.settings = {
            "viewport": SCREEN,
            "device_scale_factor": 1,
            "has_touch": True,
            "is_mobile": True,
            **settings,
        }
        self.context: BrowserContext | None = None

    def __enter__(self) -> "Handset":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def open(self) -> Page:
        """Starts the browser on its profile and returns its page."""
        assert self.context is None, "It is open already."
        self.context = self._type.launch_persistent_context(self.folder, **launch_options(), **self.settings)
        return self.context.pages[0] if self.context.pages else self.context.new_page()

    def close(self) -> None:
        if self.context is not None:
            context, self.context = self.context, None
            context.close()

    def kill(self) -> None:
        """SIGKILL for every process of this profile, as when the battery is pulled; nothing is saved on the way."""
        context, self.context = self.context, None
        assert context is not None, "It is not open."
        ours = [process for process in psutil.process_iter() if self.carries(process)]
        assert ours, "No browser process carries this profile."
        for process in ours:
            try:
                process.kill()
            except psutil.NoSuchProcess:
                continue
        psutil.wait_procs(ours, timeout=10)
        with contextlib.suppress(Error):  # Playwright may have noticed by itself
            context.close()
        # Chromium refuses a profile whose lock names a process that it cannot tell from a living one.
        for name in ("SingletonLock", "SingletonSocket", "SingletonCookie"):
            (self.folder / name).unlink(missing_ok=True)

    def carries(self, process: psutil.Process) -> bool:
        """Whether a process belongs to this profile."""
        try:
            return any(str(self.folder) in part for part in process.cmdline())
        except (psutil.NoSuchProcess, psutil.AccessDenied, psutil.ZombieProcess):
            return False
