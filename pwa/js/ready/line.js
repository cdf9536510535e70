/** What this phone has proven without signal: told to the server when it answers, and counted in the one line on Today. */
import { t } from "../../shared/words.js"
import { resultsOf, tell } from "./results.js"

/** Runs once the phone is safe without signal; nothing waits for it. */
export async function start() {
  const { person } = document.body.dataset
  const line = document.querySelector("[data-proven]")
  const here = Object.values(await resultsOf(person)).filter(({ state }) => state === "proven").length
  const { proven, all } = line?.dataset ?? {}
  if (here > proven) {
    line.textContent = t("{proven} of {all} proven", { proven: here, all })
    line.closest("p").hidden = here >= all
  }
  await tell(person)
}
