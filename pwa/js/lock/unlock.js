/** The page that unlocks: opens by itself for whoever has just signed in, else by a face, a finger or a tap. */
import { drift } from "../../shared/device.js"
import { inPages, keep, setting } from "../../shared/store.js"
import { wrapsOf } from "../../shared/vault.js"
import { speak, t } from "../../shared/words.js"
import { tell } from "./asking.js"
import { openWithFace } from "./credential.js"
import { sessionOfNow, shareOf } from "./share.js"
import { openWay } from "./ways.js"

const MINUTE = 60_000
// How far apart two clocks may be that were compared over a slow network.
const APART = 5_000

/** Where to go on: a path of ours out of what stands behind the #, else Today. */
export function wanted(hash, origin) {
  const path = hash.slice(1)
  if (!path.startsWith("/")) return "/today"
  const { origin: its, pathname } = new URL(path, origin)
  return its === origin && pathname !== "/unlock" ? pathname : "/today"
}

/** May it open without being asked? session: {person, age, now} or null; locked, left: when, by the server's clock (that of
 * the phone can be set by whoever holds it), or undefined; background in minutes.
 * Whoever signed in after it was locked has shown who they are; else only somebody who was here a moment ago. */
export function opensByItself(session, person, { locked, left, background }) {
  if (!session) return false
  const since = locked ?? left
  if (session.age < (since === undefined ? MINUTE : session.now - since + APART)) return true
  return session.person === person && locked === undefined && Math.abs(session.now - left) < background * MINUTE
}

async function findOut() {
  const { person_id: person, locale } = (await setting("current")) ?? {}
  const ways = person ? await wrapsOf(person, "root") : []
  const locked = (await setting("locked"))?.at
  const left = await setting("left")
  const { background = 5 } = (await setting(`pack ${person}`))?.lock ?? {}
  return { person, locale, locked, left, background, ahead: await drift(), face: ways.find(({ kind }) => kind === "prf"), share: ways.find(({ kind }) => kind === "share") }
}

async function opened({ person, ahead }, root) {
  if (root) await tell({ ask: "hold", person, root })
  await inPages("settings", "readwrite", (settings) => {
    // An app that dies in front never says that it was left.
    settings.put(Date.now() - ahead, "left")
    settings.delete("locked")
  })
}

/** With what the server gives a live session. */
async function bySession(known) {
  const { person, share } = known
  const session = navigator.onLine ? await sessionOfNow() : null
  if (!opensByItself(session, person, known)) return false
  // Another person's pages come from the server; nothing of the one before is opened.
  if (session.person !== person || !(share || known.face)) return opened(known), true
  const bytes = share && (await shareOf(person))
  const root = bytes && (await openWay(share, bytes).catch(() => null))
  if (!root) return false
  await opened(known, root)
  return true
}

async function byHand(known) {
  const { face } = known
  const prf = face && (await openWithFace(face))
  if (face && !prf) throw new Error("no PRF")
  await opened(known, face && (await openWay(face, prf)))
}

/** The other language, also without a server. */
function changeLanguage(event) {
  const code = new FormData(event.target).get("code")
  if (new URL(event.target.action).pathname !== "/language") return
  event.preventDefault()
  event.stopImmediatePropagation()
  setting("current").then((now) => keep("current", { ...now, locale: code })).then(() => location.reload())
}

/** section: the part of phone/unlock.html that names this module. */
export async function start(section) {
  const find = (name) => section.querySelector(name)
  const say = (words) => (find("[data-slot=trouble]").textContent = words)
  const show = (name) => {
    for (const part of section.querySelectorAll("[data-way]")) part.hidden = part.dataset.way !== name
  }
  const path = wanted(location.hash, location.origin)
  const go = () => location.replace(path)
  addEventListener("submit", changeLanguage, true)
  const known = await findOut()
  await speak(known.locale ?? document.body.dataset.locale)
  find("[data-to-sign-in]").href = `/sign-in?next=${encodeURIComponent(path)}`
  const { locked, face, share } = known
  // The worker may have it after all, or another page.
  const open = locked === undefined && ((!face && !share) || (await tell({ ask: "root", person: known.person })))
  if (open) return go()
  if (await bySession(known).catch(() => false)) return go()
  show(face || !share ? "open" : "sign-in")
  find("h1").focus()
  find("[data-unlock]").addEventListener("click", async () => {
    say("")
    await byHand(known).then(go, () => say(t("That did not open it. Try again, or sign in when you have signal.")))
  })
}
