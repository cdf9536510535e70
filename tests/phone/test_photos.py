"""A photo from the phone to the reader: parts, check, receipt; and what belongs to a visit, in any order."""

import io
import itertools
import re
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from PIL import Image

from porchlight.core.blobs import StoreDown
from porchlight.core.db import Database
from porchlight.core.keys import sha256
from porchlight.core.tools import Tools
from porchlight.evidence import jobs
from porchlight.phone import queries
from porchlight.worker import Worker
from tests.browsing import Browser
from tests.phone.fake_phone import Item, Phone, Send, photograph, summary_of, visit_body
from tests.phone.test_deposit import column, count
from tests.working import work
from tests.world import World


def send_photo(phone: Phone, send: Send, tools: Tools, photo: Item) -> Any:
    """As a phone does: deposit, send the parts, deposit, wait for the check, deposit."""
    phone.upload(send, photo, phone.deposit(send, photo))
    phone.deposit(send, photo)
    work(tools)
    return phone.deposit(send, photo)


@pytest.fixture
def visit(world: World, phone: Phone, send: Send) -> Item:
    item = phone.visit(world)
    assert phone.deposit(send, item).status_code == 201
    return item


def test_a_photo_gets_its_receipt_when_it_is_kept_and_not_before(
    db: Database, tools: Tools, phone: Phone, send: Send, visit: Item
) -> None:
    picture = photograph()
    photo = phone.photo(visit, picture)
    assert len(photo.parts) > 1

    announced = phone.deposit(send, photo)
    put = phone.upload(send, photo, announced)
    checking = phone.deposit(send, photo)
    still = phone.deposit(send, photo)
    work(tools)
    kept = phone.deposit(send, photo)

    assert (announced.status_code, announced.json()["why"]) == (202, "parts")
    assert int(announced.headers["retry-after"]) >= 1
    assert set(put) == {201}
    assert (checking.status_code, checking.json()) == (202, {"outcome": "waiting", "why": "checking", "upload": []})
    assert still.json() == checking.json()
    assert kept.status_code == 201
    assert photo.receipt
    assert photo.receipt["media_sha256"] == sha256(picture)
    assert photo.receipt["record"] == f"/visits/{visit.op_id}"
    assert phone.deposit(send, photo).json() == kept.json()
    assert column(db, "SELECT state FROM photos") == ["stored"]
    assert [tools.blobs.size(f"incoming/{photo.op_id}/{n}") for n in range(len(photo.parts))] == [None] * len(
        photo.parts
    )
    assert column(db, "SELECT clean_sha256 FROM photos") == [sha256(tools.blobs.get(f"clean/{photo.op_id}.jpg"))]


def test_only_the_missing_parts_are_asked_for_again(phone: Phone, send: Send, visit: Item) -> None:
    photo = phone.photo(visit, photograph())
    first = phone.deposit(send, photo).json()["upload"]
    send("PUT", first[1]["url"], content=photo.parts[1], headers=first[1]["headers"])

    again = phone.deposit(send, photo).json()["upload"]

    assert [part["part"] for part in first] == list(range(len(photo.parts)))
    assert [part["part"] for part in again] == [n for n in range(len(photo.parts)) if n != 1]


def test_a_part_that_was_damaged_on_the_way_is_found_and_asked_for_again(
    db: Database, tools: Tools, phone: Phone, send: Send, visit: Item
) -> None:
    photo = phone.photo(visit, photograph())
    phone.upload(send, photo, phone.deposit(send, photo))
    key = f"incoming/{photo.op_id}/0"
    flipped = bytearray(tools.blobs.get(key))
    flipped[500] ^= 1
    tools.blobs.put(key, bytes(flipped), content_type="")

    phone.deposit(send, photo)
    work(tools)
    again = phone.deposit(send, photo)

    assert [part["part"] for part in again.json()["upload"]] == [0]
    assert send_photo(phone, send, tools, photo).status_code == 201
    assert photo.receipt


