"""A file from a phone that cannot send: every item goes the way of a deposit, and a hostile file does nothing."""

import io
import json
import struct
import zipfile
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from porchlight.core.db import Database
from porchlight.core.keys import sha256
from porchlight.core.refused import Refused
from porchlight.core.tools import Tools
from porchlight.phone import bundle
from tests.browsing import Browser, text_of
from tests.clocks import Clock
from tests.phone.bundling import entries, listed, packed
from tests.phone.fake_phone import Item, Phone, Send, photograph, summary_of, visit_body
from tests.phone.test_deposit import column, count
from tests.phone.test_held import unassign
from tests.working import work
from tests.world import MONDAY, World

Browsers = Callable[..., Browser]


def take_in(browser: Browser, file: bytes) -> httpx.Response:
    return browser.post("/phone/take-in", files={"file": ("porchlight-unsent-2026-11-23.zip", file, "application/zip")})


def get_receipts(browser: Browser, items: list[Item]) -> httpx.Response:
    return browser.post("/phone/receipts", data={"op_id": [item.op_id for item in items]})


@pytest.fixture
def whole_visit(world: World, phone: Phone) -> list[Item]:
    """A visit, its signature and a photo of several parts, on a phone that never sent them."""
    body = visit_body(world)
    visit = phone.save("visit.log", body, op_id=body["visit_id"])
    return [visit, phone.signature(visit, summary_of(body)), phone.photo(visit, photograph())]


def test_a_supervisor_takes_in_a_whole_visit_and_its_phone_gets_receipts(
    db: Database, tools: Tools, phone: Phone, send: Send, whole_visit: list[Item], browser_of: Browsers
) -> None:
    priya = browser_of("priya")
    file = packed(entries(phone, reversed(whole_visit)))

    first = take_in(priya, file)
    work(tools)
    again = take_in(priya, file)
    given = get_receipts(priya, whole_visit)

    assert first.status_code == 200
    assert "2 things are safe with us." in text_of(first)
    assert "Photos are being checked." in text_of(first)
    assert "3 things are safe with us." in text_of(again)
    assert text_of(again).count("Was here already") == 2
    assert (count(db, "contacts"), count(db, "signatures"), count(db, "photos")) == (1, 1, 1)
    assert column(db, "SELECT state FROM photos") == ["stored"]
    assert given.headers["content-disposition"] == 'attachment; filename="porchlight-receipts-2026-11-23.json"'
    receipts = given.json()["receipts"]
    assert len(receipts) == 3
    for item, receipt in zip(whole_visit, receipts, strict=True):
        phone.check(receipt, item)
    # At its next contact the phone is answered with the very same receipts.
    assert [phone.deposit(send, item).json()["receipt"] for item in whole_visit] == receipts
    assert column(db, "SELECT DISTINCT act FROM audit_events WHERE act = 'deposit.taken_in'") == ["deposit.taken_in"]


@pytest.mark.asvs("8.2.2")
@pytest.mark.parametrize(("name", "taken"), [("rowan", True), ("priya", True), ("mara", True), ("tamsin", False), ("joss", False), ("corin", False), ("sunniva", False)])  # fmt: skip
def test_only_the_person_and_their_supervisors_take_a_file_in(
    name: str, taken: bool, db: Database, phone: Phone, whole_visit: list[Item], browser_of: Browsers
) -> None:
    answer = take_in(browser_of(name), packed(entries(phone, whole_visit[:1])))

    assert answer.status_code == 200
    assert ("somebody else's phone" in text_of(answer).replace("&#39;", "'")) is not taken
    assert count(db, "contacts") == int(taken)
    assert len(get_receipts(browser_of(name), whole_visit[:1]).json()["receipts"]) == int(taken)
    if taken:
        assert get_receipts(browser_of("tamsin"), whole_visit[:1]).json()["receipts"] == []


