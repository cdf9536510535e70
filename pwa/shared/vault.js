/** What may be read on this phone lies encrypted; here are its keys. */
import { text, utf8 } from "./wire.js"
import { inKeys, inPages, isHere, rowsOf } from "./store.js"

const AES = "AES-GCM"
const opened = new Map()
const roots = new Map()
let others = async (person) => (await import("../js/lock/asking.js")).ask(person)
/** How a root that is not here is got: the worker asks the pages; a page asks the worker. */
export const askBy = (how) => (others = how)

// Whoever signs out or locks in one tab has done so in all of them, and in the worker. "keys": they have become others.
const channel = new BroadcastChannel("porchlight-vault")
const shut = ({ data }) => (opened.clear(), data === "keys" || roots.clear())
channel.onmessage = shut

/** The rows of a person's keys. purpose "pages" and "work": a key, wrapped by a key of this browser profile (kind "device")
 * or by the person's root (kind "root"). purpose "root": the root, wrapped by what is not on this phone: a face or a
 * finger ("prf"), the server ("share"); docs/decisions/0007-the-vault.md. */
export const wrapsOf = (person, purpose) => inPages("wraps", "readonly", (wraps) => wraps.getAll(rowsOf(person, purpose)))

export const hold = (person, root) => roots.set(person, root)
export const held = (person) => roots.get(person)

/** The key that opens this person's other keys. Throws Locked where nobody has it. */
export async function rootOf(person) {
  if (!held(person)) {
    const found = await others(person)
    if (!found) throw Object.assign(new Error(person), { name: "Locked" })
    hold(person, found)
  }
  return held(person)
}

/** The row of a new key under this root, or without one under a key of this browser profile that never leaves it. It is not put yet. */
export async function makeKey(person_id, purpose, root) {
  const kek = root ?? (await crypto.subtle.generateKey({ name: AES, length: 256 }, false, ["wrapKey", "unwrapKey"]))
  if (!root) await inKeys(person_id, "readwrite", (keys) => keys.put(kek, purpose))
  const dek = await crypto.subtle.generateKey({ name: AES, length: 256 }, true, ["encrypt", "decrypt"])
  const iv = crypto.getRandomValues(new Uint8Array(12))
  const wrapped = await crypto.subtle.wrapKey("raw", dek, kek, { name: AES, iv })
  return { person_id, purpose, kind: root ? "root" : "device", epoch: Date.now(), iv, wrapped }
}

const unwrap = (person, purpose, epoch) =>
  navigator.locks.request("porchlight-vault", async function again() {
    const rows = await wrapsOf(person, purpose)
    let row = rows.find((one) => one.epoch === epoch) ?? rows.at(-1)
    // What is written must open without signal: only a face or a finger takes the place of this phone's own key.
    const ways = row ? [] : await wrapsOf(person, "root")
    const closed = row ? row.kind === "root" : ways.some(({ kind }) => purpose === "pages" || kind === "prf")
    const root = closed ? await rootOf(person) : undefined
    if (!row) {
      row = await makeKey(person, purpose, root)
      await inPages(["wraps", "settings"], "readwrite", async (wraps, settings) => {
        // Of pages nothing is kept for whoever has just signed out.
        if (purpose === "pages" && !(await isHere(settings, person))) throw new Error(person)
        wraps.add(row)
      })
    }
    // A phone of the first release has it in the row.
    const kek = root ?? row.kek ?? (await inKeys(person, "readonly", (keys) => keys.get(purpose)))
    if (!kek) {
      // Somebody signed out while it was made: what is sealed under this wrap nobody could open.
      await inPages("wraps", "readwrite", (wraps) => wraps.delete([person, purpose, "device"]))
      return again()
    }
    const use = ["encrypt", "decrypt"]
    const key = await crypto.subtle.unwrapKey("raw", row.wrapped, kek, { name: AES, iv: row.iv }, AES, false, use)
    return { key, epoch: row.epoch }
  })

/** purpose: "pages" for what the server sent, "work" for drafts and what waits in the outbox; epoch: of what is to be opened. */
export function keyOf(person, purpose, epoch) {
  const name = `${purpose} ${person} ${epoch}`
  if (!opened.has(name)) {
    const key = unwrap(person, purpose, epoch)
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

/** Bytes or an object that turns into JSON -> {epoch, iv, data}; url and etag bind it to its place. by: the key, where it is known. */
export async function encrypt(person, purpose, url, etag, what, by) {
  const { key, epoch } = by ?? (await keyOf(person, purpose))
  const iv = crypto.getRandomValues(new Uint8Array(12))
  const bytes = what instanceof ArrayBuffer ? what : utf8(JSON.stringify(what))
  return { epoch, iv, data: await crypto.subtle.encrypt(cipher(person, url, etag, epoch, iv), key, bytes) }
}

/** ArrayBuffer; throws when the key is gone, when the phone is locked, or when the row was not made for this place. */
export async function decrypt(person, purpose, url, etag, { epoch, iv, data }) {
  const { key } = await keyOf(person, purpose, epoch)
  return crypto.subtle.decrypt(cipher(person, url, etag, epoch, iv), key, data)
}
export const decryptJson = async (...place) => JSON.parse(text(await decrypt(...place)))

/** Erases a person's pages and the keys for these purposes; what lay under them is noise from then on. left: who is here
 * from the same moment on, so that no page and no key is put after it. */
export async function forget(person, purposes = ["pages"], left) {
  // A wrap goes after its key: one that is made meanwhile goes, too, or is found out when it is read back.
  await inKeys(person, "readwrite", (keys) => purposes.forEach((purpose) => keys.delete(purpose)))
  await inPages(["wraps", "pages", "settings"], "readwrite", (wraps, pages, settings) => {
    for (const purpose of purposes) wraps.delete(rowsOf(person, purpose))
    pages.delete(rowsOf(person))
    settings.delete(`pack ${person}`)
    if (left) settings.put(left, "current")
  })
  shut({})
  channel.postMessage("forget")
}
