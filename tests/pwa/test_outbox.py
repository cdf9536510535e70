"""The outbox: what was saved is counted, sealed, sent in order, and let go only for a true receipt."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.pwa.porch import ROWAN, Porch

SECRET = "Ansel Vance-Moreau"
TOOLS = """async (given) => {
  const { saveOperations, listItems, readItem, undo, retry } = await import('/shared/outbox.js')
  const { enrol, deviceOf } = await import('/shared/device.js')
  const { flush } = await import('/shared/flush.js')
  const { uuid7 } = await import('/shared/wire.js')
  const { inOutbox, inPages, rowsOf } = await import('/shared/store.js')
  const { person, ...more } = given
  const log = (words, at = {}) => { const id = uuid7(); return { op_id: id, kind: 'visit.log', group: id, lane: 'case', body: { visit_id: id, words }, ...at } }
  const all = (store) => inOutbox(store, 'readonly', (rows) => rows.getAll())
  const sendAll = async () => { for (const item of await all('items')) await retry(item.op_id); await flush(); return (await all('items')).length }
  %s
}"""


class Desk:
    """A bare page on Rowan's phone, where one can call the modules."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def run(self, body: str, **given: Any) -> Any:
        return self.page.evaluate(TOOLS % body, {"person": ROWAN, **given})


@pytest.fixture
def desk(porch: Porch, browser: Browser) -> Iterator[Desk]:
    porch.person = ROWAN
    with browser.new_context(locale="en-US") as context:
        one = Desk(context.new_page())
        one.page.goto(f"{porch.url}/bare")
        one.run("await enrol(person)")
        yield one


def test_a_hundred_saves_over_four_tabs_are_numbered_from_1_to_100(desk: Desk, porch: Porch) -> None:
    tabs = [desk, *(Desk(desk.page.context.new_page()) for _ in range(3))]
    for tab in tabs[1:]:
        tab.page.goto(f"{porch.url}/bare")
    start = (
        "globalThis.work = (async () => { for (let n = 0; n < 25; n++) await saveOperations(person, [log('x')]) })()"
    )
    for tab in tabs:
        tab.run(start)

    for tab in tabs:
        tab.page.evaluate("() => globalThis.work")

    seqs = desk.run("return (await listItems(person)).map((item) => item.seq)")
    assert seqs == list(range(1, 101))


def test_what_was_saved_opens_with_the_servers_key_and_is_signed_by_the_device(desk: Desk, porch: Porch) -> None:
    desk.run("await saveOperations(person, [log(more.words)])", words=SECRET)

    left = desk.run("await flush(); return (await all('items')).length")

    assert left == 0
    (visit,) = porch.intake.of_kind("visit.log")
    assert visit.body["words"] == SECRET
    assert visit.said["seq"] == 1
    assert visit.said["captured_at"].endswith("Z")
    assert len(visit.said["captured_at"]) == len("2026-11-23T21:04:05.123Z")


def test_a_receipt_stays_on_the_phone_after_its_item_has_gone(desk: Desk, porch: Porch) -> None:
    op_id = desk.run("const [item] = await saveOperations(person, [log('x')]); await flush(); return item.op_id")

    (receipt,) = desk.run("return all('receipts')")

    assert receipt["op_id"] == op_id
    assert receipt["receipt"] == porch.intake.arrived[op_id].receipt
    assert desk.run("return [(await all('parts')).length, (await all('items')).length]") == [0, 0]


@pytest.mark.parametrize("mode", ["html", "broken", "false receipt", "lost answer", "needs fix"])
def test_an_item_stays_until_a_true_receipt_comes(mode: str, desk: Desk, porch: Porch) -> None:
    desk.run("await saveOperations(person, [log('x')])")
    porch.mode = mode

    desk.run("await sendAll()")

    (item,) = desk.run("return all('items')")
    assert item["state"] == ("fix" if mode == "needs fix" else "waiting")
    assert desk.run("return (await all('parts')).length") == 1
    assert desk.run("return (await all('receipts')).length") == 0

    porch.mode = "ok"
    assert desk.run("return sendAll()") == 0
    assert len(porch.intake.arrived) == 1


