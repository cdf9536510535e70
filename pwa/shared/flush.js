/** Sending: by one tab or the worker at a time, until nothing is due. */
import { hasParts, nextItems, outcomeOf, waitBefore } from "./outcome.js"
import { announce, got, inOutbox, keep, rowsOf } from "./store.js"
import { checkReceipt, DEPOSITS } from "./wire.js"

const LOCK = "porchlight-flush"
const TRY = 30_000
const SOON = 2_000
const STEAL = 60_000
// The addresses for parts are good for five minutes; the last half minute is not worth starting in.
const UPLOADS_GOOD_FOR = 270_000

/** Runs work alone. A holder that has hung for a minute (a frozen tab) is passed over: sending twice is harmless. */
async function alone(work) {
  const patience = new AbortController()
  const timer = setTimeout(() => patience.abort(), STEAL)
  const start = () => (clearTimeout(timer), work())
  try {
    return await navigator.locks.request(LOCK, { signal: patience.signal }, start)
  } catch (error) {
    if (!patience.signal.aborted) throw error
    return navigator.locks.request(LOCK, { steal: true }, work)
  }
}

/** The facts of an answer. No cookie goes along, and no redirect is followed: only our own server counts. */
async function ask(url, method, headers, body) {
  try {
    const wanted = { method, headers, body, credentials: "omit", cache: "no-store", redirect: "manual" }
    const answer = await fetch(url, { ...wanted, signal: AbortSignal.timeout(TRY) })
    const said = answer.headers
    const facts = { status: answer.status, type: said.get("Content-Type"), retry_after: said.get("Retry-After") }
    facts.redirected = answer.redirected || answer.type === "opaqueredirect"
    return { ...facts, body: await answer.json().catch(() => null) }
  } catch {
    return { status: 0 }
  }
}

const bytesOf = async (item, part) =>
  (await inOutbox("parts", "readonly", (parts) => parts.get([item.op_id, part]))).bytes

/** Writes what has become of an item, unless it is gone or was taken back meanwhile. */
const mark = (item, news) =>
  inOutbox("items", "readwrite", async (items) => {
    const now = await got(items.get(item.op_id))
    if (now?.sha256 === item.sha256) items.put({ ...now, tried_at: Date.now(), ...news })
  })

const later = (item, { why, wait, reached }) => {
  const pause = waitBefore(item.attempts + 1, wait)
  // When nobody answers at all, the reason is the road: flush waits longer each time, and no item keeps a pause of its own
  // beyond the moment when the road is open again.
  const next_at = Date.now() + (reached ? pause : Math.min(pause, SOON))
  return mark(item, { why, next_at, upload: null, attempts: item.attempts + 1 })
}

/** What Undo gave back of a visit that had arrived already is dropped, or it would be made a second time. Answers
 * "changed" when its person has written on it since, and "saved" when it was saved anew: that one waits for their word. */
async function dropGiven({ person_id, given: { key, visit, photos } }, items, drafts) {
  const again = await got(items.get(visit))
  if (again?.kind === "visit.log") {
    items.put({ ...again, state: "fix", why: "again" })
    return "saved"
  }
  const draft = await got(drafts.get([person_id, key]))
  if (draft?.visit !== visit) return undefined
  if (draft.turn) return "changed"
  for (const name of [key, ...photos.map((id) => `photo/${id}`)]) drafts.delete([person_id, name])
  return undefined
}

/** The receipt stays; the item, its bytes and the readable copies go: the only place where an item is let go. */
export async function letGo(item, receipt, { record, received_at, held }, more) {
  const { op_id, device_id, person_id, group, seq, kind, sha256 } = item
  const proof = { op_id, device_id, person_id, group, seq, kind, sha256, receipt, record, received_at, held, at: Date.now() }
  const given = more?.too_late && item.given
  await inOutbox(["items", "parts", "receipts", "drafts"], "readwrite", async (items, parts, receipts, drafts) => {
    // It was taken back meanwhile: that is still to be sent.
    if ((await got(items.get(op_id)))?.sha256 !== sha256) return
    receipts.put({ ...proof, ...more, given: given && (await dropGiven(item, items, drafts)) })
    items.delete(op_id)
    parts.delete(rowsOf(op_id))
    if (item.kept) drafts.delete([person_id, item.kept])
  })
  // A form that shows it, and that nobody has touched, is read again.
  if (given) announce({ draft: given.key })
  await keep(`sent ${person_id}`, Date.now()).catch(() => {})
}

