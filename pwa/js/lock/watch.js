/** Locks the app by itself: after a while without a touch, after a while behind other apps, and with every other page of ours. */
import { drift } from "../../shared/device.js"
import { gateBefore, keep, setting, showsNobody } from "../../shared/store.js"
import { held, rootOf, wrapsOf } from "../../shared/vault.js"
import { toUnlock } from "./asking.js"

const MINUTE = 60_000
const LOOK = 5_000
const TOUCHES = ["pointerdown", "keydown", "input", "scroll"]
const rules = { idle: 15, background: 5 }

const channel = new BroadcastChannel("porchlight-vault")
// Apart from the other, on which every word shuts the vault.
const signs = new BroadcastChannel("porchlight-signs")
let touched = Date.now()
let seen = Date.now()
// How far this phone's clock is ahead: when it is opened again, only the server's counts.
let ahead = 0

/** Whether it is time. All in milliseconds since 1970; touched: by a hand, seen: some page of ours was in front. A clock that was
 * set back tells nothing. */
export const isDue = (now, { touched, seen }, { idle, background }) =>
  Math.abs(now - touched) >= idle * MINUTE || Math.abs(now - seen) >= background * MINUTE

/** Locks every other page and the worker. The mark comes first: whoever comes up meanwhile finds it. */
export async function shut() {
  document.documentElement.hidden = true
  ahead = await drift().catch(() => ahead)
  await keep("locked", { at: Date.now() - ahead }).catch(() => {})
  channel.postMessage("lock")
}

export async function lock() {
  await shut()
  toUnlock()
}

/** Somebody else may hold the phone, at the gate that shows their summary alone: they finish first. */
const isHanded = () => gateBefore("/").catch(() => undefined)

async function look() {
  if (!isDue(Date.now(), { touched, seen }, rules) || (await isHanded())) return false
  await lock()
  return true
}

async function tick() {
  if (!document.hidden && !(await look())) signs.postMessage({ seen: (seen = Date.now()) })
  else if (document.hidden) await look()
}

function touch() {
  const now = Date.now()
  if (now - touched > LOOK) signs.postMessage({ touched: now })
  touched = now
}

/** In the list of open apps, a phone shows what was last on screen. */
async function cover() {
  const { style } = document.documentElement
  if (document.hidden) {
    style.opacity = 0
    if (held(document.body.dataset.person)) await keep("left", Date.now() - ahead)
  } else if (!(await look())) {
    style.opacity = ""
    seen = Date.now()
  }
}

function listen() {
  for (const name of TOUCHES) addEventListener(name, touch, { capture: true, passive: true })
  document.addEventListener("visibilitychange", cover)
  setInterval(tick, LOOK)
  channel.onmessage = async ({ data }) => {
    if (data === "lock" && !showsNobody(location.pathname) && !(await isHanded())) toUnlock()
  }
  signs.onmessage = ({ data }) => {
    touched = Math.max(touched, data.touched ?? 0)
    seen = Math.max(seen, data.seen ?? 0)
  }
  // The worker has forgotten it, and asks whoever is open.
  navigator.serviceWorker?.addEventListener("message", ({ data, ports: [port] }) => {
    if (data?.ask === "root") port?.postMessage(held(data.person))
  })
}

/** Where turning it on was cut short, the rest is taken from the phone's own key. */
async function finish(person, root) {
  const rows = [...(await wrapsOf(person, "pages")), ...(await wrapsOf(person, "work"))]
  if (rows.some(({ kind }) => kind === "device")) await (await import("./sealing.js")).sealUnder(person, root, [], ["pages", "work"])
}

let listening = false
/** Called at each page of a person. */
export async function watch(person) {
  Object.assign(rules, (await setting(`pack ${person}`))?.lock)
  ahead = await drift()
  if (!listening) listen()
  listening = true
  if (showsNobody(location.pathname)) return
  if ((await setting("locked")) && !(await isHanded())) return toUnlock()
  const ways = await wrapsOf(person, "root")
  const root = ways.length && (await rootOf(person))
  if (ways.some(({ kind }) => kind === "prf")) await finish(person, root)
  else if (!root && rules.strict) await (await import("./setup.js")).closeOnLeaving(person)
}
