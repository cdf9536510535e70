/** What a foster parent's own phone keeps of a code and of their answer, and how it is sent. */
import { got } from "../../shared/store.js"
import { unpack } from "./door_code.js"

const WEEK = 7 * 24 * 3600_000
const TRY = 15_000

// A database of its own: whoever answers here need not be the person that this browser is signed in for.
let opened
const connect = () =>
  (opened ??= (async () => {
    const request = indexedDB.open("porchlight-door", 1)
    request.onupgradeneeded = () => request.result.createObjectStore("codes", { keyPath: "visit_id" })
    const db = await got(request)
    db.onclose = db.onversionchange = () => (db.close(), (opened = undefined))
    return db
  })())

// In a private window there may be no store: then the open page is all that keeps an answer.
const memory = new Map()
const inMemory = {
  put: (row) => memory.set(row.visit_id, row),
  delete: (id) => memory.delete(id),
  get: (id) => memory.get(id),
  getAll: () => [...memory.values()],
}
export let durable = true

const inCodes = (mode, work) =>
  (durable ? inStore(mode, work) : Promise.reject()).catch(() => {
    durable = false
    return work(inMemory)
  })

async function inStore(mode, work) {
  const tx = (await connect()).transaction("codes", mode, { durability: "strict" })
  const ended = new Promise((resolve, reject) => {
    tx.oncomplete = resolve
    tx.onabort = () => reject(tx.error)
  })
  const found = await got(work(tx.objectStore("codes")))
  if (mode === "readwrite") tx.commit()
  await ended
  return found
}

/** row: {visit_id, digits: of the address, at, said?: {answer, different, words, at}, sent?, why?: it was not taken}. */
export const keepRow = (row) => inCodes("readwrite", (codes) => codes.put(row))
export const dropRow = (visit_id) => inCodes("readwrite", (codes) => codes.delete(visit_id))
export const rowOf = (visit_id) => inCodes("readonly", (codes) => codes.get(visit_id))

/** Newest first; what is older than a week goes. */
export async function keptRows() {
  const rows = (await inCodes("readonly", (codes) => codes.getAll())).sort((a, b) => b.at - a.at)
  for (const row of rows.filter(({ at }) => Date.now() - at > WEEK)) await dropRow(row.visit_id)
  return rows.filter(({ at }) => Date.now() - at <= WEEK)
}

/** what: look or answers. {stands} when our server said where it is; {gone, why} when it will never take it; {} when
 * nobody of ours answered. */
export async function ask(what, { ticket, token }, more) {
  try {
    const answer = await fetch(`/api/v1/door/${what}`, {
      method: "POST",
      headers: { "Content-Type": "application/json", Accept: "application/json" },
      body: JSON.stringify({ ticket, token, ...more }),
      credentials: "omit",
      cache: "no-store",
      redirect: "manual",
      signal: AbortSignal.timeout(TRY),
    })
    if (!/^application\/(problem\+)?json\b/.test(answer.headers.get("Content-Type"))) return {}
    const said = await answer.json()
    if (answer.ok && said.state) return { stands: said }
    return [404, 410, 422].includes(answer.status) ? { gone: answer.status, why: said.detail } : {}
  } catch {
    return {}
  }
}

/** Sends an answer that waits here. Of the words nothing is kept once they are there. */
export async function sendRow(row) {
  const { answer, different, words, at } = row.said
  const told = await ask("answers", await unpack(row.digits), { answer, different, words, age_ms: Math.min(WEEK, Math.max(0, Date.now() - at)) })
  const now = await rowOf(row.visit_id)
  // It may have been changed while it was on its way.
  if (told.stands && now?.said?.at === at) await keepRow({ ...now, sent: Date.now(), said: { answer, at } })
  if (told.gone && now?.said?.at === at) await keepRow({ ...now, why: told.why })
  return told
}

let sending
/** Sends all that waits, one round at a time. */
export const sendKept = () =>
  (sending ??= (async () => {
    for (const row of await keptRows()) if (row.said && !row.sent && !row.why) await sendRow(row)
  })().finally(() => (sending = undefined)))
