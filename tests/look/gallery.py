"""Every page with invented people in it, drawn by the product's own renderer, without a server and without a database."""

import re
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from uuid import UUID

from playwright.sync_api import Page, Route

from porchlight.app import PLACES
from porchlight.core import i18n
from porchlight.core.actor import Actor
from porchlight.settings import Settings
from porchlight.web.rendering import Renderer, View
from porchlight.web.shield import policy
from tests.look.pages import PAGES
from tests.look.samples import AGENCY

PWA = Path(__file__).parents[2] / "pwa"
NONCE = "gallery"
ORIGIN = "http://porchlight.test"
KINDS = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml", ".png": "image/png"}
ROWAN = Actor(
    UUID(int=7), "Rowan Ibarra", frozenset({"caseworker", "on_call", "supervisor"}), time_zone="America/Chicago"
)


def make_renderer(folder: Path, kind: type[Renderer] = Renderer) -> Renderer:
    return kind(
        Settings(data=folder, demo=True),
        PWA / "templates",
        load_agency=lambda: SimpleNamespace(**AGENCY),
        places=PLACES,
    )


def draw(renderer: Renderer, name: str, locale: str) -> str:
    """The page called `name` in samples.PAGES, as HTML."""
    page = PAGES[name]
    actor = None if page.get("signed_out") else ROWAN
    path = page.get("path", "/today")
    return renderer.render(View(page["template"], page["context"]), actor=actor, locale=locale, nonce=NONCE, path=path)


def serve_into(page: Page, pages: Callable[[str], str]) -> None:
    """Answers the browser's requests: /<name> is drawn, the rest are the shell's files; with the product's own policy."""

    def answer(route: Route) -> None:
        path = re.sub(r"[?#].*", "", route.request.url.removeprefix(ORIGIN))
        if route.request.resource_type == "document":
            headers = {"Content-Security-Policy": policy(NONCE)}
            route.fulfill(body=pages(path.removeprefix("/")), content_type="text/html; charset=utf-8", headers=headers)
            return
        file = PWA / path.removeprefix("/")
        if file.is_file() and not path.startswith("/js/"):
            route.fulfill(body=file.read_bytes(), content_type=KINDS.get(file.suffix, "application/octet-stream"))
            return
        route.fulfill(status=404, body="")

    page.route("**/*", answer)


def names() -> list[str]:
    return sorted(PAGES)


LOCALES = tuple(i18n.LOCALES)
