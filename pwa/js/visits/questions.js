/** The questions of the form: which of them are asked now, and what a tap fills in. */
import { dayFrom, isLate, wall } from "./form.js"

const UNASKED = "[data-if][hidden] [name], [data-if-late][hidden] [name]"

/** Shows only the questions that an answer has called for: data-if="name=value,value". */
export function ask(section, fields, lateDays, ahead) {
  section.dataset.asked = ""
  for (const part of section.querySelectorAll("[data-if]")) {
    const [name, values] = part.dataset.if.split("=")
    part.hidden = !values.split(",").includes(fields[name]?.[0])
  }
  section.querySelector("[data-if-late]").hidden = !isLate(fields, lateDays, Date.now(), ahead)
}

/** The fields without what is asked no more: that stays in the draft, and nobody is sent what they could not see. */
export function answered(section, fields) {
  const unasked = new Set([...section.querySelectorAll(UNASKED)].map(({ name }) => name))
  return Object.fromEntries(Object.entries(fields).filter(([name]) => !unasked.has(name)))
}

/** The same for a form that the browser itself is about to post. */
export function leaveOut(section) {
  for (const part of section.querySelectorAll(`[data-script], ${UNASKED}`)) part.disabled = true
}

/** This minute on the wall, and as a moment. */
export function thisMinute() {
  const now = new Date()
  now.setSeconds(0, 0)
  return [wall(now), now]
}

/** The buttons beside times and dates, and the one tick that follows from an answer. changed: as in visit.js. */
export function quickAnswers(section, form, changed) {
  const fill = (name, value, moment) => {
    form.elements[name].value = value
    changed({ [name]: moment })
  }
  for (const part of section.querySelectorAll("[data-now], [data-only-script]")) part.hidden = false
  section.addEventListener("click", ({ target }) => {
    const { now, inDays, for: name } = target.closest("button")?.dataset ?? {}
    if (now) fill(now, ...thisMinute())
    if (inDays) fill(name, dayFrom(Number(inDays)))
  })
  // Whoever is at home is where the child lives, unless they say otherwise, or the children live in two homes.
  form.addEventListener("change", ({ target }) => {
    const box = form.elements.in_residence
    if (target.name === "place") box.checked = target.value === "home" && ("oneHome" in section.dataset || box.checked)
  })
}
