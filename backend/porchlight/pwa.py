"""Serves the shell: static files as they lie, compressed once, and the worker's list of them."""

import base64
import gzip
import hashlib
import json
import mimetypes
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import brotli
from litestar import Request, Response, get
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from porchlight.core import i18n
from porchlight.core.lean import lean

OFFLINE_PAGE = "/offline"
DOOR_PAGE = "/door"  # a foster parent answers on it without signal
# What a phone shows that is locked, or that somebody has left, in each language.
LOCKED_PAGES = [f"/{page}/{locale}" for page in ("help", "left", "unlock") for locale in sorted(i18n.LOCALES)]
FOLDERS = ("css", "icons", "js", "shared", "sw", "vendor")
SINGLE = ("sw.js", "manifest.webmanifest")
TYPES = {".js": "text/javascript", ".webmanifest": "application/manifest+json", ".css": "text/css"}
PRECACHE = "/sw/precache.js"
PARCEL = "/sw/parcel.txt"
LIST_OF_LATER = "/sw/later.json"
# What a first page loads by itself, or the worker's own modules do: the parcel need not bring it again.
FIRST = (
    "/css/porchlight.css",
    "/js/boot.js",
    "/js/phone/phone.js",
    "/js/phone/status.js",
    *(f"/shared/{name}.js" for name in ("device", "drafts", "flush", "outcome", "store", "vault", "wire", "words")),
)
# They come right after the phone is safe without signal: no page loses anything while they are on their way.
LATER = (
    "/css/sheet.css",
    "/js/alerts/",
    "/js/crises/answering.js",
    "/js/crises/countdown.js",
    "/js/crises/following.js",
    "/js/crises/timing.js",
    "/js/desk/",
    "/js/htmx.js",
    "/js/lock/",
    "/js/people/",
    "/js/phone/ended.js",
    "/js/phone/file.js",
    "/js/phone/leaving.js",
    "/js/phone/left_over.js",
    "/js/phone/order.js",
    "/js/phone/reminders.js",
    "/js/phone/rescue.js",
    "/js/phone/unreached.js",
    "/js/phone/update.js",
    "/js/ready/",
    "/js/visits/amend.js",
    "/js/visits/changes.js",
    "/js/visits/door",
    "/js/visits/meanwhile.js",
    "/manifest",
    "/vendor/client-zip.js",
    "/vendor/ht",
    "/vendor/hx-",
    "/vendor/lean-qr.js",
    "/words/",
)
# Of all files together the shortest. To try others for each saves 31 bytes, and whoever comes first waits four times as long.
WINDOW = 16
# The worker checks the tag of what it takes over from the page, so a minute of grace cannot mix two releases.
# Kept by browsers only, each of which always asks for the same encoding: so nothing has to vary.
A_MINUTE = "private, max-age=60"
ALWAYS_ASK = "private, no-cache"
WORKER = ("/sw.js", "/sw/")


@dataclass(frozen=True)
class File:
    """Squeezed as hard as it goes when it is first asked for, and never again."""

    body: bytes
    kind: str
    tag: str

    @cached_property
    def small(self) -> bytes:
        return gzip.compress(self.body, 9, mtime=0)

    @cached_property
    def smallest(self) -> bytes:
        return brotli.compress(self.body, quality=11, lgwin=WINDOW, lgblock=18)


def as_file(body: bytes, kind: str) -> File:
    # Six letters say more than eight of a hexadecimal number, and go over the line with each file.
    return File(body, kind, base64.urlsafe_b64encode(hashlib.sha256(body).digest())[:6].decode())


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
        version = self._version(found)
        found["/sw.js"] = as_file(found["/sw.js"].body + f"\n// {version}\n".encode(), found["/sw.js"].kind)
        found[PARCEL] = as_file(self._parcel(found), "text/plain")
        found[PRECACHE] = as_file(self._precache(found, version), "text/javascript")
        found[LIST_OF_LATER] = as_file(json.dumps(self._later(found)).encode(), "application/json")
        return found

    def _precache(self, found: dict[str, File], version: str) -> bytes:
        """What the worker must have: files that it fetches one by one, with their tags, and those that come in the parcel."""
        files = sorted(url for url in found if self._is_needed_offline(url) and url.startswith(FIRST))
        tags = {url: found[url].tag for url in files} | {OFFLINE_PAGE: ""}
        said = {
            "VERSION": version,
            "PARCEL": {url: self._length(text) for url, text in self._in_parcel(found).items()},
            "TAG": found[PARCEL].tag,
            "TAGS": tags,
        }
        return "".join(
            f"export const {name}={json.dumps(value, separators=(',', ':'))}\n" for name, value in said.items()
        ).encode()

    @staticmethod
    def _later(found: dict[str, File]) -> list[str]:
        return [*sorted(url for url in found if url.startswith(LATER)), *LOCKED_PAGES, DOOR_PAGE]

    def _in_parcel(self, found: dict[str, File]) -> dict[str, str]:
        urls = sorted(url for url in found if self._is_needed_offline(url) and not url.startswith(FIRST))
        return {url: found[url].body.decode() for url in urls}

    def _parcel(self, found: dict[str, File]) -> bytes:
        """Many small scripts in one answer: together they weigh a third less than alone, and need one request."""
        return "".join(self._in_parcel(found).values()).encode()

    @staticmethod
    def _length(text: str) -> int:
        """As JavaScript counts: in units of UTF-16."""
        return len(text.encode("utf-16-le")) // 2

    @staticmethod
    def _body(path: Path) -> bytes:
        ours = path.suffix in (".js", ".css") and "vendor" not in path.parts
        return lean(path.read_text()).encode() if ours else path.read_bytes()

    @staticmethod
    def _is_needed_offline(url: str) -> bool:
        """Neither the worker's own modules, which the browser keeps, nor what only an installation shows."""
        return not url.startswith(("/sw/", "/sw.js", "/icons/", *LATER)) and not url.endswith(".txt")

    @property
    def version(self) -> str:
        return self.files["/sw.js"].body.decode().rsplit("// ", 1)[1].strip()

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


def _static(request: Request[Any, Any, Any]) -> Response[bytes]:
    shell: Shell = request.app.state.shell
    file = shell.files.get(request.url.path)
    if file is None:
        raise NotFoundException
    kept = ALWAYS_ASK if request.url.path.startswith(WORKER) else A_MINUTE
    headers = {"ETag": f'"{file.tag}"', "Cache-Control": kept}
    if request.headers.get("if-none-match") == headers["ETag"]:
        return Response(b"", status_code=304, headers=headers)
    # Without a charset, which modules do not need and a style sheet has from its page: each byte counts on a slow line.
    headers["Content-Type"] = file.kind
    wanted = request.headers.get("accept-encoding", "")
    if file.kind.startswith("image/png"):
        return Response(file.body, media_type=file.kind, headers=headers)
    encoding = next((name for name in ("br", "gzip") if name in wanted), "")
    if encoding:
        headers["Content-Encoding"] = encoding
    body = file.smallest if encoding == "br" else file.small if encoding else file.body
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
