/** A phone that is erased from afar: the browser clears the whole site only where nothing of anybody else lies on it. */
import assert from "node:assert/strict"
import { test } from "node:test"
import "./memory.js"

const { othersHere } = await import("../../pwa/js/phone/order.js")
const { dropRow, keepRow } = await import("../../pwa/js/visits/door_kept.js")

const ERASED = { person_id: "erased 1", device_id: "1", owner: "rowan" }
const answer = { visit_id: "v", digits: "0", at: Date.now(), said: { answer: "different", words: "Nobody came", at: Date.now() } }

for (const [name, row, others] of [
  ["an answer from the door that has not been sent keeps the site from being cleared", answer, true],
  ["so does a code that was scanned and may still be answered", { ...answer, said: undefined }, true],
  ["an answer that has arrived does not", { ...answer, sent: Date.now() }, false],
  ["nor does what is older than a week, and works no more", { ...answer, at: Date.now() - 8 * 24 * 3600_000 }, false],
])
  test(name, async () => {
    await keepRow(row)
    assert.equal(await othersHere(ERASED), others)
    await dropRow(row.visit_id)
    assert.equal(await othersHere(ERASED), false)
  })
