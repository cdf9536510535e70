/** On this phone: each thing that its person has saved here, and how far it has got. */
import { listItems, readItem, retry, undo } from "../../shared/outbox.js"
import { nextItem } from "../../shared/outcome.js"
import { inOutbox } from "../../shared/store.js"
import { clock, speak, t } from "../../shared/words.js"
import { arrive, send } from "./phone.js"

// Older receipts stay on the phone; the page shows the newest.
const SENT_SHOWN = 20
const WHEN = { weekday: "short", hour: "numeric", minute: "2-digit" }
const KINDS = () => ({ "visit.log": t("Visit"), "visit.sign": t("Signature"), "visit.photo": t("Photo") })

/** Why something still waits, for its person; the server's own codes stand in docs/wire.md. */
const reasons = () => ({
  "no answer": t("No answer from us yet. It is sent again by itself."),
  "not ours": t("This network does not let it through. It may want you to sign in first."),
  receipt: t("The receipt did not match, so this stays here and is sent again."),
  checking: t("It has arrived and is being checked."),
  parent: t("It waits until its visit has arrived."),
  parts: t("Some of it is still on the way."),
})
const waitsFor = (why) => why && (reasons()[why] ?? t("That did not work. It is sent again by itself."))

const families = new Map()

/** The family's name from the sealed copy, "" once that cannot be read any more. */
function familyOf(item) {
  const { group } = item
  if (item.kind === "visit.log" && !families.has(group))
    families.set(group, readItem(item).then(({ family }) => family ?? "", () => ""))
  return families.get(group) ?? ""
}

const list = (...words) => words.filter(Boolean).join(", ")

/** What the row of a waiting item shows. */
async function waitingRow(item, sending) {
  const taken = item.kind === "withdrawn"
  const { state, why, parts = 0, missing } = item
  const fix = state === "fix"
  return {
    state: fix ? "fix" : taken ? "withdrawn" : item.op_id === sending?.op_id ? "sending" : "waiting",
    title: KINDS()[item.kind] ?? t("Taken back"),
    about: list(
      await familyOf(item),
      t("saved {time}", { time: clock(item.saved_at, WHEN) }),
      !taken && t("{size} KB", { size: Math.ceil(item.size / 1024) }),
      parts && missing !== undefined && t("{n} of {all} parts sent", { n: parts - missing, all: parts }),
      item.tried_at && t("last try {time}", { time: clock(item.tried_at, WHEN) }),
    ),
    why: fix ? why : waitsFor(why),
    fix,
    parts,
    done: missing === undefined ? 0 : parts - missing,
    can: { retry: fix || item.attempts > 0, undo: !taken },
  }
}

const sentRow = (receipt) => ({
  state: receipt.kind === "withdrawn" ? "withdrawn" : "sent",
  title: KINDS()[receipt.kind] ?? t("Taken back"),
  about: t("arrived {time}", { time: clock(receipt.at, { ...WHEN, month: "short", day: "numeric" }) }),
  why: list(receipt.too_late && t("It had arrived before you took it back."), receipt.held && t("It is held for your supervisor.")),
  parts: 0,
  record: receipt.kind === "visit.log" && receipt.record,
  can: {},
})

function fill(li, { state, title, about, why, fix, parts, done, record, can }) {
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

/** section: the part of phone/outbox.html that names this module. */
export async function start(section) {
  const { person, locale } = document.body.dataset
  const find = (name) => section.querySelector(name)
  const [place, now] = [find("#items"), find("[data-send-now]")]
  const rows = new Map()
  let sending = false
  await speak(locale)
  if (!person) return

  function rowOf(op_id) {
    if (!rows.has(op_id)) rows.set(op_id, find("#item").content.cloneNode(true).firstElementChild)
    rows.get(op_id).dataset.op = op_id
    return rows.get(op_id)
  }

  async function draw() {
    const all = await inOutbox("items", "readonly", (items) => items.getAll())
    const items = await listItems(person)
    const receipts = (await inOutbox("receipts", "readonly", (kept) => kept.getAll())).filter((one) => one.person_id === person)
    const next = sending && nextItem(all, Date.now())
    const shown = []
    for (const item of items) shown.push([rowOf(item.op_id), await waitingRow(item, next)])
    for (const receipt of receipts.sort((a, b) => b.at - a.at).slice(0, SENT_SHOWN)) shown.push([rowOf(receipt.op_id), sentRow(receipt)])
    for (const [li, what] of shown) fill(li, what)
    const order = shown.map(([li]) => li)
    // Moving a row takes the focus out of it.
    if (order.length !== place.children.length || order.some((li, at) => li !== place.children[at])) place.replaceChildren(...order)
    find("[data-slot=unsent]").textContent = items.length ? t("On this phone, not sent yet: {n}", { n: items.length }) : t("Nothing of yours is waiting here.")
    const others = all.length - items.length
    find("[data-slot=others]").textContent = others ? t("Of another person, locked on this phone, will still be sent: {n}", { n: others }) : ""
    place.hidden = !order.length
    now.hidden = !items.some(({ state }) => state === "waiting")
    find("#outbox-empty").hidden = Boolean(order.length)
    find("#outbox-unknown").hidden = true
  }

  /** A store that cannot be read is not an empty one. */
  function unknown(error) {
    console.warn("No outbox:", error.message)
    find("[data-slot=unsent]").textContent = t("We do not know what is on this phone.")
    place.hidden = now.hidden = find("#outbox-empty").hidden = true
    find("#outbox-unknown").hidden = false
  }

  let wanted, running
  function look() {
    wanted = true
    running ??= (async () => {
      while (wanted) {
        wanted = false
        await draw().catch(unknown)
      }
      running = null
    })()
    return running
  }

  const acts = {
    async retry(op_id) {
      await retry(op_id)
      await look()
      await send()
    },
    async undo(op_id) {
      const item = (await listItems(person)).find((one) => one.op_id === op_id)
      if (item) await undo(person, item.group, op_id)
      await look()
      place.focus()
      // An undone visit is offered again as an unfinished one.
      await arrive()
    },
  }

  section.addEventListener("click", async ({ target }) => {
    const button = target.closest("[data-do], [data-send-now]")
    if (!button) return
    button.disabled = true
    try {
      if (button === now) {
        for (const item of await listItems(person)) if (item.state === "waiting") await retry(item.op_id)
        await send()
      } else await acts[button.dataset.do](button.closest("li").dataset.op)
    } finally {
      button.disabled = false
      await look()
    }
  })
  const channel = new BroadcastChannel("porchlight-outbox")
  channel.onmessage = ({ data }) => {
    if (!section.isConnected) return channel.close()
    sending = data.sending ?? sending
    return look()
  }
  await look()
}
