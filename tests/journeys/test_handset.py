"""The phone of the journeys: its profile outlives closing and pulling the battery, and two phones share nothing."""

import http.server
import threading
from collections.abc import Callable, Iterator

import psutil
import pytest

from tests.handset import SCREEN, Handset

PAGE = b"<!doctype html><meta name=viewport content='width=device-width'><title>Porchlight</title><p>Hello"


class Quiet(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(PAGE)

    def log_message(self, *arguments: object) -> None:
        """Says nothing."""


@pytest.fixture
def site() -> Iterator[str]:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Quiet) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://localhost:{server.server_port}"
        server.shutdown()
        thread.join()


WRITE = """async (words) => {
  const db = await new Promise((done, fail) => {
    const asked = indexedDB.open("kept", 1)
    asked.onupgradeneeded = () => asked.result.createObjectStore("words")
    asked.onsuccess = () => done(asked.result)
    asked.onerror = () => fail(asked.error)
  })
  const tx = db.transaction("words", "readwrite", { durability: "strict" })
  tx.objectStore("words").put(words, 1)
  await new Promise((done) => { tx.oncomplete = done })
}"""
READ = """() => new Promise((done) => {
  const asked = indexedDB.open("kept", 1)
  asked.onupgradeneeded = () => asked.result.createObjectStore("words")
  asked.onsuccess = () => {
    const found = asked.result.transaction("words").objectStore("words").get(1)
    found.onsuccess = () => done(found.result ?? null)
  }
})"""


def test_what_was_stored_outlives_a_pulled_battery(handset: Callable[..., Handset], site: str) -> None:
    phone = handset("rowan")
    page = phone.open()
    page.goto(site)
    page.evaluate(WRITE, "Gideon was seen alone")

    phone.kill()

    again = phone.open()
    again.goto(site)
    assert again.evaluate(READ) == "Gideon was seen alone"


def test_killing_leaves_no_browser_of_that_profile(handset: Callable[..., Handset], site: str) -> None:
    phone = handset("rowan")
    phone.open().goto(site)

    phone.kill()

    alive = [p for p in psutil.process_iter() if phone.carries(p) and p.status() != psutil.STATUS_ZOMBIE]
    assert alive == []


def test_two_phones_share_nothing(handset: Callable[..., Handset], site: str) -> None:
    first, second = handset("rowan").open(), handset("tamsin").open()
    first.goto(site)
    second.goto(site)
    first.evaluate(WRITE, "for Rowan only")

    assert second.evaluate(READ) is None


def test_it_is_as_large_as_a_phone(handset: Callable[..., Handset], site: str) -> None:
    page = handset(color_scheme="dark", locale="es-US").open()
    page.goto(site)

    seen = page.evaluate(
        "[innerWidth, innerHeight, navigator.language, matchMedia('(prefers-color-scheme: dark)').matches]"
    )
    assert seen == [SCREEN["width"], SCREEN["height"], "es-US", True]
