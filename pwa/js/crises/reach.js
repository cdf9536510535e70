/** How far an alert that was sent has got, on its caller's screen. */
import { t } from "../../shared/words.js"

/** How many are being called; and an alert that woke nobody is sent all the same, but it is no reason to lean back. */
export function showReach(slot, reaching, nobody) {
  const many = reaching === 1 ? t("Calling 1 person.") : t("Calling {n} people.", { n: reaching })
  slot("reaching", nobody ? t("Nobody could be woken.") : reaching ? many : "")
  slot("sent", nobody ? t("Sent, but call too") : t("Sent"))
  const screen = document.getElementById("crisis-sent")
  screen.classList.toggle("nobody", nobody)
  screen.querySelector("a[data-slot=status]").classList.toggle("second", nobody)
  screen.querySelector("[data-slot=ring] a").classList.toggle("second", !nobody)
}
