/** A button that must reach the server: when it does not, it says so at once, with a number to ring. Nothing is queued. */
const PATIENCE = 5_000

/** "done", "server" (it has something to say: its own page says it), or "failed". */
async function send(form, submitter) {
  const how = { method: "POST", body: new URLSearchParams(new FormData(form, submitter)), redirect: "manual" }
  try {
    const answer = await fetch(form.action, { ...how, signal: AbortSignal.timeout(PATIENCE) })
    if (answer.type === "opaqueredirect") return "done"
    return answer.status < 500 ? "server" : "failed"
  } catch {
    return "failed"
  }
}

export function start(form) {
  const notice = form.querySelector("[data-failed]")
  let [sending, through] = [false, false]
  form.addEventListener("submit", async (event) => {
    if (through) return
    event.preventDefault()
    if (sending) return
    sending = true
    notice.hidden = true
    const { submitter } = event
    const outcome = await send(form, submitter)
    sending = false
    if (outcome === "done") return location.reload()
    if (outcome === "server") {
      through = true
      return form.requestSubmit(submitter)
    }
    notice.hidden = false
    notice.focus()
  })
}
