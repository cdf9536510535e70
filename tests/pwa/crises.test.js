import assert from "node:assert/strict"
import { test } from "node:test"
import { stateOf } from "../../pwa/js/alerts/subscribe.js"
import { readable, sentence } from "../../pwa/js/crises/following.js"
import { accepted, pauseAfter } from "../../pwa/js/crises/help.js"
import { said } from "../../pwa/js/crises/timing.js"

const ID = "0193a1b2-0000-7000-8000-000000000001"
const YES = { id: ID, number: 1043, reaching: 2, status_url: `/crises/${ID}` }
const JSON_TYPE = "application/json"

test("sent is only our own JSON with the number of this very alert", () => {
  assert.equal(accepted(201, JSON_TYPE, YES, ID), YES)
  assert.equal(accepted(200, "application/json; charset=utf-8", YES, ID), YES)
  for (const [status, type, body] of [
    [200, "text/html", YES],
    [200, "application/jsonp", YES],
    [200, null, YES],
    [202, JSON_TYPE, YES],
    [204, JSON_TYPE, YES],
    [302, JSON_TYPE, YES],
    [403, "application/problem+json", YES],
    [500, JSON_TYPE, YES],
    [201, JSON_TYPE, null],
    [201, JSON_TYPE, {}],
    [201, JSON_TYPE, { ...YES, number: "1043" }],
    [201, JSON_TYPE, { ...YES, number: null }],
    [201, JSON_TYPE, { ...YES, reaching: undefined }],
    [201, JSON_TYPE, { ...YES, id: "0193a1b2-0000-7000-8000-000000000002" }],
  ]) {
    assert.equal(accepted(status, type, body, ID), null, JSON.stringify([status, type, body]))
  }
})

test("a new try begins five seconds after the last one began, and never at once", () => {
  assert.equal(pauseAfter(0), 5000)
  assert.equal(pauseAfter(1500), 3500)
  assert.equal(pauseAfter(5000), 1000)
  assert.equal(pauseAfter(9000), 1000)
})

test("the caller is told the furthest that the alert got", () => {
  const ring = [{ name: "Joss", phone: "+15550111" }]
  const raised = { state: "raised", taken_by: null, reached: [], overdue: false, outlook: "next", next_at: "2026-11-24T09:20:00.000Z", ring }
  const taken_by = { name: "Lee", at: "2026-11-24T09:04:00.000Z" }

  assert.equal(sentence(raised), "Waiting for an answer")
  assert.equal(sentence({ ...raised, reached: ["Lee", "Joss"] }), "Reached the phone of Lee, Joss")
  assert.equal(sentence({ ...raised, reached: ["Lee"], overdue: true }), "Nobody has taken it yet. Call Joss.")
  assert.equal(sentence({ ...raised, overdue: true, ring: [{ name: "", phone: "+15550100" }] }), "Nobody has taken it yet. Please call.")
  assert.match(sentence({ ...raised, reached: ["Lee"], overdue: true, outlook: "again" }), /Everyone was called\. At \d+:20 [ap]m we call everyone again/)
  assert.match(sentence({ ...raised, reached: ["Lee"], overdue: true, outlook: "nobody" }), /^Nobody is being called now\..* At \d+:20 [ap]m we call everyone again\.$/)
  assert.match(sentence({ ...raised, state: "taken", taken_by, overdue: false }), /^Lee has it, \d/)
  assert.equal(sentence({ ...raised, state: "resolved", taken_by }), "It is over.")
})

test("a number to ring is written as people read it", () => {
  assert.equal(readable("+15550111"), "555-0111")
  assert.equal(readable("+15555550111"), "(555) 555-0111")
  assert.equal(readable("+442079460000"), "+442079460000")
})

test("a phone is ready only when it has shown that it can be woken", () => {
  const well = { supported: true, permission: "granted", subscribed: true, proven_at: "2026-11-23T18:00:04.000Z" }
  const states = (facts) => stateOf({ ...well, ...facts })[0]

  assert.equal(states({}), "ready")
  assert.equal(states({ proven_at: null }), "unknown")
  for (const facts of [{ supported: false }, { permission: "denied" }, { permission: "default" }, { subscribed: false }]) {
    assert.equal(states(facts), "not")
  }
})

test("a clock says hours only when there are some, and never goes below nothing", () => {
  const cases = { 0: "0:00", 9: "0:09", 60: "1:00", 3599: "59:59", 3600: "1:00:00", 86_399: "23:59:59", 259_200: "72:00:00" }
  for (const [seconds, words] of Object.entries(cases)) assert.equal(said(Number(seconds)), words)
  assert.equal(said(-5), "0:00")
})
