/** How long somebody has been waiting: time[datetime] counts up. Without it the time of day stands there. */
import { drift } from "../../shared/device.js"

export async function start(place) {
  const since = new Date(place.dateTime).getTime()
  // A phone's clock may be wrong; the server's is what the agency goes by.
  const ahead = await drift().catch(() => 0)
  const two = (number) => String(number).padStart(2, "0")
  const draw = () => {
    if (!place.isConnected) return clearInterval(timer)
    const seconds = Math.max(0, Math.floor((Date.now() - ahead - since) / 1000))
    const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60]
    place.textContent = `${hours ? `${hours}:${two(minutes)}` : minutes}:${two(seconds % 60)}`
  }
  const timer = setInterval(draw, 1_000)
  draw()
}
