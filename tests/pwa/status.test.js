/** What a page says of the phone, and when it asks the worker again. */
import assert from "node:assert/strict"
import { mock, test } from "node:test"
import "./memory.js"

navigator.onLine = true
navigator.serviceWorker = { ready: new Promise(() => {}) }
globalThis.document = { querySelector: () => null, querySelectorAll: () => [], body: { dataset: {} } }
globalThis.addEventListener = () => {}
globalThis.fetch = async () => Promise.reject(new TypeError("no network"))

test("a worker that is still on its way after half a minute is asked again; where there can be none, nobody is", async () => {
  mock.timers.enable({ apis: ["setTimeout"] })
  const { prepare } = await import("../../pwa/js/phone/status.js")

  const asked = prepare("en")
  mock.timers.tick(30_000)

  assert.deepEqual(await asked, { unreached: true })
  delete navigator.serviceWorker
  const without = await import("../../pwa/js/phone/status.js?without")
  assert.deepEqual(await without.prepare("en"), { unreached: false })
  mock.timers.reset()
})
