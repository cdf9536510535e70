"""Serves the shell: static files as they lie, compressed once, and the worker's list of them."""

import gzip
import hashlib
import json
import mimetypes
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from litestar import Request, Response, get
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from porchlight.core import i18n
from porchlight.core.lean import lean

OFFLINE_PAGE = "/offline"
FOLDERS = ("css", "icons", "js", "shared", "sw", "vendor")
SINGLE = ("sw.js", "manifest.webmanifest")
TYPES = {".js": "text/javascript", ".webmanifest": "application/manifest+json", ".css": "text/css"}
ALWAYS_ASK = "no-cache"  # always asked again, mostly answered by 304: an update is never half old


@dataclass(frozen=True, slots=True)
class File:
    body: bytes
    small: bytes
    kind: str
    tag: str


def as_file(body: bytes, kind: str) -> File:
    return File(body, gzip.compress(body, 9, mtime=0), kind, hashlib.sha256(body).hexdigest()[:16])


class Shell:
    """Every static file by its address, with its hash; read once at start (`fresh` reads at each request, for work on it)."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @cached_property
    def files(self) -> dict[str, File]:
        found = {}
        for top in (*FOLDERS, *SINGLE):
            paths = sorted((self.folder / top).rglob("*")) if top in FOLDERS else [self.folder / top]
            for path in paths:
                if path.is_file() and path.suffix != ".toml":
                    kind = TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"
                    found["/" + path.relative_to(self.folder).as_posix()] = as_file(self._body(path), kind)
        for locale in i18n.LOCALES:
            if locale != "en":
                found[f"/words/{locale}.json"] = as_file(self._words(locale), "application/json")
        listed = json.dumps([*sorted(url for url in found if self._is_needed_offline(url)), OFFLINE_PAGE])
        body = f'export const VERSION = "{self._version(found)}"\nexport const FILES = {listed}\n'
        found["/sw/precache.js"] = as_file(body.encode(), "text/javascript")
        return found

    @staticmethod
    def _body(path: Path) -> bytes:
        ours = path.suffix == ".js" and "vendor" not in path.parts
        return lean(path.read_text()).encode() if ours else path.read_bytes()

    @staticmethod
    def _is_needed_offline(url: str) -> bool:
        """Neither the worker's own modules, which the browser keeps, nor what only an installation shows."""
        return not url.startswith(("/sw/", "/sw.js", "/words/", "/icons/")) and not url.endswith(".txt")

    @property
    def version(self) -> str:
        return self._version({url: file for url, file in self.files.items() if url != "/sw/precache.js"})

    @staticmethod
    def _version(files: dict[str, File]) -> str:
        total = hashlib.sha256()
        for url in sorted(files):
            total.update(f"{url} {files[url].tag}\n".encode())
        return total.hexdigest()[:12]

    @staticmethod
    def _words(locale: str) -> bytes:
        """The translations that scripts use: those whose message was found in a script."""
        return json.dumps(i18n.script_words(locale), ensure_ascii=False, sort_keys=True).encode()

    def url(self, path: str) -> str:
        return path


def _static(request: Request[Any, Any, Any]) -> Response[bytes]:
    shell: Shell = request.app.state.shell
    file = shell.files.get(request.url.path)
    if file is None:
        raise NotFoundException
    headers = {"ETag": f'"{file.tag}"', "Cache-Control": ALWAYS_ASK, "Vary": "Accept-Encoding"}
    if request.url.path == "/sw.js":
        headers["Service-Worker-Allowed"] = "/"
    if request.headers.get("if-none-match") == headers["ETag"]:
        return Response(b"", status_code=304, headers=headers)
    body = file.body
    if "gzip" in request.headers.get("accept-encoding", "") and len(file.small) < len(file.body):
        body, headers["Content-Encoding"] = file.small, "gzip"
    return Response(body, media_type=file.kind, headers=headers)


@get(
    [f"/{folder}/{{rest:path}}" for folder in (*FOLDERS, "words")],
    opt={"open": True, "static": True},
    sync_to_thread=False,
)
def in_folder(request: Request[Any, Any, Any], rest: FromPath[str]) -> Response[bytes]:  # noqa: ARG001  the path needs the name
    return _static(request)


@get([f"/{name}" for name in SINGLE], opt={"open": True, "static": True}, sync_to_thread=False)
def single(request: Request[Any, Any, Any]) -> Response[bytes]:
    return _static(request)


@get("/favicon.ico", opt={"open": True, "static": True}, sync_to_thread=False, status_code=204)
def favicon() -> None:
    """Browsers ask for it unasked; the icons are in the manifest."""


ROUTES = [in_folder, single, favicon]
