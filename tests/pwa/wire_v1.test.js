import assert from "node:assert/strict"
import { readFileSync } from "node:fs"
import { mock, test } from "node:test"
import { seal } from "../../pwa/shared/seal.js"
import { summaryText } from "../../pwa/shared/summary.js"
import { b64u, checkReceipt, depositJws, infoOf, sha256, text, unb64u, utf8 } from "../../pwa/shared/wire.js"

// The server's half reads the same examples in tests/phone/test_wire.py.
const V1 = JSON.parse(readFileSync(new URL("../phone/wire_v1.json", import.meta.url)))
const itemOf = ({ claims, receipt }) => ({ ...claims, media_sha256: receipt.payload.media_sha256 })
const bodyOf = (kind) => JSON.parse(V1.items.find((item) => item.kind === kind).plain)

const KEYS = { name: "ECDH", namedCurve: "P-256" }
const { d, ...open } = V1.ephemeral
const ephemeral = {
  privateKey: await crypto.subtle.importKey("jwk", V1.ephemeral, KEYS, true, ["deriveBits"]),
  publicKey: await crypto.subtle.importKey("jwk", open, KEYS, true, []),
}
// The library asks for a fresh key pair; the example's makes its bytes repeatable.
mock.method(crypto.subtle, "generateKey", async () => ephemeral)
const sealed = async (info, plain) => b64u(await seal(unb64u(V1.intake_key.public), info, plain))

for (const item of V1.items) {
  test(`${item.kind}: a seal binds the lines of the example and gives its bytes`, async () => {
    const info = infoOf(item.claims)

    assert.equal(text(info), item.info)
    assert.equal(await sealed(info, utf8(item.plain)), item.sealed)
    assert.equal(await sha256(unb64u(item.sealed)), item.claims.sha256)
  })

  test(`${item.kind}: a device signs the claims of the example`, async () => {
    const usage = { name: "ECDSA", namedCurve: "P-256" }
    const private_key = await crypto.subtle.importKey("jwk", V1.device.private, usage, false, ["sign"])

    const jws = await depositJws(item.claims, { device_id: V1.device.device_id, private_key })

    const [head, payload] = jws.split(".").map((part) => text(unb64u(part)))
    assert.deepEqual(JSON.parse(head), { alg: "ES256", typ: "porchlight-deposit", kid: V1.device.device_id })
    assert.deepEqual(JSON.parse(payload), item.claims)
  })

  test(`${item.kind}: the receipt of the example is believed, and for nothing else`, async () => {
    const mine = itemOf(item)

    assert.deepEqual(await checkReceipt(item.receipt.jws, mine, V1.receipt_key), item.receipt.payload)
    for (const name of ["op_id", "device_id", "sha256"])
      assert.equal(await checkReceipt(item.receipt.jws, { ...mine, [name]: "other" }, V1.receipt_key), null)
  })
}

test("the parts of a picture are bound to their place", async () => {
  for (const part of V1.parts) {
    const info = infoOf({ ...part, key: V1.intake_key.kid }, part)

    assert.equal(text(info), part.info)
    assert.equal(await sealed(info, unb64u(part.plain)), part.sealed)
  }
})

test("the summary that is signed is made from the visit's body", async () => {
  const signed = bodyOf("visit.sign")

  assert.equal(summaryText(bodyOf("visit.log")), signed.summary_text)
  assert.equal(await sha256(signed.summary_text), signed.summary_sha256)
})
