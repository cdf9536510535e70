/** What a browser gives to our scripts, in memory: its databases and its locks, as far as pwa/shared asks for them. */

const order = (a, b) => {
  if (!Array.isArray(a) || !Array.isArray(b)) return Array.isArray(a) - Array.isArray(b) || (a < b ? -1 : Number(a > b))
  for (let at = 0; at < Math.min(a.length, b.length); at++) {
    const found = order(a[at], b[at])
    if (found) return found
  }
  return a.length - b.length
}
const within = (range) => (key) => !range || (range.bound ? order(range.from, key) <= 0 && order(key, range.to) <= 0 : !order(range, key))

globalThis.IDBKeyRange = { bound: (from, to) => ({ bound: true, from, to }) }
globalThis.IDBRequest = class {}

// Who writes to a store has it alone until the transaction ends, as in a browser.
const running = []

/** name -> {store: {keyPath, rows: Map(key as JSON -> [key, value])}} */
export const databases = new Map()

function answer(tx, work) {
  const request = new IDBRequest()
  tx.open += 1
  const begin = () => setImmediate(() => {
    try {
      request.result = work()
      request.onsuccess?.()
    } catch (error) {
      tx.error = request.error = error
      request.onerror?.()
      tx.end("onabort")
    }
    tx.open -= 1
    setImmediate(() => tx.open || tx.error || tx.end("oncomplete"))
  })
  if (tx.before.length) void Promise.all(tx.before).then(begin)
  else begin()
  return request
}

function storeOf({ keyPath, rows }, tx) {
  const keyIn = (value, key) => (Array.isArray(keyPath) ? keyPath.map((name) => value[name]) : keyPath ? value[keyPath] : key)
  const all = (range) => [...rows.values()].filter(([key]) => within(range)(key)).sort(([a], [b]) => order(a, b))
  const put = (value, key) => {
    const copy = value?.constructor === Object ? { ...value } : value
    const name = keyIn(copy, key)
    rows.set(JSON.stringify(name), [name, copy])
    return name
  }
  return {
    get: (range) => answer(tx, () => all(range)[0]?.[1]),
    getKey: (range) => answer(tx, () => all(range)[0]?.[0]),
    getAll: (range) => answer(tx, () => all(range).map(([, value]) => (value?.constructor === Object ? { ...value } : value))),
    getAllKeys: (range) => answer(tx, () => all(range).map(([key]) => key)),
    count: (range) => answer(tx, () => all(range).length),
    put: (value, key) => answer(tx, () => put(value, key)),
    add: (value, key) =>
      answer(tx, () => {
        if (rows.has(JSON.stringify(keyIn(value, key)))) throw Object.assign(new Error("there"), { name: "ConstraintError" })
        return put(value, key)
      }),
    delete: (range) => answer(tx, () => all(range).forEach(([key]) => rows.delete(JSON.stringify(key)))),
  }
}

globalThis.indexedDB = {
  open(name) {
    const request = new IDBRequest()
    const stores = () => databases.get(name)
    request.result = {
      createObjectStore: (store, { keyPath } = {}) => (stores()[store] = { keyPath, rows: new Map() }),
      close() {},
      transaction(names, mode) {
        const tx = { mode, open: 0, error: null, commit() {}, abort: () => tx.end("onabort") }
        const touches = (one) => one.names.some((store) => [names].flat().includes(store)) && [one.mode, mode].includes("readwrite")
        tx.before = running.filter((one) => one.base === name && touches(one)).map((one) => one.ended)
        const mine = { base: name, names: [names].flat(), mode, ended: new Promise((done) => (tx.done = done)) }
        running.push(mine)
        tx.end = (how) => {
          if (running.includes(mine)) running.splice(running.indexOf(mine), 1)
          tx[how]?.()
          tx.done()
        }
        tx.objectStore = (store) => storeOf(stores()[store], tx)
        setImmediate(() => tx.open || tx.error || tx.end("oncomplete"))
        return tx
      },
    }
    setImmediate(() => {
      const isNew = !databases.has(name)
      if (isNew) databases.set(name, {})
      if (isNew) request.onupgradeneeded?.({ oldVersion: 0 })
      request.onsuccess()
    })
    return request
  },
}

/** The rows of a store, as they lie there. */
export const rowsIn = (name, store) => [...(databases.get(name)?.[store]?.rows.values() ?? [])].map(([, value]) => value)

const queues = new Map()
const locks = {
  request(name, ...more) {
    const work = more.at(-1)
    const turn = (queues.get(name) ?? Promise.resolve()).catch(() => {}).then(() => work({ name }))
    queues.set(name, turn)
    return turn
  },
}
Object.defineProperty(globalThis, "navigator", { value: { locks }, configurable: true })

const channels = new Map()
globalThis.BroadcastChannel = class {
  constructor(name) {
    this.name = name
    channels.set(name, [...(channels.get(name) ?? []), this])
  }
  postMessage(data) {
    for (const other of channels.get(this.name)) if (other !== this) other.onmessage?.({ data })
  }
  close() {
    channels.set(this.name, channels.get(this.name).filter((one) => one !== this))
  }
}