def test_parts_of_another_photo_are_not_taken_for_these(
    db: Database, tools: Tools, phone: Phone, send: Send, visit: Item
) -> None:
    """A seal is bound to its own photo, to its place in it and to their number."""
    picture = photograph()
    first = phone.photo(visit, picture)
    said = [{"length": len(part), "sha256": sha256(part)} for part in first.parts]
    second = phone.photo(visit, picture, parts=said)
    second.parts = first.parts

    refused = send_photo(phone, send, tools, second)

    assert refused.status_code == 422
    assert "one piece" in refused.json()["detail"]
    assert tools.blobs.size(f"clean/{second.op_id}.jpg") is None


@pytest.mark.asvs("5.2.2")
def test_a_picture_that_is_html_is_refused_in_words_and_kept_nowhere(
    db: Database, tools: Tools, phone: Phone, send: Send, visit: Item
) -> None:
    photo = phone.photo(visit, b"<!doctype html><script>alert(1)</script>" * 50)

    refused = send_photo(phone, send, tools, photo)

    assert refused.status_code == 422
    assert refused.json()["outcome"] == "needs_fix"
    assert "Take the photo again" in refused.json()["detail"]
    assert column(db, "SELECT state FROM photos") == ["refused"]
    assert [file for file in (tools.settings.data / "media").rglob("*") if file.is_file()] == []


def test_a_refused_photo_may_be_taken_again_under_its_number(
    db: Database, tools: Tools, phone: Phone, send: Send, visit: Item
) -> None:
    wrong = phone.photo(visit, b"not a picture" * 100)
    send_photo(phone, send, tools, wrong)
    phone.seq -= 1

    right = phone.photo(visit, photograph(), op_id=wrong.op_id)
    answer = send_photo(phone, send, tools, right)

    assert answer.status_code == 201
    assert right.receipt
    assert column(db, "SELECT state FROM photos") == ["stored"]


BAD_PHOTOS: dict[str, dict[str, Any]] = {
    "nobody agreed": {"consent": {"given": False, "by": ""}},
    "nobody is named": {"consent": {"given": True, "by": ""}},
    "without a purpose": {"purpose": "fun"},
    "41 megapixels": {"width": 8000, "height": 5125},
    "a part too many": {"parts": [{"length": 100, "sha256": "a" * 43}]},
    "an unknown field": {"filename": "gideon.jpg"},
    "a type we do not keep": {"mime": "image/svg+xml"},
    "a name as hash": {"sha256": "../../etc/passwd"},
}


def test_a_photo_that_is_announced_wrongly_is_refused_in_words(
    db: Database, phone: Phone, send: Send, visit: Item
) -> None:
    answers = {
        name: phone.deposit(send, phone.photo(visit, photograph(64, 64), **wrong)) for name, wrong in BAD_PHOTOS.items()
    }

    assert {name: answer.status_code for name, answer in answers.items()} == dict.fromkeys(BAD_PHOTOS, 422)
    assert count(db, "photos") == 0


def test_the_twenty_first_photo_of_a_visit_is_refused(db: Database, phone: Phone, send: Send, visit: Item) -> None:
    picture = photograph(32, 32, exif=False)

    answers = [phone.deposit(send, phone.photo(visit, picture)).status_code for _ in range(21)]

    assert answers == [202] * 20 + [422]


def test_a_photo_taken_back_before_its_receipt_leaves_nothing(
    db: Database, tools: Tools, phone: Phone, send: Send, visit: Item
) -> None:
    photo = phone.photo(visit, photograph())
    phone.upload(send, photo, phone.deposit(send, photo))
    phone.deposit(send, photo)
    work(tools)

    answer = phone.deposit(send, phone.withdraw(photo))
    work(tools)

    assert answer.status_code == 201
    assert count(db, "photos") == 0
    assert [file for file in (tools.settings.data / "media").rglob("*") if file.is_file()] == []


