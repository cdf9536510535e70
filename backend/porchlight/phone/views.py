"""Two pages that the phone fills in by itself: what it holds, and what to do where a page is not on it."""

from porchlight.web.rendering import View


def outbox() -> View:
    return View("phone/outbox.html")


def offline() -> View:
    return View("phone/offline.html", anonymous=True)
