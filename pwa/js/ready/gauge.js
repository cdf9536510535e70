/** How much of this phone's store Porchlight uses, as a bar and in words. */
import { locale, speak, t } from "../../shared/words.js"

const UNITS = [
  [1e9, "GB"],
  [1e6, "MB"],
  [1e3, "KB"],
]
// A private window or a full phone: photos of a few visits would not fit (pwa/js/visits/photos.js declines below 8 MB).
const SMALL = 50e6

/** "3.1 MB" */
export function sizeOf(bytes) {
  const [one, unit] = UNITS.find(([least]) => bytes >= least) ?? UNITS.at(-1)
  return `${new Intl.NumberFormat(locale, { maximumFractionDigits: 1 }).format(bytes / one)} ${unit}`
}

/** What navigator.storage.estimate() means, in words. */
export function gaugeWords({ usage = 0, quota = 0 }) {
  const uses = t("Porchlight uses {used} of {all} free", { used: sizeOf(usage), all: sizeOf(quota) })
  return quota - usage < SMALL ? `${uses}. ${t("That is little: photos may not fit, and working without signal is not promised.")}` : uses
}

/** part: what ready/_gauge.html shows. */
export async function start(part) {
  await speak(document.body.dataset.locale)
  const found = await navigator.storage?.estimate?.()
  if (!found?.quota) return
  const bar = part.querySelector("meter")
  bar.max = found.quota
  bar.high = Math.max(0, found.quota - SMALL)
  bar.value = found.usage ?? 0
  part.querySelector("[data-words]").textContent = gaugeWords(found)
  part.hidden = false
}
