/** The checks that are one question each: all pages from the store, a call in silence, storage that is kept. */
import { ask, prepare } from "../phone/status.js"
import { t } from "../../shared/words.js"
import { offlineResult } from "./findings.js"

export function offline(row) {
  row.on("prove", async () => {
    let found = navigator.serviceWorker && (await ask({ ask: "test" }))
    // Where something is missing it is fetched now, and tested again.
    if (found && !found.ready && navigator.onLine) found = await prepare(document.body.dataset.locale)
    await row.put(...offlineResult(found))
  })
}

export function call(row) {
  row.on("prove", () => row.put("proven", t("Good. You said so, and it is written down with the time.")))
  row.on("failed", () => row.put("not_proven", t("Set it up with the steps above, then ask for another ring. Until then, sleep near a phone that rings.")))
}

const unkept = () => t("The browser has not promised to keep it, so working without signal is not promised here. Add Porchlight to the home screen, then try again.")

export async function storage(row) {
  const store = navigator.storage
  if (!store?.persist) return row.observe("not_possible", unkept())
  row.on("prove", async () => ((await store.persist()) ? row.put("proven", t("Protected.")) : row.put("not_proven", unkept())))
  if (await store.persisted()) await row.observe("proven", t("Protected."))
  else await row.observe("not_proven", unkept())
}
