/** The first script of every page: it starts the worker, and after the first paint all the rest. It imports nothing. */
const trusted = globalThis.trustedTypes?.createPolicy("porchlight", {
  createScriptURL(url) {
    if (url !== "/sw.js") throw new TypeError("Only our own worker.")
    return url
  },
})

// Set when a new worker has taken over: modules of two releases must not meet in one document.
let outdated = false
let release

/** Holds off a new release while somebody types. */
function busy(event) {
  if (release || !event.target.form) return
  release = () => {}
  navigator.locks?.request("porchlight-busy", { mode: "shared" }, () => new Promise((done) => (release = done)))
}

function idle() {
  release?.()
  release = null
}

/** Lets a waiting worker take over, but never under an open form or an upload. */
export async function renew() {
  const waiting = (await navigator.serviceWorker?.getRegistration())?.waiting
  const whenFree = (name, work) => navigator.locks.request(name, { ifAvailable: true }, (lock) => lock && work())
  if (waiting) await whenFree("porchlight-busy", () => whenFree("porchlight-flush", () => waiting.postMessage({ ask: "activate" })))
}

async function startWorker() {
  const worker = navigator.serviceWorker
  if (!worker) return
  const known = worker.controller
  worker.addEventListener("controllerchange", () => (outdated = Boolean(known)))
  const url = trusted ? trusted.createScriptURL("/sw.js") : "/sw.js"
  const registration = await worker.register(url, { type: "module", updateViaCache: "none" })
  registration.addEventListener("updatefound", () => registration.installing?.addEventListener("statechange", renew))
  await renew()
}

const mounted = new WeakSet()

/** <section data-js="visits/visit">: loads /js/visits/visit.js and calls its start(section). A script in a boosted page
 * would never run, so pages name their module this way. */
async function mount(root = document) {
  for (const part of root.querySelectorAll("[data-js]")) {
    if (mounted.has(part) || !/^[a-z]+\/[a-z_]+$/.test(part.dataset.js)) continue
    mounted.add(part)
    const page = await import(`./${part.dataset.js}.js`)
    await page.start(part)
  }
}

/** A boosted page that fails, or that would mix two releases, is loaded whole. */
function whole({ ctx }) {
  const page = ctx?.request?.method === "GET" && ctx.target === document.body
  if (page) location.assign(ctx.request.action)
  return page
}

document.addEventListener("input", busy)
document.addEventListener("htmx:after:swap", () => (idle(), arrive()))
document.addEventListener("htmx:error", (event) => whole(event.detail))
document.addEventListener("htmx:config:request", (event) => {
  if (outdated && whole(event.detail)) event.preventDefault()
})
// Out of the browser's page memory may come a page of whoever was signed in before.
addEventListener("pageshow", (event) => event.persisted && location.reload())

let rest
async function arrive() {
  const later = document.body.dataset.person ? mount() : mount()
  rest ??= import("./phone/phone.js")
  await Promise.all([later, rest.then((phone) => phone.arrive())])
}

const whenPainted = (work) => (globalThis.requestIdleCallback ? requestIdleCallback(work, { timeout: 1000 }) : setTimeout(work, 200))
whenPainted(() => {
  arrive()
  startWorker().catch((error) => console.warn("worker", error))
})
