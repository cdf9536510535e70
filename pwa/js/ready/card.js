/** Is this phone ready? Each row of the card with its state, and the one control that proves it. */
import { clock, speak, t } from "../../shared/words.js"
import { alerts } from "./alerts.js"
import { camera, gallery } from "./camera.js"
import { call, offline, storage } from "./checks.js"
import { keepResult, resultsOf, tell } from "./results.js"

const ROWS = { offline, camera, alerts, call, gallery, storage }
const WHEN = { month: "short", day: "numeric", hour: "numeric", minute: "2-digit" }

/** One row, as its check sees it. */
class Row {
  constructor(part, person, changed) {
    Object.assign(this, { part, person, changed, check: part.dataset.check })
  }

  find(name) {
    return this.part.querySelector(`[data-${name}]`)
  }

  say(words) {
    this.find("said").textContent = words
  }

  show({ state, proven_at }) {
    this.part.dataset.state = state
    for (const tag of this.part.querySelectorAll("[data-when]")) tag.hidden = tag.dataset.when !== state
    if (proven_at) this.find("last").textContent = t("Last proven {time}", { time: clock(proven_at, WHEN) })
  }

  /** A tap has shown this. */
  async put(state, words = "", at) {
    await keepResult(this.person, this.check, state, at)
    this.show((await resultsOf(this.person))[this.check])
    this.say(words)
    this.changed()
  }

  /** It is so, without anybody's tap: written down only where it is news. */
  async observe(state, words = "", at) {
    const known = (await resultsOf(this.person))[this.check]
    if (known ? known.state === state && !(at > known.at) : state === "not_proven") return this.say(words)
    await this.put(state, words, at)
  }

  /** Shows the control and runs work(event) at a tap. */
  on(name, work) {
    const button = this.find(name)
    button.hidden = false
    button.addEventListener("click", async (event) => {
      button.disabled = true
      this.say("")
      try {
        await work(event)
      } catch (error) {
        this.say(error.message || t("That did not work. Try again in a minute."))
      }
      button.disabled = false
    })
    return button
  }
}

/** list: the part of ready/card.html that names this module. */
export async function start(list) {
  const { person, locale } = document.body.dataset
  await speak(locale)
  if (!person) return
  const parts = [...list.querySelectorAll("[data-check]")]
  const count = document.querySelector("main > [data-count]")
  const changed = () => {
    const proven = parts.filter(({ dataset }) => dataset.state === "proven").length
    count.textContent = t("{proven} of {all} proven", { proven, all: parts.length })
  }
  const known = await resultsOf(person)
  for (const part of parts) {
    const row = new Row(part, person, changed)
    if (known[row.check]) row.show(known[row.check])
    ROWS[row.check](row)?.catch?.((error) => row.say(error.message))
  }
  changed()
  await tell(person).catch(() => {})
}
