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
from porchlight.people import access
from porchlight.web.rendering import Renderer, View
from porchlight.web.shield import headers_of

Source = Callable[[Session, Actor, datetime], Iterable[tuple[str, Callable[[], View]]]]

MOST_CASES = 50
MOST_PAGES = 500  # of 50 cases, with all that belongs to them
# One answer ends with the page that reaches this: on a slow line a few seconds, so that a cut costs no more than that.
MOST_BYTES = 300_000


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
    """One answer. as_of: RFC 3339 by the server's clock. gone: what the phone has and is to erase, all of it at once.

    total: pages of the whole pack; done: how many of them this answer and those before it have looked at.
    next: where to go on, "" when that was the last.
    lock: after how many minutes the phone locks itself ("idle", "background"), and whether it is "strict".
    """

    person: str
    as_of: str
    pages: list[PackPage]
    gone: list[str]
    total: int
    lock: Mapping[str, int | bool]
    done: int
    next: str


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
    session: Session,
    printer: Printer,
    sources: Iterable[Source],
    have: Mapping[str, str],
    *,
    after: str = "",
    now: datetime,
) -> Pack:
    """What has changed since the phone has `have` (url to etag), as much as goes into one answer.

    after: the `next` of the answer before; a page that is not in the pack any more begins anew. A page that is no
    longer this person's is gone, and that is said at once, however little of the rest arrives.
    """
    actor = printer.actor
    session.info[access.WITHOUT] = {access.Relation.EMERGENCY}  # an hour's access is not for a phone to keep
    listed = dict(islice(_views(session, actor, sources, now), MOST_PAGES))
    urls = list(listed)
    done = urls.index(after) + 1 if after in listed else 0
    changed: list[PackPage] = []
    lost = set()
    size = 0
    while done < len(urls) and size < MOST_BYTES:
        url = urls[done]
        done += 1
        try:
            page = printer.page(url, listed[url]())
        except Refused:  # it was taken from this person between the list and now
            lost.add(url)
            continue
        if have.get(url) != page.etag:
            changed.append(page)
            size += len(page.body.encode())
    audit.saw(session, actor, "pack.given", None, now=now)
    gone = sorted(url for url in have if url not in listed or url in lost)
    following = urls[done - 1] if done < len(urls) else ""
    return Pack(str(actor.account_id), iso(now), changed, gone, len(urls), printer.lock, done, following)


def _views(
    session: Session, actor: Actor, sources: Iterable[Source], now: datetime
) -> Iterable[tuple[str, Callable[[], View]]]:
    seen = set()
    for source in sources:
        for url, view in source(session, actor, now):
            if url not in seen:
                seen.add(url)
                yield url, view
