"""Pages about a phone: what it holds, its lock, where a page is not on it, and taking in the file of one that cannot send."""

from collections import Counter
from collections.abc import Sequence

from porchlight.phone.taking_in import Result
from porchlight.web.rendering import View


def outbox() -> View:
    return View("phone/outbox.html")


def offline() -> View:
    return View("phone/offline.html", anonymous=True)


def lock() -> View:
    return View("phone/lock.html")


def unlock(locale: str = "") -> View:
    """Of the shell: what a locked phone shows, in one language."""
    return View("phone/unlock.html", {"path": "/unlock"}, locale=locale, anonymous=True)


def left(locale: str) -> View:
    """What is shown where somebody signed out without signal, in this language: nothing of a person."""
    return View("phone/left.html", {"path": "/left"}, locale=locale, anonymous=True)


def take_in() -> View:
    return View("phone/take_in.html")


def taken_in(results: Sequence[tuple[Result, str]]) -> View:
    """results: each with the reason in the reader's words, of those that need a fix."""
    return View(
        "phone/taken_in.html",
        {
            "results": [
                {
                    "op_id": one.op_id,
                    "kind": one.kind,
                    "seq": one.seq,
                    "outcome": one.outcome,
                    "record": one.record,
                    "why": why,
                }
                for one, why in results
            ],
            "counts": Counter(one.outcome for one, _why in results),
        },
    )
