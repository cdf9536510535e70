/** A foster parent's page: an answer from the door that is still on this phone is sent as soon as the app is open. */
import { speak, t } from "../../shared/words.js"
import { make } from "./door_facts.js"
import { keptRows, sendKept } from "./door_kept.js"

const waiting = async () => (await keptRows()).filter(({ said, sent }) => said && !sent)

/** place: empty. */
export async function start(place) {
  if (!(await waiting()).length) return
  await speak(document.documentElement.lang)
  await sendKept()
  if ((await waiting()).length)
    place.append(make("a", { className: "banner due", href: "/door", textContent: t("Your answer about a visit is still on this phone. Open it.") }))
}
