/** What waits on this phone, as a file that another can take in (docs/wire.md, Export); and the receipts that come back. */
import { letGo } from "../../shared/flush.js"
import { listItems } from "../../shared/outbox.js"
import { announce, inOutbox, rowsOf } from "../../shared/store.js"
import { checkReceipt, sha256, text, unb64u } from "../../shared/wire.js"
import { speak, t } from "../../shared/words.js"

// The server takes 50 MB at once.
const MOST = { bytes: 40_000_000, items: 100, parts: 3_000 }
const SEAL = 81
const MOST_RECEIPTS = 2_000_000

/** Items in piles, each small enough for one file, in the order in which they were counted. */
export function piles(items, most = MOST) {
  const found = []
  let room = null
  for (const item of items) {
    const { size, parts = 0 } = item
    const bytes = size + parts * SEAL
    if (!room || room.bytes < bytes || room.items < 1 || room.parts < parts) {
      found.push([])
      room = { ...most }
    }
    room = { bytes: room.bytes - bytes, items: room.items - 1, parts: room.parts - parts }
    found.at(-1).push(item)
  }
  return found
}

/** What lies in one file, entry by entry: only one item's bytes are held at a time. No words of a person. */
async function* entriesOf(items) {
  const listed = []
  for (const { op_id, device_id, kind, schema, seq, jws, sha256: hash } of items) {
    const [operation, ...rest] = await inOutbox("parts", "readonly", (parts) => parts.getAll(rowsOf(op_id)))
    // It may have been sent while the file was made.
    if (!operation) continue
    yield { name: `${op_id}.jws`, input: jws }
    yield { name: `${op_id}.sealed`, input: operation.bytes }
    const parts = []
    for (const { part, bytes } of rest) {
      yield { name: `${op_id}.${part}.part`, input: bytes }
      parts.push({ size: bytes.byteLength, sha256: await sha256(bytes) })
    }
    listed.push({ op_id, device_id, kind, schema, seq, size: operation.bytes.byteLength, sha256: hash, parts })
  }
  yield { name: "manifest.json", input: JSON.stringify({ format: "porchlight-outbox", v: 1, items: listed }) }
}

/** [{name, blob}]: the files of all that waits; their names say the day and nothing of a person. */
export async function makeFiles(person) {
  const { downloadZip } = await import("../../vendor/client-zip.js")
  const heaps = piles(await listItems(person))
  const day = new Date().toISOString().slice(0, 10)
  const files = []
  for (const [at, items] of heaps.entries()) {
    const number = heaps.length > 1 ? `-${at + 1}-of-${heaps.length}` : ""
    files.push({ name: `porchlight-unsent-${day}${number}.zip`, blob: await downloadZip(entriesOf(items)).blob() })
  }
  return files
}

const opIdOf = (jws) => JSON.parse(text(unb64u(jws.split(".")[1]))).op_id

/** Lets go of each item whose receipt is in the file and is true. Answers how many; throws when it is no such file. */
export const loadReceipts = (person, words) =>
  navigator.locks.request("porchlight-flush", async () => {
    const { format, receipts } = JSON.parse(words)
    if (format !== "porchlight-receipts") throw new TypeError(format)
    const items = await listItems(person)
    let gone = 0
    for (const jws of receipts) {
      const item = items.find(({ op_id }) => op_id === opIdOf(jws))
      const receipt = item && (await checkReceipt(jws, item))
      if (!receipt) continue
      await letGo(item, jws, receipt)
      gone += 1
    }
    announce({ saved: true })
    return gone
  })

function linkTo({ name, blob }, at, all) {
  const href = URL.createObjectURL(blob)
  const words = t("Save file {n} of {all}, {size} KB", { n: at + 1, all, size: Math.ceil(blob.size / 1024) })
  return Object.assign(document.createElement("a"), { href, download: name, textContent: words, className: "button second" })
}

/** section: the part of phone/outbox.html that names this module. */
export async function start(section) {
  const { person, locale } = document.body.dataset
  const find = (name) => section.querySelector(`[data-${name}]`)
  await speak(locale)
  if (!person) return
  const say = (words) => (find("file-state").textContent = words)
  const look = async () => (section.hidden = !(await listItems(person)).length && !find("file-state").textContent)

  find("make-file").addEventListener("click", async ({ target }) => {
    target.disabled = true
    say(t("Making the file"))
    const files = await makeFiles(person).catch(() => [])
    const links = files.map((file, at) => linkTo(file, at, files.length))
    find("files").replaceChildren(...links)
    say(links.length ? t("The file is ready: save it now. Everything stays on this phone, too, until its receipt is here.") : t("The file could not be made. Try again."))
    links[0]?.focus()
    target.disabled = false
  })
  find("receipts").addEventListener("change", async ({ target }) => {
    const [file] = target.files
    if (!file) return
    const words = file.size < MOST_RECEIPTS ? await file.text() : ""
    const gone = await loadReceipts(person, words).catch(() => undefined)
    target.value = ""
    say(gone === undefined ? t("This is not a file of receipts. Ask for it again.") : t("Receipts that fit: {n}. Everything else stays here.", { n: gone }))
  })
  const channel = new BroadcastChannel("porchlight-outbox")
  channel.onmessage = () => (section.isConnected ? look() : channel.close())
  await look()
}
