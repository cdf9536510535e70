"""A lost phone: whoever copies its profile, locked by a face, reads nothing of anybody and cannot open what waits."""

import base64
import json
import re
import shutil
import sqlite3
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.faces import Face
from tests.handset import Handset
from tests.journeys import steps
from tests.leveldb import contents, log, unsnapped
from tests.pwa.test_lock import lock_now
from tests.serving import Serving

FAMILY = "Quintrell"
PLANTED = [f"Zebulon{n:03} Quarrelmoor" for n in range(100)] + [f"{n} Wexcombe Hollow Lane" for n in range(1000, 1100)]
IN_ALL = ["Quarrelmoor", "Wexcombe Hollow"]
TYPED = "Velvetine asked about the brass lantern"
SAVED = "Soup for Thistledown at six"
HERS = """case_id IN (SELECT case_id FROM assignments a JOIN accounts c ON c.id = a.account_id
  WHERE c.name = 'Rowan Ibarra' AND a.to_at IS NULL)"""
# As the browser writes a key of 256 bits for AES into its files: its kind, its length, its uses, its length again, itself.
KEY = re.compile(rb"K\x01[\x00-\x20]\x20[\x00-\xff]{1,2}\x20([\x00-\xff]{32})", re.S)

# Whoever has the files can do in a browser of theirs whatever a script of ours could: every key that lies there, and every
# key that one of those opens, is tried on everything.
ATTACK = """async (more) => {
  const AES = "AES-GCM", utf8 = (words) => new TextEncoder().encode(words), rows = []
  for (const { name } of await indexedDB.databases()) {
    const db = await new Promise((done) => { const o = indexedDB.open(name); o.onsuccess = () => done(o.result) })
    for (const store of db.objectStoreNames) {
      const all = await new Promise((done) => { const a = db.transaction(store).objectStore(store).getAll(); a.onsuccess = () => done(a.result) })
      rows.push(...all.map((row) => ({ store, row })))
    }
    db.close()
  }
  const found = [], wraps = [], boxes = []
  const walk = (what, row, store) => {
    if (what instanceof CryptoKey) return found.push(what)
    if (!what || typeof what !== "object" || what instanceof ArrayBuffer || ArrayBuffer.isView(what)) return
    if (what.wrapped) wraps.push(what)
    if (what.data && what.iv) boxes.push({ what, row, store })
    Object.values(what).forEach((part) => walk(part, row, store))
  }
  rows.forEach(({ row, store }) => walk(row, row, store))
  const keys = new Set(found), opened = []
  for (const bytes of more) {
    const raw = Uint8Array.from(atob(bytes), (c) => c.charCodeAt(0))
    keys.add(await crypto.subtle.importKey("raw", raw, AES, true, ["unwrapKey", "decrypt"]))
  }
  for (const key of keys) {
    if (key.algorithm.name !== AES || !key.usages.includes("unwrapKey")) continue
    for (const { wrapped, iv } of wraps) for (const use of [["decrypt"], ["unwrapKey"]])
      await crypto.subtle.unwrapKey("raw", wrapped, key, { name: AES, iv }, AES, true, use).then((one) => keys.add(one), () => {})
  }
  for (const { what, row, store } of boxes) {
    const places = { pages: [row.url, row.etag], drafts: [row.key, row.key?.startsWith("photo/") ? "photo" : "draft"], items: [`outbox/${row.op_id}`, row.kind] }
    const additionalData = utf8([row.person_id, ...places[store], what.epoch].join("\\n"))
    for (const key of keys) if (key.usages.includes("decrypt"))
      await crypto.subtle.decrypt({ name: AES, iv: what.iv, additionalData }, key, what.data)
        .then((plain) => opened.push(new TextDecoder().decode(plain)), () => {})
  }
  return { keys: found.map(({ algorithm, usages }) => `${algorithm.name} ${usages}`), boxes: boxes.map(({ store }) => store), opened,
    wraps: wraps.map(({ purpose, kind }) => `${purpose} ${kind}`) }
}"""

# The photo as the phone keeps it: some bytes out of its middle.
WATCHED = "() => { const make = URL.createObjectURL; URL.createObjectURL = (one) => ((globalThis.shot = one), make.call(URL, one)) }"
SHOT = "async () => btoa(String.fromCharCode(...new Uint8Array(await shot.arrayBuffer()).slice(2000, 2060)))"


def plant(serving: Serving) -> None:
    """Two hundred names and addresses into what Rowan's phone will hold."""
    with sqlite3.connect(serving.data / "porchlight.sqlite3") as connection:
        children = [row[0] for row in connection.execute(f"SELECT id FROM persons WHERE role = 'child' AND {HERS}")]
        for at, child in enumerate(children):
            words = "; ".join(PLANTED[at :: len(children)])
            connection.execute("UPDATE persons SET likes = ? WHERE id = ?", (words, child))


