/** What this phone has proven without signal: told to the server when it answers, and counted in the one line on Today;
 * and what has come newer than the page on screen. */
import { inPages, showsNobody } from "../../shared/store.js"
import { wrapsOf } from "../../shared/vault.js"
import { t } from "../../shared/words.js"
import { shut } from "../lock/watch.js"
import { isWritten, sayOver } from "../phone/ended.js"
import { handOnWhatLeft } from "../phone/left_over.js"
import { resultsOf, tell } from "./results.js"

/** Whether the page has been stored anew since this document began: what the page before asked for may arrive only now. */
const cameSince = async (person) =>
  (await inPages("pages", "readonly", (pages) => pages.get([person, location.pathname])))?.at > performance.timeOrigin

/** The page on screen came from the store and a newer one has arrived: offered, never pushed under somebody's hands. */
async function offerNewest(person, changed) {
  const place = document.querySelector("[data-as-of]")
  if (!place?.dataset.asOf || !(changed?.includes(location.pathname) || (await cameSince(person)))) return
  const link = Object.assign(document.createElement("a"), { href: location.href, textContent: t("Show the newest") })
  place.append(" ", link)
}

/** The session has ended, and our server says so: reading goes on once somebody has signed in. A visit that is being
 * written stays, for it is kept, and sent without a session; what was typed elsewhere lies nowhere but on this page. */
async function readNoMore(person) {
  if (document.querySelector("form [name=visit_id], form [name=amendment_id]"))
    return sayOver(t("You are signed out by now. What you write here is kept and will be sent."))
  if (isWritten([...document.querySelectorAll("main form[method=post]")]))
    return sayOver(t("You are signed out by now. Sign in in a new window, then send what you wrote here."), { stays: true })
  // What opens without signal afterwards opens with a face or a finger alone.
  if ((await wrapsOf(person, "root")).length) await shut()
  return location.replace(`/sign-in?next=${encodeURIComponent(location.pathname)}`)
}

const PATIENCE = 10_000

/** Whether our server says that nobody is signed in here; without an answer, nobody has said so. */
async function isOver() {
  const how = { headers: { Accept: "application/json" }, cache: "no-store", signal: AbortSignal.timeout(PATIENCE) }
  return (await fetch("/api/v1/session", how).catch(() => null))?.status === 401
}

/** Runs once the phone is safe without signal; nothing waits for it. changed: the paths of which a newer page came. */
export async function start(changed) {
  const { person } = document.body.dataset
  if (await isOver()) return showsNobody(location.pathname) || readNoMore(person)
  await offerNewest(person, changed)
  await handOnWhatLeft(person)
  const line = document.querySelector("[data-proven]")
  const here = Object.values(await resultsOf(person)).filter(({ state }) => state === "proven").length
  const { proven, all } = line?.dataset ?? {}
  if (here > proven) {
    line.textContent = t("{proven} of {all} proven", { proven: here, all })
    line.closest("p").hidden = here >= all
  }
  await tell(person)
}
