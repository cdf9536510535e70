/** The one line on Today: how much this phone has proven, also what the server has not heard of yet. */
import { speak, t } from "../../shared/words.js"
import { resultsOf, tell } from "./results.js"

/** link: what ready/_line.html shows; data-proven and data-all are the server's. */
export async function start(link) {
  const { person, locale } = document.body.dataset
  await speak(locale)
  const here = Object.values(await resultsOf(person)).filter(({ state }) => state === "proven").length
  const all = Number(link.dataset.all)
  const proven = Math.max(here, Number(link.dataset.proven))
  link.querySelector("[data-count]").textContent = t("{proven} of {all} proven", { proven, all })
  link.parentElement.hidden = proven >= all
  await tell(person).catch(() => {})
}