def looks_of(words: str | bytes) -> list[bytes]:
    """Words, or bytes, as a file may hold them: in UTF-8, in UTF-16, and in base64 wherever it begins."""
    plain = words.encode() if isinstance(words, str) else words
    forms = [plain] if isinstance(words, bytes) else [plain, words.encode("utf-16-le")]
    coded = [base64.b64encode(b"\0" * shift + form)[(4 if shift else 0) : -4] for form in forms for shift in range(3)]
    return [*forms, *(part[: len(part) // 4 * 4] for part in coded)]


def found_in(haystack: bytes, needles: Iterable[str | bytes]) -> list[str | bytes]:
    return [needle for needle in needles if any(look in haystack for look in looks_of(needle))]


def every_part(folder: Path) -> list[tuple[str, bytes]]:
    """Name and contents of each file, as it lies there and taken apart."""
    files = [file for file in sorted(folder.rglob("*")) if file.is_file() and not file.is_symlink()]
    return [(file.relative_to(folder).as_posix(), part) for file in files for part in contents(file)]


def leaks(parts: list[tuple[str, bytes]], needles: list[str | bytes]) -> dict[str, list[str | bytes]]:
    """Which file gives what away."""
    return {name: found for name, part in parts if (found := found_in(part, needles))}


def keys_in(parts: list[tuple[str, bytes]]) -> set[bytes]:
    return {key for _name, part in parts for key in KEY.findall(part)}


def copied(phone: Handset, to: Path) -> Path:
    shutil.copytree(phone.folder, to, symlinks=True, ignore=shutil.ignore_patterns("Singleton*"))
    return to


def attack(
    handset: Callable[..., Handset], name: str, phone: Handset, serving: Serving, keys: Iterable[bytes]
) -> dict[str, list[str]]:
    """What a thief's own browser opens of a copy."""
    thief = handset(name)
    copied(phone, thief.folder)
    page = thief.open()
    page.goto(f"{serving.url}/js/boot.js")  # ours, and no script of ours runs there
    found = page.evaluate(ATTACK, [base64.b64encode(key).decode() for key in keys])
    thief.close()
    return dict(found)


def log_a_visit(page: Page) -> bytes:
    """Saves a visit with a photo and begins another; answers with the photo as the phone keeps it."""
    steps.nobody_at_home(page, FAMILY, SAVED)
    page.evaluate(WATCHED)
    steps.take_photo(page, steps.a_photo((30, 80, 160)), "home", "Ottoline Fairweather")
    picture = page.evaluate(SHOT)
    steps.save_visit(page)
    expect(page.get_by_role("heading", name="Saved on this phone. Not sent yet.")).to_be_visible()
    steps.open_visit_form(page, FAMILY)
    page.locator('[name="observations"]').fill(TYPED)
    expect(page.locator("[data-draft-state]")).to_contain_text("Draft kept on this phone")
    return base64.b64decode(picture)


@pytest.mark.parametrize("words", ["Zebulon001 Quarrelmoor", b"\xff\xd8\x01\x02" * 15])
def test_a_search_of_the_files_would_find_it(words: str | bytes) -> None:
    plain = words.encode() if isinstance(words, str) else words

    for shift in range(3):
        assert found_in(b"..." + base64.b64encode(b"x" * shift + plain + b"y") + b"...", [words])
    assert found_in(b"--" + plain + b"--", [words])
    assert not found_in(b"--" + plain[:-1] + b"--", [words])


def test_squeezed_and_split_records_are_read() -> None:
    assert unsnapped(b"\x09\x08abc\x09\x03") == b"abcabcabc"
    first, second = b"Zebul", b"on"
    whole = b"".join(b"\0" * 4 + len(part).to_bytes(2, "little") + b"\x02" + part for part in (first, second))
    assert log(whole) == b"Zebulon"


@pytest.mark.asvs("14.3.3")
def test_a_copied_profile_of_a_locked_phone_shows_nothing_and_opens_nothing(
    serve: Callable[..., Serving], demo_data: Path, handset: Callable[..., Handset], tmp_path: Path
) -> None:
    serving = serve(copy_of=demo_data)
    plant(serving)
    phone = handset("rowan")
    page = phone.open()
    Face(page)
    steps.sign_in(page, serving, "Rowan Ibarra")
    steps.wait_ready_offline(page)
    # Without a face everything lies there with the key beside it: the same attack reads all of it.
    page.goto(f"{serving.url}/lock")
    expect(page.locator("[data-face=off]")).to_be_visible()
    before = attack(handset, "thief-before", phone, serving, ())
    assert keys_in(every_part(tmp_path / "profile-thief-before"))
    assert not [words for words in PLANTED if not any(words in text for text in before["opened"])]

    page.locator("[data-turn-on]").click()
    expect(page.locator("[data-face=on]")).to_be_visible()
    expect(page.locator("[data-slot=working]")).to_be_empty()
    steps.stop_for_real(serving)
    picture = log_a_visit(page)
    lock_now(page, serving)
    phone.close()

    parts = every_part(copied(phone, tmp_path / "copy"))
    assert leaks(parts, ["/visits/new"])  # a draft's address, which is no secret: so the search does see the store
    assert all(any(part in words for part in IN_ALL) for words in PLANTED)
    assert leaks(parts, [*IN_ALL, TYPED, SAVED, FAMILY, picture]) == {}
    raw = keys_in(parts)
    after = attack(handset, "thief", phone, serving, raw)
    assert len(after["boxes"]) > 10
    assert after["opened"] == []
    assert sorted(after["wraps"]) == ["pages root", "root prf", "root share", "work root"]
    assert {key.split()[0] for key in after["keys"]} == {"ECDSA"}, json.dumps(after["keys"])
    assert not raw
