/** What this phone has proven: kept here first, so that it is known without signal, then told to the server. */
import { got, inPages, setting } from "../../shared/store.js"

const nameOf = (person) => `ready ${person}`

/** check -> {state, at, proven_at, told}; state: proven, not_proven or not_possible. */
export const resultsOf = async (person) => (await setting(nameOf(person))) ?? {}

const change = (person, work) =>
  inPages("settings", "readwrite", async (settings) => {
    const all = (await got(settings.get(nameOf(person)))) ?? {}
    work(all)
    settings.put(all, nameOf(person))
  })

/** at: when it was so. Alerts are the server's own to judge: of them it is told only that they cannot be. */
export async function keepResult(person, check, state, at = new Date().toISOString()) {
  const told = check === "alerts" && state !== "not_possible"
  await change(person, (all) => {
    all[check] = { state, at, proven_at: state === "proven" ? at : all[check]?.proven_at, told }
  })
  await tell(person).catch(() => {})
}

/** Sends what the server does not know yet. Throws where it does not answer. */
export async function tell(person) {
  for (const [check, { state, at, told }] of Object.entries(await resultsOf(person))) {
    if (told) continue
    const headers = { "Content-Type": "application/json", Accept: "application/json" }
    const how = { method: "POST", headers, body: JSON.stringify({ check, state, at }), redirect: "manual" }
    const answer = await fetch("/ready/checks", { ...how, signal: AbortSignal.timeout(10_000) })
    if (!answer.ok) throw new Error(`${answer.status}`)
    await change(person, (all) => {
      if (all[check].at === at) all[check].told = true
    })
  }
}
