/** What becomes of an alert that was sent, in words, while its caller looks on. */
import { clock, t } from "../../shared/words.js"
import { showReach } from "./reach.js"

const EVERY = 2_000

/** The sentence for where an alert stands. status: as GET /api/v1/crises/<id> answers. */
export function sentence({ state, taken_by, reached, overdue, outlook, next_at, ring }) {
  if (state === "resolved") return t("It is over.")
  if (taken_by) return t("{name} has it, {time}", { name: taken_by.name, time: clock(taken_by.at) })
  const time = next_at && clock(next_at)
  if (outlook === "nobody") return t("Nobody is being called now. Please ring, the first one first. At {time} we call everyone again.", { time })
  if (overdue && outlook === "again") return t("Nobody has taken it yet. Everyone was called. At {time} we call everyone again. Please ring, too.", { time })
  if (overdue && ring?.[0]?.name) return t("Nobody has taken it yet. Call {name}.", { name: ring[0].name })
  if (overdue) return t("Nobody has taken it yet. Please call.")
  if (reached?.length) return t("Reached the phone of {names}", { names: reached.join(", ") })
  return t("Waiting for an answer")
}

/** +15555550100 as (555) 555-0100, +15550100 as 555-0100; any other as it was written. */
export const readable = (phone) =>
  phone.replace(/^\+1(\d{3})?(\d{3})(\d{4})$/, (_all, area, three, four) => `${area ? `(${area}) ` : ""}${three}-${four}`)

async function ask(id) {
  try {
    const how = { headers: { Accept: "application/json" }, signal: AbortSignal.timeout(4_000), redirect: "error" }
    const answer = await fetch(`/api/v1/crises/${id}`, how)
    return { over: answer.status === 401 || answer.status === 404, status: answer.ok ? await answer.json() : null }
  } catch {
    return { over: false, status: null }
  }
}

/** One button for each person to ring, in their order; each says whom it rings. */
function showWhomToRing(people) {
  const place = document.querySelector("#crisis-sent [data-slot=ring]")
  const wanted = people.map(({ phone }) => `tel:${phone}`).join()
  if (!place || !people.length || place.dataset.ring === wanted) return
  place.dataset.ring = wanted
  const buttons = people.map(({ name, phone }, n) => {
    const link = place.firstElementChild.cloneNode(true)
    link.classList.toggle("second", n > 0)
    link.href = `tel:${phone}`
    link.querySelector("b").textContent = name ? t("Call {name}", { name }) : t("Call on-call")
    link.querySelector(".num").textContent = readable(phone)
    return link
  })
  place.replaceChildren(...buttons)
}

function show(slot, status) {
  slot("follow", sentence(status))
  if (status.state === "resolved") return
  showWhomToRing(status.ring ?? [])
  showReach(slot, status.taken_by ? 0 : status.reaching, status.outlook === "nobody")
}

/** Says each change once, until it is over or the person turns to something else; silent while there is no answer. */
export async function follow(id, slot, stopped) {
  let last = ""
  while (!stopped()) {
    const { over, status } = await ask(id)
    if (over || stopped()) return
    const now = JSON.stringify(status)
    if (status && now !== last) show(slot, status)
    last = now
    if (status?.state === "resolved") return
    await new Promise((resolve) => setTimeout(resolve, EVERY))
  }
}
