/** A new release of the app: it never takes over an open form, an upload, or a phone that somebody else holds. */
import { gateBefore, inOutbox } from "../../shared/store.js"
import { speak, t } from "../../shared/words.js"

const TRIES = 10
// What a page asks of the old worker when it has just come should be answered first.
const SOON = [1_000, 2_000, 4_000]
const ANY_PAGE = "/today"

const after = (ms) => new Promise((resolve) => setTimeout(resolve, ms))

/** What work answers if nobody else has the lock, else false. */
const whenFree = (name, work) => navigator.locks.request(name, { ifAvailable: true }, (lock) => Boolean(lock) && work())

/** A photo is half way: its next part is due at once. */
async function uploading() {
  const items = await inOutbox("items", "readonly", (store) => store.getAll())
  return items.some(({ upload, upload_until }) => upload?.length && upload_until > Date.now())
}

const formHere = () => document.querySelector("[data-js] form")

/** Somebody has begun to write meanwhile, here or in another tab. */
const begun = async () => formHere() || (await navigator.locks.query()).pending.some(({ name }) => name === "porchlight-busy")

/** What work answers if it may run now, else false. A form that was touched in any tab holds "busy"; sending holds "flush". */
async function ifSafe(work) {
  if (formHere() || (await gateBefore(ANY_PAGE)) || (await uploading())) return false
  return whenFree("porchlight-busy", () => whenFree("porchlight-flush", work))
}

/** Lets the new worker take over, and answers whether it has: nothing begins meanwhile. */
const take = (registration) => async () => {
  const taken = new Promise((done) => navigator.serviceWorker.addEventListener("controllerchange", () => done(true), { once: true }))
  for (let tries = 0; tries < TRIES && !(await begun()); tries++) {
    // A browser that is looking for the next release at this moment may pass over the first word.
    registration.waiting?.postMessage({ ask: "activate" })
    if (await Promise.race([taken, after(1_000)])) return true
  }
  return false
}

function offer(registration) {
  if (document.querySelector("[data-update]")) return
  const words = Object.assign(document.createElement("p"), { textContent: t("A new version of the app is ready.") })
  const now = Object.assign(document.createElement("button"), { className: "button second", type: "button", textContent: t("Update now") })
  const banner = Object.assign(document.createElement("div"), { className: "banner info" })
  const inside = document.createElement("div")
  inside.append(words, now)
  banner.append(inside)
  banner.dataset.update = ""
  banner.setAttribute("role", "status")
  now.addEventListener("click", async () => {
    now.disabled = true
    if (await ifSafe(take(registration))) return location.reload()
    now.disabled = false
    words.textContent = t("Not yet: something is being written or sent. Try again when that is done.")
  })
  document.querySelector("main")?.prepend(banner)
}

/** arriving: nobody has begun anything on this page. Then it is taken at once; else it is offered while it is safe. */
export async function renew(registration, arriving) {
  await speak(document.body.dataset.locale || "en")
  if (!arriving) return (await ifSafe(() => true)) && offer(registration)
  for (const pause of SOON) {
    await after(pause)
    if (await ifSafe(take(registration))) return
  }
}