async function deposit(item) {
  const headers = { "Content-Type": "application/octet-stream", "Porchlight-Deposit": item.jws }
  const found = outcomeOf(await ask(DEPOSITS, "POST", headers, await bytesOf(item, -1)))
  if (found.outcome === "accepted") {
    const receipt = await checkReceipt(found.receipt, item)
    if (receipt) await letGo(item, found.receipt, receipt)
    else await later(item, { why: "receipt", reached: true })
    return receipt ? "sent" : "waiting"
  }
  if (found.outcome === "needs_fix") {
    // It was taken back after it had arrived but before we knew.
    const earlier = item.before && found.receipt && (await checkReceipt(found.receipt, { ...item, sha256: item.before }))
    if (earlier) await letGo(item, found.receipt, earlier, { too_late: true })
    else await mark(item, { state: "fix", why: found.why, type: found.type })
    return earlier ? "sent" : "fix"
  }
  const upload = found.upload?.filter(({ part }) => part >= 0 && part < item.parts)
  if (upload?.length) await mark(item, { upload, upload_until: Date.now() + UPLOADS_GOOD_FOR, missing: upload.length, why: "" })
  else await later(item, found)
  return upload?.length || found.reached ? "waiting" : "unreached"
}

async function sendPart(item) {
  const [{ part, url, headers }, ...upload] = item.upload
  const { status } = await ask(url, "PUT", headers, await bytesOf(item, part))
  // 412: it lies there already; the server looks for itself.
  const there = (status >= 200 && status < 300) || status === 412
  if (there) await mark(item, { upload, missing: upload.length, attempts: 0 })
  else await later(item, { why: `part ${status}`, reached: status > 0 })
  return there || status ? "waiting" : "unreached"
}

async function sendNext(open) {
  const items = await inOutbox("items", "readonly", (store) => store.getAll())
  const now = Date.now()
  return Promise.all(nextItems(items, now, open).map((item) => (hasParts(item, now) ? sendPart(item) : deposit(item))))
}

async function drain() {
  let unreached = 0
  let reached
  announce({ sending: true })
  // One item alone may be the trouble; two in a row mean that there is no way through.
  while (unreached < 2 && navigator.onLine) {
    const ends = await alone(() => sendNext(reached))
    if (!ends.length) break
    reached = ends.some((end) => end !== "unreached")
    unreached = reached ? 0 : unreached + ends.length
    announce()
  }
  return reached
}

async function dueIn() {
  const items = await inOutbox("items", "readonly", (store) => store.getAll())
  const times = items.filter((item) => item.state === "waiting").map((item) => item.next_at)
  return times.length ? Math.max(0, Math.min(...times) - Date.now()) : undefined
}

let running = null
let again = false
let misses = 0

/** Sends all that is due; whatever is saved meanwhile goes too. Answers with the milliseconds until the next try,
 * undefined when nothing waits. */
export function flush() {
  again = true
  running ??= (async () => {
    try {
      while (again) {
        again = false
        const reached = await drain()
        misses = reached === false ? misses + 1 : 0
        announce(reached === undefined ? { sending: false } : { sending: false, reached })
      }
      const due = await dueIn()
      return misses && due !== undefined ? Math.max(due, Math.min(waitBefore(misses), TRY)) : due
    } catch (error) {
      // Another tab has taken over: it sends what is left.
      if (error.name !== "AbortError") throw error
      return TRY
    } finally {
      running = null
    }
  })()
  return running
}
