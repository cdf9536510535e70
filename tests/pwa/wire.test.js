import assert from "node:assert/strict"
import { test } from "node:test"
import { b64u, checkReceipt, depositJws, infoOf, sha256, text, unb64u, utf8, uuid7 } from "../../pwa/shared/wire.js"

const OP = "0193a1b2-0000-7000-8000-000000000001"
const DEVICE = "0193a1b2-0000-7000-8000-0000000000d1"
const P256 = { name: "ECDSA", namedCurve: "P-256" }
const pair = () => crypto.subtle.generateKey(P256, true, ["sign", "verify"])
const item = { op_id: OP, device_id: DEVICE, kind: "visit.log", schema: 1, key: "kid12345678", sha256: "hash", seq: 7, captured_at: "2026-11-23T21:04:05.123Z" }

test("a UUIDv7 carries its time and sorts by it", () => {
  const early = uuid7(Date.UTC(2026, 10, 23, 21, 4, 5, 123))
  const late = uuid7(Date.UTC(2026, 10, 23, 21, 4, 5, 124))

  assert.match(early, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  assert.equal(parseInt(early.replaceAll("-", "").slice(0, 12), 16), Date.UTC(2026, 10, 23, 21, 4, 5, 123))
  assert.ok(early < late)
})

test("a thousand ids are a thousand", () => {
  assert.equal(new Set(Array.from({ length: 1000 }, () => uuid7(0))).size, 1000)
})

test("bytes survive b64u, which has no padding and no sign that an address would change", () => {
  for (let length = 0; length < 70; length++) {
    const bytes = crypto.getRandomValues(new Uint8Array(length))

    assert.match(b64u(bytes), /^[\w-]*$/)
    assert.deepEqual(unb64u(b64u(bytes)), bytes)
  }
})

test("sha256 is that of the empty text as everybody knows it", async () => {
  assert.equal(await sha256(""), "47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU")
})

test("a seal of an operation binds seven lines", () => {
  const lines = ["porchlight/1", "DHKEM-P256-HKDF-SHA256,HKDF-SHA256,AES-256-GCM", "kid12345678", OP, DEVICE, "visit.log", "1"]

  assert.equal(text(infoOf(item)), lines.join("\n"))
})

test("a seal of a part binds its picture, number and count too", () => {
  const part = { media_id: OP, part: 0, parts: 3, sha256: "whole" }

  const lines = text(infoOf({ ...item, kind: "visit.photo" }, part)).split("\n")

  assert.deepEqual(lines.slice(7), [OP, "0", "3", "whole"])
})

test("a deposit is signed over everything that the wire names, in a compact JWS", async () => {
  const { privateKey, publicKey } = await pair()

  const jws = await depositJws(item, { device_id: DEVICE, private_key: privateKey })

  const [head, payload, signature] = jws.split(".")
  assert.deepEqual(JSON.parse(text(unb64u(head))), { alg: "ES256", typ: "porchlight-deposit", kid: DEVICE })
  assert.deepEqual(JSON.parse(text(unb64u(payload))), {
    v: 1, op_id: OP, device_id: DEVICE, kind: "visit.log", schema: 1, seq: 7,
    captured_at: "2026-11-23T21:04:05.123Z", key: "kid12345678", sha256: "hash", path: "/api/v1/deposits",
  })
  const verified = await crypto.subtle.verify({ ...P256, hash: "SHA-256" }, publicKey, unb64u(signature), utf8(`${head}.${payload}`))
  assert.equal(verified, true)
})

const server = await pair()
const pinned = await crypto.subtle.exportKey("jwk", server.publicKey)
async function receipt(changes = {}, { head = {}, by = server.privateKey } = {}) {
  const payload = { v: 1, op_id: OP, device_id: DEVICE, seq: 7, sha256: "hash", received_at: "2026-11-23T22:00:00Z", record: `/visits/${OP}`, ...changes }
  const words = [{ alg: "ES256", typ: "porchlight-receipt", kid: "r", ...head }, payload].map((part) => b64u(utf8(JSON.stringify(part)))).join(".")
  return `${words}.${b64u(await crypto.subtle.sign({ ...P256, hash: "SHA-256" }, by, utf8(words)))}`
}

test("a true receipt is believed", async () => {
  const said = await checkReceipt(await receipt(), item, pinned)

  assert.equal(said.record, `/visits/${OP}`)
})

test("a receipt for a photo names the whole picture", async () => {
  const photo = { ...item, media_sha256: "picture" }

  assert.ok(await checkReceipt(await receipt({ media_sha256: "picture" }), photo, pinned))
  assert.equal(await checkReceipt(await receipt({ media_sha256: "other" }), photo, pinned), null)
  assert.equal(await checkReceipt(await receipt(), photo, pinned), null)
})

const stranger = await pair()
const LIES = {
  "another operation": [{ op_id: DEVICE }],
  "another device": [{ device_id: OP }],
  "other bytes": [{ sha256: "other" }],
  "another version": [{ v: 2 }],
  "another's key": [{}, { by: stranger.privateKey }],
  "no algorithm": [{}, { head: { alg: "none" } }],
  "a deposit's type": [{}, { head: { typ: "porchlight-deposit" } }],
}
for (const [name, lie] of Object.entries(LIES))
  test(`a receipt that lies is not believed: ${name}`, async () => {
    assert.equal(await checkReceipt(await receipt(...lie), item, pinned), null)
  })

test("a receipt with one letter changed, cut or lengthened is not believed", async () => {
  const jws = await receipt()
  const at = jws.indexOf(".") + 20
  const changed = jws.slice(0, at) + (jws[at] === "A" ? "B" : "A") + jws.slice(at + 1)

  for (const bad of [changed, jws.slice(0, -4), `${jws}.x`, "", "a.b.c", "<html>"]) assert.equal(await checkReceipt(bad, item, pinned), null)
})