def test_a_reason_for_a_fix_is_kept_in_the_servers_words(desk: Desk, porch: Porch) -> None:
    porch.mode = "needs fix"

    desk.run("await saveOperations(person, [log('x')]); await flush()")

    (item,) = desk.run("return all('items')")
    assert item["why"] == "This case is not on your caseload."


def test_one_bad_of_fifty_holds_up_none_of_the_others(desk: Desk, porch: Porch) -> None:
    ids = desk.run(
        "return (await saveOperations(person, Array.from({length: 50}, () => log('x')))).map((i) => i.op_id)"
    )
    porch.bad_ops = {ids[0]}

    desk.run("await flush()")

    assert [item["op_id"] for item in desk.run("return all('items')")] == [ids[0]]
    assert len(porch.intake.arrived) == 49


def test_without_a_server_two_tries_are_enough_to_know_and_nothing_is_lost(desk: Desk, porch: Porch) -> None:
    desk.run("await saveOperations(person, Array.from({length: 20}, () => log('x')))")
    porch.stop()

    due = desk.run("return flush()")

    tried = [item for item in desk.run("return all('items')") if item["attempts"]]
    assert len(tried) == 2
    assert 0 < due <= 30_000
    porch.start()
    assert desk.run("return sendAll()") == 0
    assert len(porch.intake.arrived) == 20


def test_no_cookie_goes_along(desk: Desk, porch: Porch) -> None:
    desk.page.context.add_cookies([{"name": "session", "value": "secret", "url": porch.url}])

    desk.run("await saveOperations(person, [log('x')]); await flush()")

    (headers,) = [headers for method, path, headers in porch.asked if path == "/api/v1/deposits"]
    assert "Cookie" not in headers


PHOTO = """const id = uuid7(); const picture = crypto.getRandomValues(new Uint8Array(60000)).buffer
  const whole = new Uint8Array(300000); for (let at = 0; at < 300000; at += 60000) whole.set(crypto.getRandomValues(new Uint8Array(60000)), at)
  const visit = log('x')
  const photo = { op_id: id, kind: 'visit.photo', group: visit.op_id, lane: 'case', picture: whole.buffer, body: { media_id: id, visit_id: visit.op_id } }
"""


def test_a_photo_goes_after_the_text_in_sealed_parts_and_is_whole_again(desk: Desk, porch: Porch) -> None:
    last = desk.run(
        PHOTO + "await saveOperations(person, [photo, visit]); await flush(); return Array.from(whole.slice(-9))"
    )

    (photo,) = porch.intake.of_kind("visit.photo")
    assert photo.picture[-9:] == bytes(last)
    assert [body["length"] <= 131072 + 81 for body in photo.body["parts"]] == [True] * 3
    assert [one.said["kind"] for one in porch.intake.arrived.values()] == ["visit.log", "visit.photo"]


def test_only_the_parts_that_are_missing_are_sent_again(desk: Desk, porch: Porch) -> None:
    porch.mode = "no media"
    op_id = desk.run(PHOTO + "await saveOperations(person, [photo]); await flush(); return id")
    parts = desk.run(
        "return all('parts').then((rows) => rows.filter((row) => row.part >= 0).map((row) => Array.from(new Uint8Array(row.bytes))))"
    )
    porch.intake.parts[op_id, 0] = bytes(parts[0])
    porch.intake.parts[op_id, 2] = bytes(parts[2])
    porch.mode = "ok"
    porch.asked.clear()

    assert desk.run("return sendAll()") == 0

    assert [path for method, path, _ in porch.asked if method == "PUT"] == [f"/media/incoming/{op_id}/1"]


def test_a_part_that_lies_there_already_is_no_trouble(desk: Desk, porch: Porch) -> None:
    porch.mode = "no media"
    op_id = desk.run(PHOTO + "await saveOperations(person, [photo]); await flush(); return id")
    parts = desk.run(
        "return all('parts').then((rows) => rows.filter((row) => row.part >= 0).map((row) => Array.from(new Uint8Array(row.bytes))))"
    )
    desk.run("for (const item of await all('items')) await retry(item.op_id)")
    porch.mode = "ok"
    porch.on_put = lambda: porch.intake.parts.update({(op_id, n): bytes(part) for n, part in enumerate(parts)})

    assert desk.run("return sendAll()") == 0
    assert 412 in porch.put_answers