def test_each_item_says_what_became_of_it_and_one_bad_one_holds_up_none(
    db: Database, world: World, phone: Phone, whole_visit: list[Item], browser_of: Browsers
) -> None:
    visit, signature, photo = whole_visit
    wrong = phone.visit(world, place="moon")
    damaged, forged = phone.visit(world), phone.visit(world)
    files = entries(phone, [visit, signature, photo, wrong, damaged, forged])
    files[f"{damaged.op_id}.sealed"] = files[f"{damaged.op_id}.sealed"][:-1] + b"x"
    head, payload, mark = forged.jws.split(".")
    files[f"{forged.op_id}.jws"] = f"{head}.{payload}.{mark[::-1]}".encode()
    del files[f"{photo.op_id}.1.part"]

    page = text_of(take_in(browser_of("priya"), packed(files)))

    assert "2 things are safe with us." in page, page
    assert "4 things are not. They stay on the phone." in page
    assert "Parts of this photo are not in the file." in page
    assert "This one was damaged on its way." in page
    assert "We cannot be sure that this came from this phone." in page
    assert count(db, "contacts") == 1


def test_what_comes_from_a_blocked_phone_is_held_with_its_picture(
    db: Database, tools: Tools, world: World, phone: Phone, whole_visit: list[Item], browser_of: Browsers
) -> None:
    with db.transaction() as session:
        session.connection().exec_driver_sql("UPDATE devices SET revoked_at = enrolled_at")

    page = text_of(take_in(browser_of("priya"), packed(entries(phone, whole_visit))))

    assert page.count("Held for the supervisor") == 3
    assert count(db, "contacts") == 0
    assert column(db, "SELECT DISTINCT outcome FROM deposits") == ["held"]
    assert tools.blobs.size(f"incoming/{whole_visit[2].op_id}/0")


def test_a_late_entry_is_held_for_the_supervisor(
    db: Database, world: World, phone: Phone, browser_of: Browsers
) -> None:
    visit = phone.visit(world)
    unassign(db, world, MONDAY)

    assert "Held for the supervisor" in text_of(take_in(browser_of("priya"), packed(entries(phone, [visit]))))


def changed(phone: Phone, whole: list[Item], /, **other: Any) -> bytes:
    """The file with another manifest."""
    files = entries(phone, whole)
    files["manifest.json"] = json.dumps({**json.loads(files["manifest.json"]), **other}).encode()
    return packed(files)


def twice(name: str) -> bytes:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as made:
        made.writestr(name, b"a")
        with pytest.warns(UserWarning, match="Duplicate name"):
            made.writestr(name, b"b")
    return whole.getvalue()


def lying(file: bytes, **end: int) -> bytes:
    """The same bytes, whose end says another number of entries, or another size of their list."""
    mark, disk, start, here, entries_, size, offset, comment = bundle.END.unpack(file[-bundle.END.size :])
    told = (end.get("entries", entries_), end.get("size", size))
    return file[: -bundle.END.size] + bundle.END.pack(mark, disk, start, here, *told, offset, comment)


@pytest.mark.asvs("5.2.1")
@pytest.mark.asvs("5.3.2")
@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_hostile_file_is_refused_whole_in_words(
    db: Database, phone: Phone, whole_visit: list[Item], browser_of: Browsers
) -> None:
    good, one = entries(phone, whole_visit), listed(phone, whole_visit[0])
    sealed = f"{whole_visit[0].op_id}.sealed"
    hostile = {
        "no zip": b"%PDF-1.7 not a zip",
        "empty": b"",
        "packed": packed(good, compression=zipfile.ZIP_DEFLATED),
        "a bomb": packed({**good, sealed: b"\0" * 5_000_000}, compression=zipfile.ZIP_DEFLATED),
        "a way out": packed({**good, "../../etc/passwd": b"x"}),
        "a strange name": packed({**good, "notes.html": b"<script>"}),
        "a name twice": twice("manifest.json"),
        "a long list": lying(packed(good), entries=0xFFFF),
        "a longer list": lying(packed(good), size=50_000_000),
        "more than 4 GB": packed(good)[:-22] + struct.pack("<4sLQL", bundle.BIG, 0, 0, 1) + packed(good)[-22:],
        "no manifest": packed({name: data for name, data in good.items() if name != "manifest.json"}),
        "deep": packed({**good, "manifest.json": b"[" * 200_000}),
        "another format": changed(phone, whole_visit, format="something"),
        "another version": changed(phone, whole_visit, v=2),
        "more words": changed(phone, whole_visit, person="Rowan"),
        "one item twice": changed(phone, whole_visit, items=[one, one]),
        "a strange id": changed(phone, whole_visit, items=[{**one, "op_id": "../x"}]),
        "too large": changed(phone, whole_visit, items=[{**one, "size": 10**9}]),
        "trailing": packed(good) + b"x" * 50,
    }
    priya = browser_of("priya")

    for what, file in hostile.items():
        answer = take_in(priya, file)

        assert answer.status_code == 422, what
        assert "This is not a file that Porchlight made on a phone." in text_of(answer), what
    assert (count(db, "deposits"), count(db, "contacts")) == (0, 0)
    assert priya.post("/phone/take-in", data={"file": "words"}).status_code in {400, 422}
    assert take_in(priya, packed(good)).status_code == 200


