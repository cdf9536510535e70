/** The form of a visit: what it holds, what is wrong with it, and the body of visit.log that it makes. */
import { uuid7 } from "../../shared/wire.js"
import { t } from "../../shared/words.js"

const MINUTES = 60_000
const DAY = 24 * 60 * MINUTES
const LONG_AGO = 4 * 60 * MINUTES

/** {name: [values]} of everything that is filled in. */
export function readFields(form) {
  const fields = {}
  for (const [name, value] of new FormData(form)) if (typeof value === "string") (fields[name] ??= []).push(value)
  return fields
}

export function writeFields(form, fields) {
  for (const part of form.elements) {
    if (!part.name || part.type === "hidden") continue
    const values = fields[part.name]
    if (part.type === "checkbox" || part.type === "radio") part.checked = Boolean(values?.includes(part.value))
    else if (values) part.value = values[0]
  }
}

const one = (fields, name) => (fields[name]?.[0] ?? "").trim()
const moment = (fields, name) => new Date(fields.pins?.[name]?.at ?? one(fields, name))
const childIds = (fields) => [...new Set(Object.keys(fields).flatMap((name) => /^child-(.{36})-/.exec(name)?.[1] ?? []))]

/** The wall clock of a Date, as <input type="datetime-local"> wants it. */
export const wall = (date) => new Date(date - date.getTimezoneOffset() * MINUTES).toISOString().slice(0, 16)

/** The day so many days from now, by the calendar: a night on which the clocks change has no 24 hours. */
export function dayFrom(days, now = new Date()) {
  const day = new Date(now)
  day.setDate(day.getDate() + days)
  return wall(day).slice(0, 10)
}

/** Whether a visit of which nobody wrote the end may be taken to end now: it began today, and not long ago. */
export function endsNow(fields, now = new Date()) {
  const began = moment(fields, "started_at")
  const soon = began <= now && now - began <= LONG_AGO
  return soon && !one(fields, "ended_at") && wall(began).slice(0, 10) === wall(now).slice(0, 10)
}

const here = () => Intl.DateTimeFormat().resolvedOptions().timeZone

/** {field: {typed, at, zone}}: each time as a moment, by the clock of the place where it was typed. A phone may be taken
 * over a border before it saves, and an hour of autumn comes twice. pins: those from before; at: the moment, when known. */
export function pin(fields, pins = {}, at = null) {
  const found = {}
  for (const name of ["started_at", "ended_at"]) {
    const typed = one(fields, name)
    const when = at?.[name] ?? new Date(typed)
    if (!at?.[name] && pins[name]?.typed === typed) found[name] = pins[name]
    else if (!isNaN(when)) found[name] = { typed, at: when.toISOString(), zone: here() }
  }
  const { started_at: began, ended_at: ended } = found
  if (began && ended?.at < began.at) {
    const again = new Date(Date.parse(ended.at) + 60 * MINUTES)
    // Of an hour that comes twice, an end that reads before the beginning is meant the second time.
    if (wall(again) === ended.typed && again.toISOString() >= began.at) found.ended_at = { ...ended, at: again.toISOString() }
  }
  return found
}

/** The body of visit.log, schema 1 (docs/wire.md). The times must be there. */
export function visitBody(fields, { visit_id, case_id, came, drift_ms }) {
  const child = (person_id) => {
    const said = (name) => one(fields, `child-${person_id}-${name}`)
    const seen = said("seen") === "yes"
    const alone = seen ? said("alone") : ""
    return {
      person_id,
      seen,
      alone,
      alone_reason: alone && alone !== "yes" ? said("alone_reason") : "",
      not_seen_reason: seen ? "" : said("not_seen_reason"),
      private_note: said("private_note"),
    }
  }
  const followUps = [0, 1, 2].map((at) => ({
    id: uuid7(),
    title: one(fields, `follow_up-${at}-title`),
    due_on: one(fields, `follow_up-${at}-due_on`) || null,
  }))
  return {
    visit_id,
    case_id,
    kind: one(fields, "kind"),
    started_at: moment(fields, "started_at").toISOString(),
    ended_at: moment(fields, "ended_at").toISOString(),
    zone: fields.pins?.started_at?.zone ?? here(),
    place: one(fields, "place"),
    in_residence: Boolean(fields.in_residence),
    place_note: "",
    persons_seen: fields.persons ?? [],
    observations: one(fields, "observations"),
    summary: {
      came,
      agreed: one(fields, "agreed").split("\n").map((line) => line.trim()).filter(Boolean),
      next_visit: one(fields, "next_visit") || null,
      note: one(fields, "note"),
    },
    children: childIds(fields).map(child),
    topics: fields.topics ?? [],
    follow_ups: followUps.filter(({ title }) => title),
    late_reason: one(fields, "late_reason"),
    drift_ms,
    time_source: "phone",
  }
}

