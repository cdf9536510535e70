/** Unfinished visits of a phone that is being erased: sealed to the server, for nothing that was typed may be lost. */
import { loadDraft, openPhoto } from "../../shared/drafts.js"
import { saveOperations } from "../../shared/outbox.js"
import { inOutbox, rowsOf } from "../../shared/store.js"
import { askBy, hold } from "../../shared/vault.js"
import { uuid7 } from "../../shared/wire.js"
import { ask } from "../lock/asking.js"

const caseIn = (path) => /^\/cases\/([^/]+)\//.exec(path)?.[1] ?? null

/** The photos of a draft, whatever is still lacking of them. */
async function picturesOf(person, { visit_id, fields, photos = [] }, lane) {
  const found = []
  for (const { id, width, height, taken_at } of photos) {
    const picture = await openPhoto(person, id).catch(() => undefined)
    if (!picture) continue
    const said = (name) => (fields[`photo-${id}-${name}`]?.[0] ?? "").trim()
    const media_id = uuid7()
    const consent = { given: Boolean(said("consent_by")), by: said("consent_by") }
    const body = { media_id, visit_id, purpose: said("purpose") || "document", consent, taken_at, mime: "image/jpeg", width, height }
    found.push({ op_id: media_id, kind: "visit.photo", group: visit_id, lane, body, picture, kept: `photo/${id}` })
  }
  return found
}

async function sealDraft(person, key, draft) {
  // The digits that give the phone back are nobody's business.
  const { pins, code, ...fields } = draft.fields ?? {}
  const { visit_id, signature = null } = draft
  const case_id = caseIn(key)
  const body = { visit_id, case_id, page: key, fields, signature }
  const rescued = { op_id: uuid7(), kind: "draft.rescued", group: visit_id, lane: case_id ?? key, body, copy: {} }
  const pictures = await picturesOf(person, { ...draft, fields: draft.fields ?? {} }, rescued.lane)
  await saveOperations(person, [rescued, ...pictures], { dropDraft: key })
}

/** Too long to be taken by anybody, which no second try would change: false. */
function tooLong(error) {
  if (error instanceof RangeError) return false
  throw error
}

/** Seals all drafts of a person; answers how many could not be opened any more. What else goes wrong is tried again.
 * root: what opens them where the phone is locked by a face; without it nobody is asked for one. */
export async function rescue(person, root) {
  if (root) hold(person, root)
  else askBy(async (asked) => (asked === person ? undefined : ask(asked)))
  const rows = await inOutbox("drafts", "readonly", (drafts) => drafts.getAllKeys(rowsOf(person)))
  const keys = rows.map(([, key]) => key).filter((key) => key.startsWith("/"))
  let lost = 0
  for (const key of keys) {
    const draft = await loadDraft(person, key)
    const whole = draft && (await sealDraft(person, key, draft).then(() => true, (error) => tooLong(error)))
    if (!whole) lost += 1
  }
  return lost
}
