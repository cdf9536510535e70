/** The outbox: what a person has saved, sealed to the server's key and signed by this device, until it has arrived. */
import { deviceOf } from "./device.js"
import { seal } from "./seal.js"
import { announce, got, inOutbox, rowsOf } from "./store.js"
import { decryptJson, encrypt } from "./vault.js"
import { depositJws, infoOf, MAX_SEALED, PART, sha256, unb64u, utf8, uuid7 } from "./wire.js"

async function sealPicture(item, recipient, picture) {
  const parts = Math.ceil(picture.byteLength / PART)
  const whole = { media_id: item.op_id, parts, sha256: await sha256(picture) }
  const pieces = []
  for (let part = 0; part < parts; part++) {
    const piece = new Uint8Array(picture.slice(part * PART, (part + 1) * PART))
    const bytes = await seal(recipient, infoOf(item, { ...whole, part }), piece)
    pieces.push({ op_id: item.op_id, part, bytes, said: { length: bytes.byteLength, sha256: await sha256(bytes) } })
  }
  return { pieces, sha256: whole.sha256 }
}

/** operation: {op_id, kind, body, group, lane, picture?: ArrayBuffer, kept?: key of the draft's row with that picture,
 * copy?: what the person may read and correct}. */
async function sealOperation(device, operation, seq, captured_at) {
  const { op_id, kind, group, lane, picture, kept } = operation
  const { person_id, device_id, intake_key, receipt_key } = device
  const item = { op_id, device_id, person_id, kind, schema: 1, seq, captured_at, key: intake_key.kid, receipt_key, group, lane, kept }
  const recipient = unb64u(intake_key.public)
  let { body } = operation
  let pieces = []
  if (picture) {
    const { sha256: whole, ...sealed } = await sealPicture(item, recipient, picture)
    pieces = sealed.pieces
    item.media_sha256 = whole
    item.parts = pieces.length
    body = { ...body, size: picture.byteLength, sha256: whole, parts: pieces.map(({ said }) => said) }
  }
  const bytes = await seal(recipient, infoOf(item), utf8(JSON.stringify(body)))
  if (bytes.byteLength > MAX_SEALED) throw new RangeError("too long")
  item.sha256 = await sha256(bytes)
  item.jws = await depositJws(item, device)
  item.size = bytes.byteLength + (picture?.byteLength ?? 0)
  item.copy = await encrypt(person_id, "work", `outbox/${op_id}`, kind, operation.copy ?? body)
  Object.assign(item, { state: "waiting", attempts: 0, next_at: 0, saved_at: Date.now() })
  return { item, rows: [{ op_id, part: -1, bytes }, ...pieces.map(({ said, ...row }) => row)] }
}

const named = (name) => Object.assign(new Error(name), { name })

/** Whether an operation of this id lies here or has left from here. */
export const isSaved = (op_id) =>
  inOutbox(["items", "receipts"], "readonly", async (items, receipts) =>
    Boolean((await got(items.getKey(op_id))) ?? (await got(receipts.getKey(op_id)))),
  )

const counting = (person, work) => navigator.locks.request(`porchlight-count ${person}`, work)

/** Saves operations together: all of them are durable when this answers, or none is. dropDraft: key of a draft that they
 * replace; of: of this visit alone, for another window may have begun another one under the same key.
 * Throws "not enrolled", a RangeError when one is too long, QuotaExceededError when the phone is full, or AlreadySaved:
 * another tab had the same draft open, and what it saved is never written over. */
export const saveOperations = (person, operations, { dropDraft, of } = {}) =>
  counting(person, async () => {
    const device = await deviceOf(person)
    if (!device) throw new Error("not enrolled")
    for (const { op_id } of operations) if (await isSaved(op_id)) throw named("AlreadySaved")
    const captured_at = new Date().toISOString()
    const made = []
    for (const operation of operations)
      made.push(await sealOperation(device, operation, device.next_seq + made.length, captured_at))
    await inOutbox(["items", "parts", "devices", "drafts"], "readwrite", async (items, parts, devices, drafts) => {
      devices.put({ ...device, next_seq: device.next_seq + made.length })
      for (const { item, rows } of made) {
        items.put(item)
        for (const row of rows) parts.put(row)
      }
      if (dropDraft && (!of || ((await got(drafts.get([person, dropDraft])))?.visit ?? of) === of)) drafts.delete([person, dropDraft])
    })
    announce({ saved: true })
    return made.map(({ item }) => item)
  })

/** This person's items that have not arrived, oldest first; no bytes. */
export async function listItems(person) {
  const items = await inOutbox("items", "readonly", (store) => store.getAll())
  return items.filter((item) => item.person_id === person).sort((a, b) => a.seq - b.seq)
}

/** What an item holds, for its own person's eyes. */
export const readItem = ({ person_id, op_id, kind, copy }) => decryptJson(person_id, "work", `outbox/${op_id}`, kind, copy)

const FLUSH = "porchlight-flush"

/** Takes back a whole group while its first item is still here, or one other item of it: each number is kept by a
 * sealed "withdrawn". Answers with the copy that was saved (the draft), or undefined when it has been sent already.
 * Throws Unfinished where the draft would be put in place of another that was begun since. */
export const undo = (person, group, op_id = group) =>
  navigator.locks.request(FLUSH, () =>
    counting(person, async () => {
      const device = await deviceOf(person)
      const meant = (item) => (op_id === group ? item.group === group : item.op_id === op_id) && item.kind !== "withdrawn"
      const items = (await listItems(person)).filter(meant)
      const first = items.find((item) => item.op_id === op_id)
      if (!device || first?.device_id !== device.device_id) return undefined
      // Its number is spent: what is written from here on is another visit.
      const draft = { ...(await readItem(first)), visit_id: uuid7() }
      const made = []
      for (const { op_id: id, lane, seq, captured_at, sha256: before, kept: photo } of items) {
        const body = { op_id: id, withdrawn_at: new Date().toISOString() }
        // With its visit, a photo goes back into the draft; taken back alone, it goes.
        const kept = op_id === group ? undefined : photo
        const one = await sealOperation(device, { op_id: id, kind: "withdrawn", body, group, lane, kept }, seq, captured_at)
        // Should it have arrived already, what is given back here would make a second visit.
        const given = id === group && draft.key ? { key: draft.key, visit: draft.visit_id, photos: (draft.photos ?? []).map((photo) => photo.id) } : undefined
        made.push({ ...one, item: { ...one.item, before, given } })
      }
      const kept = draft.key && { person_id: person, key: draft.key, at: Date.now(), visit: draft.visit_id }
      if (kept) Object.assign(kept, await encrypt(person, "work", draft.key, "draft", draft))
      await inOutbox(["items", "parts", "drafts"], "readwrite", async (store, parts, drafts) => {
        if (kept && (await got(drafts.getKey([person, draft.key])))) throw named("Unfinished")
        for (const { item, rows } of made) {
          parts.delete(rowsOf(item.op_id))
          store.put(item)
          parts.put(rows[0])
        }
        if (kept) drafts.put(kept)
      })
      announce({ saved: true })
      return draft
    }),
  )

/** Puts an item that needs a fix, or that waits long, in front again. */
export const retry = (op_id) =>
  inOutbox("items", "readwrite", async (items) => {
    const item = await got(items.get(op_id))
    if (item) items.put({ ...item, state: "waiting", attempts: 0, next_at: 0 })
  })
