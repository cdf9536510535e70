import assert from "node:assert/strict"
import { test } from "node:test"
import { hasParts, nextItems, outcomeOf, waitBefore } from "../../pwa/shared/outcome.js"

const JSON_TYPE = "application/json"
const PROBLEM = "application/problem+json; charset=utf-8"
const accepted = { outcome: "accepted", receipt: "a.b.c" }

const CASES = [
  ["nobody answers", {}, "waiting", false],
  ["201 with a receipt", { status: 201, type: JSON_TYPE, body: accepted }, "accepted", true],
  ["200, a repeat", { status: 200, type: JSON_TYPE, body: accepted }, "accepted", true],
  ["201 without a receipt", { status: 201, type: JSON_TYPE, body: { outcome: "accepted" } }, "waiting", true],
  ["200 with HTML, a captive portal", { status: 200, type: "text/html", body: null }, "waiting", false],
  ["200 with HTML that says it is JSON", { status: 200, type: JSON_TYPE, body: null }, "waiting", false],
  ["accepted, but in HTML", { status: 200, type: "text/html", body: accepted }, "waiting", false],
  ["a redirect to a login page", { status: 200, type: JSON_TYPE, body: accepted, redirected: true }, "waiting", false],
  ["an opaque redirect", { status: 0, type: null, redirected: true }, "waiting", false],
  ["202, parts are missing", { status: 202, type: JSON_TYPE, body: { outcome: "waiting", upload: [] } }, "waiting", true],
  ["accepted under a wrong status", { status: 202, type: JSON_TYPE, body: accepted }, "waiting", true],
  ["409", { status: 409, type: PROBLEM, body: { outcome: "needs_fix", detail: "No." } }, "needs_fix", true],
  ["413", { status: 413, type: PROBLEM, body: { outcome: "needs_fix", detail: "No." } }, "needs_fix", true],
  ["422", { status: 422, type: PROBLEM, body: { outcome: "needs_fix", detail: "No." } }, "needs_fix", true],
  ["needs a fix under a wrong status", { status: 500, type: PROBLEM, body: { outcome: "needs_fix" } }, "waiting", true],
  ["422 of somebody else", { status: 422, type: PROBLEM, body: { detail: "No." } }, "waiting", true],
  ["401", { status: 401, type: PROBLEM, body: { detail: "Sign in." } }, "waiting", true],
  ["404", { status: 404, type: "text/html", body: null }, "waiting", false],
  ["503", { status: 503, type: PROBLEM, body: {} }, "waiting", true],
]

for (const [name, facts, outcome, reached] of CASES)
  test(`an answer is read for what it is: ${name}`, () => {
    const found = outcomeOf(facts)

    assert.equal(found.outcome, outcome)
    assert.equal(found.reached, reached)
  })

test("a reason for a fix is kept in the server's words", () => {
  const body = { outcome: "needs_fix", detail: "This case is not on your caseload.", type: "/problems/x", receipt: "r" }

  const found = outcomeOf({ status: 409, type: PROBLEM, body })

  assert.equal(found.why, "This case is not on your caseload.")
  assert.equal(found.receipt, "r")
})

test("the parts that are missing are handed on", () => {
  const upload = [{ part: 0, url: "/media/x", headers: {} }]

  const found = outcomeOf({ status: 202, type: JSON_TYPE, body: { outcome: "waiting", why: "parts", upload } })

  assert.deepEqual(found.upload, upload)
})

test("Retry-After is obeyed, up to an hour", () => {
  const asked = (retry_after) => outcomeOf({ status: 503, type: PROBLEM, body: {}, retry_after }).wait

  assert.equal(asked("17"), 17)
  assert.equal(asked("999999"), 3600)
  assert.equal(asked("soon"), 0)
})

test("a wait is at least a second and at most five minutes", () => {
  for (let attempt = 1; attempt < 50; attempt++) {
    assert.ok(waitBefore(attempt, 0, 0) >= 1000)
    assert.ok(waitBefore(attempt, 0, 1) <= 300_000)
  }
  assert.equal(waitBefore(40, 0, 1), 300_000)
})

