/** A form that does not get through to us: the page stays as it is, and says so where it is seen and heard. */
import { t } from "../../shared/words.js"
import { isWritten, sayOver } from "./ended.js"

const PATIENCE = 3_000
const OVER = () => t("You are signed out by now, so this was not sent. Sign in, then tap again.")
const HOLDS = () => t("You are signed out by now, so this was not sent. What you wrote is still here. Sign in in a new window, come back to this one, and tap again.")
const ANOTHER = () => t("Somebody else has signed in on this phone, so this was not sent. To go on, sign in again.")

/** What our own server says now: "" that it may be sent, else why not. A captive portal's page is no answer. person: who must
 * still be signed in, if anybody. */
async function trouble(person) {
  if (!navigator.onLine) return "unreached"
  const how = { cache: "no-store", redirect: "error", headers: { Accept: "application/json" }, signal: AbortSignal.timeout(PATIENCE) }
  const answer = await fetch(person ? "/api/v1/session" : "/healthz", how).catch(() => null)
  if (!/json/.test(answer?.headers.get("Content-Type"))) return "unreached"
  if (person && answer.status === 401) return "over"
  if (!answer.ok) return "unreached"
  return person && (await answer.json().catch(() => ({}))).person_id !== person ? "another" : ""
}

/** sent: it was on its way already, so that nobody knows. own: what the page itself says of it. */
function sayUnreached(sent, own) {
  const words = own
    ? own
    : sent
    ? t("We do not know if this reached us. When you have signal, open this page again and look before you repeat it.")
    : t("This did not reach us, and nothing was changed. Your page is as it was. Try again when you have signal.")
  const banner = Object.assign(document.createElement("div"), { className: "banner bad", role: "alert", tabIndex: -1 })
  banner.dataset.unreached = ""
  banner.append(Object.assign(document.createElement("p"), { textContent: words }))
  document.querySelector("[data-unreached]")?.remove()
  document.querySelector("main").prepend(banner)
  banner.focus()
}

/** Nobody is signed in any more, or somebody else is: nothing is sent in their name. */
function sayEnded(why, stays) {
  const words = why === "another" ? ANOTHER() : stays ? HOLDS() : OVER()
  sayOver(words, { role: "alert", stays: stays && why === "over" }).focus()
}

/** Whoever signs out, or reads in the other language, need not be signed in any more. */
const isOpen = ({ action }) => new URL(action, location).pathname === "/language"

let asked

/** Sends the form if our server can be reached, once; of two that were tapped, the later one. before(): what comes first. */
export async function submit(form, submitter, before) {
  if (asked === form) return
  asked = form
  const why = await trouble(before || isOpen(form) ? "" : document.body.dataset.person)
  if (asked !== form) return
  asked = undefined
  if (why === "unreached") return sayUnreached(false, form.dataset.unreachedWords)
  if (why) return sayEnded(why, isWritten([form]))
  await before?.()
  form.dataset.reached = "true"
  form.requestSubmit(submitter)
  delete form.dataset.reached
}

// A form that htmx has sent, without an answer.
document.addEventListener("htmx:error", ({ detail }) => {
  const { method = "GET" } = detail.ctx?.request ?? {}
  if (method !== "GET") sayUnreached(true)
})
