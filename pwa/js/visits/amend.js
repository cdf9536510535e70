/** The form in which a logged visit is changed: kept as it is typed, and only what differs is sealed and sent. */
import { deviceOf, drift } from "../../shared/device.js"
import { dropDraft, keeper, loadDraft } from "../../shared/drafts.js"
import { isSaved, listItems, readItem } from "../../shared/outbox.js"
import { inOutbox } from "../../shared/store.js"
import { uuid7 } from "../../shared/wire.js"
import { clock, speak, t } from "../../shared/words.js"
import { changesOf, timesOf } from "./changes.js"
import { mistakesIn, readFields, writeFields } from "./form.js"
import { watch } from "./meanwhile.js"
import { saveVisit, showMistakes, showSaved, takeAwayMended } from "./save.js"

const KEPT = { hour: "numeric", minute: "2-digit", second: "2-digit" }
const KIND = "visit.amend"
const PATIENCE = 3_000

/** What the server says stands now; undefined without it. The page itself may have come from this phone's own store. */
async function newest(visit) {
  if (!navigator.onLine) return undefined
  const how = { headers: { Accept: "application/json" }, signal: AbortSignal.timeout(PATIENCE) }
  const answer = await fetch(`/api/v1/visits/${visit}/form`, how).catch(() => null)
  return answer?.ok ? answer.json().catch(() => undefined) : undefined
}

/** {ids, last}: this person's own changes of the visit that were saved on this phone, and the fields of the last one that
 * still waits: whoever writes on has seen them. */
async function own(person, visit) {
  const mine = ({ kind, group, person_id, too_late }) => (kind === KIND || too_late) && group === visit && person_id === person
  const items = (await listItems(person)).filter(mine)
  const sent = (await inOutbox("receipts", "readonly", (receipts) => receipts.getAll())).filter(mine)
  const last = items.length ? await readItem(items.at(-1)).catch(() => undefined) : undefined
  return { ids: [...sent, ...items].map(({ op_id }) => op_id), last: last?.fields }
}

/** Shows only the questions that an answer has called for: data-if="name=value,value". */
function ask(section, fields) {
  section.dataset.asked = ""
  for (const part of section.querySelectorAll("[data-if]")) {
    const [name, values] = part.dataset.if.split("=")
    part.hidden = !values.split(",").includes(fields[name]?.[0])
  }
}

/** section: the part of visits/amend.html that names this module. */
export async function start(section) {
  const form = section.querySelector("form")
  form.inert = true
  await begin(section, form).finally(() => (form.inert = false))
}

async function begin(section, form) {
  const { person, locale } = document.body.dataset
  const { visit, case: case_id, family, zone } = section.dataset
  const find = (name) => section.querySelector(`[data-${name}]`)
  const hidden = (name) => form.elements[name].value
  const key = location.pathname
  await speak(locale)
  if (!person) return ask(section, readFields(form))

  /** What was shown when the writing began: only what differs from it is a change. */
  async function shown() {
    const found = await newest(visit)
    const fields = found?.fields ?? readFields(form)
    const exact = found ?? { started_at: hidden("exact_started_at"), ended_at: hidden("exact_ended_at") }
    const base = found?.base ?? hidden("base").split(" ").filter(Boolean)
    return { fields, base, exact: { started_at: exact.started_at, ended_at: exact.ended_at } }
  }

  const kept = await loadDraft(person, key)
  // It was sent as a plain form, and is there: only now it may go.
  const arrived = kept && hidden("base").split(" ").includes(kept.visit_id)
  if (arrived) await dropDraft(person, key, [])
  const found = arrived ? undefined : kept
  const before = found?.before ?? (await shown())
  const mine = await own(person, visit)
  // A change of one's own that still waits counts as seen, and its words as what stood.
  const stood = { ...before.fields, ...mine.last }
  // A page that the server has drawn again holds what was typed.
  const typed = section.querySelector("#errors") && readFields(form)
  const draft = found ?? { key, visit_id: uuid7(), before, fields: typed ?? { ...stood, reason: [""] } }
  writeFields(form, draft.fields)
  find("resumed").hidden = !found
  const names = [...section.querySelectorAll("[data-full-name]")].map((child) => child.dataset.fullName)
  const ahead = await drift().catch(() => 0)

  const keeping = keeper(
    person,
    () => draft,
    (at, error) => {
      const full = error && t("Not saved: this phone is full or its store is closed.")
      const other = error?.name === "Overtaken" && t("Not saved: another change of this visit is kept on this phone. Open this page again to go on with that one.")
      find("draft-state").textContent = other || full || t("Draft kept on this phone, {time}", { time: clock(at, KEPT) })
    },
  )

  function mistakes() {
    const times = timesOf(before.fields, draft.fields, { exact: before.exact, zone })
    const pins = Object.fromEntries(Object.entries(times).map(([name, at]) => [name, { at }]))
    const wrong = mistakesIn({ ...draft.fields, pins }, { lateDays: Infinity, ahead, names })
    // A brother or sister who was not named in the visit need not be.
    const open = ([name]) => name.endsWith("-seen") && !stood[name]?.[0] && !draft.fields[name]
    const found = wrong.filter((mistake) => !open(mistake))
    if (!draft.fields.reason?.[0]?.trim()) found.push(["reason", t("Write why you change it.")])
    return found
  }

  const look = () => (draft.fields = readFields(form))
  let touched = false
  function changed() {
    touched = true
    look()
    ask(section, draft.fields)
    takeAwayMended(section, mistakes())
    return keeping.keep()
  }
  ask(section, draft.fields)
  for (const name of ["input", "change"]) form.addEventListener(name, changed)
  watch(form, person, key, () => draft.visit_id, () => !touched)
  find("start-over").addEventListener("click", async () => {
    await keeping.close()
    await dropDraft(person, key, [], draft.visit_id)
    location.reload()
  })

  async function save() {
    const changes = changesOf(stood, draft.fields, { shown: before.fields, exact: before.exact, zone })
    const nothing = Object.keys(changes).length ? [] : [["", t("Nothing was changed. Change something, or go back.")]]
    const wrong = [...mistakes(), ...nothing]
    showMistakes(section, wrong)
    if (wrong.length) return
    if (!(await deviceOf(person))) {
      // A phone that was never enrolled cannot seal; the server takes the words as a plain form. Until they are there, they stay.
      form.elements.amendment_id.value = draft.visit_id
      form.elements.base.value = before.base.join(" ")
      return form.submit()
    }
    const op_id = draft.visit_id
    const base = [...new Set([...before.base, ...mine.ids])]
    const reason = draft.fields.reason[0].trim()
    const body = { amendment_id: op_id, visit_id: visit, case_id, base, changes, reason, drift_ms: await drift() }
    const why = await saveVisit(person, [{ op_id, kind: KIND, group: visit, lane: case_id, body, copy: { ...draft, family } }], key)
    if (why) {
      // Saved in another window: what stands here is a change of its own.
      if (await isSaved(op_id)) {
        draft.visit_id = uuid7()
        await keeping.keep()
      }
      return showMistakes(section, [["", why]])
    }
    await keeping.close()
    await dropDraft(person, key, [], op_id)
    form.remove()
    find("resumed").hidden = true
    await showSaved(find("saved"), person, visit, op_id)
  }

  let busy = false
  form.addEventListener("submit", async (event) => {
    event.preventDefault()
    event.stopPropagation()
    if (busy) return
    busy = true
    look()
    await save().finally(() => (busy = false))
  })
}
