/** Unfinished visits of a phone that is being erased: sealed to the server, for nothing that was typed or taken may be lost. */
import { loadDraft, openPhoto } from "../../shared/drafts.js"
import { isSaved, saveOperations } from "../../shared/outbox.js"
import { inOutbox, rowsOf } from "../../shared/store.js"
import { askBy, hold } from "../../shared/vault.js"
import { MAX_SEALED, utf8, uuid7 } from "../../shared/wire.js"
import { ask } from "../lock/asking.js"

// Beside the fields there are their names, and the seal itself.
const MOST = MAX_SEALED - 4096
const sizeOf = (what) => utf8(JSON.stringify(what)).length

const idIn = (path, room) => new RegExp(`^/${room}/([^/]+)/`).exec(path)?.[1] ?? null

/** The photos of a draft, whatever is still lacking of them. fields: what was typed about them. */
async function picturesOf(person, { visit_id, fields, photos = [] }, lane) {
  const found = []
  for (const { id, width = 1, height = 1, taken_at } of photos) {
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

const halves = (list) => [list.slice(0, list.length / 2), list.slice(list.length / 2)]

/** What was typed, in as many pieces as it takes for each to fit into one item. */
function pieces(fields) {
  if (sizeOf(fields) <= MOST) return [fields]
  const names = Object.keys(fields)
  if (names.length > 1) return halves(names).flatMap((some) => pieces(Object.fromEntries(some.map((name) => [name, fields[name]]))))
  const [[name, values]] = Object.entries(fields)
  const some = values.length > 1 ? halves(values) : halves(Array.from(values[0])).map((signs) => [signs.join("")])
  return some.flatMap((half) => pieces({ [name]: half }))
}

/** first: the id of the first piece, by which the photos find what they belong to on the server. */
export async function sealDraft(person, key, draft, first) {
  // The digits that give the phone back are nobody's business.
  const { pins, code, ...fields } = draft.fields ?? {}
  // A change belongs to a visit that is there already.
  const visit_id = idIn(key, "visits") ?? draft.visit_id
  const case_id = idIn(key, "cases")
  const lane = case_id ?? key
  const said = pieces(fields).map((some) => ({ fields: some, signature: null }))
  const { signature = null } = draft
  if (sizeOf([said[0], signature]) > MOST) said.push({ fields: {}, signature })
  else said[0].signature = signature
  const free = first && first === visit_id && !(await isSaved(first))
  const rescued = said.map((body, at) => {
    const what = { visit_id, case_id, page: key, ...body }
    return { op_id: free && !at ? first : uuid7(), kind: "draft.rescued", group: visit_id, lane, body: what, copy: {} }
  })
  const pictures = await picturesOf(person, { ...draft, visit_id, fields }, lane)
  await saveOperations(person, [...rescued, ...pictures], { dropDraft: key })
}

/** Too long to be taken by anybody, which no second try would change: false. */
function tooLong(error) {
  if (error instanceof RangeError) return false
  throw error
}

/** Photos that no draft names and that do not wait to be sent: their phone died, or ran full, while they were taken. */
async function strays(person) {
  const rows = await inOutbox("drafts", "readonly", (drafts) => drafts.getAll(rowsOf(person)))
  const items = await inOutbox("items", "readonly", (store) => store.getAll())
  const going = new Set(items.map(({ kept }) => kept))
  const left = rows.filter(({ key }) => key.startsWith("photo/") && !going.has(key))
  return left.map(({ key, at, of = "" }) => ({ of, id: key.slice("photo/".length), taken_at: new Date(at).toISOString() }))
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
  for (const { of, ...photo } of await strays(person))
    if (await openPhoto(person, photo.id).catch(() => null)) await sealDraft(person, of, { visit_id: uuid7(), photos: [photo] })
  return lost
}
