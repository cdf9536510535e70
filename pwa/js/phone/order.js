/** What this phone is told from afar, to lock or to erase what can be read on it, and its word that it is done.
 * An order counts only when the key that was pinned at enrolment has signed it for this device and this very question. */
import { leave } from "../../shared/device.js"
import { announce, got, inOutbox, inPages, keep, rowsOf, setting } from "../../shared/store.js"
import { forget, held, wrapsOf } from "../../shared/vault.js"
import { openJws, signed, uuid7 } from "../../shared/wire.js"
import { tell as askWorker } from "../lock/asking.js"

const ASK_EVERY = 15_000
const PATIENCE = 10_000
const TYPES = { order: "porchlight-order", wiped: "porchlight-erased" }
let askedAt = 0

/** One word to the server, signed for its path, and what the server signed in answer; null when nothing of ours came. */
async function tell(device, what, more) {
  const { device_id, receipt_key } = device
  const path = `/api/v1/devices/${device_id}/${what}`
  const asked = uuid7()
  const word = await signed("porchlight-device", { v: 1, device_id, asked, path, ...more }, device)
  const method = what === "order" ? "GET" : "POST"
  const headers = { "Porchlight-Device": word, Accept: "application/json" }
  const how = { method, headers, cache: "no-store", redirect: "manual", signal: AbortSignal.timeout(PATIENCE) }
  // Where nobody was reached, the next contact asks at once.
  const answer = await fetch(path, how).catch(() => ((askedAt = 0), null))
  if (answer?.status !== 200 || !TYPES[what]) return null
  const { order, receipt } = await answer.json().catch(() => ({}))
  const said = await openJws(order ?? receipt, TYPES[what], receipt_key)
  return said?.device_id === device_id && said.asked === asked ? said : null
}

/** Notes something on the row of a device, unless it is gone. */
const note = (person_id, more) =>
  inOutbox("devices", "readwrite", async (devices) => {
    const now = await got(devices.get(person_id))
    if (now) devices.put({ ...now, ...more })
  })

/** Reading ends: the pages go and their key, and every tab that shows this person closes them. Whoever stands before the
 * page to sign in on is told why (reminders.js). */
async function endReading(person, order) {
  const here = (await setting("current"))?.person_id === person
  await (here ? leave() : forget(person))
  if (!here) return
  await keep("told", { order, at: Date.now() })
  announce({ ended: true })
}

/** The key of a phone that is open at this moment: ending the reading shuts it. */
const rootOfNow = async (person) =>
  (await wrapsOf(person, "root")).length ? (held(person) ?? (await askWorker({ ask: "root", person }))) : undefined

/** This page stays, unseen, until work is done: whoever leaves has no key for what is unfinished. */
async function behind(work) {
  const { dataset } = document.body
  const { person } = dataset
  if (person) document.documentElement.hidden = true
  delete dataset.person
  await work().finally(() => person && (dataset.person = person))
}

/** What was unfinished is sealed for the server before its key goes; then the device is nobody's any more, so that
 * whoever signs in here next is enrolled anew. Each step may be cut short: the next contact begins again. */
async function erase({ person_id, device_id }) {
  const root = await rootOfNow(person_id)
  await endReading(person_id, "wipe")
  const { rescue } = await import("./rescue.js")
  const lost = await rescue(person_id, root)
  await navigator.locks.request(`porchlight-count ${person_id}`, async () => {
    await forget(person_id, ["pages", "work", "root"])
    await (await import("../lock/tidying.js")).tidyUp(person_id)
    await inOutbox(["devices", "items", "drafts"], "readwrite", async (devices, items, drafts) => {
      const device = await got(devices.get(person_id))
      devices.delete(person_id)
      devices.put({ ...device, person_id: `erased ${device_id}`, owner: person_id, lost: (device.lost ?? 0) + lost })
      // What needed a fix is now taken as it is, and held.
      for (const item of await got(items.getAll()))
        if (item.device_id === device_id) items.put({ ...item, state: "waiting", attempts: 0, next_at: 0 })
      drafts.delete(rowsOf(person_id))
    })
  })
  // Tells the flush of every tab that something is to be sent.
  announce({ saved: true })
}

