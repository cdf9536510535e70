/** The text that is signed and confirmed, made by one rule on both sides (docs/wire.md). */
// What Python's str.splitlines() and str.strip() call a line break and an edge: both sides must agree to the letter.
const BREAK = /\r\n|[\n\v\f\r\x1c-\x1e\x85\u2028\u2029]/g
const EDGE = /^(?:(?!\ufeff)[\s\x1c-\x1f\x85])+|(?:(?!\ufeff)[\s\x1c-\x1f\x85])+$/g
const clean = (words) => (words ?? "").normalize("NFC").replace(EDGE, "")
const oneLine = (words) => clean(words).replace(BREAK, " ")
const toMinute = (time) => new Date(time).toISOString().slice(0, 16) + "Z"

/** body: that of visit.log, schema 1. */
export function summaryText(body) {
  const { came, agreed = [], next_visit, note } = body.summary
  return [
    "porchlight-summary/1",
    `visit ${body.visit_id}`,
    `from ${toMinute(body.started_at)}`,
    `to ${toMinute(body.ended_at)}`,
    `zone ${clean(body.zone)}`,
    `place ${clean(body.place)}`,
    `came ${oneLine(came)}`,
    ...agreed.map((item) => `agreed ${oneLine(item)}`),
    `next ${next_visit || "-"}`,
    `note ${clean(note).replace(BREAK, "\u2028")}`,
  ].join("\n")
}
