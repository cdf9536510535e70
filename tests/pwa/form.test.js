import assert from "node:assert/strict"
import { test } from "node:test"
import { isLate, mistakesIn, pin, visitBody } from "../../pwa/js/visits/form.js"
import { signOperation, signerIn } from "../../pwa/js/visits/signature.js"

const PHOTO = "photo-0193a1b2-0000-7000-8000-000000000001-consent_by"
const DAY = 86_400_000
const MONDAY = Date.parse("2026-11-23T18:00:00Z")
const visit = (more = {}) => ({
  kind: ["caseworker_visit"], place: ["home"], started_at: ["2026-11-23T16:00:00Z"], ended_at: ["2026-11-23T17:00:00Z"], ...more,
})
const wrong = (fields, more) => mistakesIn(fields, { lateDays: 3, now: MONDAY, ...more }).map(([name]) => name)

test("a photo that nobody agreed to is not saved, for the server would refuse it and the phone would let it go", () => {
  assert.deepEqual(wrong(visit({ [PHOTO]: [" "] })), [PHOTO])
  assert.deepEqual(wrong(visit({ [PHOTO]: ["Odessa"] })), [])
})

test("on a phone two years behind, the true day can be written and the phone's own day asks why it is late", () => {
  const now = MONDAY - 730 * DAY
  const byPhone = { started_at: ["2024-11-23T16:00:00Z"], ended_at: ["2024-11-23T17:00:00Z"] }

  assert.deepEqual(wrong(visit(), { now, ahead: -730 * DAY }), [])
  assert.deepEqual(wrong(visit(byPhone), { now, ahead: -730 * DAY }), ["late_reason"])
  assert.equal(isLate(visit(byPhone), 3, now), false)
})

test("whoever signed stays the signer, whatever is written into the form afterwards", () => {
  const signature = { ...signerIn({ signer: ["Odessa Vance"], signer_relation: ["Mother"], how_known: ["known"] }), method: "typed" }

  const { body } = signOperation({ signer: [""], how_known: ["id"] }, signature, "visit", "case")

  assert.deepEqual(body.signer, { name: "Odessa Vance", relation: "Mother" })
  assert.equal(body.how_known, "known")
})

test("a child's name in full is said before somebody signs it", () => {
  const names = ["Ansel Vance-Moreau", "Bo Lee"]
  const agreed = (words) => wrong(visit({ agreed: [words] }), { names })

  assert.deepEqual(agreed("Dentist for ANSEL  Vance-Moreau, soon"), ["agreed"])
  assert.deepEqual(agreed("Bo Leeman and Ansel come along"), [])
  assert.deepEqual(wrong(visit({ note: ["Bo\nLee"] }), { names }), ["note"])
})

test("a next visit in the year 20266 is said before it is saved", () => {
  assert.deepEqual(wrong(visit({ next_visit: ["20266-12-01"] })), ["next_visit"])
  assert.deepEqual(wrong(visit({ next_visit: ["2026-12-01"] })), [])
})

/** Runs work as on a phone in this zone. */
function inZone(zone, work) {
  const before = process.env.TZ
  process.env.TZ = zone
  try {
    return work()
  } finally {
    if (before === undefined) delete process.env.TZ
    else process.env.TZ = before
  }
}

test("a time that was typed in one zone stays that moment when the phone is carried into another", () => {
  const fields = visit({ started_at: ["2026-11-23T16:00"], ended_at: ["2026-11-23T17:00"] })
  const pins = inZone("America/Chicago", () => pin(fields))

  const body = inZone("America/New_York", () => visitBody({ ...fields, pins: pin(fields, pins) }, {}))

  assert.equal(body.started_at, "2026-11-23T22:00:00.000Z")
  assert.equal(body.zone, "America/Chicago")
})

test("a time that is typed anew is read on the clock of where it is typed", () => {
  const typed = (hour) => visit({ started_at: [`2026-11-23T${hour}:00`] })
  const pins = inZone("America/Chicago", () => pin(typed(16)))

  const body = inZone("America/New_York", () => visitBody({ ...typed(18), pins: pin(typed(18), pins) }, {}))

  assert.equal(body.started_at, "2026-11-23T23:00:00.000Z")
  assert.equal(body.zone, "America/New_York")
})

test("the second half past one of an autumn night is kept as the second when it was now", () => {
  const fields = visit({ started_at: ["2026-11-01T01:30"] })
  const second = new Date("2026-11-01T07:30:00Z")

  const pins = inZone("America/Chicago", () => pin(fields, {}, { started_at: second }))

  assert.equal(inZone("America/Chicago", () => pin(fields, pins)).started_at.at, second.toISOString())
})

test("a time that is taken out again is no moment", () => {
  const pins = pin(visit())

  assert.deepEqual(Object.keys(pin(visit({ ended_at: [""] }), pins)), ["started_at"])
})
