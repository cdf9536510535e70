"""Media in a folder: whole or not at all, never over what is there, and only by an address that we made."""

import errno
import threading
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit

import httpx
import pytest

from porchlight.app import create
from porchlight.core.blobs.disk import Arriving, Disk
from porchlight.core.ids import new_id
from porchlight.core.keys import sha256
from porchlight.core.tools import Tools
from tests.browsing import Browser
from tests.phone.flooding import flood
from tests.world import World

PIECE = b"sealed bytes " * 5000


class Watch:
    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def disk(tmp_path: Path, watch: Watch) -> Disk:
    return Disk(tmp_path / "media", b"s" * 32, clock=watch)


@pytest.mark.asvs("5.3.2")
@pytest.mark.parametrize(
    "key",
    ["../secret", "clean/../../secret", "/etc/passwd", "clean/", "clean", "", "clean/a b.jpg", "clean/A.jpg", "x/1.jpg",
     "incoming/..%2f", "clean/a.exe", "clean/\x00", "incoming/a/b\n"],
)  # fmt: skip
def test_a_key_that_is_not_of_our_making_is_refused(key: str, disk: Disk) -> None:
    for act in (disk.get, disk.size, disk.delete):
        with pytest.raises(ValueError, match="key"):
            act(key)
    with pytest.raises(ValueError, match="key"):
        disk.put(key, b"x", content_type="image/jpeg")


def test_what_was_put_is_got_and_can_be_removed_twice(disk: Disk) -> None:
    disk.put("clean/1.jpg", b"one", content_type="image/jpeg")
    disk.put("clean/1.jpg", b"two", content_type="image/jpeg")

    assert (disk.get("clean/1.jpg"), disk.size("clean/1.jpg")) == (b"two", 3)
    disk.delete("clean/1.jpg")
    disk.delete("clean/1.jpg")
    assert disk.size("clean/1.jpg") is None
    with pytest.raises(KeyError):
        disk.get("clean/1.jpg")


def test_a_write_that_breaks_leaves_the_old_object_and_nothing_else(
    disk: Disk, monkeypatch: pytest.MonkeyPatch
) -> None:
    disk.put("clean/1.jpg", b"old", content_type="image/jpeg")
    monkeypatch.setattr("os.fsync", lambda _handle: (_ for _ in ()).throw(OSError(errno.ENOSPC, "full")))

    with pytest.raises(OSError, match="full"):
        disk.put("clean/1.jpg", b"new", content_type="image/jpeg")

    assert disk.get("clean/1.jpg") == b"old"
    assert [file.name for file in disk.folder.rglob("*") if file.is_file()] == ["1.jpg"]


