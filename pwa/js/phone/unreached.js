/** A form that does not get through to us: the page stays as it is, and says so where it is seen and heard. */
import { t } from "../../shared/words.js"

const PATIENCE = 3_000

/** Whether our own server answers now; a captive portal's page is no answer. */
async function isReached() {
  if (!navigator.onLine) return false
  const how = { cache: "no-store", redirect: "error", signal: AbortSignal.timeout(PATIENCE) }
  const answer = await fetch("/healthz", how).catch(() => null)
  return Boolean(answer?.ok && /json/.test(answer.headers.get("Content-Type")))
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

let asked

/** Sends the form if our server can be reached, once; of two that were tapped, the later one. before(): what comes first. */
export async function submit(form, submitter, before) {
  if (asked === form) return
  asked = form
  const reached = await isReached()
  if (asked !== form) return
  asked = undefined
  if (!reached) return sayUnreached(false, form.dataset.unreachedWords)
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
