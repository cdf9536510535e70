import assert from "node:assert/strict"
import { test } from "node:test"
import { isLate, mistakesIn } from "../../pwa/js/visits/form.js"
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
