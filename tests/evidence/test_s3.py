"""The same photo through S3: uploaded by a signed address with plain HTTP, checked by us, read through the app."""

import io
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from PIL import Image

from porchlight.app import make_tools
from porchlight.core.blobs import StoreDown
from porchlight.core.keys import sha256
from porchlight.core.tools import Tools
from porchlight.settings import Settings
from tests.browsing import Browser
from tests.clocks import Clock
from tests.phone.fake_phone import Item, Phone, Send, photograph
from tests.phone.test_deposit import column
from tests.phone.test_photos import send_photo
from tests.stores import CREDENTIALS, MAKERS, Bucket
from tests.world import World

# One database is enough: nothing here is about it.
pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
only_moto = pytest.mark.parametrize("bucket", ["moto"], indirect=True)
only_rclone = pytest.mark.parametrize("bucket", ["rclone"], indirect=True)


@pytest.fixture(params=["moto", "rclone"])
def bucket(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bucket]:
    for name, value in CREDENTIALS.items():
        monkeypatch.setenv(name, value)
    with MAKERS[request.param]() as made:
        yield made


@pytest.fixture
def tools(migrated_url: str, tmp_path: Path, clock: Clock, bucket: Bucket) -> Iterator[Tools]:
    settings = Settings(
        data=tmp_path / "data", database=migrated_url, media=bucket.media, s3_endpoint=bucket.endpoint, worker=False
    )
    made = make_tools(settings, clock=clock)
    yield made
    made.db.close()


@pytest.fixture
def phone(tools: Tools, world: World) -> Phone:
    with tools.db.transaction() as session:
        return Phone(session, tools.keys, world, "rowan")


@pytest.fixture
def send(browser_of: Callable[..., Browser]) -> Send:
    """To us as a browser does, to the bucket with plain HTTP."""
    ours = browser_of(Accept="application/json")

    def request(method: str, url: str, **how: object) -> httpx.Response:
        if url.startswith("/"):
            return ours.request(method, url, **how)
        return httpx.request(method, url, **how)  # type: ignore[arg-type]

    return request


@pytest.fixture
def visit(world: World, phone: Phone, send: Send) -> Item:
    item = phone.visit(world)
    assert phone.deposit(send, item).status_code == 201
    return item


def test_a_photo_goes_up_is_rebuilt_and_can_be_read(
    tools: Tools, phone: Phone, send: Send, visit: Item, browser_of: Callable[..., Browser], bucket: Bucket
) -> None:
    photo = phone.photo(visit, photograph())

    announced = phone.deposit(send, photo)
    kept = send_photo(phone, send, tools, photo)
    shown = browser_of("rowan").get(f"/photos/{photo.op_id}")

    assert all(part["url"].startswith(bucket.endpoint) for part in announced.json()["upload"])
    assert kept.status_code == 201
    assert photo.receipt
    assert Image.open(io.BytesIO(shown.content)).size == (480, 640)
    assert not Image.open(io.BytesIO(shown.content)).getexif()
    assert [tools.blobs.size(f"incoming/{photo.op_id}/{n}") for n in range(len(photo.parts))] == [None] * len(
        photo.parts
    )


def test_other_bytes_of_the_same_length_are_found_by_us(tools: Tools, phone: Phone, send: Send, visit: Item) -> None:
    """Neither server checks the sha256 that was signed, so we must."""
    photo = phone.photo(visit, photograph())
    wanted = phone.deposit(send, photo).json()["upload"]
    for part in wanted:
        data = photo.parts[part["part"]]
        wrong = data if part["part"] else data[:-1] + bytes([data[-1] ^ 1])
        assert send("PUT", part["url"], content=wrong, headers=part["headers"]).status_code == 200

    first = send_photo(phone, send, tools, photo)
    second = send_photo(phone, send, tools, photo)

    assert [part["part"] for part in first.json()["upload"]] == [0]
    assert second.status_code == 201
    assert photo.receipt
    assert column(tools.db, "SELECT state FROM photos") == ["stored"]