def test_of_ten_at_once_one_is_first_and_stays(disk: Disk) -> None:
    together = threading.Barrier(10)
    kept: list[int] = []

    def arrive(number: int) -> None:
        with disk.arriving("incoming/a/0") as arriving:
            arriving.write(bytes([number]) * 1000)
            together.wait()
            if arriving.keep():
                kept.append(number)

    threads = [threading.Thread(target=arrive, args=[number]) for number in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(kept) == 1
    assert disk.get("incoming/a/0") == bytes([kept[0]]) * 1000


def test_what_a_killed_process_left_behind_is_swept(disk: Disk, tmp_path: Path) -> None:
    import os

    forsaken, fresh = (disk.folder / ".arriving" / name for name in ("old", "new"))
    for file in (forsaken, fresh):
        file.write_bytes(b"half")
    os.utime(forsaken, (0, 0))

    Disk(disk.folder, b"s" * 32)

    assert (forsaken.exists(), fresh.exists()) == (False, True)


def test_an_address_is_good_for_five_minutes_and_for_its_own_object(disk: Disk, watch: Watch) -> None:
    upload = disk.presign_put("incoming/a/0", length=3, sha256="hash", base_url="")
    said = dict(parse_qsl(urlsplit(upload.url).query))
    facts = {"expires": int(said["expires"]), "length": 3, "sha256": "hash", "sig": said["sig"]}

    assert disk.may_put("incoming/a/0", **facts)  # type: ignore[arg-type]
    for change in (
        {"length": 4},
        {"sha256": "other"},
        {"expires": facts["expires"] + 1},
        {"sig": said["sig"][:-1]},
        {"sig": "é"},
    ):
        assert not disk.may_put("incoming/a/0", **{**facts, **change})  # type: ignore[arg-type]
    assert not disk.may_put("incoming/a/1", **facts)  # type: ignore[arg-type]
    assert not disk.may_get("incoming/a/0", expires=facts["expires"], sig=said["sig"])  # type: ignore[arg-type]
    watch.now += 299
    assert disk.may_put("incoming/a/0", **facts)  # type: ignore[arg-type]
    watch.now += 1
    assert not disk.may_put("incoming/a/0", **facts)  # type: ignore[arg-type]


# HTTP: one database is enough, nothing here is about it.
only_sqlite = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
Put = Callable[..., httpx.Response]


@pytest.fixture
def key() -> str:
    return f"incoming/{new_id()}/0"


@pytest.fixture
def put(tools: Tools, browser_of: Callable[..., Browser], key: str) -> Put:
    """PUTs to the address of PIECE; changes: of its query."""
    upload = tools.blobs.presign_put(key, length=len(PIECE), sha256=sha256(PIECE), base_url="")
    phone = browser_of(Accept="application/json")

    def send(data: object, **changes: str) -> httpx.Response:
        path, query = upload.url.split("?")
        said = {**dict(parse_qsl(query)), **changes}
        return phone.request("PUT", f"{path}?{urlencode(said)}", content=data, headers=upload.headers)

    return send


def files(tools: Tools) -> list[str]:
    folder = tools.settings.data / "media"
    return [str(file.relative_to(folder)) for file in folder.rglob("*") if file.is_file()]


@only_sqlite
def test_a_part_arrives_once_and_is_never_overwritten(tools: Tools, put: Put, key: str) -> None:
    statuses = [put(PIECE).status_code, put(PIECE).status_code]
    upload = tools.blobs.presign_put(key, length=len(PIECE), sha256=sha256(PIECE), base_url="")
    again = flood(create(tools=tools), "PUT", upload.url, upload.headers, size=len(PIECE), announced=True)

    assert statuses == [201, 412]
    assert (again.status, again.bytes_read) == (412, 0)
    assert tools.blobs.get(key) == PIECE
    assert files(tools) == [key]


@only_sqlite
@pytest.mark.parametrize(
    ("data", "status"),
    [
        (PIECE[:-1], 400),
        (PIECE + b"x", 413),
        (PIECE[:-1] + b"X", 400),
        (b"", 400),
    ],
)
def test_other_bytes_than_announced_are_kept_nowhere(data: bytes, status: int, tools: Tools, put: Put) -> None:
    announced = put(data).status_code
    in_pieces = put(iter([data])).status_code  # chunked: without a length

    assert {announced, in_pieces} == {status}
    assert files(tools) == []


@only_sqlite
@pytest.mark.asvs("5.2.1")
def test_a_flood_is_refused_before_it_is_read(tools: Tools, world: World, key: str) -> None:
    upload = tools.blobs.presign_put(key, length=len(PIECE), sha256=sha256(PIECE), base_url="")

    announced, unannounced = (
        flood(create(tools=tools), "PUT", upload.url, upload.headers, announced=said) for said in (True, False)
    )

    assert (announced.status, unannounced.status) == (413, 413)
    assert (announced.bytes_read, unannounced.bytes_read) == (0, 100_000)
    assert files(tools) == []


@only_sqlite
@pytest.mark.parametrize(
    ("change", "status"),
    [({"length": "1"}, 403), ({"sha256": "x"}, 403), ({"expires": "9999999999"}, 403), ({"sig": "x"}, 403)],
)
def test_an_address_that_we_did_not_make_is_refused(
    change: dict[str, str], status: int, tools: Tools, put: Put
) -> None:
    assert put(PIECE, **change).status_code == status
    assert files(tools) == []


@only_sqlite
def test_a_full_disk_is_said_and_leaves_nothing_half(tools: Tools, put: Put, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr(Arriving, "keep", full)
        refused = put(PIECE)

    assert refused.status_code == 507
    assert files(tools) == []
    assert put(PIECE).status_code == 201


@only_sqlite
def test_an_object_is_lent_for_a_minute(
    tools: Tools, browser_of: Callable[..., Browser], monkeypatch: pytest.MonkeyPatch
) -> None:
    tools.blobs.put("clean/1.jpg", b"\xff\xd8\xff", content_type="image/jpeg")
    reader = browser_of()
    address = tools.blobs.presign_get("clean/1.jpg", base_url="")
    tools.blobs.put("incoming/a/0", b"sealed", content_type="")
    sealed = tools.blobs.presign_get("incoming/a/0", base_url="")

    assert reader.get(address).content == b"\xff\xd8\xff"
    assert reader.get(address).headers["content-type"] == "image/jpeg"
    assert reader.get(address.replace("clean/1", "clean/2")).status_code == 403
    assert reader.get(sealed).status_code in {403, 404, 405}
    later = int(dict(parse_qsl(urlsplit(address).query))["expires"])
    monkeypatch.setattr(tools.blobs, "_clock", lambda: later)
    assert reader.get(address).status_code == 403
