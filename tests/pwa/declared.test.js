/** A push that the browser could show by itself: our worker reads what it needs from the notification that came instead of data. */
import assert from "node:assert/strict"
import { test } from "node:test"
import { precached } from "./precached.js"

const shown = []
const told = []
globalThis.self = { registration: { showNotification: async (title, look) => shown.push([title, look.tag]) } }
globalThis.fetch = async (url, how) => {
  told.push([url, JSON.parse(how.body), how.credentials])
  return { ok: true, json: async () => ({}) }
}
precached('export const PARCEL={}\nexport const TAGS={}\nexport const TAG=""\nexport const VERSION="2"')
const { pushed } = await import("../../pwa/sw/push.js")

const ALERT = "0199b1f0-aaaa-7bbb-8ccc-0123456789ab"
const said = { alert: ALERT, severity: "crisis", token: "t".repeat(43), lang: "en" }

test("a declared alert is shown under its own words and told to the server", async () => {
  await pushed({ data: null, notification: { title: "Crisis alert. Open to see.", data: said } })

  assert.deepEqual(shown.pop(), ["Crisis alert. Open to see.", ALERT])
  assert.deepEqual(told.pop(), ["/api/v1/deliveries/shown", { token: said.token }, "omit"])
})

test("an alert with data of its own is read as before", async () => {
  await pushed({ data: { json: () => ({ v: 1, ...said }) } })

  assert.deepEqual(shown.pop(), ["Crisis alert. Open to see.", ALERT])
  assert.equal(told.pop()[1].token, said.token)
})

test("what cannot be read is still shown, so that the browser does not end the subscription", async () => {
  await pushed({ data: null })

  assert.deepEqual(shown.pop(), ["New notice. Open to read.", "unknown"])
  assert.equal(told.length, 0)
})
