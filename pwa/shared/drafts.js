/** What is being written: encrypted and put at every keystroke, so that a phone that dies loses nothing. */
import { got, inOutbox } from "./store.js"
import { decrypt, decryptJson, encrypt, keyOf, wrapsOf } from "./vault.js"

// A clock may be set back: a turn comes after all that were read.
let last = 0
const AGAIN = 3000

/** The draft that was begun under this key (the page's path), or undefined. */
export async function loadDraft(person, key) {
  const row = await inOutbox("drafts", "readonly", (drafts) => drafts.get([person, key]))
  last = Math.max(last, row?.turn ?? 0)
  return row && decryptJson(person, "work", key, "draft", row).catch(() => undefined)
}

/** by, or the key that has come in its place since: what is sealed by one whose wrap is gone never opens again. */
export async function keyNow(person, by) {
  const newest = (await wrapsOf(person, "work")).at(-1)?.epoch
  return by && by.epoch === newest ? by : keyOf(person, "work", newest)
}

/** Puts a draft, unless a later turn of it lies there: page and worker may both be at it. Nor does a form that was left
 * open cover another visit that came later. Throws Overtaken; answers with the turn that lay there. turn: milliseconds, and
 * one more at each change; what Undo gave back and nobody has touched since has none. by: keyNow's. */
export async function putDraft(person, draft, turn, by) {
  const { key, visit_id: visit } = draft
  const row = { person_id: person, key, at: Date.now(), turn, visit, ...(await encrypt(person, "work", key, "draft", draft, by)) }
  return inOutbox("drafts", "readwrite", async (drafts) => {
    const before = await got(drafts.get([person, key]))
    if (before?.visit > visit) throw overtaken(key)
    if (!(before?.turn >= turn)) drafts.put(row)
    return before?.turn
  })
}

const overtaken = (key) => Object.assign(new Error(key), { name: "Overtaken" })

/** {keep(), close()}: keep puts what take() holds now; while one put is under way, all that follow become one. What did
 * not fit is put again until it does. */
export function keeper(person, take, onKept) {
  let turn = Math.max(Date.now(), last)
  let wanted = false
  let running = null
  let again
  let by
  keyOf(person, "work").then((key) => (by = key), () => {})
  async function run() {
    try {
      while (wanted) {
        wanted = false
        by = await keyNow(person, by)
        // The same form in another window has more: this one must not say that it is kept.
        if ((await putDraft(person, take(), turn, by)) > turn) throw overtaken("")
      }
      onKept?.(Date.now())
    } catch (error) {
      onKept?.(null, error)
      if (error.name !== "Overtaken") again = setTimeout(put, AGAIN)
    } finally {
      running = null
    }
  }
  // A page that is left has no time to encrypt; the worker has, but perhaps no key any more.
  const leave = () => {
    const worker = navigator.serviceWorker?.controller
    if (document.hidden && running) worker?.postMessage({ ask: "draft", person, draft: take(), turn, by })
  }
  document.addEventListener("visibilitychange", leave)
  function put() {
    clearTimeout(again)
    wanted = true
    return (running ??= run())
  }
  return {
    keep() {
      turn += 1
      return put()
    },
    async close() {
      document.removeEventListener("visibilitychange", leave)
      wanted = false
      await running
      clearTimeout(again)
    },
  }
}

/** of: the visit whose draft it is; what another window has begun since stays. */
export const dropDraft = (person, key, photos, of) =>
  inOutbox("drafts", "readwrite", async (drafts) => {
    if (of && ((await got(drafts.get([person, key])))?.visit ?? of) !== of) return
    for (const name of [key, ...photos.map((id) => `photo/${id}`)]) drafts.delete([person, name])
  })

/** A photo of a draft: its bytes, encrypted, in a row of their own. of: the draft's key. */
export async function keepPhoto(person, id, bytes, of) {
  const key = `photo/${id}`
  const row = { person_id: person, key, of, at: Date.now(), ...(await encrypt(person, "work", key, "photo", bytes)) }
  await inOutbox("drafts", "readwrite", (drafts) => drafts.put(row))
}

export async function openPhoto(person, id) {
  const key = `photo/${id}`
  const row = await inOutbox("drafts", "readonly", (drafts) => drafts.get([person, key]))
  return row && decrypt(person, "work", key, "photo", row)
}

export const dropPhoto = (person, id) => inOutbox("drafts", "readwrite", (drafts) => drafts.delete([person, `photo/${id}`]))
