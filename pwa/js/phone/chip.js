/** The sync chip: four states in words, on every page, and never "sent" before a receipt. */
import { inOutbox, setting } from "../../shared/store.js"
import { clock, t } from "../../shared/words.js"

let person
let news = {}
let done = 0

/** state for the style sheet, and the words. facts: {waiting, fix, sending, reached, done, sentAt}. */
export function chipOf({ waiting, fix, sending, reached, done, sentAt }) {
  if (sending && waiting) return ["sending", t("Sending {n} of {all}", { n: done + 1, all: done + waiting })]
  if (fix) return ["fix", t("Needs a fix: {n}", { n: fix })]
  if (waiting && !reached) return ["waiting", t("Cannot reach us. On this phone: {n}", { n: waiting })]
  if (waiting) return ["waiting", t("On this phone, not sent yet: {n}", { n: waiting })]
  if (!reached) return ["offline", t("No connection")]
  return ["sent", sentAt ? t("All sent {time}", { time: clock(sentAt) }) : t("All sent")]
}

async function draw() {
  const place = document.querySelector("[data-sync-chip], #sync-chip")
  if (!place || !person) return
  const items = (await inOutbox("items", "readonly", (store) => store.getAll())).filter((item) => item.person_id === person)
  const fix = items.filter((item) => item.state === "fix").length
  const waiting = items.length - fix
  if (!waiting) done = 0
  const reached = navigator.onLine && news.reached !== false
  const [state, words] = chipOf({ waiting, fix, done, reached, sending: news.sending, sentAt: await setting(`sent ${person}`) })
  place.dataset.state = state
  const line = place.querySelector("span") ?? place
  // A screen reader repeats a live line that is written anew.
  if (line.textContent !== words) line.textContent = words
}

let channel
export function watchOutbox(whose) {
  person = whose
  if (!channel) {
    channel = new BroadcastChannel("porchlight-outbox")
    channel.onmessage = ({ data }) => {
      if (data.end === "sent") done += 1
      news = { ...news, ...data }
      return draw()
    }
    for (const name of ["online", "offline"]) addEventListener(name, draw)
  }
  return draw()
}

/** What else shows whether our server can be reached. */
export function reached(whether) {
  news.reached = whether
  return draw()
}
