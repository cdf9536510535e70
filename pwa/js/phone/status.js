/** How things stand, in words on every page: what is sent (never before its receipt), and what works offline. */
import { inOutbox, setting } from "../../shared/store.js"
import { clock, t } from "../../shared/words.js"

let person
let news = {}
let most = 0

const groups = (items) => new Set(items.map(({ group }) => group)).size
/** How many visits these items are; what was merely taken back is none. */
export const visitsIn = (items) => groups(items.filter(({ kind }) => kind !== "withdrawn"))

export const takenBackWords = () => t("Taken back. We hear of it when you have signal.")

/** state for the style sheet, and the words. facts: {waiting, fix: visits; all: the most that waited; back: whether
 * something that was taken back waits; sending, reached, sentAt}. */
export function chipOf({ waiting, fix, all, back, sending, reached, sentAt }) {
  if (sending && waiting) return ["sending", t("Sending visit {n} of {all}", { n: all - waiting + 1, all })]
  if (fix) return ["fix", t("Visits that need a fix: {n}", { n: fix })]
  if (waiting && !reached) return ["waiting", t("Cannot reach us. Visits not sent yet: {n}", { n: waiting })]
  if (waiting) return ["waiting", t("Visits not sent yet: {n}", { n: waiting })]
  if (back) return ["waiting", takenBackWords()]
  if (!reached) return ["offline", t("No connection")]
  return ["sent", sentAt ? t("All sent {time}", { time: clock(sentAt) }) : t("All sent")]
}

async function draw() {
  const place = document.querySelector("#sync-chip")
  if (!place || !person) return
  const items = (await inOutbox("items", "readonly", (store) => store.getAll())).filter((item) => item.person_id === person)
  const fix = groups(items.filter((item) => item.state === "fix"))
  const going = items.filter((item) => item.state !== "fix")
  const waiting = visitsIn(going)
  most = waiting && Math.max(most, waiting)
  const reached = navigator.onLine && news.reached !== false
  const [state, words] = chipOf({ waiting, fix, all: most, back: going.length, reached, sending: news.sending, sentAt: await setting(`sent ${person}`) })
  write(place, state, words)
}

new BroadcastChannel("porchlight-outbox").onmessage = ({ data }) => {
  news = { ...news, ...data }
  return draw()
}
for (const name of ["online", "offline"]) addEventListener(name, draw)

/** Writes the state of things into the page that has just come. */
export function showStatus(whose) {
  person = whose
  show()
  return draw()
}

const worker = navigator.serviceWorker
let last

/** One question to the worker; undefined where there is none. */
export async function ask(question, onProgress) {
  const registration = await Promise.race([worker?.ready, new Promise((resolve) => setTimeout(resolve, 30_000))])
  if (!registration?.active) return undefined
  const { port1, port2 } = new MessageChannel()
  registration.active.postMessage(question, [port2])
  return new Promise((resolve) => {
    port1.onmessage = ({ data }) => (data.progress ? onProgress?.(data.progress) : resolve(data.done))
  })
}

/** Writes a state and its words; a screen reader repeats a live line only when it changes. */
function write(place, state, words) {
  place.dataset.state = state
  const line = place.querySelector("span") ?? place
  if (line.textContent !== words) line.textContent = words
}

function say(state, words) {
  for (const place of document.querySelectorAll("[data-ready-offline]")) write(place, state, words)
}

function show() {
  const time = last?.ready && { time: clock(last.as_of) }
  // A private window forgets, and so may a browser that has not promised to keep.
  if (time) say("ready", last.kept ? t("Ready offline, as of {time}", time) : t("Works offline now, not promised. As of {time}", time))
  else if (last) say("unknown", t("Not ready offline yet"))
}

/** Fetches and tests; also enrols the device. {unreached} when our server did not answer. */
export async function prepare(locale) {
  const progress = (how) => say("working", t("Getting ready: {done} of {all} pages, about {left} s", how))
  const found = await ask({ ask: "pack", locale }, progress)
  if (!found) {
    // Without a worker pages cannot be kept, but what is saved can still be sealed.
    await (await import("./person.js")).enrolHere()
    // One that is still on its way on a slow line is asked again.
    return { unreached: Boolean(worker) }
  }
  last = found
  news.reached = !found.unreached
  await showStatus(person)
  // Only now what pages can do without: the phone says "ready" first.
  ask({ ask: "later" })
    .then(() => import("../ready/line.js"))
    .then((line) => line.start(found.changed))
    .catch(() => {})
  return found
}
