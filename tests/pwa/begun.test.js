/** Two windows with one form: what was begun in the one is not thrown away by what is saved, or taken back, in the other. */
import assert from "node:assert/strict"
import { beforeEach, test } from "node:test"
import { rowsIn } from "./memory.js"
import { AEAD_AES_256_GCM, CipherSuite, KDF_HKDF_SHA256, KEM_DHKEM_P256_HKDF_SHA256 } from "../../pwa/vendor/hpke.js"

const { dropDraft, putDraft } = await import("../../pwa/shared/drafts.js")
const { saveOperations, undo } = await import("../../pwa/shared/outbox.js")
const { inOutbox } = await import("../../pwa/shared/store.js")
const { b64u, uuid7 } = await import("../../pwa/shared/wire.js")

const KEY = "/cases/1/visits/new"
const suite = new CipherSuite(KEM_DHKEM_P256_HKDF_SHA256, KDF_HKDF_SHA256, AEAD_AES_256_GCM)
const intake = await suite.GenerateKeyPair(true)
const drafts = () => rowsIn("porchlight-outbox", "drafts").filter(({ key }) => key === KEY).map(({ visit }) => visit)
const log = (id) => ({ op_id: id, kind: "visit.log", group: id, lane: "1", body: {}, copy: { key: KEY, visit_id: id, photos: [] } })
const begin = (visit_id, turn) => putDraft("rowan", { key: KEY, visit_id, fields: {} }, turn)

let ours, theirs
beforeEach(async () => {
  const { privateKey, publicKey } = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, false, ["sign", "verify"])
  const intake_key = { kid: "k", public: b64u(await suite.SerializePublicKey(intake.publicKey)) }
  const device = { person_id: "rowan", device_id: uuid7(), private_key: privateKey, public_key: publicKey, intake_key, receipt_key: {}, next_seq: 1 }
  await inOutbox("devices", "readwrite", (devices) => devices.put(device))
  await dropDraft("rowan", KEY, [])
  // Of two that are made in one millisecond either may be the greater.
  ;[ours, theirs] = [uuid7(), uuid7()].sort()
})

test("what is saved replaces its own draft", async () => {
  await begin(ours, 1)
  await saveOperations("rowan", [log(ours)], { dropDraft: KEY, of: ours })
  assert.deepEqual(drafts(), [])
})

test("a visit that was begun in another window stays when this one is saved or thrown away", async () => {
  await begin(ours, 1)
  await begin(theirs, 2)
  await saveOperations("rowan", [log(ours)], { dropDraft: KEY, of: ours })
  await dropDraft("rowan", KEY, [], ours)
  assert.deepEqual(drafts(), [theirs])
})

test("a visit that is begun while another one is being taken back is not written over", async () => {
  await saveOperations("rowan", [log(ours)], { dropDraft: KEY, of: ours })
  const [refused] = await Promise.all([undo("rowan", ours).catch((error) => error.name), begin(theirs, 1)])
  assert.equal(refused, "Unfinished")
  assert.deepEqual(drafts(), [theirs])
  const [item] = rowsIn("porchlight-outbox", "items").filter(({ op_id }) => op_id === ours)
  assert.equal(item.kind, "visit.log")
})