/** Whether anything of somebody else, or of the same person since, lies in this profile: the browser clears all of the site,
 * also what a foster parent has answered at the door and what they still mean to. */
export async function othersHere({ device_id, owner }) {
  if ((await setting("current"))?.person_id) return true
  const door = await (await import("../visits/door_kept.js")).keptRows()
  if (door.some(({ sent }) => !sent)) return true
  return inOutbox(["devices", "items", "drafts"], "readonly", async (devices, items, drafts) => {
    const sealed = await got(items.getAll())
    const rows = await got(devices.getAll())
    const keys = await got(drafts.getAllKeys())
    const anothers = ({ person_id }) => person_id !== `erased ${device_id}` && person_id.startsWith("erased ")
    return sealed.length > 0 || rows.some(anothers) || keys.some(([person]) => person && person !== owner)
  })
}

/** The last step: what is left of this person goes, and all of the site where nobody else needs it. */
async function clear(device) {
  const { person_id, device_id, owner } = device
  const again = (await setting("current"))?.person_id === owner
  await inOutbox(["devices", "receipts", "drafts"], "readwrite", async (devices, receipts, drafts) => {
    const anew = await got(devices.get(owner))
    devices.delete(person_id)
    for (const one of await got(receipts.getAll())) if (one.device_id === device_id) receipts.delete(one.op_id)
    if (!anew) drafts.delete(rowsOf(owner))
  })
  if (!again) await inPages("settings", "readwrite", (settings) => settings.delete(`sent ${owner}`))
  if (!(await othersHere(device))) await tell(device, "clear")
}

/** Says how much still lies sealed here, once for each count; done when it is nothing and the server has said so. */
async function confirm(device) {
  const items = await inOutbox("items", "readonly", (store) => store.getAll())
  const sealed = items.filter((item) => item.device_id === device.device_id).length
  if (sealed && sealed === device.told) return
  const receipt = await tell(device, "wiped", { sealed, lost: device.lost })
  if (receipt?.sealed !== sealed) return
  if (sealed) await note(device.person_id, { told: sealed })
  else await clear(device)
}

async function obey(device) {
  const said = await tell(device, "order")
  if (said?.order === "wipe") {
    const here = (await setting("current"))?.person_id === device.person_id
    await (here ? behind(() => erase(device)).finally(() => announce({ ended: true })) : erase(device))
    return
  }
  // Whoever has signed in since has answered it: one lock ends reading once.
  if (said?.order !== "lock" || device.locked === said.issued_at) return
  await endReading(device.person_id, "lock")
  await note(device.person_id, { locked: said.issued_at })
}

/** Whoever has signed in since has read why; a page that is just being left for it has not. */
async function wasRead() {
  const told = document.body.dataset.person && (await setting("told"))
  if (told?.at < performance.timeOrigin) await keep("told", null)
}

/** At each contact, in one tab at a time. */
export async function heed() {
  if (!navigator.onLine || Math.abs(Date.now() - askedAt) < ASK_EVERY) return
  askedAt = Date.now()
  await navigator.locks.request("porchlight-order", { ifAvailable: true }, async (lock) => {
    if (!lock) return
    await wasRead()
    const devices = await inOutbox("devices", "readonly", (rows) => rows.getAll())
    for (const device of devices) if (device.receipt_key) await (device.owner ? confirm(device) : obey(device))
    // A page that showed this person is being left: the next one goes on.
    if (document.documentElement.hidden) return
    const erased = (await inOutbox("devices", "readonly", (rows) => rows.getAll())).filter(({ owner, told }) => owner && !told)
    if (erased.length) await (await import("../../shared/flush.js")).flush()
    for (const device of erased) await confirm(device)
  }).catch((error) => console.warn("No order:", error.message))
}
