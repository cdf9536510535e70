/** A phone that is erased: every word and every photo of what was unfinished is sealed for the server. */
import assert from "node:assert/strict"
import { test } from "node:test"
import { rowsIn } from "./memory.js"
import { AEAD_AES_256_GCM, CipherSuite, KDF_HKDF_SHA256, KEM_DHKEM_P256_HKDF_SHA256 } from "../../pwa/vendor/hpke.js"

const { keepPhoto, putDraft } = await import("../../pwa/shared/drafts.js")
const { saveOperations } = await import("../../pwa/shared/outbox.js")
const { leave } = await import("../../pwa/shared/device.js")
const { inOutbox, keep } = await import("../../pwa/shared/store.js")
const { b64u, infoOf, text, uuid7 } = await import("../../pwa/shared/wire.js")
const { rescue } = await import("../../pwa/js/phone/rescue.js")

const suite = new CipherSuite(KEM_DHKEM_P256_HKDF_SHA256, KDF_HKDF_SHA256, AEAD_AES_256_GCM)
const intake = await suite.GenerateKeyPair(true)
const [CASE, VISIT] = [uuid7(), uuid7()]
const FORM = `/cases/${CASE}/visits/new`
const picture = (n) => new Uint8Array([255, 216, n]).buffer

/** Rowan's phone as it was enrolled, with nothing on it. */
async function enrolled(person) {
  const { privateKey, publicKey } = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, false, ["sign", "verify"])
  const intake_key = { kid: "k", public: b64u(await suite.SerializePublicKey(intake.publicKey)) }
  const device = { person_id: person, device_id: uuid7(), private_key: privateKey, public_key: publicKey, intake_key, receipt_key: {}, next_seq: 1 }
  await inOutbox("devices", "readwrite", (devices) => devices.put(device))
}

/** What the server reads of a person's items: [kind, body]. */
async function sealed(person) {
  const items = rowsIn("porchlight-outbox", "items").filter((item) => item.person_id === person)
  const opened = items.sort((a, b) => a.seq - b.seq).map(async (item) => {
    const { bytes } = rowsIn("porchlight-outbox", "parts").find((row) => row.op_id === item.op_id && row.part === -1)
    const open = await suite.Open(intake.privateKey, new Uint8Array(bytes.slice(0, 65)), new Uint8Array(bytes.slice(65)), { info: infoOf(item) })
    return [item.kind, JSON.parse(text(open))]
  })
  return Promise.all(opened)
}

test("a photo that no draft names is sent with the family it was taken for, and one that waits is not sent twice", async () => {
  await enrolled("rowan")
  const fields = { observations: ["Warm kitchen"], "photo-a-purpose": ["safety"], code: ["4711"] }
  const draft = { key: FORM, visit_id: uuid7(), fields, photos: [{ id: "a", width: 4, height: 3, taken_at: "2026-11-23T18:00:00.000Z" }] }
  await putDraft("rowan", draft, 1)
  for (const [n, id] of ["a", "stray", "waits"].entries()) await keepPhoto("rowan", id, picture(n), FORM)
  const body = { media_id: uuid7(), visit_id: VISIT }
  await saveOperations("rowan", [{ op_id: body.media_id, kind: "visit.photo", group: VISIT, lane: CASE, body, picture: picture(2), kept: "photo/waits" }])

  assert.equal(await rescue("rowan"), 0)
  assert.equal(await rescue("rowan"), 0)

  const [, [, whole], [, first], [, around], [, stray], ...more] = await sealed("rowan")
  assert.deepEqual(more, [])
  assert.deepEqual([whole.case_id, whole.fields.observations, whole.fields.code], [CASE, ["Warm kitchen"], undefined])
  assert.deepEqual([first.visit_id, first.purpose], [draft.visit_id, "safety"])
  assert.deepEqual([around.case_id, around.fields, around.visit_id], [CASE, {}, stray.visit_id])
  assert.deepEqual([stray.size, stray.mime], [3, "image/jpeg"])
})

test("words that are too many for one item go in several, and none is missing", async () => {
  await enrolled("tamsin")
  const words = Array.from({ length: 60_000 }, (_, n) => `wörd${n}`).join(" ")
  const draft = { key: FORM, visit_id: uuid7(), fields: { came: ["Tamsin"], observations: [words], agreed: ["Stairs"] }, photos: [{ id: "b", taken_at: "2026-11-23T18:00:00.000Z" }] }
  await putDraft("tamsin", draft, 1)
  await keepPhoto("tamsin", "b", picture(1), FORM)

  assert.equal(await rescue("tamsin"), 0)

  const found = await sealed("tamsin")
  const said = (name) => found.flatMap(([, body]) => body.fields?.[name] ?? []).join("")
  assert.equal(said("observations"), words)
  assert.deepEqual([said("came"), said("agreed")], ["Tamsin", "Stairs"])
  assert.equal(found.at(-1)[0], "visit.photo")
})

test("a change of a visit names that visit, so that whoever may read it can", async () => {
  await enrolled("lee")
  await putDraft("lee", { key: `/visits/${VISIT}/amend`, visit_id: uuid7(), fields: { reason: ["I had it wrong."] } }, 1)

  await rescue("lee")

  const [[kind, body]] = await sealed("lee")
  assert.deepEqual([kind, body.visit_id, body.fields.reason], ["draft.rescued", VISIT, ["I had it wrong."]])
})

test("a photo that is all there is of an unfinished visit outlives the end of reading, and is sent", async () => {
  await enrolled("mara")
  await keep("current", { person_id: "mara" })
  await keepPhoto("mara", "alone", picture(7), FORM)

  await leave()
  await rescue("mara")

  assert.deepEqual((await sealed("mara")).map(([kind]) => kind), ["draft.rescued", "visit.photo"])
})

test("a photo that waits to be sent keeps no key: what is sealed needs none", async () => {
  await enrolled("priya")
  await keep("current", { person_id: "priya" })
  await keepPhoto("priya", "going", picture(8), FORM)
  const media_id = uuid7()
  await saveOperations("priya", [{ op_id: media_id, kind: "visit.photo", group: VISIT, lane: CASE, body: { media_id }, picture: picture(8), kept: "photo/going" }])

  await leave()

  assert.deepEqual(rowsIn("porchlight-pages", "wraps").filter(({ person_id }) => person_id === "priya"), [])
})
