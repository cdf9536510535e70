/** Asks the worker for the offline pack and shows what it says: "Ready offline" only after its self-test. */
import { clock, t } from "../../shared/words.js"
import { reached } from "./chip.js"

const worker = navigator.serviceWorker
let last

/** One question to the worker; undefined where there is none. */
async function ask(question, onProgress) {
  const registration = await Promise.race([worker?.ready, new Promise((resolve) => setTimeout(resolve, 30_000))])
  if (!registration?.active) return undefined
  const { port1, port2 } = new MessageChannel()
  registration.active.postMessage(question, [port2])
  return new Promise((resolve) => {
    port1.onmessage = ({ data }) => (data.progress ? onProgress?.(data.progress) : resolve(data.done))
  })
}

function say(words, state) {
  for (const place of document.querySelectorAll("[data-ready-offline]")) {
    place.dataset.state = state
    place.textContent = words
  }
}

function show() {
  if (last?.ready) say(t("Ready offline. {n} pages, as of {time}.", { n: last.pages, time: clock(last.as_of) }), "ready")
  else if (last) say(t("Not ready offline yet. Stay online for a moment."), "not-ready")
}

/** The page on screen came from the store and a newer one has arrived: offered, never pushed under somebody's hands. */
function offerNewest(changed) {
  const place = document.querySelector("[data-as-of]")
  if (!place?.dataset.asOf || !changed?.includes(location.pathname)) return
  const link = Object.assign(document.createElement("a"), { href: location.href, textContent: t("Show the newest") })
  place.append(" ", link)
}

/** Fetches and tests; also enrols the device. {unreached} when our server did not answer. */
export async function prepare(locale) {
  if (last) show()
  const progress = ({ done, all }) => say(t("Getting ready for offline: {done} of {all}", { done, all }), "getting")
  const found = await ask({ ask: "pack", locale }, progress)
  if (!found) {
    // Without a worker pages cannot be kept, but what is saved can still be sealed.
    await (await import("./enrol.js")).enrolHere()
    return {}
  }
  last = found
  show()
  offerNewest(found.changed)
  await reached(!found.unreached)
  return found
}
