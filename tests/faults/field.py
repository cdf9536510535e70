"""Rowan's phone in the field: a real browser, the road to the server, and the server itself, each of which may fail."""

import contextlib
import sqlite3
import time
from pathlib import Path
from typing import Any
from uuid import UUID

from playwright.sync_api import BrowserContext, Error, Page

from tests.handset import Handset
from tests.journeys import steps
from tests.road import Road
from tests.serving import Serving

# The case of Rowan's first family in the demo, and the children of that family.
CASES = """SELECT persons.id, persons.case_id FROM persons JOIN cases ON cases.id = persons.case_id
  JOIN families ON families.id = cases.family_id WHERE families.name = 'Quintrell' AND role = 'child'"""
DEPOSITS = "SELECT op_id, outcome, seq, kind FROM deposits ORDER BY seq"

# What a page of ours can do, called by its own modules. visit(words) is as short as a visit may be; photo(visit, width,
# quality) is a picture of noise, so that its size is what it would be.
TOOLS = """async (given) => {
  const { saveOperations, retry, undo } = await import('/shared/outbox.js')
  const { deviceOf } = await import('/shared/device.js')
  const { flush } = await import('/shared/flush.js')
  const { uuid7 } = await import('/shared/wire.js')
  const { inOutbox } = await import('/shared/store.js')
  const { person, body, ...more } = given
  const all = (store) => inOutbox(store, 'readonly', (rows) => rows.getAll())
  const ago = (minutes) => new Date(Date.now() - minutes * 60_000).toISOString()
  const visit = (words) => {
    const op_id = uuid7()
    const said = { ...body, visit_id: op_id, observations: words, started_at: ago(60), ended_at: ago(30) }
    return { op_id, kind: 'visit.log', group: op_id, lane: body.case_id, body: said }
  }
  const photo = async (of, width = 320, height = 240, quality = 0.9) => {
    const canvas = Object.assign(document.createElement('canvas'), { width, height })
    const noise = new Uint8ClampedArray(width * height * 4)
    for (let at = 0; at < noise.length; at += 65536) crypto.getRandomValues(noise.subarray(at, Math.min(at + 65536, noise.length)))
    canvas.getContext('2d').putImageData(new ImageData(noise.map((one, at) => at % 4 === 3 ? 255 : one), width, height), 0, 0)
    const file = await new Promise((done) => canvas.toBlob(done, 'image/jpeg', quality))
    const op_id = uuid7()
    const said = { media_id: op_id, visit_id: of.op_id, purpose: 'home', consent: { given: true, by: 'Sunniva Aldous' },
                   taken_at: ago(40), mime: 'image/jpeg', width, height }
    return { op_id, kind: 'visit.photo', group: of.group, lane: of.lane, body: said, picture: await file.arrayBuffer() }
  }
  const save = async (...operations) => (await saveOperations(person, operations)).map((item) => item.op_id)
  const sendNow = async () => { for (const { op_id, state } of await all('items')) if (state === 'waiting') await retry(op_id); await flush(); return (await all('items')).length }
  /*WORK*/
}"""


