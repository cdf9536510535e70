import assert from "node:assert/strict"
import { test } from "node:test"
import { alertsResult } from "../../pwa/js/ready/alerts.js"
import { cameraResult, offlineResult } from "../../pwa/js/ready/findings.js"
import { gaugeWords, sizeOf } from "../../pwa/js/ready/gauge.js"

test("works offline is proven by a self-test that opened everything, and by nothing else", () => {
  const found = { ready: true, pages: 42, as_of: "2026-11-23T14:02:00.000Z", missing: [] }

  assert.equal(offlineResult(found)[0], "proven")
  assert.match(offlineResult(found)[1], /^All 42 pages opened from this phone, as of /)
  assert.equal(offlineResult({ ...found, ready: false, missing: ["/today"] })[0], "not_proven")
  assert.equal(offlineResult({ ready: false, pages: 0, missing: [] })[0], "not_proven")
  // A private window in a browser that runs no worker there.
  for (const none of [undefined, null]) assert.equal(offlineResult(none)[0], "not_possible")
})

test("after the camera, the draft and the pages must be there", () => {
  assert.equal(cameraResult({ draft: true, pages: true, back: false })[0], "proven")
  assert.equal(cameraResult({ draft: true, pages: true, back: true })[0], "proven")
  assert.notEqual(cameraResult({ draft: true, pages: true, back: true })[1], cameraResult({ draft: true, pages: true, back: false })[1])
  for (const back of [true, false]) {
    assert.equal(cameraResult({ draft: false, pages: true, back })[0], "not_proven")
    assert.equal(cameraResult({ draft: true, pages: undefined, back })[0], "not_proven")
  }
})

test("alerts are proven by an answer on a phone that can still be called", () => {
  const well = { supported: true, permission: "granted", subscribed: true, answered_at: "2026-11-23T18:00:04.000Z" }

  assert.deepEqual(alertsResult(well), ["proven", "", well.answered_at])
  assert.equal(alertsResult({ supported: false })[0], "not_possible")
  for (const facts of [{ permission: "denied" }, { permission: "default" }, { subscribed: false }, { answered_at: null }])
    assert.equal(alertsResult({ ...well, ...facts })[0], "not_proven", JSON.stringify(facts))
})

test("the gauge says how much, and that little room is no promise", () => {
  assert.equal(sizeOf(3_100_000), "3.1 MB")
  assert.equal(sizeOf(1_234_000_000), "1.2 GB")
  assert.equal(sizeOf(0), "0 KB")
  assert.equal(gaugeWords({ usage: 3_100_000, quota: 1_200_000_000 }), "Porchlight uses 3.1 MB of 1.2 GB free")
  for (const small of [{ usage: 1e6, quota: 5e6 }, { usage: 1_190e6, quota: 1_200e6 }, { quota: 5e6 }])
    assert.match(gaugeWords(small), /not promised/)
  assert.doesNotMatch(gaugeWords({ usage: 0, quota: 51e6 }), /not promised/)
})
