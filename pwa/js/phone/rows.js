/** The rows of the outbox page: what each says, and writing it into the page. */
import { readItem } from "../../shared/outbox.js"
import { clock, t } from "../../shared/words.js"

const WHEN = { weekday: "short", hour: "numeric", minute: "2-digit" }
const KINDS = () => ({
  "visit.log": t("Visit"),
  "visit.amend": t("Change to a visit"),
  "visit.sign": t("Signature"),
  "visit.photo": t("Photo"),
  "visit.door": t("Answer at the door"),
})

// What holds a whole form: its words can go back into it, and it names the family.
const whole = ({ kind }) => kind === "visit.log" || kind === "visit.amend"

const list = (...words) => words.filter(Boolean).join(", ")
const sentences = (...words) => words.filter(Boolean).join(" ")

/** Why something still waits, for its person; the server's own codes stand in docs/wire.md. */
const reasons = () => ({
  "no answer": t("No answer from us yet. It is sent again by itself."),
  "not ours": t("This network does not let it through. It may want you to sign in first."),
  receipt: t("The receipt did not match, so this stays here and is sent again."),
  checking: t("It has arrived and is being checked."),
  parent: t("It waits until its visit has arrived."),
  parts: t("Some of it is still on the way."),
  again: t("The visit that you took back had arrived before that. If this is the same one, press Undo. If it is another, press Try again."),
})

const waitsFor = (why) => why && (reasons()[why] ?? t("That did not work. It is sent again by itself."))

const families = new Map()

/** The family's name from the sealed copy, "" once that cannot be read any more. */
function familyOf(item) {
  const { group } = item
  if (whole(item) && !families.has(group))
    families.set(group, readItem(item).then(({ family }) => family ?? "", () => ""))
  return families.get(group) ?? ""
}

/** What the row of a waiting item says; going: the ids of what is being sent. */
export async function waitingRow(item, going) {
  const taken = item.kind === "withdrawn"
  const { state, why, parts = 0, missing } = item
  const fix = state === "fix"
  return {
    state: fix ? "fix" : taken ? "withdrawn" : going.includes(item.op_id) ? "sending" : "waiting",
    title: KINDS()[item.kind] ?? t("Taken back"),
    about: list(
      await familyOf(item),
      t("saved {time}", { time: clock(item.saved_at, WHEN) }),
      !taken && t("{size} KB", { size: Math.ceil(item.size / 1024) }),
      parts && missing !== undefined && t("{n} of {all} parts sent", { n: parts - missing, all: parts }),
      item.tried_at && t("last try {time}", { time: clock(item.tried_at, WHEN) }),
    ),
    why: fix ? (reasons()[why] ?? why) : waitsFor(why),
    fix,
    parts,
    done: missing === undefined ? 0 : parts - missing,
    // A visit's words go back into its form; what hangs on it goes with it, or can only be taken back.
    can: { retry: fix || item.attempts > 0, correct: fix && whole(item), undo: !taken },
  }
}

/** What of a visit cannot be undone any more. given: what became of the words that Undo gave back. */
const tooLate = ({ given, group, op_id }) =>
  sentences(
    t("It had arrived before you took it back."),
    given === "changed" && t("What you changed since is kept as an unfinished visit. Saving that makes a second visit: start over if it is the same one."),
    !given && group === op_id && t("It counts as you sent it. A signature and photos that had not arrived were taken back."),
  )

/** What the row of a receipt says. */
export function sentRow(receipt) {
  const { kind, too_late, op_id, group, at, held, record } = receipt
  const visit = whole(receipt) || (too_late && op_id === group)
  return {
    state: kind === "withdrawn" && !too_late ? "withdrawn" : "sent",
    title: visit && kind !== "visit.amend" ? t("Visit") : (KINDS()[kind] ?? t("Taken back")),
    about: t("arrived {time}", { time: clock(at, { ...WHEN, month: "short", day: "numeric" }) }),
    why: sentences(too_late && tooLate(receipt), held && t("It is held for your supervisor.")),
    parts: 0,
    record: visit && record,
    can: {},
  }
}

/** Writes what a row says into its <li>. */
export function fill(li, { state, title, about, why, fix, parts, done, record, can }) {
  li.dataset.state = state
  for (const [name, words] of Object.entries({ title, about, why }))
    li.querySelector(`[data-slot=${name}]`).textContent = words || ""
  li.querySelector("[data-slot=why]").className = fix ? "error" : "small soft"
  for (const tag of li.querySelectorAll("[data-when]")) tag.hidden = tag.dataset.when !== state
  const bar = li.querySelector("progress")
  bar.hidden = !parts || !done
  bar.max = parts || 1
  bar.value = done ?? 0
  const link = li.querySelector("[data-record]")
  link.hidden = !record
  if (record) link.href = record
  for (const button of li.querySelectorAll("[data-do]")) button.hidden = !can[button.dataset.do]
}