class Field:
    """`road` leads to `serving`; `page` is Rowan's, of which the policy is lifted so that a test may call the page's modules."""

    def __init__(self, road: Road, serving: Serving, handset: Handset) -> None:
        self.road = road
        self.serving = serving
        self.handset = handset
        self.person = ""
        self.page: Page

    @property
    def context(self) -> BrowserContext:
        assert self.handset.context is not None
        return self.handset.context

    def sign_in(self) -> None:
        """Until the phone is enrolled: from then on it can save."""
        self.page = self.handset.open()
        self.page.goto(f"{self.road.url}/sign-in")
        self.page.get_by_role("button", name="Rowan Ibarra").click()
        self.page.wait_for_url("**/today")
        self.person = str(self.page.evaluate("document.body.dataset.person"))
        steps.until(self.page, lambda: self.run("return Boolean(await deviceOf(person))"), bool, seconds=40)

    def reopen(self, path: str = "/today") -> None:
        """The browser is started anew on its profile and opens the app, if anybody or the phone itself answers."""
        self.page = self.handset.open()
        self.page.goto(self.road.url + path)

    def body(self) -> dict[str, Any]:
        """visit.log of a visit where nobody was at home."""
        children = [(str(UUID(child)), str(UUID(case))) for child, case in self.ask(CASES)]
        missed = [{"person_id": child, "seen": False, "not_seen_reason": "Nobody opened"} for child, _ in children]
        # Siblings may have a case each; the visit stands in that of the first.
        return {
            "case_id": children[0][1],
            "kind": "attempted",
            "zone": "America/Chicago",
            "place": "home",
            "in_residence": False,
            "place_note": "",
            "persons_seen": [],
            "summary": {"came": "Rowan I.", "agreed": [], "next_visit": None, "note": ""},
            "children": missed,
            "topics": [],
            "follow_ups": [],
            "late_reason": "",
            "drift_ms": 0,
            "time_source": "phone",
        }

    def run(self, script: str, *, page: Page | None = None, **given: Any) -> Any:
        """Calls the modules of the page (TOOLS); a page that is just being swapped is asked again."""
        ends = time.monotonic() + 30
        while True:
            try:
                return (page or self.page).evaluate(
                    TOOLS.replace("/*WORK*/", script), {"person": self.person, "body": self._body, **given}
                )
            except Error as error:
                if "context was destroyed" not in str(error) or time.monotonic() > ends:
                    raise

    @property
    def _body(self) -> dict[str, Any]:
        if not hasattr(self, "_made"):
            self._made = self.body()
        return self._made

    def ask(self, question: str, *given: object) -> list[tuple[Any, ...]]:
        """Reads the server's database, whether the server runs or not."""
        with contextlib.closing(sqlite3.connect(self.database, timeout=30)) as connection:
            return connection.execute(question, given).fetchall()

    def tell(self, statement: str) -> None:
        with contextlib.closing(sqlite3.connect(self.database, timeout=30)) as connection, connection:
            connection.execute(statement)

    @property
    def database(self) -> Path:
        return self.serving.data / "porchlight.sqlite3"

    def arrived(self) -> list[str]:
        """op_ids that the server has accepted, one for each row."""
        return [str(UUID(op_id)) for op_id, outcome, *_ in self.ask(DEPOSITS) if outcome in ("accepted", "withdrawn")]

    def drain(self, *, seconds: float = 60, page: Page | None = None) -> None:
        """Sends until nothing is left on the phone."""
        try:
            steps.until(
                page or self.page, lambda: self.run("return sendNow()", page=page), lambda n: n == 0, seconds=seconds
            )
        except AssertionError as error:
            items = self.run(
                "return (await all('items')).map(({ kind, state, why, attempts }) => [kind, state, why, attempts])"
            )
            raise AssertionError(f"Not sent: {items}") from error

    def known(self) -> list[str]:
        """op_ids that this phone has saved: what waits, and what it has a receipt for."""
        return list(self.run("return [...await all('items'), ...await all('receipts')].map(({ op_id }) => op_id)"))

    def check_equal(self) -> int:
        """What the phone has saved is what the server has, once each, and numbered without a gap; how many there are."""
        phone, server = self.known(), self.arrived()
        assert sorted(server) == sorted(set(server)), "doubled"
        assert sorted(phone) == sorted(server), f"lost {set(phone) - set(server)}, unknown {set(server) - set(phone)}"
        assert [seq for _, _, seq, _ in self.ask(DEPOSITS)] == list(range(1, len(server) + 1))
        rows = self.ask(
            "SELECT count(*), count(DISTINCT contacts.id) FROM contacts JOIN deposits ON op_id = contacts.id"
        )
        logged = self.ask("SELECT count(*) FROM deposits WHERE kind = 'visit.log'")
        assert rows == [(logged[0][0], logged[0][0])]
        return len(server)
