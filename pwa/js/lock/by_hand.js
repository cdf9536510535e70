/** "Lock now". */
import { lock } from "./watch.js"

/** section: the part of phone/lock.html that names this module. */
export function start(section) {
  const button = section.querySelector("[data-lock-now]")
  button.hidden = false
  button.addEventListener("click", lock)
}