def test_what_is_signed_is_the_length_the_checksum_and_that_nothing_is_overwritten(tools: Tools) -> None:
    upload = tools.blobs.presign_put("incoming/a/0", length=5, sha256=sha256(b"hello"), base_url="")

    query = parse_qs(urlsplit(upload.url).query)
    signed = set(query["X-Amz-SignedHeaders"][0].split(";"))
    assert signed == {"content-length", "content-type", "host", "if-none-match", "x-amz-checksum-sha256"}
    assert query["X-Amz-Expires"] == ["300"]
    assert upload.headers["If-None-Match"] == "*"


def test_an_object_is_lent_for_a_minute(tools: Tools) -> None:
    tools.blobs.put("clean/1.jpg", b"\xff\xd8\xff", content_type="image/jpeg")

    address = tools.blobs.presign_get("clean/1.jpg", base_url="")
    answer = httpx.get(address)

    assert (answer.content, answer.headers["content-type"]) == (b"\xff\xd8\xff", "image/jpeg")
    assert parse_qs(urlsplit(address).query)["X-Amz-Expires"] == ["60"]


def test_what_is_not_there_is_said_as_in_a_folder(tools: Tools) -> None:
    tools.blobs.delete("clean/1.jpg")

    assert tools.blobs.size("clean/1.jpg") is None
    with pytest.raises(KeyError):
        tools.blobs.get("clean/1.jpg")


@only_moto
def test_a_part_that_is_there_is_not_overwritten(tools: Tools, phone: Phone, send: Send, visit: Item) -> None:
    photo = phone.photo(visit, photograph())
    announced = phone.deposit(send, photo)

    first, second = (phone.upload(send, photo, announced) for _ in range(2))

    assert (set(first), set(second)) == ({200}, {412})
    assert send_photo(phone, send, tools, photo).status_code == 201


@only_rclone
@pytest.mark.parametrize("wrong", ["another object", "a longer body", "another checksum", "without the condition"])
def test_an_address_is_good_for_nothing_else(wrong: str, tools: Tools) -> None:
    data = b"sealed bytes " * 100
    upload = tools.blobs.presign_put("incoming/a/0", length=len(data), sha256=sha256(data), base_url="")
    url, headers = upload.url, dict(upload.headers)
    if wrong == "another object":
        url = url.replace("incoming/a/0", "incoming/a/1")
    elif wrong == "a longer body":
        data += b"x"
    elif wrong == "another checksum":
        headers["x-amz-checksum-sha256"] = "AAAA"
    else:
        del headers["If-None-Match"]

    assert httpx.put(url, content=data, headers=headers).status_code == 403
    assert tools.blobs.size("incoming/a/0") is None
    assert tools.blobs.size("incoming/a/1") is None


@pytest.mark.asvs("16.5.2")
def test_while_the_bucket_is_down_words_are_taken_and_photos_wait(
    tools: Tools, world: World, phone: Phone, send: Send, visit: Item, bucket: Bucket
) -> None:
    photo = phone.photo(visit, photograph())
    bucket.stop()
    began = time.monotonic()

    words = phone.deposit(send, phone.visit(world))
    waiting = phone.deposit(send, photo)

    assert words.status_code == 201
    assert (waiting.status_code, waiting.json()["upload"]) == (202, [])
    assert time.monotonic() - began < 10
    with pytest.raises(StoreDown):
        tools.blobs.put("clean/1.jpg", b"x", content_type="image/jpeg")


@only_moto
def test_a_photo_that_cannot_be_fetched_now_is_said_so(
    tools: Tools, phone: Phone, send: Send, visit: Item, bucket: Bucket, browser_of: Callable[..., Browser]
) -> None:
    photo = phone.photo(visit, photograph())
    send_photo(phone, send, tools, photo)
    bucket.stop()

    answer = browser_of("rowan").get(f"/photos/{photo.op_id}")

    assert (answer.status_code, answer.headers["retry-after"]) == (503, "30")
    assert "Traceback" not in answer.text


@only_moto
def test_pages_may_send_to_the_bucket_and_nowhere_else(
    tools: Tools, bucket: Bucket, browser_of: Callable[..., Browser]
) -> None:
    csp = browser_of().get("/sign-in").headers["content-security-policy"]

    assert f"connect-src 'self' {bucket.endpoint};" in csp
