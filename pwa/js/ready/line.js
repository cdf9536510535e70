/** What this phone has proven without signal: told to the server when it answers, and counted in the one line on Today;
 * and what has come newer than the page on screen. */
import { t } from "../../shared/words.js"
import { resultsOf, tell } from "./results.js"

/** The page on screen came from the store and a newer one has arrived: offered, never pushed under somebody's hands. */
function offerNewest(changed) {
  const place = document.querySelector("[data-as-of]")
  if (!place?.dataset.asOf || !changed?.includes(location.pathname)) return
  const link = Object.assign(document.createElement("a"), { href: location.href, textContent: t("Show the newest") })
  place.append(" ", link)
}

/** Runs once the phone is safe without signal; nothing waits for it. changed: the paths of which a newer page came. */
export async function start(changed) {
  offerNewest(changed)
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