def test_what_a_file_says_of_its_length_is_looked_at_before_its_list_is_read() -> None:
    good = packed({"manifest.json": b"{}"})
    far = struct.pack("<4sLQL", bundle.BIG, 0, 0, 1)

    bundle.check_end(io.BytesIO(good))

    for hostile in (
        lying(good, entries=0xFFFF),
        lying(good, size=50_000_000),
        good[:-22] + far + good[-22:],
        good + b"x",
    ):
        with pytest.raises(Refused, match="not a file that Porchlight made"):
            bundle.check_end(io.BytesIO(hostile))


@pytest.mark.asvs("5.2.1")
@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_file_that_is_too_big_is_refused_before_it_is_read(
    world: World, browser_of: Browsers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bundle, "MOST_FILE", 1000)
    with pytest.raises(Refused, match="too big"):
        bundle.check_end(io.BytesIO(b"\0" * 1001))

    answer = take_in(browser_of("priya"), b"\0" * 50_200_000)

    assert answer.status_code == 413


def test_an_entry_whose_bytes_were_swapped_is_damaged(phone: Phone, world: World) -> None:
    """The list of the file may lie about where an entry begins: only hash and size are believed."""
    first, second = phone.visit(world), phone.visit(world)
    files = entries(phone, [first, second])
    names = (f"{first.op_id}.sealed", f"{second.op_id}.sealed")
    files[names[0]], files[names[1]] = files[names[1]], files[names[0]]

    found = list(bundle.Bundle(io.BytesIO(packed(files))).items())

    assert [one.trouble for one in found] == [bundle.DAMAGED] * 2
    assert sha256(files[names[0]]) == second.sha256


def test_taking_in_a_file_is_no_word_from_its_phone(
    db: Database, phone: Phone, whole_visit: list[Item], browser_of: Browsers, clock: Clock
) -> None:
    priya = browser_of("priya")
    priya.post(f"/devices/{phone.device_id}/erase")
    before = column(db, "SELECT last_seen_at FROM devices")
    clock.move(minutes=5)

    take_in(priya, packed(entries(phone, whole_visit[:1])))

    assert column(db, "SELECT outcome FROM deposits") == ["held"]
    assert column(db, "SELECT last_seen_at FROM devices") == before


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("place", "value"), [(8, 0x20), (8, 0x40), (6, 99)], ids=["patched", "sealed", "of the future"]
)
def test_a_kind_of_file_that_nobody_can_read_is_refused_in_words(
    place: int, value: int, world: World, phone: Phone, browser_of: Browsers
) -> None:
    file = bytearray(packed(entries(phone, [phone.visit(world)])))
    at = file.find(b"PK\x01\x02")
    while at >= 0:
        file[at + place] |= value
        at = file.find(b"PK\x01\x02", at + 4)

    answer = take_in(browser_of("priya"), bytes(file))

    assert answer.status_code == 422
    assert "This is not a file that Porchlight made on a phone." in text_of(answer)
