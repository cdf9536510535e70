import assert from "node:assert/strict"
import { readFileSync } from "node:fs"
import { test } from "node:test"
import { claimsOf, factsOf, inHalves, pack, shortCode, unpack, yesDigits } from "../../pwa/js/visits/door_code.js"
import { sha256 } from "../../pwa/shared/wire.js"

// The server's half reads the same example in tests/phone/test_wire.py.
const { door: EXAMPLE } = JSON.parse(readFileSync(new URL("../phone/wire_v1.json", import.meta.url)))
const { v, token_sha256, ...said } = EXAMPLE.claims
const CODE = { ...said, token: EXAMPLE.token, summary: EXAMPLE.summary_text, signed: EXAMPLE.ticket }

test("the example of the wire is packed and read as it stands there", async () => {
  assert.equal(await pack(CODE), EXAMPLE.digits)
  const found = await unpack(EXAMPLE.digits)

  assert.equal(found.ticket, EXAMPLE.ticket)
  assert.equal(found.summary, EXAMPLE.summary_text)
  assert.deepEqual(await claimsOf(found), EXAMPLE.claims)
  assert.equal(found.token, EXAMPLE.token)
})

test("both phones make the same codes of it", async () => {
  const found = await unpack(EXAMPLE.digits)

  assert.equal(await shortCode(found), EXAMPLE.short_code)
  assert.equal(await yesDigits(found), EXAMPLE.yes_digits)
  assert.equal(await sha256(EXAMPLE.short_code), EXAMPLE.in_visit.code_sha256)
  assert.match(inHalves(EXAMPLE.short_code), /^[0-9A-Z]{5}-[0-9A-Z]{5}$/)
})

test("other words, or another token, make other codes", async () => {
  const found = await unpack(EXAMPLE.digits)
  const others = [
    { ...found, summary_sha256: await sha256(`${found.summary} more`) },
    { ...found, token: "A".repeat(43) },
  ]

  for (const other of others) {
    assert.notEqual(await shortCode(other), EXAMPLE.short_code)
    assert.notEqual(await yesDigits(other), EXAMPLE.yes_digits)
  }
})

test("a summary that is too long for a picture leaves its hash, and the ticket is the same", async () => {
  const summary = `${EXAMPLE.summary_text} ${"ñandú 山 ".repeat(400)}`
  const digits = await pack({ ...CODE, summary })
  const found = await unpack(digits)

  assert.ok(digits.length < 600, `${digits.length}`)
  assert.equal(found.summary, "")
  assert.equal(found.summary_sha256, await sha256(summary))
})

test("words in any script come through letter for letter", async () => {
  const summary = EXAMPLE.summary_text.replace(/note .*/, "note Ñandú\u2028山 😀 “so”")
  const found = await unpack(await pack({ ...CODE, summary }))

  assert.equal(found.summary, summary)
  assert.equal(factsOf(found.summary).note, "Ñandú\n山 😀 “so”")
})

test("what was changed on the way is another code, or none", async () => {
  for (const digits of ["", "12", "x".repeat(900), "9".repeat(900), EXAMPLE.digits.slice(1), `${EXAMPLE.digits}`.slice(0, 320)])
    await assert.rejects(unpack(digits))
  const turned = EXAMPLE.digits.replace(/.$/, (last) => String((Number(last) + 1) % 10))
  const found = await unpack(turned)
  assert.notEqual(found.ticket, EXAMPLE.ticket)
})

test("the page shows the facts of the summary and nothing that is not in it", () => {
  const summary = "porchlight-summary/1\nvisit 1\nfrom 2026-11-23T21:04Z\nto 2026-11-23T22:10Z\nzone America/Chicago\nplace home\ncame Rowan I.\nagreed A lamp\nagreed next steps\nnext -\nnote "

  assert.deepEqual(factsOf(summary), {
    visit: "1", from: "2026-11-23T21:04Z", to: "2026-11-23T22:10Z", zone: "America/Chicago", place: "home",
    came: "Rowan I.", agreed: ["A lamp", "next steps"], next: "", note: "",
  })
})
