/** The two databases of a phone: what must never be lost, and what can be fetched again; and who holds the phone. */
// Phones cannot be recalled: an upgrade only ever adds, and never drops or rewrites a store of the outbox.
const OUTBOX = {
  name: "porchlight-outbox",
  version: 1,
  durability: "strict",
  upgrade(db, from) {
    if (from < 1) {
      db.createObjectStore("devices", { keyPath: "person_id" })
      db.createObjectStore("items", { keyPath: "op_id" })
      // The sealed bytes: part -1 is the operation, 0 and up the pieces of a picture.
      db.createObjectStore("parts", { keyPath: ["op_id", "part"] })
      db.createObjectStore("receipts", { keyPath: "op_id" })
      db.createObjectStore("drafts", { keyPath: ["person_id", "key"] })
    }
  },
}
const PAGES = {
  name: "porchlight-pages",
  version: 1,
  durability: "relaxed",
  upgrade(db, from) {
    if (from < 1) {
      db.createObjectStore("settings")
      db.createObjectStore("wraps", { keyPath: ["person_id", "purpose", "kind"] })
      db.createObjectStore("pages", { keyPath: ["person_id", "url"] })
    }
  },
}

const open = new Map()

/** What a request of the database answers. */
export const got = (request) =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })

async function connect(base) {
  const request = indexedDB.open(base.name, base.version)
  request.onupgradeneeded = ({ oldVersion }) => base.upgrade(request.result, oldVersion)
  const db = await got(request)
  db.onclose = () => open.delete(base)
  db.onversionchange = () => (db.close(), open.delete(base))
  return db
}

async function once(base, stores, mode, work) {
  if (!open.has(base)) open.set(base, connect(base))
  // A key that is lost takes with it all that lies under it.
  const durability = /wraps/.test(stores) ? "strict" : base.durability
  const tx = (await open.get(base)).transaction(stores, mode, { durability })
  const ended = new Promise((resolve, reject) => {
    tx.oncomplete = resolve
    tx.onabort = () => reject(tx.error ?? new DOMException("Given up.", "AbortError"))
  })
  ended.catch(() => {})
  try {
    const found = await work(...[stores].flat().map((name) => tx.objectStore(name)))
    const result = found instanceof IDBRequest ? await got(found) : found
    // Without an explicit commit, what was typed just before leaving is lost.
    if (mode === "readwrite") tx.commit()
    await ended
    return result
  } catch (error) {
    if (!tx.error && error.name !== "InvalidStateError") tx.abort()
    // Its own reason (a full phone) says more than the call that hit it.
    throw tx.error ?? error
  }
}

/** Whether it is this person who is here, read in the caller's transaction. */
export const isHere = async (settings, person) => (await got(settings.get("current")))?.person_id === person

/** Runs work(store, store…) in one transaction and answers with what it returned, once that is durable. work awaits
 * nothing but got(…). A connection that the browser has dropped is opened anew. */
const transact = (base) => async (stores, mode, work) => {
  try {
    return await once(base, stores, mode, work)
  } catch (error) {
    open.delete(base)
    if (error.name !== "InvalidStateError" && error.name !== "UnknownError") throw error
    return once(base, stores, mode, work)
  }
}
export const inOutbox = transact(OUTBOX)
export const inPages = transact(PAGES)

// The keys of a phone without a face or a finger lie apart: a browser tidies up what lay in a database that is gone.
const ofPerson = {}
export const keysName = (person) => `porchlight-keys ${person}`
export const inKeys = (person, mode, work) =>
  transact((ofPerson[person] ??= { name: keysName(person), version: 1, durability: "strict", upgrade: (db) => db.createObjectStore("keys") }))("keys", mode, work)

/** All rows of one person in a store whose key begins with the person's id. */
export const rowsOf = (person, ...more) => IDBKeyRange.bound([person, ...more], [person, ...more, []])

export const setting = (name) => inPages("settings", "readonly", (settings) => settings.get(name))
export const keep = (name, value) => inPages("settings", "readwrite", (settings) => settings.put(value, name))

// Beside the drafts, to be as durable as they are; under nobody's name, to hold while nobody is known, too.
const HANDED = ["", "handed"]
const OPEN = /^\/(sign-in|sign-out|sign-up|join|demo|offline|unlock|v)(\/|$)/
/** Pages that a locked phone may show: doors, links of foster parents, the numbers to ring. */
export const showsNobody = (path) => OPEN.test(path) || /^\/help(\/|$)/.test(path)

/** Somebody else is given the phone: until it is taken back, every page of ours leads to the gate on this one. */
export async function handOver(person, path) {
  await inOutbox("drafts", "readwrite", (drafts) => drafts.put({ person_id: "", key: "handed", person, path }))
  announce({ handed: true })
}
export const takeBack = () => inOutbox("drafts", "readwrite", (drafts) => drafts.delete(HANDED))

/** The path of the page with the gate, when a page at this path must not be seen without passing it; else undefined. */
export async function gateBefore(path) {
  const row = OPEN.test(path) ? null : await inOutbox("drafts", "readonly", (drafts) => drafts.get(HANDED))
  return row?.path
}

/** Tells every tab and the worker that the outbox has changed. */
export function announce(news = {}) {
  const channel = new BroadcastChannel("porchlight-outbox")
  channel.postMessage(news)
  channel.close()
}
