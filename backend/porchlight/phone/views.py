"""Pages that the phone fills in by itself: what it holds, its lock, and what to do where a page is not on it."""

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
