/** The read-back: before a visit is saved, all that will be kept is shown in words. */
import { summaryText } from "../../shared/summary.js"
import { locale, t } from "../../shared/words.js"
import { signedWords } from "./signature.js"

// As the server writes times: twelve hours, small letters.
const code = () => (locale === "es" ? "es-US" : locale)
const day = (date) => new Date(`${date}T12:00`).toLocaleDateString(code(), { dateStyle: "full" })

/** "Monday, November 23, 2026 at 4:10 – 5:20 pm (1 h 10 min)" */
export function whenWords({ started_at, ended_at, zone }) {
  const [began, ended] = [new Date(started_at), new Date(ended_at)]
  const range = new Intl.DateTimeFormat(code(), { dateStyle: "full", timeStyle: "short", timeZone: zone }).formatRange(began, ended)
  const all = Math.round((ended - began) / 60_000)
  const [hours, minutes] = [Math.floor(all / 60), all % 60]
  const lasted = hours ? t("{hours} h {minutes} min", { hours, minutes }) : t("{minutes} min", { minutes })
  return `${range.replace(/[AP]M/g, (half) => half.toLowerCase())} (${lasted})`
}

function childWords({ seen, alone, alone_reason, not_seen_reason, private_note }) {
  const how = {
    yes: () => t("Seen, and talked with alone."),
    no: () => t("Seen, but not talked with alone: {why}", { why: alone_reason }),
    not_possible: () => t("Seen. Talking alone was not possible: {why}", { why: alone_reason }),
  }
  const said = seen ? (how[alone]?.() ?? t("Seen.")) : t("Not seen: {why}", { why: not_seen_reason })
  const note = private_note ? t("Private note: {words}", { words: private_note }) : t("No private note.")
  return `${said}\n${note}`
}

const PARTS = () => ({
  from: t("the time"),
  to: t("the time"),
  zone: t("the time"),
  place: t("the place"),
  came: t("who came"),
  agreed: t("what was agreed"),
  next: t("the next visit"),
  note: t("the note for the family"),
})

/** Why a signature under the first summary does not count for the second. */
export function voidWords(before, after) {
  const lines = (text, part) => text.split("\n").filter((line) => line.startsWith(`${part} `)).join("\n")
  const differ = (part) => lines(before, part) !== lines(after, part)
  if (differ("visit")) return t("The signature no longer counts, because this became a new visit after it was signed.")
  const parts = Object.entries(PARTS()).filter(([part]) => differ(part)).map(([, words]) => words)
  return t("The signature no longer counts, because this changed: {parts}.", { parts: new Intl.ListFormat(code()).format(new Set(parts)) })
}

function signatureWords(signature, body) {
  if (!signature) return ""
  const now = summaryText(body)
  return now === signature.summary_text ? signedWords(signature, signature.signer?.name ?? "") : voidWords(signature.summary_text, now)
}

/** The words on what was chosen in the form. */
const chosen = (form, name) =>
  [...form.querySelectorAll(`[name="${name}"]:checked`)]
    .map((box) => (box.nextElementSibling?.firstChild ?? box.parentElement).textContent.trim())
    .join(", ")

/** {row of _check.html: words} of the body of visit.log, and of what goes with it. */
function rowsOf(form, body, photos, signature) {
  const { agreed, next_visit, note } = body.summary
  const task = ({ title, due_on }) => (due_on ? t("{what}, by {day}", { what: title, day: day(due_on) }) : title)
  const rows = {
    when: whenWords(body),
    in_residence: body.in_residence ? t("Yes") : t("No"),
    observations: body.observations,
    agreed: agreed.join("\n"),
    next_visit: next_visit && day(next_visit),
    note,
    follow_ups: body.follow_ups.map(task).join("\n"),
    late_reason: body.late_reason,
    photos: photos || "",
    signature: signatureWords(signature, body),
  }
  for (const name of ["kind", "place", "persons", "topics"]) rows[name] = chosen(form, name)
  for (const child of body.children) rows[`child-${child.person_id}`] = childWords(child)
  return rows
}

/** panel: the section of _check.html. save and signAgain are what its buttons do. */
export function checkOn(panel, form, { save, signAgain }) {
  let hidden = []
  let before, high

  /** Back to the form, to the place that was left or to the field that is meant. */
  function close(field = before) {
    panel.hidden = true
    for (const part of hidden) part.hidden = false
    field.closest("details")?.setAttribute("open", "")
    scrollTo(0, high)
    field.focus()
  }

  panel.addEventListener("click", (event) => {
    const link = event.target.closest("a")
    const { save: wanted, change, signAgain: again } = event.target.closest("button")?.dataset ?? {}
    if (link) {
      event.preventDefault()
      close(document.getElementById(link.hash.slice(1)))
    }
    // The second tap of a double tap on the form's button is meant for no button of this page.
    if (wanted !== undefined && event.detail < 2) save(wanted)
    if (change !== undefined) close()
    if (again !== undefined) {
      close(form.elements.signer)
      signAgain()
    }
  })

  return {
    close,
    /** Shows what will be saved. photos: how many; signature: the draft's, or null. */
    open(body, photos, signature) {
      const rows = rowsOf(form, body, photos, signature)
      for (const place of panel.querySelectorAll("[data-row]")) {
        place.textContent = rows[place.dataset.row] || place.dataset.empty || ""
        place.parentElement.hidden = !place.textContent
      }
      const lost = Boolean(signature) && signature.summary_text !== summaryText(body)
      for (const part of panel.querySelectorAll("[data-if-void]")) part.hidden = (part.dataset.ifVoid === "yes") !== lost
      before = form.contains(document.activeElement) ? document.activeElement : form.querySelector(".hold button")
      high = scrollY
      hidden = [...panel.parentElement.children].filter((part) => part !== panel && !part.hidden)
      for (const part of hidden) part.hidden = true
      panel.hidden = false
      scrollTo(0, 0)
      panel.querySelector("h1").focus()
    },
  }
}
