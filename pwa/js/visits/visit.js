/** The visit page: ties the form to its draft, its photos, its signature and the outbox. */
import { deviceOf, drift } from "../../shared/device.js"
import { dropDraft, keeper, loadDraft } from "../../shared/drafts.js"
import { isSaved } from "../../shared/outbox.js"
import { gateBefore, handOver, takeBack } from "../../shared/store.js"
import { summaryText } from "../../shared/summary.js"
import { uuid7 } from "../../shared/wire.js"
import { clock, speak, t } from "../../shared/words.js"
import { checkOn } from "./check.js"
import { endsNow, mistakesIn, pin, readFields, visitBody, writeFields } from "./form.js"
import { photoCorner } from "./photos.js"
import { answered, ask, leaveOut, quickAnswers, thisMinute } from "./questions.js"
import { saveVisit, showMistakes, showSaved, takeAwayMended } from "./save.js"
import { gateOn, signedWords, signerIn, signOperation } from "./signature.js"

const KEPT = { hour: "numeric", minute: "2-digit", second: "2-digit" }

/** section: the part of visits/new.html that names this module. Nobody types into a form that is about to be filled in. */
export async function start(section) {
  const form = section.querySelector("form")
  form.inert = true
  await begin(section, form).finally(() => (form.inert = false))
}

