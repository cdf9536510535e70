/** On this phone: each thing that its person has saved here, and how far it has got. */
import { listItems, readItem, retry, undo } from "../../shared/outbox.js"
import { nextItems } from "../../shared/outcome.js"
import { inOutbox } from "../../shared/store.js"
import { speak, t } from "../../shared/words.js"
import { unfinishedWords } from "../visits/save.js"
import { arrive, send } from "./phone.js"
import { fill, sentRow, waitingRow } from "./rows.js"
import { takenBackWords, visitsIn } from "./status.js"

const SENT_SHOWN = 20 // older receipts stay on the phone

/** Why something was not taken back. */
const whyNot = {
  Unfinished: unfinishedWords,
  NoForm: () => t("The form of this family is not on this phone any more. Send it again as it is, or ask your supervisor."),
  OperationError: () => t("Its words were locked when you signed out. Send it again as it is, or ask your supervisor."),
}

/** A case may have left the caseload: words that were taken back into a form that nobody can open would be lost. */
const opens = (path) => fetch(path).then(({ ok, redirected }) => ok && !redirected, () => false)

/** section: the part of phone/outbox.html that names this module. */
export async function start(section) {
  const { person, locale } = document.body.dataset
  const find = (name) => section.querySelector(name)
  const [place, now] = [find("#items"), find("[data-send-now]")]
  const rows = new Map()
  // What an item's button has just been answered, until another is pressed.
  const said = new Map()
  let sending = false
  await speak(locale)
  if (!person) return

  function rowOf(op_id) {
    const row = rows.get(op_id) ?? find("#item").content.cloneNode(true).firstElementChild
    row.dataset.op = op_id
    rows.set(op_id, row)
    return row
  }

  async function draw() {
    const all = await inOutbox("items", "readonly", (items) => items.getAll())
    const items = await listItems(person)
    const receipts = (await inOutbox("receipts", "readonly", (kept) => kept.getAll())).filter((one) => one.person_id === person)
    const going = sending ? nextItems(all, Date.now(), true).map(({ op_id }) => op_id) : []
    const shown = []
    for (const item of items) {
      const row = await waitingRow(item, going)
      shown.push([rowOf(item.op_id), { ...row, why: said.get(item.op_id) ?? row.why }])
    }
    for (const receipt of receipts.sort((a, b) => b.at - a.at).slice(0, SENT_SHOWN)) shown.push([rowOf(receipt.op_id), sentRow(receipt)])
    for (const [li, what] of shown) fill(li, what)
    const order = shown.map(([li]) => li)
    // Moving a row takes the focus out of it.
    if (order.length !== place.children.length || order.some((li, at) => li !== place.children[at])) place.replaceChildren(...order)
    const n = visitsIn(items)
    const none = items.length ? takenBackWords() : t("Nothing of yours is waiting here.")
    find("[data-slot=unsent]").textContent = n ? t("Visits on this phone, not sent yet: {n}", { n }) : none
    const others = visitsIn(all.filter((item) => item.person_id !== person))
    find("[data-slot=others]").textContent = others ? t("Visits of another person, locked on this phone, will still be sent: {n}", { n: others }) : ""
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

  /** Answers with the draft that it has become, if it has. */
  async function takeBack(op_id) {
    const item = (await listItems(person)).find((one) => one.op_id === op_id)
    try {
      const { key } = item ? await readItem(item) : {}
      if (key && !(await opens(key))) throw Object.assign(new Error(key), { name: "NoForm" })
      return item && (await undo(person, item.group, op_id))
    } catch (error) {
      if (!whyNot[error.name]) throw error
      said.set(op_id, whyNot[error.name]())
    }
  }

  const acts = {
    async retry(op_id) {
      await retry(op_id)
      await look()
      await send()
    },
    async undo(op_id) {
      await takeBack(op_id)
      await look()
      place.focus()
      // An undone visit is offered again as an unfinished one.
      await arrive()
    },
    async correct(op_id) {
      const draft = await takeBack(op_id)
      if (draft?.key) location.assign(draft.key)
    },
  }

  section.addEventListener("click", async ({ target }) => {
    const button = target.closest("[data-do], [data-send-now]")
    if (!button) return
    button.disabled = true
    said.clear()
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
