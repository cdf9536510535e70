/** Counts down to a moment by the server's clock; without it the time of day stands there. */
import { drift } from "../../shared/device.js"
import { said } from "./timing.js"

export async function start(place) {
  // The engine goes by the server's clock, and so does this.
  const ahead = await drift().catch(() => 0)
  const draw = () => {
    if (!place.isConnected) return clearInterval(timer)
    const words = said(Math.round((new Date(place.dateTime).getTime() + ahead - Date.now()) / 1000))
    if (place.textContent !== words) place.textContent = words
  }
  // The page asks anew every two seconds, and the answer brings the time of day back.
  new MutationObserver(draw).observe(place, { attributes: true, childList: true, characterData: true, subtree: true })
  const timer = setInterval(draw, 1_000)
  draw()
}