def test_undo_before_sending_keeps_the_number_and_sends_nothing_else(desk: Desk, porch: Porch) -> None:
    copy = desk.run(
        "const visit = log(more.words, { copy: { key: '/cases/c/visits/new', words: more.words } })\n"
        "await saveOperations(person, [visit]); return undo(person, visit.op_id)",
        words=SECRET,
    )

    desk.run("await flush()")

    (gone,) = porch.intake.arrived.values()
    assert gone.said["kind"] == "withdrawn"
    assert gone.said["seq"] == 1
    assert set(gone.body) == {"op_id", "withdrawn_at"}
    assert copy["words"] == SECRET
    assert desk.run("return all('drafts').then((rows) => rows.map((row) => row.key))") == ["/cases/c/visits/new"]


DRAFTED = (
    "const { dropDraft, loadDraft, putDraft } = await import('/shared/drafts.js')\nconst key = '/cases/c/visits/new'\n"
)


def test_undo_never_writes_over_a_visit_that_was_begun_since(desk: Desk) -> None:
    found = desk.run(
        DRAFTED + "const visit = log('first', { copy: { key, words: 'first' } })\n"
        "await saveOperations(person, [visit])\n"
        "await putDraft(person, { key, words: 'second' }, 1)\n"
        "const why = await undo(person, visit.op_id).catch((error) => error.name)\n"
        "const [kept, waiting] = [(await loadDraft(person, key)).words, (await all('items'))[0].kind]\n"
        "await dropDraft(person, key, [])\n"
        "return [why, kept, waiting, (await undo(person, visit.op_id)).words]"
    )

    assert found == ["Unfinished", "second", "visit.log", "first"]


def test_what_another_tab_has_saved_is_never_written_over(desk: Desk, porch: Porch) -> None:
    found = desk.run(
        "const visit = log('first'); const again = { ...visit, body: { ...visit.body, words: 'second' } }\n"
        "await saveOperations(person, [visit])\n"
        "const tries = [await saveOperations(person, [again]).catch((error) => error.name)]\n"
        "await flush(); tries.push(await saveOperations(person, [again]).catch((error) => error.name)); return tries"
    )

    assert found == ["AlreadySaved", "AlreadySaved"]
    assert [one.body["words"] for one in porch.intake.arrived.values()] == ["first"]


def test_signing_out_leaves_the_words_of_what_needs_a_fix(desk: Desk, porch: Porch) -> None:
    visit = (
        "const visit = log('x', { copy: { key: '/x', words: more.words } }); await saveOperations(person, [visit])\n"
    )
    fix = "const [item] = await all('items'); await inOutbox('items', 'readwrite', (items) => items.put({ ...item, state: 'fix' }))\n"
    leave = "const { leave, settle } = await import('/shared/device.js'); await settle(person); await leave()\n"

    words = desk.run(visit + fix + leave + "return (await undo(person, visit.op_id)).words", words=SECRET)

    assert words == SECRET


def test_after_each_sign_in_the_server_is_told_which_phone_it_is(desk: Desk, porch: Porch) -> None:
    told = "const { doubt, settle } = await import('/shared/device.js'); await settle(person); await enrol(person); await enrol(person)\n"
    before = [path for method, path, _ in porch.asked if method == "POST"].count("/devices")

    desk.run(told)
    desk.run(told)
    first = [path for method, path, _ in porch.asked if method == "POST"].count("/devices")
    desk.run(
        "const { doubt } = await import('/shared/device.js'); await saveOperations(person, [log('x')]); await doubt()"
    )
    desk.run(told)

    assert first == before + 1
    assert [path for method, path, _ in porch.asked if method == "POST"].count("/devices") == first + 1
    assert desk.run("return (await deviceOf(person)).next_seq") == 2


def test_undo_takes_back_the_whole_visit(desk: Desk, porch: Porch) -> None:
    desk.run(PHOTO + "await saveOperations(person, [visit, photo]); await undo(person, visit.op_id); await flush()")

    assert sorted(one.said["seq"] for one in porch.intake.of_kind("withdrawn")) == [1, 2]
    assert len(porch.intake.arrived) == 2


