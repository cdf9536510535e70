/** What a form changes of a logged visit: only what differs from what it showed. Pure, so that every case can be tried. */

const one = (fields, name) => (fields[name]?.[0] ?? "").trim()
const many = (fields, name) => (fields[name] ?? []).map((value) => value.trim()).filter(Boolean)
const lines = (words) => words.split("\n").map((line) => line.trim()).filter(Boolean)

const wallIn = (at, zone) =>
  new Intl.DateTimeFormat("sv-SE", { timeZone: zone, dateStyle: "short", timeStyle: "short" }).format(at).replace(" ", "T")

/** The moment of a wall-clock time ("2026-11-23T16:10") in a zone, RFC 3339; "" when it is none. */
export function atWall(wall, zone) {
  const wanted = Date.parse(`${wall}Z`)
  if (isNaN(wanted)) return ""
  let at = wanted
  for (let turn = 0; turn < 2; turn++) at += wanted - Date.parse(`${wallIn(at, zone)}Z`)
  return new Date(at).toISOString()
}

/** {started_at, ended_at}: a time that was not touched stays exact, to the second in which it was first written. */
export const timesOf = (before, now, { exact, zone }) =>
  Object.fromEntries(
    ["started_at", "ended_at"].map((name) => [name, one(before, name) === one(now, name) ? exact[name] : atWall(one(now, name), zone)]),
  )

/** What a child's answers say, without what they do not ask for. */
function howSeen(fields, id) {
  const said = (name) => one(fields, `child-${id}-${name}`)
  const seen = said("seen") === "yes"
  const alone = seen ? said("alone") : ""
  return {
    seen,
    alone,
    alone_reason: alone && alone !== "yes" ? said("alone_reason") : "",
    not_seen_reason: seen ? "" : said("not_seen_reason"),
  }
}

function childChanges(before, now, id) {
  const differ = (first, second) => JSON.stringify(first) !== JSON.stringify(second)
  const note = (fields) => one(fields, `child-${id}-private_note`)
  const asked = one(now, `child-${id}-seen`) !== ""
  const child = { person_id: id }
  const named = one(before, `child-${id}-seen`) !== ""
  if (asked && (!named || differ(howSeen(before, id), howSeen(now, id)))) child.how_seen = howSeen(now, id)
  if (note(before) !== note(now)) child.private_note = note(now)
  return child
}

/** The `changes` of visit.amend, schema 1 (docs/wire.md), from the fields before and now; {} when nothing differs.
 * facts: {exact, zone, shown: the fields whose times are the exact ones, where these are not `before`}. */
export function changesOf(before, now, facts) {
  const differ = (...names) => names.some((name) => JSON.stringify(many(before, name).sort()) !== JSON.stringify(many(now, name).sort()))
  const changes = {}
  if (differ("started_at", "ended_at")) changes.when = timesOf(facts.shown ?? before, now, facts)
  if (differ("kind", "place", "in_residence"))
    changes.where = { kind: one(now, "kind"), place: one(now, "place"), in_residence: Boolean(now.in_residence) }
  for (const name of ["observations", "came", "note"]) if (differ(name)) changes[name] = one(now, name)
  if (differ("next_visit")) changes.next_visit = one(now, "next_visit") || null
  if (differ("agreed")) changes.agreed = lines(one(now, "agreed"))
  if (differ("persons")) changes.persons_seen = many(now, "persons")
  if (differ("topics")) changes.topics = many(now, "topics")
  const ids = new Set(Object.keys(now).flatMap((name) => /^child-(.{36})-/.exec(name)?.[1] ?? []))
  const children = [...ids].map((id) => childChanges(before, now, id)).filter((child) => Object.keys(child).length > 1)
  if (children.length) changes.children = children
  return changes
}
