"""The phone's own speed at 1x, 4x and 6x: from a start without a server to what is sent when the signal comes back."""

import argparse
import base64
import io
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from playwright.sync_api import CDPSession, Page, sync_playwright

import porchlight.tables  # noqa: F401 - so that rows of every room can be read here
from tests.faults.field import Field
from tests.handset import Handset
from tests.journeys import steps
from tests.serving import Serving, free_port
from tests.slow_road import Network, SlowRoad
from tests.weighing import PAINTED, weigh_first_load

RATES = (1, 4, 6)
JUDGED = 4
FAMILY = "Quintrell"
# Ten photos of the size that is allowed would take 53 s at the 0.75 Mbit/s up of some profiles, by their bytes alone.
SLOW = Network("3G: 1.6 Mbit/s each way, 150 ms", 1_600_000, 1_600_000, 0.150)

# When each thing was durable, by the page's own clock in milliseconds: a transaction is complete.
WATCH = """
globalThis.durable = []
const begin = IDBDatabase.prototype.transaction
const put = IDBObjectStore.prototype.put
const photos = new WeakSet()
IDBObjectStore.prototype.put = function (row, ...more) {
  if (String(row?.key).startsWith("photo/")) photos.add(this.transaction)
  return put.call(this, row, ...more)
}
IDBDatabase.prototype.transaction = function (stores, mode, ...more) {
  const tx = begin.call(this, stores, mode, ...more)
  const note = () => durable.push({ stores: photos.has(tx) ? ["photo"] : [stores].flat(), at: performance.now() })
  if (mode === "readwrite") tx.addEventListener("complete", note)
  return tx
}
globalThis.happened = []
for (const kind of ["input", "click", "change"])
  addEventListener(kind, ({ timeStamp }) => happened.push({ kind, at: timeStamp }), { capture: true })
"""
TOOK = """([kind, store]) => {
  const { at } = happened.findLast((one) => one.kind === kind) ?? {}
  const done = durable.find((one) => one.at >= at && one.stores.includes(store))
  return done ? done.at - at : null
}"""
# The named baseline of what is durable: one row of 1 KB, put and committed in the same page, with nothing of ours.
BARE_PUT = """async () => {
  const asked = indexedDB.open("bench", 1)
  asked.onupgradeneeded = () => asked.result.createObjectStore("rows")
  const db = await new Promise((done) => (asked.onsuccess = () => done(asked.result)))
  const took = []
  for (let n = 0; n < 20; n++) {
    const began = performance.now()
    const tx = db.transaction("rows", "readwrite", { durability: "strict" })
    tx.objectStore("rows").put(new Uint8Array(1024), n)
    tx.commit()
    await new Promise((done) => (tx.oncomplete = done))
    took.push(performance.now() - began)
  }
  db.close()
  return took
}"""
# The named baseline of a photo: the browser's own decoding and encoding of the same file.
BARE_PHOTO = """async (coded) => {
  const file = new Blob([Uint8Array.from(atob(coded), (c) => c.charCodeAt(0))], { type: "image/jpeg" })
  const began = performance.now()
  const picture = await createImageBitmap(file)
  const canvas = Object.assign(document.createElement("canvas"), { width: 1600, height: 1200 })
  canvas.getContext("2d").drawImage(picture, 0, 0, 1600, 1200)
  await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.72))
  return performance.now() - began
}"""
SHOWN = """async () => {
  const [image] = [...document.querySelectorAll("[data-photo-list] img")].slice(-1)
  const bytes = new Uint8Array(await (await fetch(image.src)).arrayBuffer())
  let text = ""
  for (let at = 0; at < bytes.length; at += 32768) text += String.fromCharCode(...bytes.subarray(at, at + 32768))
  return btoa(text)
}"""
SAVE_ALL = """
const bytes = Uint8Array.from(atob(more.coded), (c) => c.charCodeAt(0)).buffer
const list = Array.from({ length: 50 }, (_, n) => visit('bench ' + n))
for (let n = 0; n < 10; n++) {
  const op_id = uuid7(), of = list[n * 5]
  const said = { media_id: op_id, visit_id: of.op_id, purpose: 'home', consent: { given: true, by: 'Sunniva Aldous' },
                 taken_at: ago(40), mime: 'image/jpeg', width: 1600, height: 1200 }
  list.push({ op_id, kind: 'visit.photo', group: of.group, lane: of.lane, body: said, picture: bytes })
}
return (await save(...list)).length
"""