def test_a_photo_taken_back_while_it_is_checked_leaves_nothing(
    db: Database, tools: Tools, phone: Phone, send: Send, visit: Item, monkeypatch: pytest.MonkeyPatch
) -> None:
    photo = phone.photo(visit, photograph())
    phone.upload(send, photo, phone.deposit(send, photo))
    phone.deposit(send, photo)
    rebuild = jobs.run

    def take_back_meanwhile(picture: bytes) -> jobs.Developed:
        made = rebuild(picture)
        assert phone.deposit(send, phone.withdraw(photo)).status_code == 201
        Worker(tools).step()
        return made

    monkeypatch.setattr(jobs, "run", take_back_meanwhile)
    work(tools)

    assert count(db, "photos") == 0
    assert [file for file in (tools.settings.data / "media").rglob("*") if file.is_file()] == []


@pytest.mark.asvs("16.5.2")
def test_while_the_store_is_down_words_are_taken_and_photos_wait(
    db: Database, world: World, phone: Phone, send: Send, visit: Item, monkeypatch: pytest.MonkeyPatch
) -> None:
    def down(*_: object) -> None:
        raise StoreDown

    monkeypatch.setattr("porchlight.core.blobs.disk.Disk.size", down)

    words = phone.deposit(send, phone.visit(world))
    photo = phone.deposit(send, phone.photo(visit, photograph()))

    assert words.status_code == 201
    assert (photo.status_code, photo.json()) == (202, {"outcome": "waiting", "why": "parts", "upload": []})
    assert int(photo.headers["retry-after"]) >= 10


@pytest.mark.parametrize("order", list(itertools.permutations(["visit", "sign", "photo"])), ids="-".join)
def test_whatever_arrives_first_the_end_is_the_same(
    order: tuple[str, ...], db: Database, tools: Tools, world: World, phone: Phone, send: Send
) -> None:
    body = visit_body(world)
    visit = phone.save("visit.log", body, op_id=body["visit_id"])
    items = {
        "visit": visit,
        "sign": phone.signature(visit, summary_of(body)),
        "photo": phone.photo(visit, photograph(100, 80)),
    }

    early = [phone.deposit(send, items[name]) for name in order]
    for answer, name in zip(early, order, strict=True):
        if name != "visit" and order.index(name) < order.index("visit"):
            assert (answer.status_code, answer.json()["why"]) == (202, "parent")
    for _ in range(2):
        for name in order:
            answer = phone.deposit(send, items[name])
            if answer.status_code == 202:
                phone.upload(send, items[name], answer)
                phone.deposit(send, items[name])
        work(tools)
    answers = [phone.deposit(send, item) for item in items.values()]

    assert [answer.status_code for answer in answers] == [200, 200, 200]
    assert all(item.receipt for item in items.values())
    assert {table: count(db, table) for table in ("contacts", "signatures", "photos", "deposits")} == {
        "contacts": 1,
        "signatures": 1,
        "photos": 1,
        "deposits": 3,
    }
    assert column(db, "SELECT state FROM photos") == ["stored"]
    assert set(column(db, "SELECT outcome FROM deposits")) == {"accepted"}
    assert column(db, "SELECT sealed FROM deposits WHERE sealed IS NOT NULL") == []
    with db.reading() as session:
        lines = queries.receipts_of_visit(session, UUID(visit.op_id))
    assert [line.kind for line in lines] == ["visit.log", "visit.sign", "visit.photo"]


def test_a_signature_that_came_first_is_taken_up_with_its_visit_at_once(
    db: Database, world: World, phone: Phone, send: Send
) -> None:
    body = visit_body(world)
    visit = phone.save("visit.log", body, op_id=body["visit_id"])
    good = phone.signature(visit, summary_of(body))
    bad = phone.signature(visit, summary_of({**body, "place": "office"}))
    for item in (good, bad):
        assert phone.deposit(send, item).json()["why"] == "parent"

    assert phone.deposit(send, visit).status_code == 201

    assert count(db, "signatures") == 1
    assert phone.deposit(send, good).status_code == 200
    assert phone.deposit(send, bad).status_code == 422


