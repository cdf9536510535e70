"""The outbox of a phone as a release left it: written once with each version of its database, read for ever.

`PYTHONPATH=backend python -m tests.pwa.releasing` writes the one of today's version, with keys that are for tests only.
"""

import json
import re
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from joserfc.jwk import ECKey
from playwright.sync_api import Page, sync_playwright

from tests.handset import launch_options
from tests.pwa.intake import Intake
from tests.pwa.porch import PWA, ROWAN, Porch

FOLDER = Path(__file__).parent / "released"
# A device's key cannot be taken out of a phone; that of a fixture must be.
SOFT = "crypto.subtle.generateKey = new Proxy(crypto.subtle.generateKey, { apply: (made, it, [how, , use]) => Reflect.apply(made, it, [how, true, use]) })"
TWENTY = """async (person) => {
  const { saveOperations, undo } = await import('/shared/outbox.js')
  const { enrol } = await import('/shared/device.js')
  const { inOutbox } = await import('/shared/store.js')
  const { uuid7 } = await import('/shared/wire.js')
  await enrol(person)
  const one = (kind, group, more) => { const op_id = uuid7(); return { op_id, kind, group: group ?? op_id, lane: 'case', body: { visit_id: group ?? op_id }, ...more } }
  const picture = () => crypto.getRandomValues(new Uint8Array(300)).buffer
  for (let n = 0; n < 4; n++) {
    const visit = one('visit.log', undefined, { copy: { key: `/cases/${n}/visits/new`, family: `Family ${n}`, photos: [], fields: { observations: [`Words ${n}`] } } })
    const group = visit.op_id
    const photos = [1, 2, 3].map(() => { const photo = one('visit.photo', group, { picture: picture() }); photo.body.media_id = photo.op_id; return photo })
    await saveOperations(person, [visit, one('visit.sign', group), ...photos])
    if (n === 0) await undo(person, group)
  }
  await inOutbox('items', 'readwrite', async (items) => {
    const all = items.getAll()
    all.onsuccess = () => all.result.filter(({ seq }) => seq > 15).forEach((item) => items.put({ ...item, attempts: 3, tried_at: Date.now(), why: 'no answer' }))
    await new Promise((done) => { const last = items.count(); last.onsuccess = done })
  })
}"""
DUMP = """async () => {
  const b64 = (bytes) => btoa(String.fromCharCode(...new Uint8Array(bytes)))
  const plain = async (value) => {
    if (value instanceof ArrayBuffer) return { $buffer: b64(value) }
    if (ArrayBuffer.isView(value)) return { $bytes: b64(value) }
    if (value instanceof CryptoKey) return { $key: await crypto.subtle.exportKey('jwk', value), use: value.usages }
    if (Array.isArray(value)) return Promise.all(value.map(plain))
    if (value && typeof value === 'object') return Object.fromEntries(await Promise.all(Object.entries(value).map(async ([name, one]) => [name, await plain(one)])))
    return value
  }
  const db = await new Promise((done) => { const asked = indexedDB.open('porchlight-outbox'); asked.onsuccess = () => done(asked.result) })
  const stores = {}
  for (const name of db.objectStoreNames) {
    const store = db.transaction(name).objectStore(name)
    stores[name] = { keyPath: store.keyPath, rows: await plain(await new Promise((done) => { const all = store.getAll(); all.onsuccess = () => done(all.result) })) }
  }
  const { version } = db
  db.close()
  return { version, stores }
}"""
LOAD = """async ({ version, stores }) => {
  const bytes = (words) => Uint8Array.from(atob(words), (letter) => letter.charCodeAt(0))
  const alive = async (value) => {
    if (value?.$buffer !== undefined) return bytes(value.$buffer).buffer
    if (value?.$bytes !== undefined) return bytes(value.$bytes)
    if (value?.$key) return crypto.subtle.importKey('jwk', value.$key, { name: 'ECDSA', namedCurve: 'P-256' }, false, value.use)
    if (Array.isArray(value)) return Promise.all(value.map(alive))
    if (value && typeof value === 'object') return Object.fromEntries(await Promise.all(Object.entries(value).map(async ([name, one]) => [name, await alive(one)])))
    return value
  }
  const rows = {}
  for (const [name, store] of Object.entries(stores)) rows[name] = await alive(store.rows)
  const db = await new Promise((done) => {
    const asked = indexedDB.open('porchlight-outbox', version)
    asked.onupgradeneeded = () => { for (const [name, { keyPath }] of Object.entries(stores)) asked.result.createObjectStore(name, { keyPath }) }
    asked.onsuccess = () => done(asked.result)
  })
  const tx = db.transaction([...db.objectStoreNames], 'readwrite')
  for (const [name, all] of Object.entries(rows)) for (const row of all) tx.objectStore(name).put(row)
  await new Promise((done) => { tx.oncomplete = done })
  db.close()
}"""


def version_now() -> int:
    """The version of the outbox's database in pwa/shared/store.js."""
    found = re.search(r'name: "porchlight-outbox",\s+version: (\d+),', (PWA / "shared" / "store.js").read_text())
    assert found
    return int(found[1])


def released(version: int) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((FOLDER / f"outbox-{version}.json").read_text())
    return found


def intake_of(fixture: dict[str, Any]) -> Intake:
    """The server's keys and devices that the fixture was sealed to and signed by."""
    key = ec.derive_private_key(int(fixture["intake"]), ec.SECP256R1())
    return Intake(key, ECKey.import_key(fixture["receipt_key"]), fixture["devices"])


def load(page: Page, fixture: dict[str, Any]) -> None:
    """Puts the outbox of that release into the page's own store, with that release's shape."""
    page.evaluate(LOAD, {"version": fixture["version"], "stores": fixture["stores"]})


def write() -> Path:
    porch = Porch().start()
    porch.person = ROWAN
    with sync_playwright() as playwright:
        page = playwright.chromium.launch(**launch_options()).new_page()
        page.add_init_script(SOFT)
        page.goto(f"{porch.url}/bare")
        page.evaluate(TWENTY, ROWAN)
        found = page.evaluate(DUMP)
    porch.stop()
    keys = {
        "intake": str(porch.intake.key.private_numbers().private_value),
        "receipt_key": porch.intake.receipt_key.as_dict(private=True),
        "devices": porch.intake.devices,
    }
    file = FOLDER / f"outbox-{found['version']}.json"
    assert not file.exists(), f"{file.name} is released, and phones hold it: never change it."
    file.write_text(json.dumps({**keys, **found}, indent=1) + "\n")
    return file


if __name__ == "__main__":
    write()