@dataclass
class Row:
    """What was measured. figures: by rate of slowing; bar: at most, at 4x; ratio: to the baseline, by rate."""

    words: str
    unit: str
    figures: dict[int, float]
    bar: float
    ratio: dict[int, float] | None = None
    baseline: str = ""

    @property
    def judged(self) -> float:
        return self.figures.get(JUDGED, next(iter(self.figures.values())))

    @property
    def holds(self) -> bool:
        return self.judged <= self.bar

    def lines(self) -> str:
        cells = "".join(f"{self.figures[rate]:9,.0f}" if rate in self.figures else f"{'':9}" for rate in RATES)
        said = f"{self.words:<48}{cells}   at most {self.bar:,.0f} {self.unit:<6}{'ok' if self.holds else 'SHORT'}"
        if not self.ratio:
            return said
        ratios = "".join(f"{self.ratio[rate]:8.1f}x" if rate in self.ratio else f"{'':9}" for rate in RATES)
        return f"{said}\n{'  as ' + self.baseline:<48}{ratios}"


def a_room() -> bytes:
    """12 megapixels with shapes, shades and grain: about the 3 MB of a phone's own camera."""
    size = (4032, 3024)
    picture = Image.new("L", size, 128)
    for across, share in ((6, 0.5), (24, 0.4), (96, 0.3), (400, 0.2), (1344, 0.12), (4032, 0.05)):
        grain = Image.effect_noise((across, across * 3 // 4), 90).resize(size, Image.Resampling.BICUBIC)
        picture = Image.blend(picture, grain, share)
    colours = [picture, picture.point(lambda p: min(255, p + 12)), picture.point(lambda p: max(0, p - 16))]
    kept = io.BytesIO()
    Image.merge("RGB", colours).save(kept, "JPEG", quality=88)
    return kept.getvalue()


class Phone:
    """Rowan's phone, whose processor may be slowed. Chromium slows the main thread of a page."""

    def __init__(self, field: Field) -> None:
        self.field = field
        self.page: Page = field.page
        self.cdp: CDPSession

    def slowed(self, rate: int) -> Page:
        """A new page on a phone of this rate."""
        self.page.close()
        self.page = self.field.page = self.field.context.new_page()
        self.cdp = self.field.context.new_cdp_session(self.page)
        self.cdp.send("Emulation.setCPUThrottlingRate", {"rate": rate})
        return self.page

    def stop_worker(self) -> None:
        self.cdp.send("ServiceWorker.enable")
        self.cdp.send("ServiceWorker.stopAllWorkers")
        self.cdp.send("ServiceWorker.disable")


def painted(phone: Phone, rate: int, path: str, rounds: int) -> list[float]:
    """Milliseconds from a tap on the app's sign to the first paint, its worker asleep, nobody answering."""
    took = []
    keep_open = phone.field.context.new_page()  # a browser without a page would end
    for _ in range(rounds):
        page = phone.slowed(rate)
        phone.stop_worker()
        page.goto(phone.field.road.url + path)
        took.append(float(page.evaluate(f"({PAINTED})().then((at) => at - performance.timeOrigin)")))
    keep_open.close()
    return took


def took(page: Page, kind: str, store: str) -> float:
    """Milliseconds from what a hand did to its being durable."""
    found = steps.until(page, lambda: page.evaluate(TOOK, [kind, store]), lambda ms: ms is not None, seconds=30)
    return float(found or 0)


def fill_in(page: Page) -> None:
    steps.nobody_at_home(page, FAMILY, "Nobody came to the door")


def typed(page: Page, letters: str) -> list[float]:
    page.locator('[name="observations"]').focus()
    found = []
    for letter in letters:
        page.keyboard.press(letter)
        found.append(took(page, "input", "drafts"))
        page.wait_for_timeout(60)
    return found


def photographed(page: Page, data: bytes) -> float:
    """From the camera's answer until the photo lies in the phone's store."""
    before = page.locator("[data-photo-list] figure").count()
    with page.expect_file_chooser() as chooser:
        page.locator("[data-take-photo]").click()
    page.wait_for_timeout(300)
    chooser.value.set_files({"name": "IMG_0001.jpg", "mimeType": "image/jpeg", "buffer": data})
    page.locator("[data-photo-list] figure").nth(before).locator("img").wait_for()
    return took(page, "change", "photo")


def saved(page: Page) -> float:
    steps.check_and_save(page)
    page.get_by_role("button", name="Save visit").click()
    page.get_by_role("heading", name="Saved on this phone. Not sent yet.").wait_for()
    return took(page, "click", "items")


def at_each(measure: Callable[[int], float]) -> dict[int, float]:
    return {rate: measure(rate) for rate in RATES}


def divided(figures: dict[int, float], baseline: dict[int, float]) -> dict[int, float]:
    return {rate: figures[rate] / baseline[rate] for rate in figures}


def start_rows(phone: Phone, rounds: int) -> list[Row]:
    ours = at_each(lambda rate: statistics.median(painted(phone, rate, "/today", rounds)))
    bare = at_each(lambda rate: statistics.median(painted(phone, rate, "/offline", rounds)))
    words = "start without a server to first paint"
    return [Row(words, "ms", ours, 600, divided(ours, bare), "times the worker's own empty page")]


def writing_rows(phone: Phone, room: bytes, rounds: int) -> tuple[list[Row], str]:
    """Rows, and a photo as the phone keeps it."""
    keys, visits, photos, puts, codings = ({} for _ in range(5))
    shown = ""
    for rate in RATES:
        page = phone.slowed(rate)
        page.goto(f"{phone.field.road.url}/today")
        page.wait_for_timeout(5000)  # it looks for the server, opens what it has, and is quiet
        phone.field.run("await inOutbox('drafts', 'readwrite', (drafts) => drafts.clear())")
        waits = []
        for _ in range(rounds):
            fill_in(page)
            waits.append(saved(page))
        visits[rate] = statistics.median(waits)
        fill_in(page)
        puts[rate] = statistics.median(page.evaluate(BARE_PUT))
        keys[rate] = statistics.median(typed(page, "the quick brown fox"))
        photos[rate] = statistics.median(photographed(page, room) for _ in range(rounds))
        shown = page.evaluate(SHOWN)
        coded = base64.b64encode(room).decode()
        codings[rate] = statistics.median(float(page.evaluate(BARE_PHOTO, coded)) for _ in range(rounds))
    size = len(shown) * 3 // 4
    put = "times a bare row of 1 KB, put and committed"
    return [
        Row("keystroke to durable", "ms", keys, 50, divided(keys, puts), put),
        Row("save to durable", "ms", visits, 100, divided(visits, puts), put),
        Row(
            "12-megapixel photo until it is kept",
            "ms",
            photos,
            1500,
            divided(photos, codings),
            "times the browser's own coding",
        ),
        Row(f"  its bytes, of {len(room):,}", "bytes", {1: size}, 500 * 1024),
    ], shown


def draining_rows(phone: Phone, road: SlowRoad, shown: str) -> list[Row]:
    """The browser is told that there is no network, saves, and is told that there is one again."""
    field = phone.field
    page = phone.slowed(1)
    field.serving.start()
    page.goto(f"{road.url}/today")
    field.drain()
    before = len(field.arrived())
    field.context.set_offline(True)
    count = field.run(SAVE_ALL, coded=shown)
    road.up = 0
    began = time.monotonic()
    field.context.set_offline(False)
    first = None
    while (now := len(field.arrived()) - before) < count:
        first = first or (now and time.monotonic() - began)
        page.wait_for_timeout(20)
        if time.monotonic() - began > 300:
            break
    ended = time.monotonic() - began
    wire = road.up * 8 / road.network.up
    return [
        Row("first text after reconnecting", "ms", {1: (first or ended) * 1000}, 3000),
        Row(
            f"50 visits and 10 photos, {road.up / 1e6:.1f} MB",
            "ms",
            {1: ended * 1000},
            30_000,
            {1: ended / wire},
            "times what the bytes alone take on this wire",
        ),
    ]


def main() -> int:
    parser = argparse.ArgumentParser(prog="scripts/bench phone", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    room = a_room()
    with tempfile.TemporaryDirectory(prefix="pl-bench-") as folder, sync_playwright() as playwright:
        here = Path(folder)
        port = free_port()
        with (
            SlowRoad(port, SLOW) as road,
            Handset(playwright.chromium, here / "profile", bypass_csp=True, locale="en-US") as handset,
            Serving(here / "data", port=port, PORCHLIGHT_URL=road.url) as serving,
        ):
            field = Field(road, serving, handset)
            field.sign_in()
            field.context.add_init_script(WATCH)
            steps.wait_ready_offline(field.page)
            phone = Phone(field)
            steps.stop_for_real(serving)
            rows = start_rows(phone, rounds)
            more, shown = writing_rows(phone, room, rounds)
            rows += more + draining_rows(phone, road, shown)
        with Serving(here / "fresh") as serving:
            load = weigh_first_load(playwright.chromium, serving.port, "Rowan Ibarra")
            rows.append(Row("first load until safe offline, without the pack", "bytes", {1: load.shell}, 61_440))
    print(
        f"{'slowed down':<48}" + "".join(f"{f'{rate}x':>9}" for rate in RATES) + f"   judged at {JUDGED}x where slowed"
    )
    for row in rows:
        print(row.lines())
    print(
        f"\nMedians of {rounds}. Slowed: Chromium's own slowing of a page's main thread; its other threads (decoding a"
    )
    print(f"picture, the worker, the store) are not slowed. Sent over {SLOW.name}.")
    short = [row.words for row in rows if not row.holds]
    print(f"{len(rows) - len(short)} of {len(rows)} hold." + (f" Short: {'; '.join(short)}." if short else ""))
    return int(bool(short))


if __name__ == "__main__":
    raise SystemExit(main())