def test_a_signature_on_other_words_is_refused(db: Database, world: World, phone: Phone, send: Send) -> None:
    body = visit_body(world)
    visit = phone.save("visit.log", body, op_id=body["visit_id"])
    phone.deposit(send, visit)
    changed = {**body, "summary": {**body["summary"], "agreed": ["Something else"]}}

    other_words = phone.deposit(send, phone.signature(visit, summary_of(changed)))
    other_hash = phone.deposit(send, phone.signature(visit, summary_of(body), summary_sha256=sha256(b"x")))
    right = phone.deposit(send, phone.signature(visit, summary_of(body)))

    assert (other_words.status_code, other_hash.status_code, right.status_code) == (422, 422, 201)
    assert "changed after it was signed" in other_words.json()["detail"]
    assert count(db, "signatures") == 1


def test_a_typed_and_a_declined_signature_are_kept_as_such(
    db: Database, world: World, phone: Phone, send: Send
) -> None:
    body = visit_body(world)
    visit = phone.save("visit.log", body, op_id=body["visit_id"])
    phone.deposit(send, visit)
    text = summary_of(body)

    typed = phone.signature(visit, text, method="typed", strokes=[], typed_name="Sunniva Aldous")
    declined = phone.signature(
        visit, text, method="declined", strokes=[], consent_text="", declined_reason="In a hurry"
    )
    empty = phone.signature(visit, text, strokes=[])

    assert [phone.deposit(send, item).status_code for item in (typed, declined, empty)] == [201, 201, 422]
    assert sorted(column(db, "SELECT method FROM signatures")) == ["declined", "typed"]


def test_what_belongs_to_somebody_elses_visit_waits_as_if_it_were_not_there(
    db: Database, phone_of: Callable[..., Phone], send: Send, visit: Item
) -> None:
    theirs = phone_of("tamsin")

    answers = [
        theirs.deposit(send, theirs.signature(visit, "porchlight-summary/1")),
        theirs.deposit(send, theirs.photo(visit, photograph(64, 64))),
    ]

    assert [(answer.status_code, answer.json()["why"]) for answer in answers] == [(202, "parent")] * 2
    assert [answer.json()["upload"] for answer in answers] == [[], []]
    assert (count(db, "signatures"), count(db, "photos")) == (0, 0)


def test_what_belonged_to_a_visit_that_was_taken_back_needs_a_fix(
    db: Database, world: World, phone: Phone, send: Send
) -> None:
    body = visit_body(world)
    visit = phone.save("visit.log", body, op_id=body["visit_id"])
    signature = phone.signature(visit, summary_of(body))
    phone.deposit(send, signature)

    phone.deposit(send, phone.withdraw(visit))

    answer = phone.deposit(send, signature)
    assert answer.status_code == 422
    assert "taken back" in answer.json()["detail"]


@pytest.fixture
def photo(tools: Tools, phone: Phone, send: Send, visit: Item) -> Item:
    item = phone.photo(visit, photograph())
    assert send_photo(phone, send, tools, item).status_code == 201
    return item


@pytest.mark.asvs("3.2.1", "8.2.2", "14.3.2")
def test_a_photo_is_shown_to_those_who_may_see_it_and_as_nothing_else(
    photo: Item, browser_of: Callable[..., Browser]
) -> None:
    path = f"/photos/{photo.op_id}"

    shown = {name: browser_of(name).get(path) for name in ("rowan", "priya", "tamsin", "corin", "sunniva")}
    thumb = browser_of("rowan").get(f"{path}/thumb")
    nobody = browser_of().get(path)

    assert {name: answer.status_code for name, answer in shown.items()} == {
        "rowan": 200,
        "priya": 200,
        "tamsin": 404,
        "corin": 404,
        "sunniva": 404,
    }
    assert nobody.status_code == 303
    for answer in (shown["rowan"], thumb):
        assert Image.open(io.BytesIO(answer.content)).format == "JPEG"
        assert answer.headers["content-type"] == "image/jpeg"
        assert answer.headers["cache-control"] == "no-store"
        assert "content-encoding" not in answer.headers
        assert answer.headers["content-disposition"] == 'inline; filename="photo.jpg"'
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "sandbox" in answer.headers["content-security-policy"]
    assert len(thumb.content) < len(shown["rowan"].content)


