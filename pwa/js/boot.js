/** The first script of every page: after the first paint it brings the rest. It imports nothing at first. */
const policy = globalThis.trustedTypes?.createPolicy("porchlight", {
  createScriptURL(url) {
    if (url !== "/sw.js") throw new TypeError("Only our own worker.")
    return url
  },
})

// A new worker has taken over: modules of two releases must not meet in one document.
let outdated = false
let release

/** Holds off a new release while somebody types. */
function busy({ target }) {
  if (release || !target.form) return
  release = () => {}
  navigator.locks.request("porchlight-busy", { mode: "shared" }, () => new Promise((done) => (release = done)))
}

/** A new release waits for a good moment. arriving: nobody has begun anything on this page. */
async function renew(arriving) {
  const registration = await navigator.serviceWorker?.getRegistration()
  if (registration?.waiting) await (await import("./phone/update.js")).renew(registration, arriving)
}

async function startWorker() {
  const worker = navigator.serviceWorker
  const before = worker.controller
  worker.addEventListener("controllerchange", () => (outdated = Boolean(before)))
  const url = policy ? policy.createScriptURL("/sw.js") : "/sw.js"
  const registration = await worker.register(url, { type: "module", updateViaCache: "none" })
  registration.addEventListener("updatefound", () => registration.installing?.addEventListener("statechange", () => renew()))
  addEventListener("visibilitychange", () => document.hidden || renew(true))
  await renew(true)
}

// part -> what its module's start() will have done; settled once the part answers by itself.
const mounting = new WeakMap()
const settled = new WeakSet()

/** <section data-js="visits/visit"> loads /js/visits/visit.js and calls its start(section). A script that comes with a
 * boosted page never runs, so a page names its module this way. */
async function mount() {
  for (const part of document.querySelectorAll("[data-js]")) {
    if (mounting.has(part) || !/^[a-z]+\/[a-z_]+$/.test(part.dataset.js)) continue
    const started = import(`./${part.dataset.js}.js`).then((module) => module.start(part))
    mounting.set(part, started)
    // One that cannot be had keeps no other from starting.
    await started.catch(reportError).finally(() => settled.add(part))
  }
}

/** A tap before the module is there must not go to the network by itself: it waits for the module. */
function hold(event) {
  const { target, submitter } = event
  const part = target.closest("[data-js]")
  if (!part || settled.has(part) || !mounting.has(part)) return
  event.preventDefault()
  event.stopImmediatePropagation()
  target.dataset.tapped ??= event.timeStamp
  const patience = new Promise((resolve) => setTimeout(resolve, 4_000))
  const again = () => {
    settled.add(part)
    if (target.isConnected) target.requestSubmit(submitter)
  }
  Promise.race([mounting.get(part), patience]).then(again, () => target.submit())
}

/** Loads a boosted page whole; false when it is none. */
function whole({ ctx }) {
  const page = ctx?.request?.method === "GET" && ctx.target === document.body
  if (page) location.assign(ctx.request.action)
  return page
}

let phone
async function arrive() {
  phone ??= import("./phone/phone.js")
  await (await phone).arrive()
}

document.addEventListener("submit", hold, true)
document.addEventListener("input", busy)
document.addEventListener("htmx:error", (event) => whole(event.detail))
document.addEventListener("htmx:config:request", (event) => outdated && whole(event.detail) && event.preventDefault())
document.addEventListener("htmx:after:swap", ({ detail }) => {
  mount()
  if (detail.ctx?.target !== document.body) return
  release?.()
  release = null
  arrive()
  renew()
})
// Out of the browser's own page memory may come a page of whoever was signed in before.
addEventListener("pageshow", ({ persisted }) => {
  if (!persisted) return
  document.documentElement.hidden = true
  location.reload()
})

/** Every page works without htmx, so on a first visit it comes last: the phone is to be safe without signal first. */
function swapPages(arrived) {
  if (!document.body.dataset.person) return
  const patience = new Promise((resolve) => setTimeout(resolve, 30_000))
  Promise.race([arrived, patience]).finally(() => import("./htmx.js"))
}

// The key of a phone that is locked by a face or a finger; it comes before anything here has asked for it.
navigator.serviceWorker?.addEventListener("message", ({ data }) => data.root && (globalThis.given = data))
navigator.serviceWorker?.startMessages()
mount()
const whenPainted = globalThis.requestIdleCallback ?? ((work) => setTimeout(work, 300))
whenPainted(() => {
  swapPages(arrive())
  if (navigator.serviceWorker) startWorker().catch(() => import("./htmx.js"))
})
