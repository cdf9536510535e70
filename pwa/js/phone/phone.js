/** What every page does on a phone: send what waits, keep the pack fresh, say honestly how things stand. */
import { gateBefore, inOutbox, setting } from "../../shared/store.js"
import { clock, speak, t } from "../../shared/words.js"
import { prepare, showStatus } from "./status.js"

const EVERY = 30_000
const PACK_EVERY = 10 * 60_000
let timer
let packedAt = 0

const waiting = () => inOutbox("items", "readonly", (items) => items.count())

/** Sends what is due, now and again when it is due again. */
export async function send() {
  clearTimeout(timer)
  if (!(await waiting())) return
  const { flush } = await import("../../shared/flush.js")
  const due = await flush()
  if (due === undefined) return
  timer = setTimeout(send, Math.min(Math.max(due, 250), EVERY))
  // Where the browser can wake the worker later by itself, it may; nothing depends on it.
  navigator.serviceWorker?.ready.then((worker) => worker.sync?.register("porchlight-flush")).catch(() => {})
}

async function freshen() {
  const { person, locale } = document.body.dataset
  if (!person || Date.now() - packedAt < PACK_EVERY) return
  packedAt = Date.now()
  if ((await prepare(locale)).unreached) packedAt = 0
}

// What was told from afar comes last: whoever has just signed in anew has answered a lock.
async function occasion() {
  if (document.hidden) return
  await Promise.all([send(), freshen()])
  if (!(await inOutbox("devices", "readonly", (devices) => devices.count()))) return
  await import("./order.js").then(({ heed }) => heed(), () => {})
}

/** What was begun, and what has lain here for long. Without any, nothing is fetched for it. */
async function remind(person) {
  const drafts = await inOutbox("drafts", "readonly", (store) => store.count())
  if (drafts) await (await import("./begun.js")).offer(person)
  if ((await waiting()) || (await setting("told"))) await (await import("./reminders.js")).remind(person)
  else await navigator.clearAppBadge?.()
}

function sayAsOf() {
  for (const place of document.querySelectorAll("[data-as-of]")) {
    const { asOf } = place.dataset
    if (asOf) place.textContent = t("As of {time}", { time: clock(asOf, { weekday: "short", hour: "numeric", minute: "2-digit" }) })
  }
}

/** Signing out works without a network, at once. What else only our server can do is sent when it answers; the parts of
 * a page that have a module see to their own forms. */
async function onSubmit(event) {
  const { target: form, submitter } = event
  const out = new URL(form.action, location).pathname === "/sign-out"
  const worker = navigator.serviceWorker?.controller
  // Who signs in for the first time has just reached us.
  const first = !worker && !document.body.dataset.person
  if (form.method !== "post" || form.dataset.reached || first || (!out && form.closest("[data-js]"))) return
  event.preventDefault()
  event.stopImmediatePropagation()
  const person = out && (await import("./person.js"))
  if (out && worker) return person.signOut()
  const unreached = await import("./unreached.js").catch(() => form.submit())
  await unreached?.submit(form, submitter, person.leave)
}

let listening
/** From now on a form that would leave this phone is heard before the network has it. */
export function listen() {
  if (listening) return
  listening = true
  document.addEventListener("submit", onSubmit, true)
  for (const name of ["online", "pageshow"]) addEventListener(name, occasion)
  document.addEventListener("visibilitychange", occasion)
  setInterval(occasion, EVERY)
  new BroadcastChannel("porchlight-outbox").onmessage = ({ data }) => (data.saved && send()) || (data.handed && toGate()) || (data.ended && end())
  // What has not been sent must not be cleared away when the phone runs short of room.
  navigator.storage?.persist?.().catch(() => {})
}

/** Reading was ended from afar: in every tab, whatever it shows. */
const end = async () => document.body.dataset.person && (await import("./person.js")).signOut()

/** Somebody else holds the phone: this page is left for the gate, unless it has it. True when it is left. */
async function toGate() {
  const gate = document.body.dataset.person && (await gateBefore(location.pathname).catch(() => undefined))
  return gate && (await import("./person.js")).goTo(gate)
}

const watch = async (person) => (await import("../lock/watch.js")).watch(person)

/** Called at each page, the first and every boosted one. */
export async function arrive() {
  const { person } = document.body.dataset
  listen()
  if (await toGate()) return
  // On a first visit the phone is to be safe without signal before it can lock.
  const known = person && (await setting(`pack ${person}`))
  if (known) watch(person)
  await speak(document.body.dataset.locale || (await setting("current"))?.locale || "en")
  sayAsOf()
  await showStatus(person)
  remind(person).catch(() => {})
  await occasion()
  if (person && !known) setTimeout(watch, EVERY, person)
  // Subscriptions vanish: where alerts are allowed, this phone asks for them again.
  if (person) await import("../alerts/subscribe.js").then(({ recheck }) => recheck()).catch(() => {})
}