@pytest.mark.asvs("3.5.8")
def test_another_site_cannot_show_our_photos(photo: Item, browser_of: Callable[..., Browser]) -> None:
    path = f"/photos/{photo.op_id}"
    rowan = browser_of("rowan")

    statuses = {
        site: rowan.get(path, headers={"Sec-Fetch-Site": site}).status_code
        for site in ("same-origin", "none", "same-site", "cross-site")
    }

    assert statuses == {"same-origin": 200, "none": 200, "same-site": 403, "cross-site": 403}


@pytest.mark.asvs("16.3.2")
def test_every_look_at_a_photo_leaves_a_row(db: Database, photo: Item, browser_of: Callable[..., Browser]) -> None:
    for name in ("rowan", "priya", "tamsin"):
        browser_of(name).get(f"/photos/{photo.op_id}")

    seen = column(db, "SELECT account_id FROM audit_events WHERE act = 'photo.seen'")
    assert len(seen) == 2


def test_a_photo_that_is_not_checked_yet_is_not_shown(
    tools: Tools, phone: Phone, send: Send, visit: Item, browser_of: Callable[..., Browser]
) -> None:
    photo = phone.photo(visit, photograph())
    phone.upload(send, photo, phone.deposit(send, photo))
    phone.deposit(send, photo)

    assert browser_of("rowan").get(f"/photos/{photo.op_id}").status_code == 404


@pytest.mark.asvs("14.2.1", "5.3.2")
def test_no_key_in_the_store_and_no_address_names_anybody(
    db: Database, tools: Tools, phone: Phone, send: Send, visit: Item
) -> None:
    photo = phone.photo(visit, photograph())
    answer = phone.deposit(send, photo)
    phone.upload(send, photo, answer)
    phone.deposit(send, photo)
    work(tools)

    keys = [str(f.relative_to(tools.settings.data / "media")) for f in (tools.settings.data / "media").rglob("*.jpg")]
    addresses = [part["url"].split("?")[0] for part in answer.json()["upload"]]
    assert sorted(keys) == [f"clean/{photo.op_id}.jpg", f"thumb/{photo.op_id}.jpg"]
    assert all(re.fullmatch(rf"/media/incoming/{photo.op_id}/\d+", address) for address in addresses)


def test_the_check_may_stop_at_any_step_and_be_done_again(
    db: Database, tools: Tools, phone: Phone, send: Send, visit: Item, monkeypatch: pytest.MonkeyPatch
) -> None:
    photo = phone.photo(visit, photograph())
    phone.upload(send, photo, phone.deposit(send, photo))
    phone.deposit(send, photo)
    payload = {"media_id": photo.op_id}
    for step in ("gather", "run", "keep", "_move", "_clear"):
        with monkeypatch.context() as broken:
            broken.setattr(jobs, step, lambda *_, **__: 1 / 0)
            with pytest.raises(ZeroDivisionError):
                jobs.develop(tools, payload)

    jobs.develop(tools, payload)
    jobs.develop(tools, payload)

    assert column(db, "SELECT state FROM photos") == ["stored"]
    assert phone.deposit(send, photo).status_code == 201
    files = [f for f in (tools.settings.data / "media").rglob("*") if f.is_file()]
    assert sorted(file.parent.name for file in files) == ["clean", "thumb"]
    with db.reading() as session:
        acts = session.scalars(sa.text("SELECT act FROM audit_events WHERE act = 'photo.stored'")).all()
    assert len(acts) == 1
