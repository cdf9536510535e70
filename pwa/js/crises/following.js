/** What becomes of an alert that was sent, in words, while its caller looks on. */
import { clock, t } from "../../shared/words.js"

const EVERY = 2_000

/** The sentence for where an alert stands. status: as GET /api/v1/crises/<id> answers. */
export function sentence({ state, taken_by, reached, overdue, call }) {
  if (state === "resolved") return t("It is over.")
  if (taken_by) return t("{name} has it, {time}", { name: taken_by.name, time: clock(taken_by.at) })
  if (overdue && call?.name) return t("Nobody has taken it yet. Call {name}.", { name: call.name })
  if (overdue) return t("Nobody has taken it yet. Please call.")
  if (reached?.length) return t("Reached the phone of {names}", { names: reached.join(", ") })
  return t("Waiting for an answer")
}

async function ask(id) {
  try {
    const how = { headers: { Accept: "application/json" }, signal: AbortSignal.timeout(4_000), redirect: "error" }
    const answer = await fetch(`/api/v1/crises/${id}`, how)
    return { over: answer.status === 401 || answer.status === 404, status: answer.ok ? await answer.json() : null }
  } catch {
    return { over: false, status: null }
  }
}

/** Says each change once, until it is over or the person turns to something else; silent while there is no answer. */
export async function follow(id, slot, stopped) {
  let last = ""
  while (!stopped()) {
    const { over, status } = await ask(id)
    if (over || stopped()) return
    const words = status && sentence(status)
    if (words && words !== last) slot("follow", (last = words))
    const link = document.querySelector("a[data-slot=call]")
    if (link && status?.call?.phone) link.href = `tel:${status.call.phone}`
    if (status?.state === "resolved") return
    await new Promise((resolve) => setTimeout(resolve, EVERY))
  }
}