const folded = (words) => words.normalize("NFKC").toLowerCase().split(/\s+/).filter(Boolean).join(" ")
const INSIDE = /[\p{L}\p{N}_]/u

/** Whether these words hold one of the names in full: said before somebody signs them, for the server refuses it after. */
function holdsName(words, names) {
  const said = ` ${folded(words)} `
  return names.map(folded).some((name) => {
    if (!name.includes(" ")) return false
    for (let at = said.indexOf(name); at > 0; at = said.indexOf(name, at + 1))
      if (!INSIDE.test(said[at - 1]) && !INSIDE.test(said[at + name.length])) return true
    return false
  })
}

/** now and ahead in milliseconds: the phone's clock, and how far it is ahead of the server's. */
export const isLate = (fields, lateDays, now, ahead = 0) => now - ahead - moment(fields, "ended_at") > lateDays * DAY

/** [[field, words]] of what is wrong, by the server's own rules (visits/rules.py, evidence/rules.py), in the order of the page. */
export function mistakesIn(fields, { lateDays, now = Date.now(), ahead = 0, names = [] }) {
  const found = []
  const wrong = (name, words) => found.push([name, words])
  const [began, ended] = [moment(fields, "started_at"), moment(fields, "ended_at")]
  const [kind, place] = [one(fields, "kind"), one(fields, "place")]
  // A phone that is behind may be told the right time; what was measured of one that is ahead may be old.
  const latest = now + Math.max(-ahead, 0) + 10 * MINUTES
  if (isNaN(began)) wrong("started_at", t("Write when the visit began."))
  else if (began > latest) wrong("started_at", t("This time has not come yet. Write when the visit began, and check the clock of this phone."))
  if (isNaN(ended)) wrong("ended_at", t("Write when the visit ended."))
  else if (ended < began) wrong("ended_at", t("The end is before the beginning. Write when the visit ended."))
  else if (ended > latest) wrong("ended_at", t("This time has not come yet. Write when the visit ended, and check the clock of this phone."))
  else if (ended - began > DAY) wrong("ended_at", t("A visit lasts at most 24 hours. Check the day it ended, or write two visits."))
  const apart = place === "phone" || place === "video"
  if (!place) wrong("place", t("Choose where you were."))
  else if (apart && (kind === "caseworker_visit" || kind === "family_time"))
    wrong("place", t("A visit is in person. Choose another place, or choose phone or video as the kind."))
  if (apart && fields.in_residence)
    wrong("in_residence", t("Nobody is at home by phone or video. Take away the tick, or choose the place."))
  for (const id of childIds(fields)) {
    const said = (name) => one(fields, `child-${id}-${name}`)
    if (!said("seen")) wrong(`child-${id}-seen`, t("Say whether you saw this child."))
    else if (said("seen") === "no") said("not_seen_reason") || wrong(`child-${id}-not_seen_reason`, t("Write why you did not see this child."))
    else if (!said("alone")) kind === "caseworker_visit" && wrong(`child-${id}-alone`, t("Say whether you saw this child alone."))
    else if (said("alone") !== "yes" && !said("alone_reason")) wrong(`child-${id}-alone_reason`, t("Write why you did not talk with this child alone."))
  }
  for (const name of ["agreed", "note"])
    if (holdsName(one(fields, name), names)) wrong(name, t("The family reads this on a page without a lock. Write the first name only."))
  if (!/^(\d{4}-.*)?$/.test(one(fields, "next_visit"))) wrong("next_visit", t("Write the date like 2026-11-23."))
  for (const at of [0, 1, 2])
    if (one(fields, `follow_up-${at}-due_on`) && !one(fields, `follow_up-${at}-title`)) wrong(`follow_up-${at}-title`, t("Write what is to be done."))
  if (!one(fields, "late_reason") && isLate(fields, lateDays, now, ahead))
    wrong("late_reason", t("This visit is more than {days} days ago. Write why you enter it late.", { days: lateDays }))
  // Once it is saved, a photo cannot be given its consent any more, only be taken back.
  for (const name of Object.keys(fields).filter((one) => /^photo-.{36}-consent_by$/.test(one)))
    if (!one(fields, name)) wrong(name, t("Say who agreed to this photo. A photo without consent is not kept."))
  return found
}
