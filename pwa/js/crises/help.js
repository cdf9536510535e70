/** Get help: "Sent" only when our server gave a number; anything else is NOT SENT, in full and at once. A call for help
 * is never put aside for later: it is tried while the person looks on, and ends with the page. */
import { crisisJws, sha256, uuid7 } from "../../shared/wire.js"
import { clock, t } from "../../shared/words.js"
import { showReach } from "./reach.js"

// NOT SENT stands five seconds after the tap (docs: "In 5 seconds you know"); a slow phone needs time to draw it.
const PATIENCE = 4_200
const BETWEEN = 5_000
const SIGNING = 1_000
const KEEPING = 3_000
const PATH = "/api/v1/crises"
const after = (ms, value) => new Promise((resolve) => setTimeout(resolve, ms, value))

/** The server's answer if it says that people are being called, else null. Only our own JSON with this alert's number
 * counts: a captive portal also answers 200. */
export function accepted(status, type, body, id) {
  const ours = (status === 200 || status === 201) && /^application\/json\b/.test(type ?? "")
  return ours && body?.id === id && Number.isInteger(body.number) && Number.isInteger(body.reaching) ? body : null
}

/** How long until the next try, counted from the start of this one. */
export const pauseAfter = (took) => Math.max(1_000, BETWEEN - took)

/** Fetched with the page, so that nothing has to be loaded when it matters. */
async function myDevice() {
  const { currentPerson, deviceOf } = await import("../../shared/device.js")
  const person = await currentPerson()
  return person && deviceOf(person)
}

/** The phone's signature, for a session that is dead. Where it cannot be had in time, the cookie must do. */
const signature = (id, body) =>
  Promise.race([
    myDevice().then(async (device) => device && crisisJws(id, new Date().toISOString(), await sha256(body), device)),
    after(SIGNING),
  ]).catch(() => undefined)

/** One try, at most so many milliseconds long. {sent} or {why: a sentence of the server | ""}. */
async function attempt(id, body, patience) {
  const signal = AbortSignal.timeout(patience)
  try {
    const signed = await signature(id, body)
    const headers = { "Content-Type": "application/json", Accept: "application/json" }
    if (signed) headers["Porchlight-Device"] = signed
    const how = { method: "POST", headers, body, signal, redirect: "error", cache: "no-store" }
    const answer = await fetch(PATH, how)
    const type = answer.headers.get("Content-Type")
    const said = await answer.json()
    return { sent: accepted(answer.status, type, said, id), why: /problem\+json/.test(type) ? said.detail : "" }
  } catch {
    return { sent: null, why: "" }
  }
}

/** So that Today and this page know of the alert without signal, too. */
async function keepAlong() {
  const { person, locale } = document.body.dataset
  if (person) await (await import("../phone/status.js")).prepare(locale).catch(() => {})
}

const panels = ["crisis-sending", "crisis-not-sent", "crisis-sent"]

/** Shows one of the full screens, or none. */
function show(name) {
  for (const id of panels) {
    const panel = document.getElementById(id)
    if (!panel || panel.hidden === (id !== name)) continue
    panel.hidden = id !== name
    if (id === name) panel.focus()
  }
  document.body.classList.toggle("still", Boolean(name))
}

const slot = (name, words) => {
  for (const place of document.querySelectorAll(`[data-slot=${name}]`)) place.textContent = words
}

async function stayAwake() {
  try {
    return await navigator.wakeLock?.request("screen")
  } catch {
    return undefined
  }
}

function showSent({ number, reaching, status_url }, tries) {
  slot("number", number)
  showReach(slot, reaching, !reaching)
  slot("late", tries > 1 ? t("Sent at {time} after {n} tries", { time: clock(Date.now()), n: tries }) : "")
  const link = document.querySelector("a[data-slot=status]")
  link.href = status_url
  link.hidden = !document.body.dataset.person
  show("crisis-sent")
  navigator.vibrate?.(200)
}

/** Tries until it is sent, or the person turns to something else. call: {id, body, left: ms for the first try, stopped()}. */
async function send({ id, body, left, stopped }) {
  show("crisis-sending")
  const late = setTimeout(() => stopped() || show("crisis-not-sent"), left)
  const awake = stayAwake()
  for (let tries = 1; !stopped(); tries++) {
    const began = Date.now()
    const { sent, why } = await attempt(id, body, tries > 1 ? PATIENCE : left)
    clearTimeout(late)
    if (stopped()) break
    if (sent) {
      showSent(sent, tries)
      // Where there is an answer there is a network, too.
      import("./following.js").then(({ follow }) => follow(id, slot, stopped), () => {})
      after(KEEPING).then(keepAlong)
      break
    }
    slot("why", why || "")
    slot("tries", t("Tries: {n}", { n: tries }))
    show("crisis-not-sent")
    await Promise.race([after(pauseAfter(Date.now() - began)), new Promise((go) => addEventListener("online", go, { once: true }))])
  }
  clearTimeout(late)
  awake.then((lock) => lock?.release()).catch(() => {})
}

/** What was written, or null after asking for what is missing. */
function read(form) {
  const typed = new FormData(form)
  const reason = typed.get("reason")
  const missing = form.querySelector("[data-choose-reason]")
  missing.hidden = Boolean(reason)
  if (!reason) {
    form.querySelector("input[name=reason]").focus()
    return null
  }
  const case_id = typed.get("case_id") || null
  // By characters, never through the middle of one: our server's reader refuses halves.
  const words = [...String(typed.get("words") ?? "").trim()].slice(0, 2000).join("")
  return { reason, words, ...(case_id && { case_id }) }
}

/** A family's page leads here with its case behind the #, which no server sees and which does not hide the kept page. */
function chooseFamily(form) {
  const wanted = new URLSearchParams(location.hash.slice(1)).get("case")
  const choice = form.querySelector("select[name=case_id]")
  if (wanted && [...(choice?.options ?? [])].some((option) => option.value === wanted)) choice.value = wanted
}

export async function start(section) {
  const form = section.querySelector("form[data-crisis]")
  chooseFamily(form)
  let call
  const stop = () => {
    call = null
    show(null)
  }
  form.addEventListener("submit", (event) => {
    event.preventDefault()
    event.stopPropagation()
    const said = !call && read(form)
    if (!said) return
    const mine = (call = {})
    const id = uuid7()
    document.querySelector("[data-slot=suicide]").hidden = said.reason !== "suicide"
    // From the tap, not from when a slow phone came round to it; the first script may have held it until this one was there.
    const left = Math.max(500, PATIENCE - (performance.now() - (form.dataset.tapped ?? event.timeStamp)))
    delete form.dataset.tapped
    const stopped = () => call !== mine || !section.isConnected
    send({ id, body: JSON.stringify({ id, ...said }), left, stopped })
  })
  document.querySelector("[data-crisis-back]")?.addEventListener("click", stop)
  const device = await myDevice().catch(() => null)
  if (device) section.hidden = false
  form.dataset.taken = "" // over from the browser, which would leave this page to send it
}