def test_undo_of_what_had_arrived_unknown_to_the_phone_ends_with_its_receipt(desk: Desk, porch: Porch) -> None:
    porch.mode = "lost answer"
    op_id = desk.run("const visit = log('x'); await saveOperations(person, [visit]); await flush(); return visit.op_id")
    porch.mode = "ok"

    desk.run("await undo(person, more.op_id); await sendAll()", op_id=op_id)

    (receipt,) = desk.run("return all('receipts')")
    assert receipt["too_late"] is True
    assert receipt["receipt"] == porch.intake.arrived[op_id].receipt
    assert desk.run("return (await all('items')).length") == 0


@pytest.fixture
def arrived_unknown(desk: Desk, porch: Porch) -> str:
    """A visit with a photo that was taken back, after it had arrived without an answer."""
    porch.mode = "lost answer"
    op_id: str = desk.run(
        DRAFTED
        + "const { keepPhoto } = await import('/shared/drafts.js'); await keepPhoto(person, 'p', new ArrayBuffer(9))\n"
        "const visit = log('first', { copy: { key, words: 'first', photos: [{ id: 'p' }] } })\n"
        "await saveOperations(person, [visit]); await flush(); await undo(person, visit.op_id); return visit.op_id"
    )
    porch.mode = "ok"
    return op_id


def test_what_undo_gave_back_of_a_visit_that_had_arrived_is_not_offered_as_a_second(
    arrived_unknown: str, desk: Desk, porch: Porch
) -> None:
    offered = desk.run("return (await all('drafts')).length")

    assert desk.run("return sendAll()") == 0

    assert offered == 2
    assert desk.run("return (await all('drafts')).length") == 0
    assert list(porch.intake.arrived) == [arrived_unknown]


def test_what_was_written_since_into_a_visit_that_had_arrived_is_kept_and_said(
    arrived_unknown: str, desk: Desk
) -> None:
    desk.run(
        DRAFTED + "const draft = await loadDraft(person, key); await putDraft(person, { ...draft, words: 'more' }, 1)"
    )

    assert desk.run("return sendAll()") == 0

    assert desk.run(DRAFTED + "return (await loadDraft(person, key)).words") == "more"
    (receipt,) = desk.run("return all('receipts')")
    assert (receipt["op_id"], receipt["given"]) == (arrived_unknown, "changed")


def test_a_visit_that_had_arrived_and_was_saved_anew_waits_for_its_persons_word(
    arrived_unknown: str, desk: Desk, porch: Porch
) -> None:
    desk.run(
        DRAFTED + "const { visit_id } = await loadDraft(person, key)\n"
        "await saveOperations(person, [log('again', { op_id: visit_id, group: visit_id })], { dropDraft: key })"
    )

    assert desk.run("return sendAll()") == 1

    (item,) = desk.run("return all('items')")
    assert (item["state"], item["why"]) == ("fix", "again")
    assert list(porch.intake.arrived) == [arrived_unknown]
    assert desk.run("return sendAll()") == 0
    assert len(porch.intake.arrived) == 2


def test_a_form_that_was_left_open_does_not_cover_what_undo_gave_back(desk: Desk) -> None:
    found = desk.run(
        DRAFTED + "const visit = log('first'); visit.copy = { key, visit_id: visit.op_id, words: 'first' }\n"
        "await saveOperations(person, [visit]); await undo(person, visit.op_id)\n"
        "const late = { key, visit_id: visit.op_id, words: 'left open' }\n"
        "const why = await putDraft(person, late, Date.now() + 9).catch((error) => error.name)\n"
        "const kept = await loadDraft(person, key); await putDraft(person, { ...kept, words: 'gone on' }, 1)\n"
        "return [why, kept.words, (await loadDraft(person, key)).words]"
    )

    assert found == ["Overtaken", "first", "gone on"]


def test_undo_after_the_receipt_is_refused(desk: Desk) -> None:
    found = desk.run(
        "const v = log('x'); await saveOperations(person, [v]); await flush(); return (await undo(person, v.op_id)) ?? 'sent'"
    )

    assert found == "sent"


