/** The keys of a phone: what is sealed can be opened again, whoever signs out or turns the lock on at that moment. */
import assert from "node:assert/strict"
import { beforeEach, test } from "node:test"
import { databases, rowsIn } from "./memory.js"

const { keeper, keyNow, loadDraft, putDraft } = await import("../../pwa/shared/drafts.js")
const { inKeys, inPages, keep } = await import("../../pwa/shared/store.js")
const { decryptJson, encrypt, forget, held, hold, keyOf, makeKey } = await import("../../pwa/shared/vault.js")
const { makeRoot } = await import("../../pwa/js/lock/ways.js")

const ROWAN = "rowan"
const PLACE = [ROWAN, "pages", "/today", "1"]
const keyIn = (purpose) => databases.get(`porchlight-keys ${ROWAN}`).keys.rows.has(JSON.stringify(purpose))
const wraps = (purpose) => rowsIn("porchlight-pages", "wraps").filter((row) => row.purpose === purpose)

/** As after a start: nothing is known but what lies in the store. */
const startAnew = () => new BroadcastChannel("porchlight-vault").postMessage("lock")

beforeEach(async () => {
  await forget(ROWAN, ["pages", "work", "root"])
  await keep("current", { person_id: ROWAN })
})

test("signing out at any moment while a key is made leaves no wrap that nobody can open", async () => {
  for (let moment = 0; moment < 60; moment++) {
    const making = keyOf(ROWAN, "pages").catch(() => {})
    for (let step = 0; step < moment; step++) await new Promise(setImmediate)
    await Promise.all([making, forget(ROWAN)])

    assert.ok(!wraps("pages").length || keyIn("pages"), `a wrap without its key, after ${moment} steps`)
    const sealed = await encrypt(...PLACE, { seen: moment })
    startAnew()
    assert.deepEqual(await decryptJson(...PLACE, sealed), { seen: moment })
    await forget(ROWAN)
  }
})

test("a wrap that an earlier release left without its key is replaced, and words are kept again", async () => {
  const row = await makeKey(ROWAN, "work")
  await inPages("wraps", "readwrite", (store) => store.put(row))
  await inKeys(ROWAN, "readwrite", (keys) => keys.delete("work"))

  await putDraft(ROWAN, { key: "/x", visit_id: "1", fields: { note: ["Warm kitchen"] } }, 1)

  startAnew()
  assert.deepEqual((await loadDraft(ROWAN, "/x")).fields, { note: ["Warm kitchen"] })
})

test("what a page knew before the lock was turned on seals nothing any more", async () => {
  const old = await keyOf(ROWAN, "work")
  const [posted, listening] = [[], {}]
  globalThis.document = { hidden: true, addEventListener: (name, listener) => (listening[name] = listener), removeEventListener() {} }
  navigator.serviceWorker = { controller: { postMessage: (words) => posted.push(words) } }
  const draft = { key: "/y", visit_id: "1", fields: { note: ["The last words"] } }
  const keeping = keeper(ROWAN, () => draft)
  await keeping.keep()
  // Another tab turns it on: from then on what is written lies under the root.
  hold(ROWAN, await makeRoot())
  const row = { ...(await makeKey(ROWAN, "work", held(ROWAN))), epoch: old.epoch + 1 }
  await inPages("wraps", "readwrite", (store) => (store.delete([ROWAN, "work", "device"]), store.put(row)))

  // The worker is given the words by a page that is left: one that writes on, and one that knows the old key only.
  const kept = keeping.keep()
  for (let step = 0; step < 500 && posted.at(-1)?.by?.epoch !== row.epoch; step++) {
    await new Promise(setImmediate)
    listening.visibilitychange()
  }
  await kept
  await putDraft(ROWAN, draft, Date.now() + 1000, await keyNow(ROWAN, old))

  assert.equal(posted.at(-1).by.epoch, row.epoch)
  new BroadcastChannel("porchlight-vault").postMessage("keys")
  assert.deepEqual((await loadDraft(ROWAN, "/y"))?.fields, { note: ["The last words"] })
})
