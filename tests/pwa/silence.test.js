/** How long a phone has been without our server, by a clock that may be set back or be wrong for a while. */
import assert from "node:assert/strict"
import { afterEach, test } from "node:test"
import "./memory.js"

const { packOf } = await import("../../pwa/shared/device.js")
const { keep } = await import("../../pwa/shared/store.js")

const HOUR = 3600_000
const MONDAY = Date.parse("2026-11-23T18:00:00Z")
const real = Date.now
afterEach(() => (Date.now = real))

/** The hours that count after pages were opened at these hours of the phone's clock; at 0 it had our server. */
async function counted(...hours) {
  await keep("pack rowan", { as_of: "", at: MONDAY })
  let pack
  for (const hour of hours) {
    Date.now = () => MONDAY + hour * HOUR
    pack = await packOf("rowan")
  }
  return pack.silent / HOUR
}

for (const [name, hours, wanted] of [
  ["a clock that is right", [1, 5, 30], 30],
  ["a clock that is set back takes nothing off", [30, 2], 30],
  ["nor does one that was set back and goes on", [30, 2, 12, 22], 50],
  ["nor is what passed then forgotten when it is set right", [30, 2, 12, 31], 40],
  ["a clock that began anew and is set right adds no time that never was", [1, -400_000, -399_999, 3], 3],
  ["that it was wrong twice adds none either", [1, -400_000, 2, -400_000, 3], 3],
  ["after it was set right it counts on", [1, -400_000, 3, 130], 130],
])
  test(name, async () => assert.equal(await counted(...hours), wanted))
