"""The outermost wrapper: refuses cross-site writes, gives each answer its nonce and its security headers."""

import secrets
from typing import Any

from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
YEAR = 365 * 24 * 3600
NONCE = "porchlight.nonce"

REFUSAL = b'{"type":"about:blank","title":"Forbidden","status":403,"detail":"This request came from another site."}'


def policy(nonce: str, media_origin: str = "") -> str:
    """The one Content-Security-Policy (phone.md, Shape). With S3, `connect-src` names the bucket's origin and nothing else."""
    parts = {
        "default-src": "'none'",
        "script-src": f"'nonce-{nonce}'",
        "style-src": "'self'",
        "img-src": "'self' blob:",
        "connect-src": f"'self' {media_origin}".strip(),
        "worker-src": "'self'",
        "manifest-src": "'self'",
        "form-action": "'self'",
        "base-uri": "'none'",
        "object-src": "'none'",
        "frame-ancestors": "'none'",
        "require-trusted-types-for": "'script'",
        "trusted-types": "htmx porchlight",
    }
    return "; ".join(f"{name} {value}" for name, value in parts.items())


def headers_of(nonce: str, media_origin: str = "") -> dict[str, str]:
    """The headers of every answer; a page that a phone keeps for later carries the same."""
    return {
        "x-content-type-options": "nosniff",
        "referrer-policy": "same-origin",
        "cross-origin-opener-policy": "same-origin",
        "permissions-policy": "geolocation=(), microphone=(), payment=()",
        "cache-control": "no-store",
        "content-security-policy": policy(nonce, media_origin),
    }


def worker_policy(media_origin: str = "") -> str:
    """What the service worker needs: our own modules, our own server, the bucket. It has no document to protect."""
    return f"default-src 'none'; script-src 'self'; connect-src 'self' {media_origin}".strip()


# Where there is no page, nothing may load or run at all.
NO_DOCUMENT = "default-src 'none'; frame-ancestors 'none'"
# Browsers read these of documents only.
OF_DOCUMENTS = ("cross-origin-opener-policy", "permissions-policy")
# Of what a page can embed; nobody can embed a page: `nosniff` and `frame-ancestors` see to that.
OF_RESOURCES = {"cross-origin-resource-policy": "same-origin"}
# Or the server beneath would write its own name.
NAMELESS = (b"server", b"")
# Other machines' messages, which carry a signature instead; a cookie is worth nothing there.
SIGNED = "/hooks/"
# Files of the shell cannot be anything but what they are; each byte of their headers counts on a slow line.
SHELL = ("/css/", "/icons/", "/js/", "/manifest.webmanifest", "/shared/", "/sw/", "/vendor/", "/words/")
OF_SHELL = ("x-content-type-options",)
WORKER = "/sw.js"
# Only ever over https (RFC 6797, 7.2): what this machine's own loopback says of it, no browser may believe.
ONLY_HTTPS = {"strict-transport-security": f"max-age={YEAR}; includeSubDomains"}


class Shield:
    """Wraps the whole application, so that a 404 and a 500 are shielded too."""

    def __init__(self, app: ASGIApp, *, origin: str, media_origin: str = "") -> None:
        self.app = app
        self.origin = origin
        self.media_origin = media_origin

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP:
            await self.app(scope, receive, send)
            return
        nonce = secrets.token_urlsafe(16)
        scope[NONCE] = nonce  # type: ignore[literal-required]
        headers = dict(scope["headers"])

        async def shielded(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = self._with_headers(list(message["headers"]), nonce, scope["path"])
            await send(message)

        if scope["method"] not in SAFE and not scope["path"].startswith(SIGNED) and not self._same_site(headers):
            kind = (b"content-type", b"application/problem+json")
            await shielded({"type": "http.response.start", "status": 403, "headers": [kind]})
            await shielded({"type": "http.response.body", "body": REFUSAL, "more_body": False})
            return
        await self.app(scope, receive, shielded)

    def _same_site(self, headers: dict[bytes, bytes]) -> bool:
        site = headers.get(b"sec-fetch-site", b"").decode()
        if site:
            return site in {"same-origin", "none"}
        origin = headers.get(b"origin", b"").decode()
        host = headers.get(b"host", b"").decode()
        return bool(origin) and origin in {self.origin, f"http://{host}", f"https://{host}"}

    def _with_headers(self, headers: list[tuple[bytes, bytes]], nonce: str, path: str) -> Any:
        have = {name.lower() for name, _ in headers}
        extra = headers_of(nonce, self.media_origin)
        if path.startswith(SHELL) or path == WORKER:
            extra = {name: extra[name] for name in OF_SHELL}
        if path == WORKER:
            extra["content-security-policy"] = worker_policy(self.media_origin)
        elif not any(name.lower() == b"content-type" and value.startswith(b"text/html") for name, value in headers):
            extra = {
                name: NO_DOCUMENT if name == "content-security-policy" else extra[name]
                for name in extra
                if name not in OF_DOCUMENTS
            } | ({} if path.startswith(SHELL) else OF_RESOURCES)
        if self.origin.startswith("https://"):
            extra = extra | ONLY_HTTPS
        kept = [(name, value) for name, value in headers if name.lower() != b"server"] + [NAMELESS]
        return kept + [(k.encode(), v.encode()) for k, v in extra.items() if k.encode() not in have]
