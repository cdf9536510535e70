import assert from "node:assert/strict"
import { test } from "node:test"
import { voidWords, whenWords } from "../../pwa/js/visits/check.js"
import { dayFrom, endsNow, isLate, mistakesIn, pin, visitBody } from "../../pwa/js/visits/form.js"
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

test("of a visit that began a short while ago today, and of no other, the end may be taken to be now", () => {
  const now = new Date("2026-11-23T16:30")
  const open = (began) => endsNow({ started_at: [began], ended_at: [""] }, now)

  assert.equal(open("2026-11-23T16:30"), true)
  assert.equal(open("2026-11-23T12:30"), true)
  assert.equal(open("2026-11-23T12:29"), false)
  assert.equal(open("2026-11-22T23:30"), false)
  assert.equal(open("2026-11-23T17:00"), false)
  assert.equal(open(""), false)
  assert.equal(endsNow({ started_at: ["2026-11-23T16:00"], ended_at: ["2026-11-23T16:10"] }, now), false)
  assert.equal(endsNow({ started_at: ["2026-11-22T23:50"] }, new Date("2026-11-23T00:20")), false)
})

test("tomorrow is the next day of the calendar, also when the night has 23 or 25 hours", () => {
  const tomorrow = (at, days) => inZone("America/Chicago", () => dayFrom(days, new Date(at)))

  assert.equal(tomorrow("2026-03-07T23:30:00-06:00", 1), "2026-03-08")
  assert.equal(tomorrow("2026-11-01T00:15:00-05:00", 1), "2026-11-02")
  assert.equal(tomorrow("2026-10-31T00:15:00-05:00", 7), "2026-11-07")
})

test("in the hour that comes twice, an end that reads before the beginning is meant the second time", () => {
  const ended = (started_at, ended_at) =>
    inZone("America/Chicago", () => pin({ started_at: [started_at], ended_at: [ended_at] }).ended_at.at)

  assert.equal(ended("2026-11-01T01:30", "2026-11-01T01:10"), "2026-11-01T07:10:00.000Z")
  assert.equal(ended("2026-11-01T01:10", "2026-11-01T01:30"), "2026-11-01T06:30:00.000Z")
  assert.equal(ended("2026-11-01T03:30", "2026-11-01T01:10"), "2026-11-01T06:10:00.000Z")
  assert.equal(ended("2026-11-02T01:30", "2026-11-02T01:10"), "2026-11-02T07:10:00.000Z")
})

test("the read-back says the day, the hours of the place and how long it was", () => {
  const read = (started_at, ended_at) => whenWords({ started_at, ended_at, zone: "America/Chicago" }).replaceAll(/[\u2009\u202f]/g, " ").replace(" at ", ", ")

  assert.equal(read("2026-11-23T22:10:00Z", "2026-11-23T23:20:00Z"), "Monday, November 23, 2026, 4:10 – 5:20 pm (1 h 10 min)")
  assert.equal(read("2026-11-23T22:10:00Z", "2026-11-23T22:40:00Z"), "Monday, November 23, 2026, 4:10 – 4:40 pm (30 min)")
  assert.match(read("2026-11-22T15:00:00Z", "2026-11-23T10:00:00Z"), /Sunday, .* Monday, .*\(19 h 0 min\)$/)
})

test("a signature that does not count any more says what was changed", () => {
  const signed = ["porchlight-summary/1", "visit a", "from 1", "to 2", "zone Z", "place home", "came R", "agreed x", "next -", "note "]
  const now = (...changes) => voidWords(signed.join("\n"), signed.map((line) => changes.find((c) => c.split(" ")[0] === line.split(" ")[0]) ?? line).join("\n"))

  assert.equal(now("from 0", "to 3", "agreed y"), "The signature no longer counts, because this changed: the time and what was agreed.")
  assert.equal(now("note Hello"), "The signature no longer counts, because this changed: the note for the family.")
  assert.equal(now("visit b", "agreed y"), "The signature no longer counts, because this became a new visit after it was signed.")
})
