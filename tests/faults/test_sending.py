"""Sending while something fails: the phone's set and the server's are the same in the end, and nothing is there twice."""

import random
import socket
import time

import pytest

from tests.faults.conftest import Record, Rounds
from tests.faults.field import Field
from tests.journeys import steps
from tests.road import Road
from tests.serving import refuses


@pytest.mark.soak
@pytest.mark.fault(1)
def test_what_is_killed_in_the_middle_of_an_upload_is_sent_again_and_once(
    field: Field, rounds: Rounds, chance: random.Random, record_property: Record
) -> None:
    kills = rounds(2, 15, 200)
    phones = 0
    saved: list[str] = []
    for number in range(kills):
        saved += field.run(
            "const one = visit('killed'); const with_photo = more.number % 3 ? [] : [await photo(one, 640, 480)]\n"
            "const ids = await save(one, ...with_photo, visit('killed'), visit('killed')); void sendNow(); return ids",
            number=number,
        )
        field.page.wait_for_timeout(chance.uniform(0, 250))
        if chance.random() < 0.4:
            field.handset.kill()
            field.reopen()
            phones += 1
        else:
            steps.stop_for_real(field.serving)
            field.serving.start()

    field.drain(seconds=120)
    total = field.check_equal()

    assert sorted(saved) == sorted(field.known())
    record_property("figure", f"{kills} kills ({phones} of the phone), {total} items: the same on both sides")


@pytest.mark.soak
@pytest.mark.fault(2)
def test_an_answer_that_is_lost_after_the_commit_makes_no_second_row(
    field: Field, rounds: Rounds, record_property: Record
) -> None:
    wanted = rounds(5, 60, 1000)
    field.run("await save(...Array.from({ length: 10 }, () => visit('lost')))")
    field.road.trouble = "lost"
    while field.road.met < wanted:
        left = field.run("return sendNow()")
        assert left >= 10, "Without an answer nothing may be let go."
        if field.road.met % 20 == 0:
            field.run("await save(visit('lost'))")
    field.road.trouble = ""

    field.drain()
    total = field.check_equal()

    record_property("figure", f"{field.road.met} answers lost, {total} items: 0 doubled, 0 lost")


@pytest.mark.soak
@pytest.mark.fault(3)
def test_a_free_wifi_takes_nothing_from_the_phone(field: Field, record_property: Record) -> None:
    field.road.trouble = "portal"
    field.run("await save(...Array.from({ length: 20 }, () => visit('in a hotel')))")
    for _ in range(5):
        assert field.run("return sendNow()") == 20
    assert field.road.met >= 5
    assert field.arrived() == []
    field.road.trouble = ""

    field.drain()

    assert field.check_equal() == 20
    record_property("figure", f"{field.road.met} answers of a free wifi: 20 of 20 stayed, and arrived later")


@pytest.mark.soak
@pytest.mark.fault(7)
def test_one_bad_item_of_fifty_holds_up_none_of_the_others(field: Field, record_property: Record) -> None:
    steps.stop_for_real(field.serving)
    assert refuses(field.serving.port)
    bad = field.run(
        "const list = Array.from({ length: 50 }, () => visit('of fifty')); list[0].body.kind = 'no such kind'\n"
        "return (await save(...list))[0]"
    )
    # It has looked for the server in vain all day, and waits longer each time.
    field.run(
        "const rows = await all('items'); await inOutbox('items', 'readwrite',\n"
        "(items) => rows.forEach((item) => items.put({ ...item, attempts: 12 })))"
    )
    tried = "return (await all('items')).filter((item) => item.attempts > 12).length"
    steps.until(field.page, lambda: field.run(tried), lambda n: n >= 6, seconds=90)
    field.serving.start()
    began = time.monotonic()

    field.page.evaluate("dispatchEvent(new Event('online'))")

    steps.until(field.page, lambda: len(field.arrived()), lambda n: n == 49, seconds=60)
    took = time.monotonic() - began
    state = "return (await all('items')).map((item) => [item.op_id, item.state])"
    assert steps.until(field.page, lambda: field.run(state), lambda rows: len(rows) == 1) == [[bad, "fix"]]
    record_property("figure", f"49 of 49 within {took:.1f} s of reconnecting; the other waits for a fix")
    assert took < 10


@pytest.mark.soak
@pytest.mark.fault(10)
def test_five_tabs_that_save_at_once_make_a_hundred_rows(field: Field, record_property: Record) -> None:
    tabs = [field.page, *(field.context.new_page() for _ in range(4))]
    for tab in tabs[1:]:
        tab.goto(f"{field.road.url}/today")
    for tab in tabs:
        work = "globalThis.work = (async () => { for (let n = 0; n < 20; n++) { await save(visit('tabs')); void flush() } })()"
        field.run(work, page=tab)
    for tab in tabs:
        tab.evaluate("() => globalThis.work")

    field.drain()

    assert field.check_equal() == 100
    record_property("figure", "100 rows, numbered 1 to 100, from 5 tabs at once")


PACKET = 1460
LOSS = 0.2
# The same packet lost four times in a row ends a connection: a mobile network does not wait as long as TCP would.
GIVES_UP = 4
SLOWER = 0.004  # seconds until a lost packet is sent again, doubled each time; a tenth of what it would be


class LossyRoad(Road):
    """Every packet has one chance in five to be lost. `up` counts the bytes that the phone sent, above TCP."""

    def __init__(self, to: int) -> None:
        super().__init__(to)
        self.loss = 0.0
        self.chance = random.Random(0)
        self.up = 0
        self.lost = 0
        self.cuts = 0

    def pass_on(self, to: socket.socket, data: bytes, *, up: bool) -> None:
        for at in range(0, len(data), PACKET):
            packet = data[at : at + PACKET]
            tries = 0
            while self.chance.random() < self.loss:
                self.lost += 1
                time.sleep(SLOWER * 2**tries)
                tries += 1
                if tries == GIVES_UP:
                    self.cuts += 1
                    raise ConnectionResetError
            self.up += len(packet) if up else 0
            to.sendall(packet)


@pytest.mark.soak
@pytest.mark.fault(23)
@pytest.mark.parametrize("road_kind", [LossyRoad], ids=["lossy"])
def test_ten_megabytes_arrive_over_a_road_that_loses_a_fifth_of_all_packets(
    field: Field, chance: random.Random, record_property: Record
) -> None:
    road = field.road
    assert isinstance(road, LossyRoad)
    road.chance = chance
    sizes = field.run(
        "const one = visit('ten megabytes'); const photos = []\n"
        "for (let n = 0; n < 13; n++) photos.push(await photo(one, 1200, 1000, 0.86))\n"
        "globalThis.kept = await (async () => { navigator.locks.request('porchlight-flush', () => new Promise((go) => (globalThis.go = go))); return save(one, ...photos) })()\n"
        "return photos.map((photo) => photo.picture.byteLength)"
    )
    whole = sum(sizes)
    assert whole > 10_000_000
    road.up = 0
    road.loss = LOSS
    field.page.evaluate("() => globalThis.go()")

    field.drain(seconds=240)

    again = road.up / whole - 1
    assert field.check_equal() == 1 + len(sizes)
    assert road.cuts > 0
    words = f"{whole / 1e6:.1f} MB complete; {road.lost} packets lost, {road.cuts} lines cut"
    record_property("figure", f"{words}, {again:.1%} sent again")
    assert again < 0.15
