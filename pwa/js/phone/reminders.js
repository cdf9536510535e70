/** Its person is reminded of work that has lain on this phone for over a day. */
import { listItems } from "../../shared/outbox.js"
import { inOutbox, keep, setting } from "../../shared/store.js"
import { t } from "../../shared/words.js"
import { make } from "./begun.js"
import { visitsIn } from "./status.js"

const DAY = 24 * 3600_000

/** How many visits have lain here for over a day; what was merely taken back is none. */
export const oldVisits = (items, now = Date.now()) => visitsIn(items.filter(({ saved_at }) => now - saved_at > DAY))

/** On the way to this page, at its top, and on the icon of the app. */
async function sayOld(n) {
  for (const old of document.querySelectorAll("[data-old-work]")) old.remove()
  // An iPhone without leave for notices refuses it.
  await (n ? navigator.setAppBadge?.(n) : navigator.clearAppBadge?.())?.catch(() => {})
  if (!n) return
  const words = t("Not sent for over a day: {n}", { n })
  const badge = make("span", { className: "tag due" }, String(n), make("span", { className: "unseen" }, ` ${words}`))
  const about = t("Open the app where you have signal. If that will take long, make a file in “On this phone” and hand it over.")
  const notice = make("div", { className: "banner due" }, make("div", {}, make("strong", {}, words), make("p", {}, about)))
  if (location.pathname !== "/phone") notice.lastChild.append(make("a", { href: "/phone" }, t("On this phone")))
  for (const part of [badge, notice]) part.dataset.oldWork = ""
  notice.setAttribute("role", "status")
  document.querySelector('.nav a[href="/more"]')?.append(badge)
  document.querySelector("main")?.prepend(notice)
}

/** Whoever leaves the app with old work in it finds a word of it among their notices, once a day, if they allow any. */
async function leaveWord(person) {
  if (globalThis.Notification?.permission !== "granted" || !oldVisits(await listItems(person))) return
  const name = `reminded ${person}`
  if (Date.now() - ((await setting(name)) ?? 0) < DAY) return
  await keep(name, Date.now())
  const registration = await navigator.serviceWorker?.getRegistration()
  await registration?.showNotification(t("Work on this phone was not sent for over a day. Open to see."), { tag: "unsent", icon: "/icons/icon-192.png" })
}

let whose
/** Shows what there is to be reminded of; again at each page and at each change of the outbox. */
export async function remind(person) {
  if (!whose) {
    document.addEventListener("visibilitychange", () => document.hidden && whose && leaveWord(whose).catch(() => {}))
    new BroadcastChannel("porchlight-outbox").onmessage = () => whose && look().catch(() => {})
  }
  whose = person
  await (person ? look() : sayKept())
}

const TOLD = {
  lock: () => t("This phone was locked from another one. Sign in to read on it again."),
  wipe: () => t("What could be read on this phone was erased from another one."),
}

/** On a page without anybody: why nothing can be read here, and what still lies sealed from before. */
async function sayKept() {
  const place = document.querySelector("[data-kept]")
  if (!place) return
  const n = visitsIn(await inOutbox("items", "readonly", (items) => items.getAll()))
  const why = TOLD[(await setting("told"))?.order]
  place.classList.toggle("banner", Boolean(why))
  const words = [why?.(), n && t("Visits that are locked on this phone and will still be sent: {n}", { n })]
  place.textContent = words.filter(Boolean).join(" ")
}

let said
async function look() {
  const n = oldVisits(await listItems(whose))
  const shown = Boolean(document.querySelector("[data-old-work]"))
  // A screen reader repeats a live line whenever it is written.
  if (said === n && shown === n > 0) return
  said = n
  await sayOld(n)
}
