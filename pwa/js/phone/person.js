/** Who uses this phone: enrolment where no worker does it, signing out, and the way back from somebody else's hands. */
import { enrol, leave, settle } from "../../shared/device.js"
import { keep } from "../../shared/store.js"

export { leave }

/** Enrolment by the page itself, in a browser where no worker runs. */
export async function enrolHere() {
  const { person, locale } = document.body.dataset
  if (!person) return
  await settle(person, locale)
  await enrol(person)
}

/** Signing out, with or without a network: what can be read goes at once, what waits stays sealed and still goes. */
export async function signOut() {
  document.body.hidden = true
  const worker = navigator.serviceWorker
  // First: the worker finishes what is cut short here, and tells the server, now or when there is a network again.
  if (worker?.controller) await keep("leaving", true)
  await leave()
  const registration = await worker?.getRegistration()
  for (const notice of (await registration?.getNotifications?.()) ?? []) notice.close()
  await navigator.clearAppBadge?.().catch(() => {})
  if (!worker?.controller) await fetch("/sign-out", { method: "POST" })
  location.replace("/")
}

/** Leaves this page for the one with the gate, unless this is it. Where that page is gone (another's family by now), only
 * signing in leads further; an error of ours passes by. */
export async function goTo(gate) {
  const here = gate === location.pathname
  if (here && document.querySelector("[data-gate]")) return false
  if (here && ![403, 404].includes((await fetch(gate).catch(() => ({}))).status)) return false
  document.body.hidden = true
  if (here) await signOut()
  else location.replace(gate)
  return true
}
