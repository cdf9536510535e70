/** Counts down to when the next person is called; without it the time of day stands there. */
import { drift } from "../../shared/device.js"

export async function start(place) {
  const until = new Date(place.dateTime).getTime()
  // The engine goes by the server's clock, and so does this.
  const ahead = await drift().catch(() => 0)
  const draw = () => {
    if (!place.isConnected) return clearInterval(timer)
    const left = Math.max(0, Math.round((until + ahead - Date.now()) / 1000))
    place.textContent = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`
  }
  const timer = setInterval(draw, 1_000)
  draw()
}
