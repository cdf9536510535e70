import assert from "node:assert/strict"
import { test } from "node:test"
import { summaryText } from "../../pwa/shared/summary.js"

const VISIT = "0193a1b2-0000-7000-8000-000000000001"
const body = (summary = {}, more = {}) => ({
  visit_id: VISIT,
  started_at: "2026-11-23T21:04:59.900Z",
  ended_at: "2026-11-23T16:10:00-06:00",
  zone: "America/Chicago",
  place: "home",
  summary: { came: "Rowan I.", agreed: [], next_visit: null, note: "", ...summary },
  observations: "never shown",
  children: [{ private_note: "never shown" }],
  ...more,
})

test("the summary holds exactly its lines, in order, and nothing else", () => {
  const found = summaryText(body({ agreed: ["Dental visit", "Bring papers"], next_visit: "2026-12-14", note: "See you" }))

  assert.equal(
    found,
    [
      "porchlight-summary/1", `visit ${VISIT}`, "from 2026-11-23T21:04Z", "to 2026-11-23T22:10Z", "zone America/Chicago",
      "place home", "came Rowan I.", "agreed Dental visit", "agreed Bring papers", "next 2026-12-14", "note See you",
    ].join("\n"),
  )
})

test("an observation or a private note never gets into the summary", () => {
  assert.ok(!summaryText(body()).includes("never shown"))
})

test("without a next visit there is a dash, and an empty note keeps its line", () => {
  assert.ok(summaryText(body()).endsWith("\nnext -\nnote "))
})

test("a line break in who came or in what was agreed becomes a space; in the note it stays, as one sign", () => {
  const found = summaryText(body({ came: "Rowan\r\nIbarra", agreed: ["a\nb\u2028c"], note: "one\r\ntwo\n\nthree" }))

  assert.ok(found.includes("\ncame Rowan Ibarra\n"))
  assert.ok(found.includes("\nagreed a b c\n"))
  assert.ok(found.endsWith("\nnote one\u2028two\u2028\u2028three"))
})

test("the same words typed on different keyboards are the same text", () => {
  assert.equal(summaryText(body({ note: " Jose\u0301 " })), summaryText(body({ note: "José" })))
})

test("edges are cut as Python's strip cuts them, to the letter", () => {
  assert.ok(summaryText(body({ note: "\u0085\u001c\u00a0\u3000x\u2029" })).endsWith("\nnote x"))
  assert.ok(summaryText(body({ note: "\ufeffx" })).endsWith("\nnote \ufeffx"))
})
