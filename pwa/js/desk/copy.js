/** Copies an address: the button says so, also to whoever only hears the page. */
import { speak, t } from "../../shared/words.js"

const SHOWN = 4_000

/** button[data-copy], hidden until this runs. */
export async function start(button) {
  if (!navigator.clipboard) return
  await speak(document.body.dataset.locale)
  const before = button.textContent
  let timer
  button.hidden = false
  button.addEventListener("click", async () => {
    const done = await navigator.clipboard.writeText(button.dataset.copy).then(() => true, () => false)
    button.textContent = done ? t("Copied") : t("Not copied")
    clearTimeout(timer)
    timer = setTimeout(() => (button.textContent = before), SHOWN)
  })
}