def test_a_visit_that_does_not_fit_is_not_half_saved(desk: Desk) -> None:
    why = desk.run(
        "try { await saveOperations(person, [log('x'), log('y'.repeat(300_000))]) } catch (error) { return error.name }"
    )

    assert why == "RangeError"
    assert desk.run("return [(await all('items')).length, (await deviceOf(person)).next_seq]") == [0, 1]


DUMP = """async () => {
  const found = []
  let blobs = 0
  const walk = (value) => {
    if (value instanceof Blob) blobs += 1
    else if (value instanceof ArrayBuffer) found.push(new TextDecoder('latin1').decode(value))
    else if (ArrayBuffer.isView(value)) found.push(new TextDecoder('latin1').decode(value))
    else if (value instanceof CryptoKey) found.push(value.type === 'secret' || value.type === 'private' ? 'extractable: ' + value.extractable : '')
    else if (value && typeof value === 'object') Object.values(value).forEach(walk)
    else found.push(String(value))
  }
  for (const { name } of await indexedDB.databases()) {
    const db = await new Promise((ok) => { const r = indexedDB.open(name); r.onsuccess = () => ok(r.result) })
    for (const store of db.objectStoreNames)
      walk(await new Promise((ok) => { const r = db.transaction(store).objectStore(store).getAll(); r.onsuccess = () => ok(r.result) }))
    db.close()
  }
  return { found: found.join('\\n'), blobs }
}"""


@pytest.mark.fault(16)
def test_only_ciphertext_lies_in_the_store_and_no_key_can_be_taken_out(
    desk: Desk, record_property: Callable[[str, object], None]
) -> None:
    desk.run(
        PHOTO + "const whole2 = new TextEncoder().encode(more.words.repeat(99)).buffer\n"
        "await saveOperations(person, [log(more.words), { ...photo, picture: whole2 }])\n"
        "const { keepPhoto, keeper } = await import('/shared/drafts.js')\n"
        "await keepPhoto(person, 'p', whole2); await keeper(person, () => ({ key: '/x', words: more.words })).keep()",
        words=SECRET,
    )

    dump = desk.page.evaluate(DUMP)

    assert "Ansel" not in dump["found"]
    assert "Vance" not in json.dumps(dump["found"])
    assert "/x" in dump["found"]
    assert "extractable: false" in dump["found"]
    assert "extractable: true" not in dump["found"]
    assert dump["blobs"] == 0
    record_property("figure", f"{dump['blobs']} in the store, after a visit, a photo and a draft with a photo")


def test_a_store_that_the_browser_has_closed_is_opened_again(desk: Desk) -> None:
    desk.run("const { keep } = await import('/shared/store.js'); await keep('a', 1)")
    desk.page.evaluate("() => new Promise((done) => { indexedDB.deleteDatabase('porchlight-pages').onsuccess = done })")

    kept = desk.run(
        "const { keep, setting } = await import('/shared/store.js'); await keep('a', 2); return setting('a')"
    )

    assert kept == 2


VAULT = "const { encrypt, decryptJson, forget } = await import('/shared/vault.js')\n"


HERE = "const { keep } = await import('/shared/store.js')\nawait keep('current', { person_id: person })"


def test_a_row_of_the_vault_opens_in_its_own_place_only(desk: Desk) -> None:
    desk.run(HERE)
    opened = desk.run(
        VAULT + "const row = await encrypt(person, 'pages', '/a', 'e1', { words: more.words })\n"
        "const tries = [['/a', 'e1', person], ['/b', 'e1', person], ['/a', 'e2', person], ['/a', 'e1', 'somebody']]\n"
        "return Promise.all(tries.map(([url, etag, who]) => decryptJson(who, 'pages', url, etag, row).then(() => true, () => false)))",
        words=SECRET,
    )

    assert opened == [True, False, False, False]