test("a wait grows with the attempts and is spread over all of its span", () => {
  assert.ok(waitBefore(2, 0, 1) < waitBefore(5, 0, 1))
  assert.ok(waitBefore(8, 0, 0.1) < waitBefore(8, 0, 0.9))
})

test("a wait is never shorter than the server asked for", () => {
  assert.equal(waitBefore(1, 120, 0), 120_000)
})

const item = (seq, kind, more = {}) => ({ seq, kind, state: "waiting", attempts: 0, next_at: 0, lane: "a", ...more })
const order = (items) => {
  const left = [...items]
  const seqs = []
  for (let next; ([next] = nextItems(left, 1000)) && next; left.splice(left.indexOf(next), 1)) seqs.push(next.seq)
  return seqs
}

test("text goes before signatures, and signatures before photos", () => {
  const found = order([item(3, "visit.photo"), item(2, "visit.sign"), item(1, "visit.photo"), item(4, "visit.log")])

  assert.deepEqual(found, [4, 2, 1, 3])
})

test("what was taken back goes with the text", () => {
  assert.deepEqual(order([item(1, "visit.photo"), item(2, "withdrawn")]), [2, 1])
})

test("one bad item holds up neither its own case nor another", () => {
  const bad = item(1, "visit.log", { attempts: 5, next_at: 99_000 })

  const found = order([bad, item(2, "visit.log"), item(3, "visit.log", { lane: "b" })])

  assert.deepEqual(found, [2, 3])
})

test("what has failed stands behind what has not", () => {
  assert.deepEqual(order([item(1, "visit.log", { attempts: 1 }), item(2, "visit.log")]), [2, 1])
})

test("what needs a fix is not sent", () => {
  assert.deepEqual(nextItems([item(1, "visit.log", { state: "fix" })], 1000), [])
})

test("a long wait has no end after which an item is given up", () => {
  const old = item(1, "visit.log", { attempts: 100_000, saved_at: 0 })

  assert.deepEqual(nextItems([old], Date.now()), [old])
})

const together = (items, open = true) => nextItems(items, 1000, open).map(({ seq }) => seq)

test("four texts of different visits go at once, and what belongs to one visit goes one after another", () => {
  const texts = [1, 2, 3, 4, 5].map((seq) => item(seq, "visit.log", { group: `visit ${seq}` }))
  const change = item(6, "visit.amend", { group: "visit 1" })

  assert.deepEqual(together(texts), [1, 2, 3, 4])
  assert.deepEqual(together([texts[0], change]), [1])
  assert.deepEqual(together(texts, false), [1], "until one has been answered")
})

test("a visit that is saved anew after Undo waits until its first one is known to be taken back", () => {
  const back = item(1, "withdrawn", { group: "first", given: { visit: "second" } })

  assert.deepEqual(together([back, item(2, "visit.log", { group: "second" }), item(3, "visit.log", { group: "third" })]), [1, 3])
})

test("a pause that a clock ahead of its time has set ends when the clock is put right", () => {
  const one = item(1, "visit.log", { next_at: 1000 + 3_600_001 })

  assert.deepEqual(together([one]), [1])
  assert.deepEqual(together([{ ...one, next_at: 1000 + 3_600_000 }]), [])
})

test("no photo goes beside a text, and none beside the bytes of another", () => {
  const photo = (seq, more) => item(seq, "visit.photo", { group: "one", ...more })
  const parts = { upload: [{ part: 0 }], upload_until: 9_000 }

  assert.deepEqual(together([photo(1), item(2, "visit.log", { group: "two" })]), [2])
  assert.deepEqual(together([photo(1), photo(2, { group: "two" }), photo(3)]), [1, 2])
  assert.deepEqual(together([photo(1, parts), photo(2)]), [1])
  assert.deepEqual(together([photo(1), photo(2, { ...parts, group: "two" })]), [1])
  assert.equal(hasParts(photo(1, { ...parts, upload_until: 500 }), 1000), false)
})
