/** Codes that were shown at the door and are not answered: shown again, until the answer has reached us. */
import { speak, t } from "../../shared/words.js"
import { pack, unpack } from "./door_code.js"
import { began, make } from "./door_facts.js"
import { ask } from "./door_kept.js"
import { dropCode, keptCodes, showCode } from "./door_show.js"

/** Whether the answer has reached us: then nothing is left to be shown. */
async function met(person, code) {
  const told = await ask("look", await unpack(await pack(code)))
  const over = told.stands?.answer || told.gone
  if (over) await dropCode(person, code.visit_id)
  return over
}

/** place: empty; data-visit: only the code of this visit. */
export async function start(place) {
  const { person, locale } = document.body.dataset
  if (!person) return
  await speak(locale)
  const { visit } = place.dataset
  for (const code of await keptCodes(person)) {
    if (visit && code.visit_id !== visit) continue
    const inside = make("div", { className: "flow" })
    const words = t("Code for {name}, visit of {day}, {time}", { name: code.name, ...began(code.summary, locale) })
    const more = make("details", { className: "card" }, make("summary", { textContent: words }), inside)
    more.addEventListener("toggle", () => more.open && !inside.firstChild && showCode(inside, person, code))
    place.append(more)
    met(person, code).then((over) => over && more.remove(), () => {})
  }
}
