"""The offline pack: the pages that a phone keeps, each with its own headers and its own nonce."""

import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice

from sqlmodel import Session

from porchlight.audit import service as audit
from porchlight.core.actor import Actor
from porchlight.core.clock import iso
from porchlight.core.keys import sha256
from porchlight.core.refused import Refused
from porchlight.web.rendering import Renderer, View
from porchlight.web.shield import headers_of

Source = Callable[[Session, Actor, datetime], Iterable[tuple[str, Callable[[], View]]]]

MOST_CASES = 50
MOST_PAGES = 500  # of 50 cases, with all that belongs to them


@dataclass(frozen=True, slots=True)
class PackPage:
    """One page as the phone stores it. etag: of the page without its nonce, so that it stays while nothing changes."""

    url: str
    etag: str
    nonce: str
    headers: dict[str, str]
    body: str


@dataclass(frozen=True, slots=True)
class Pack:
    """as_of: RFC 3339 by the server's clock. gone: what the phone has and is to erase. total: pages of the whole pack.
    lock: after how many minutes the phone locks itself ("idle", "background"), and whether it is "strict"."""

    person: str
    as_of: str
    pages: list[PackPage]
    gone: list[str]
    total: int
    lock: Mapping[str, int | bool]


@dataclass(frozen=True, slots=True)
class Printer:
    """Renders a page as its own controller would, for one reader in one language."""

    renderer: Renderer
    actor: Actor
    locale: str
    media_origin: str = ""
    lock: Mapping[str, int | bool] = field(default_factory=dict)

    def page(self, url: str, view: View) -> PackPage:
        nonce = secrets.token_urlsafe(18)
        body = self.renderer.render(view, actor=self.actor, locale=self.locale, nonce=nonce, path=url)
        headers = {
            "content-type": "text/html; charset=utf-8",
            "x-page-person": str(self.actor.account_id),
            **headers_of(nonce, self.media_origin),
            **{name.lower(): value for name, value in view.headers.items()},
        }
        return PackPage(url, sha256(body.replace(nonce, "").encode()), nonce, headers, body)


def pack(
    session: Session, printer: Printer, sources: Iterable[Source], have: Mapping[str, str], *, now: datetime
) -> Pack:
    """What has changed since the phone has `have` (url to etag). A page that is no longer this person's is gone."""
    actor = printer.actor
    pages = []
    for url, view in islice(_views(session, actor, sources, now), MOST_PAGES):
        try:
            pages.append(printer.page(url, view()))
        except Refused:  # it was taken from this person between the list and now
            continue
    urls = {page.url for page in pages}
    changed = [page for page in pages if have.get(page.url) != page.etag]
    audit.saw(session, actor, "pack.given", None, now=now)
    gone = sorted(url for url in have if url not in urls)
    return Pack(str(actor.account_id), iso(now), changed, gone, len(pages), printer.lock)


def _views(
    session: Session, actor: Actor, sources: Iterable[Source], now: datetime
) -> Iterable[tuple[str, Callable[[], View]]]:
    seen = set()
    for source in sources:
        for url, view in source(session, actor, now):
            if url not in seen:
                seen.add(url)
                yield url, view
