import assert from "node:assert/strict"
import { test } from "node:test"
import { atWall, changesOf } from "../../pwa/js/visits/changes.js"

const GIDEON = "0193a1b2-0000-7000-8000-000000000001"
const HESTER = "0193a1b2-0000-7000-8000-000000000002"
const CHICAGO = "America/Chicago"
const EXACT = { started_at: "2026-11-23T16:50:37.120Z", ended_at: "2026-11-23T17:50:00.000Z" }
const BEFORE = {
  kind: ["caseworker_visit"], started_at: ["2026-11-23T10:50"], ended_at: ["2026-11-23T11:50"], place: ["home"], in_residence: ["yes"],
  persons: ["a", "b"], observations: ["The kitchen was warm."], topics: ["health"], came: ["Rowan I."], agreed: ["Dentist\nBus"], next_visit: [""], note: ["Thank you."],
  [`child-${GIDEON}-seen`]: ["yes"], [`child-${GIDEON}-alone`]: ["yes"], [`child-${GIDEON}-private_note`]: ["A note"],
}
const changes = (more) => changesOf(BEFORE, { ...BEFORE, ...more }, { exact: EXACT, zone: CHICAGO })

test("what was not touched is not sent", () => {
  assert.deepEqual(changes({}), {})
  assert.deepEqual(changes({ observations: [" The kitchen was warm. "], persons: ["b", "a"], reason: ["Why"] }), {})
})

test("only what differs is sent, each child's own words under that child", () => {
  assert.deepEqual(changes({ note: ["Thank you all."], next_visit: ["2026-12-14"], [`child-${GIDEON}-private_note`]: [""] }), {
    note: "Thank you all.",
    next_visit: "2026-12-14",
    children: [{ person_id: GIDEON, private_note: "" }],
  })
})

test("a child who was forgotten is added, and one who was not there stays out of it", () => {
  const seen = { [`child-${HESTER}-seen`]: ["no"], [`child-${HESTER}-not_seen_reason`]: ["At school"], [`child-${HESTER}-alone`]: ["yes"] }
  const how_seen = { seen: false, alone: "", alone_reason: "", not_seen_reason: "At school" }
  assert.deepEqual(changes(seen), { children: [{ person_id: HESTER, how_seen }] })
  assert.deepEqual(changes({ [`child-${HESTER}-private_note`]: [""] }), {})
})

test("of the two times the one that was not touched stays exact, the other is read by the visit's own clock", () => {
  assert.deepEqual(changes({ ended_at: ["2026-11-23T12:05"] }), { when: { started_at: EXACT.started_at, ended_at: "2026-11-23T18:05:00.000Z" } })
  assert.equal(atWall("2026-07-01T08:00", "America/Los_Angeles"), "2026-07-01T15:00:00.000Z")
  assert.equal(atWall("2026-03-08T03:30", CHICAGO), "2026-03-08T08:30:00.000Z")
  assert.equal(atWall("", CHICAGO), "")
})

test("a time that a waiting change of one's own has moved is not taken for the first one", () => {
  const stood = { ...BEFORE, started_at: ["2026-11-23T10:40"] }
  const now = { ...stood, ended_at: ["2026-11-23T12:00"] }
  const when = { started_at: "2026-11-23T16:40:00.000Z", ended_at: "2026-11-23T18:00:00.000Z" }
  assert.deepEqual(changesOf(stood, now, { shown: BEFORE, exact: EXACT, zone: CHICAGO }), { when })
})
