/** What is being written: encrypted and put at every keystroke, so that a phone that dies loses nothing. */
import { inOutbox } from "../../shared/store.js"
import { decrypt, decryptJson, encrypt } from "../../shared/vault.js"

/** The draft that was begun under this key (the page's path), or undefined. */
export async function loadDraft(person, key) {
  const row = await inOutbox("drafts", "readonly", (drafts) => drafts.get([person, key]))
  return row && decryptJson(person, "work", key, "draft", row).catch(() => undefined)
}

async function put(person, draft) {
  const row = { person_id: person, key: draft.key, at: Date.now(), ...(await encrypt(person, "work", draft.key, "draft", draft)) }
  await inOutbox("drafts", "readwrite", (drafts) => drafts.put(row))
}

/** Makes keep(): puts what take() holds now. While one put is under way, all that follow become one. */
export function keeper(person, take, onKept) {
  let wanted = false
  let running = null
  async function run() {
    try {
      while (wanted) {
        wanted = false
        await put(person, take())
      }
      onKept?.(Date.now())
    } catch (error) {
      onKept?.(null, error)
    } finally {
      running = null
    }
  }
  return function keep() {
    wanted = true
    return (running ??= run())
  }
}

export const dropDraft = (person, key, photos) =>
  inOutbox("drafts", "readwrite", (drafts) => {
    for (const name of [key, ...photos.map((id) => `photo/${id}`)]) drafts.delete([person, name])
  })

/** A photo of a draft: its bytes, encrypted, in a row of their own. */
export async function keepPhoto(person, id, bytes) {
  const key = `photo/${id}`
  const row = { person_id: person, key, at: Date.now(), ...(await encrypt(person, "work", key, "photo", bytes)) }
  await inOutbox("drafts", "readwrite", (drafts) => drafts.put(row))
}

export async function openPhoto(person, id) {
  const key = `photo/${id}`
  const row = await inOutbox("drafts", "readonly", (drafts) => drafts.get([person, key]))
  return row && decrypt(person, "work", key, "photo", row)
}

export const dropPhoto = (person, id) => inOutbox("drafts", "readwrite", (drafts) => drafts.delete([person, `photo/${id}`]))
