/** Takes what can be read on this phone from the phone's own key to keys under the person's root. The keys are new ones:
 * what lay under the old one may linger in the browser's files, and must open nothing that is written from now on. */
import { got, inKeys, inOutbox, inPages, rowsOf } from "../../shared/store.js"
import { decrypt, encrypt, makeKey, wrapsOf } from "../../shared/vault.js"
import { tidyUp } from "./tidying.js"

const AES = "AES-GCM"

async function newKey(person, purpose, root, begun) {
  const row = begun ?? (await makeKey(person, purpose, root))
  const use = ["encrypt", "decrypt"]
  return { row, key: await crypto.subtle.unwrapKey("raw", row.wrapped, root, { name: AES, iv: row.iv }, AES, false, use), epoch: row.epoch }
}

function tellOthers() {
  const channel = new BroadcastChannel("porchlight-vault")
  channel.postMessage("keys")
  channel.close()
}

/** Pages: the ways to the root, the new key and the pages under it come, the old key goes, in one transaction. */
async function movePages(person, root, ways) {
  const by = await newKey(person, "pages", root)
  const pages = await inPages("pages", "readonly", (store) => store.getAll(rowsOf(person)))
  const moved = []
  for (const page of pages) {
    const place = [person, "pages", page.url, page.etag]
    const open = await decrypt(...place, page).catch(() => null)
    if (open) moved.push({ ...page, ...(await encrypt(...place, open, by)) })
  }
  await inPages(["wraps", "pages"], "readwrite", (wraps, store) => {
    for (const way of ways) wraps.put(way)
    wraps.put(by.row)
    wraps.delete([person, "pages", "device"])
    store.delete(rowsOf(person))
    for (const page of moved) store.put(page)
  })
}

/** What a row of the outbox holds of ciphertext: [its place in the vault, the ciphertext, the row with another in its stead]. */
const draftIn = (row) => [[row.key, row.key.startsWith("photo/") ? "photo" : "draft"], row, (next) => ({ ...row, ...next })]
const copyIn = (item) => [[`outbox/${item.op_id}`, item.kind], item.copy, (copy) => ({ ...item, copy })]

const same = (a, b) => a && new Uint8Array(a).join() === new Uint8Array(b).join()

/** Whatever lies there under the old key, as often as a page that is still open adds to it. */
async function moveRows(person, store, partsOf, old, by) {
  for (;;) {
    const rows = await inOutbox(store, "readonly", (kept) => kept.getAll())
    const left = rows.filter((row) => row.person_id === person && partsOf(row)[1]?.epoch === old.epoch)
    if (!left.length) return
    for (const row of left) {
      const [place, what, within] = partsOf(row)
      const open = await decrypt(person, "work", ...place, what)
      const next = within(await encrypt(person, "work", ...place, open, by))
      await inOutbox(store, "readwrite", async (kept) => {
        const now = await got(kept.get(row.op_id ?? [person, row.key]))
        if (now && same(partsOf(now)[1].iv, what.iv)) kept.put(next)
      })
    }
  }
}

/** What was written here: the old key goes only when nothing lies under it any more. Cut short, it goes on to the key that
 * it had begun with: some of it lies under that one already. */
async function moveWork(person, root) {
  const rows = await wrapsOf(person, "work")
  const rowUnder = (wanted) => rows.find(({ kind }) => kind === wanted)
  const old = rowUnder("device")
  const by = await newKey(person, "work", root, rowUnder("root"))
  await inPages("wraps", "readwrite", (wraps) => wraps.put(by.row))
  tellOthers()
  const all = async () => {
    await moveRows(person, "drafts", draftIn, old, by)
    await moveRows(person, "items", copyIn, old, by)
  }
  await all()
  // A page may just have begun to encrypt with the key that it had.
  await after(300)
  await all()
  await inPages("wraps", "readwrite", (wraps) => wraps.delete([person, "work", "device"]))
}

const after = (ms) => new Promise((resolve) => setTimeout(resolve, ms))

/** Puts these purposes under the root; ways: the rows that open it. Safe to repeat after it was cut short. */
export const sealUnder = (person, root, ways, purposes) =>
  navigator.locks.request("porchlight-sealing", async () => {
    const onDevice = async (purpose) => (await wrapsOf(person, purpose)).some(({ kind }) => kind === "device")
    if (await onDevice("pages")) await movePages(person, root, ways)
    else await inPages("wraps", "readwrite", (wraps) => ways.forEach((way) => wraps.put(way)))
    // What is being saved at this moment is encrypted for longer than a draft: it comes first.
    const alone = (work) => navigator.locks.request(`porchlight-count ${person}`, work)
    if (purposes.includes("work") && (await onDevice("work"))) await alone(() => moveWork(person, root))
    for (const purpose of purposes) await inKeys(person, "readwrite", (keys) => keys.delete(purpose))
    tellOthers()
    if (purposes.includes("work")) await tidyUp(person)
  })