def test_what_was_forgotten_in_one_tab_is_closed_in_all(desk: Desk, porch: Porch) -> None:
    other = Desk(desk.page.context.new_page())
    other.page.goto(f"{porch.url}/bare")
    desk.run(HERE)
    read = VAULT + "return decryptJson(person, 'pages', '/a', '', globalThis.row).then(() => 'open', () => 'closed')"
    other.run(VAULT + "globalThis.row = await encrypt(person, 'pages', '/a', '', { a: 1 })")
    assert other.run(read) == "open"

    desk.run(VAULT + "await forget(person, ['pages'])")

    other.page.wait_for_timeout(200)
    assert other.run(read) == "closed"


BEGUN = """
  const { keeper, loadDraft, putDraft } = await import('/shared/drafts.js')
  const { makeRoot, randomBytes, wayTo, openWay } = await import('/js/lock/ways.js')
  const key = (n) => `/cases/${n}/visits/new`
  const drafted = (n, words) => putDraft(person, { key: key(n), visit_id: `v${n}`, fields: { words } }, Date.now())
  const words = async (n) => (await loadDraft(person, key(n)))?.fields.words
  const secret = randomBytes(32), face = await wayTo(await makeRoot(), 'prf', secret, person)
  const root = await openWay(face, secret)
"""


def test_no_word_is_said_to_be_kept_that_is_not(desk: Desk) -> None:
    """Whether the clock was set back since, or another window has more."""
    found = desk.run(
        BEGUN
        + """const said = []
        const form = (at) => { const draft = { key: key(1), visit_id: 'v1', fields: {} }
          const now = Date.now; Date.now = () => now() + at
          const one = keeper(person, () => draft, (kept, error) => said.push(error?.name ?? 'kept'))
          Date.now = now
          return async (words) => { draft.fields.words = words; await one.keep() } }
        await form(3600_000)('first')
        await loadDraft(person, key(1))
        const older = form(0), newer = form(2 * 3600_000)
        await older('after the clock was set back')
        const back = await words(1)
        await newer('in another window'); await older('here')
        return [back, await words(1), said]"""
    )
    assert found == ["after the clock was set back", "in another window", ["kept", "kept", "kept", "Overtaken"]]


def test_a_lock_that_was_cut_short_while_it_was_turned_on_goes_on_and_loses_no_draft(desk: Desk) -> None:
    before, after, kinds, hard = desk.run(
        BEGUN
        + """const { sealUnder } = await import('/js/lock/sealing.js')
        const { hold, wrapsOf } = await import('/shared/vault.js')
        for (const n of [1, 2, 3]) await drafted(n, `words ${n}`)
        const put = IDBObjectStore.prototype.put, begin = IDBDatabase.prototype.transaction, durable = new Set()
        IDBDatabase.prototype.transaction = function (stores, mode, how) {
          if (mode === 'readwrite' && [stores].flat().includes('wraps')) durable.add(how.durability)
          return begin.call(this, stores, mode, how) }
        let left = 2
        IDBObjectStore.prototype.put = function (...row) {
          if (this.name === 'drafts' && !left--) throw new DOMException('battery', 'DataError')
          return put.apply(this, row) }
        hold(person, root)
        const seal = () => sealUnder(person, root, [face], ['pages', 'work'])
        await seal().catch(() => {})
        IDBObjectStore.prototype.put = put
        const read = () => Promise.all([1, 2, 3].map(words))
        const cut = await read()
        await seal()
        hold(person, root)
        return [cut, await read(), (await wrapsOf(person, 'work')).map(({ kind }) => kind), [...durable]]"""
    )
    assert before == after == ["words 1", "words 2", "words 3"]
    assert kinds == ["root"]
    assert hard == ["strict"]


def test_the_drafts_of_a_locked_phone_do_not_hold_up_its_erasing(desk: Desk) -> None:
    lost, here = desk.run(
        BEGUN
        + """const { hold, forget } = await import('/shared/vault.js')
        await inPages('wraps', 'readwrite', (wraps) => wraps.put(face))
        hold(person, root)
        await drafted(1, 'locked')
        await forget(person)
        const { rescue } = await import('/js/phone/rescue.js')
        const lost = await Promise.race([rescue(person), new Promise((done) => setTimeout(done, 5000, 'waits for ever'))])
        return [lost, location.pathname]"""
    )
    assert (lost, here) == (1, "/bare")