async function begin(section, form) {
  const { person, locale } = document.body.dataset
  const { case: case_id, came, family, lateDays } = section.dataset
  const find = (name) => section.querySelector(`[data-${name}]`)
  const key = location.pathname
  await speak(locale)
  if (!person) return

  for (const part of section.querySelectorAll("[data-script]")) part.disabled = part.hidden = false
  const names = [...section.querySelectorAll("[data-full-name]")].map((child) => child.dataset.fullName)
  const ahead = await drift().catch(() => 0)
  const found = await loadDraft(person, key)
  const draft = found ?? { key, family, visit_id: uuid7(), fields: {}, photos: [], signature: null, handed: null }
  const body = async () => visitBody(answered(section, draft.fields), { visit_id: draft.visit_id, case_id, came, drift_ms: await drift() })
  form.elements.visit_id.value = draft.visit_id

  const keeping = keeper(
    person,
    () => draft,
    (at, error) => {
      const full = error && t("Not saved: this phone is full or its store is closed.")
      const other = error?.name === "Overtaken" && t("Not saved: a later visit with this family is kept on this phone. Open this page again to go on with that one.")
      find("draft-state").textContent = other || full || t("Draft kept on this phone, {time}", { time: clock(at, KEPT) })
    },
  )

  /** Only a change of what was signed voids a signature. */
  async function checkSignature() {
    const { signature } = draft
    const same = signature && signature.summary_text === summaryText(await body().catch(() => ({ summary: {} })))
    find("signed").hidden = !same
    find("void").hidden = !signature || same
    if (same) find("signed-words").textContent = signedWords(signature, signature.signer?.name ?? draft.fields.signer?.[0] ?? "")
    return same
  }

  /** What the form holds now. */
  const look = (at) => {
    const fields = readFields(form)
    draft.fields = { ...fields, pins: pin(fields, draft.fields.pins, at) }
  }

  const mistakes = () => mistakesIn(draft.fields, { lateDays, ahead, names })

  let touched = false
  /** at: {field: Date} of a time that was not typed. */
  async function changed(at) {
    touched = true
    look(at)
    const kept = keeping.keep()
    ask(section, draft.fields, lateDays, ahead)
    takeAwayMended(section, mistakes())
    if (draft.signature) await checkSignature().catch(() => {})
    return kept
  }

  const photos = await photoCorner(find("photos"), person, draft, changed)
  if (found) {
    writeFields(form, draft.fields)
    find("resumed").hidden = false
  }
  const gate = gateOn(find("gate"), draft, changed)
  quickAnswers(section, form, changed)
  // Another visit with the family keeps the place, as if it had been tapped, and nothing else.
  const place = !found && /^#place=(\w+)$/.exec(location.hash)?.[1]
  if (place) form.querySelector(`[name=place][value=${place}]`)?.click()
  look()
  ask(section, draft.fields, lateDays, ahead)
  if (draft.signature) await checkSignature().catch(() => {})
  // Whoever has signed out and in again since then is its owner, and needs no digits.
  const handed = (await gateBefore(key)) === key
  if (handed) await (draft.handed ? gate.closed() : takeBack())

  import("./meanwhile.js").then(({ watch }) => watch(section, person, key, () => draft.visit_id, () => !touched), () => {})
  for (const name of ["input", "change"]) form.addEventListener(name, () => changed())
  find("start-over").addEventListener("click", async () => {
    await keeping.close()
    await dropDraft(person, key, draft.photos.map(({ id }) => id), draft.visit_id)
    location.reload()
  })

  /** Fills in the end where it is plain, shows what is wrong; true when the visit could be saved as it stands. */
  async function complete() {
    const [now, moment] = thisMinute()
    look()
    const open = endsNow(draft.fields)
    if (open) form.elements.ended_at.value = now
    await changed(open && { ended_at: moment })
    const wrong = mistakes()
    showMistakes(section, wrong)
    return !wrong.length
  }

  find("hand-over").addEventListener("click", async () => {
    const { code, signer } = form.elements
    const lacking = !signer.value.trim() ? t("Write who signs.") : /^\d{4}$/.test(code.value) ? "" : t("Choose four digits.")
    find("signing-error").textContent = lacking
    if (lacking || !(await complete())) return
    draft.handed = { code: code.value }
    await changed()
    await handOver(person, key)
    const who = signerIn(draft.fields)
    await gate.open(await body(), async (signature) => {
      // Whoever signed has signed, whatever is written into the form afterwards.
      draft.signature = { ...who, ...signature }
      await changed()
    })
  })

  /** body: that of visit.log, as it was read back; who: the caregiver who is asked at the door. */
  async function save(body, who) {
    if (!(await deviceOf(person))) {
      // A phone that was never enrolled cannot seal; the server takes the words as a plain form.
      leaveOut(section)
      return form.submit()
    }
    const signed = draft.signature && (await checkSignature())
    const show = who && (await (await import("./door.js")).mint(section, person, who, body))
    const log = { op_id: draft.visit_id, kind: "visit.log", group: draft.visit_id, lane: case_id, body, copy: { ...draft, family } }
    const operations = [log, ...photos(draft.fields, draft.visit_id, case_id)]
    if (signed) operations.splice(1, 0, signOperation(draft.fields, draft.signature, draft.visit_id, case_id))
    const why = await saveVisit(person, operations, key)
    if (why) {
      if (await isSaved(draft.visit_id)) form.elements.visit_id.value = draft.visit_id = uuid7()
      check.close()
      find("resumed").hidden = false
      return showMistakes(section, [["", why]])
    }
    await keeping.close()
    // What was put while it was being saved is saved.
    await dropDraft(person, key, [], draft.visit_id)
    form.remove()
    find("check").remove()
    find("another").addEventListener("click", () => {
      location.replace(`#place=${draft.fields.place}`)
      location.reload()
    })
    await showSaved(find("saved"), person, draft.visit_id)
    if (show) await show()
  }

  let busy = false
  const once = async (work) => {
    if (busy) return
    busy = true
    await work().finally(() => (busy = false))
  }
  let shown
  const check = checkOn(find("check"), form, { save: (who) => once(() => save(shown, who)), signAgain: () => find("hand-over").click() })
  form.addEventListener("submit", (event) => {
    event.preventDefault()
    event.stopPropagation()
    once(async () => {
      if (!(await complete())) return
      shown = await body()
      check.open(shown, draft.photos.length, draft.signature)
    })
  })
}
