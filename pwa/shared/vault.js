/** What may be read on this phone lies encrypted; here are its keys. */
import { text, utf8 } from "./wire.js"
import { inPages, rowsOf } from "./store.js"

const AES = "AES-GCM"
const opened = new Map()
// Whoever signs out in one tab has signed out in all of them, and in the worker.
const channel = new BroadcastChannel("porchlight-vault")
channel.onmessage = () => opened.clear()

/** A wrap is one way to open a key. kind "device": a key of this browser profile that never leaves it;
 * a fingerprint ("prf") or the server ("share") become further rows beside it. */
async function makeKey(person_id, purpose) {
  const kek = await crypto.subtle.generateKey({ name: AES, length: 256 }, false, ["wrapKey", "unwrapKey"])
  const dek = await crypto.subtle.generateKey({ name: AES, length: 256 }, true, ["encrypt", "decrypt"])
  const iv = crypto.getRandomValues(new Uint8Array(12))
  const wrapped = await crypto.subtle.wrapKey("raw", dek, kek, { name: AES, iv })
  const row = { person_id, purpose, kind: "device", epoch: Date.now(), kek, iv, wrapped }
  await inPages("wraps", "readwrite", (wraps) => wraps.put(row))
  return row
}

const unwrap = (person, purpose) =>
  navigator.locks.request("porchlight-vault", async () => {
    const id = [person, purpose, "device"]
    const row = (await inPages("wraps", "readonly", (wraps) => wraps.get(id))) ?? (await makeKey(person, purpose))
    const use = ["encrypt", "decrypt"]
    const key = await crypto.subtle.unwrapKey("raw", row.wrapped, row.kek, { name: AES, iv: row.iv }, AES, false, use)
    return { key, epoch: row.epoch }
  })

/** purpose: "pages" for what the server sent, "work" for drafts and what waits in the outbox. */
export function keyOf(person, purpose) {
  const name = `${purpose} ${person}`
  if (!opened.has(name)) {
    const key = unwrap(person, purpose)
    opened.set(name, key)
    key.catch(() => opened.delete(name))
  }
  return opened.get(name)
}

const cipher = (person, url, etag, epoch, iv) => ({
  name: AES,
  iv,
  additionalData: utf8([person, url, etag, epoch].join("\n")),
})

/** Bytes or an object that turns into JSON -> {epoch, iv, data}; url and etag bind it to its place. */
export async function encrypt(person, purpose, url, etag, what) {
  const { key, epoch } = await keyOf(person, purpose)
  const iv = crypto.getRandomValues(new Uint8Array(12))
  const bytes = what instanceof ArrayBuffer ? what : utf8(JSON.stringify(what))
  return { epoch, iv, data: await crypto.subtle.encrypt(cipher(person, url, etag, epoch, iv), key, bytes) }
}

/** ArrayBuffer; throws when the key is gone or the row was not made for this place. */
export async function decrypt(person, purpose, url, etag, { epoch, iv, data }) {
  const { key } = await keyOf(person, purpose)
  return crypto.subtle.decrypt(cipher(person, url, etag, epoch, iv), key, data)
}
export const decryptJson = async (...place) => JSON.parse(text(await decrypt(...place)))

/** Erases a person's pages and the keys for these purposes; what lay under them is noise from then on. */
export async function forget(person, purposes = ["pages"]) {
  await inPages(["wraps", "pages", "settings"], "readwrite", (wraps, pages, settings) => {
    for (const purpose of purposes) wraps.delete(rowsOf(person, purpose))
    pages.delete(rowsOf(person))
    settings.delete(`pack ${person}`)
  })
  opened.clear()
  channel.postMessage("forget")
}
