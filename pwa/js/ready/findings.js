/** What a check has found, as [state, words for the person]: pure. */
import { clock, t } from "../../shared/words.js"

const WHEN = { weekday: "short", hour: "numeric", minute: "2-digit" }

/** What the worker's self-test means, as [state, words]. found: its answer, or undefined where no worker runs. */
export function offlineResult(found) {
  if (!found) return ["not_possible", t("This browser keeps no pages. A private window may be why. Open Porchlight in a normal window.")]
  const time = found.as_of && clock(found.as_of, WHEN)
  if (found.ready) return ["proven", t("All {n} pages opened from this phone, as of {time}.", { n: found.pages, time })]
  return ["not_proven", t("Not all pages are here yet. Stay where you have signal for a minute, then try again.")]
}

/** What was found after the camera, as [state, words]. facts: {draft, pages: whether each is there; back: the page was closed}. */
export function cameraResult({ draft, pages, back }) {
  if (!draft) return ["not_proven", t("What was being written is gone after the camera. Save a visit before you take its photos, and tell your supervisor.")]
  if (!pages) return ["not_proven", t("What was being written is here, but not every page opens. Prove the first line, then try again.")]
  if (back) return ["proven", t("The camera closed this page, and everything is here again.")]
  return ["proven", t("This page, its pages without signal and what was being written are all still here.")]
}
