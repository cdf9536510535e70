/** A foster parent's own phone at the door: shows what was scanned, takes the answer, and keeps it until there is signal. */
import { clock, speak, t } from "../../shared/words.js"
import { inHalves, shortCode, unpack, yesDigits } from "./door_code.js"
import { began, factList, make } from "./door_facts.js"
import { ask, durable, keepRow, keptRows, rowOf, sendKept } from "./door_kept.js"
import { differentView } from "./door_words.js"

const PATIENCE = 2_500
const EVERY = 30_000
const say = (words, className = "") => make("p", { className, textContent: words })
const button = (words, className, click) => {
  const made = make("button", { type: "button", className: `button huge ${className}`, textContent: words })
  made.addEventListener("click", click)
  return made
}

/** The code in the address, kept here and taken out of the address at once; else the one that was kept last. */
async function taken() {
  const digits = location.hash.slice(1)
  if (!digits) return (await keptRows())[0]
  history.replaceState(history.state, "", location.pathname)
  const { visit_id } = await unpack(digits)
  const before = await rowOf(visit_id)
  if (before?.digits === digits) return before
  const row = { visit_id, digits, at: Date.now() }
  await keepRow(row)
  return row
}

/** Whoever speaks last has the word, so every script of this page is told which language it is in. */
async function speakAs(lang) {
  document.documentElement.lang = document.body.dataset.locale = lang
  await speak(lang)
}

/** The page of the visit goes on in the language of this one. */
async function leaveFor(address) {
  const body = new URLSearchParams({ code: document.documentElement.lang, next: "/door" })
  await fetch("/language", { method: "POST", body, redirect: "manual", signal: AbortSignal.timeout(PATIENCE) }).catch(() => {})
  location.replace(address)
}

/** A code that was typed where there is no signal stays typed, and is looked up as soon as there is; not while it is being
 * typed anew. */
function lookAgain(typing) {
  const form = typing.querySelector("form")
  let last
  addEventListener("submit", ({ target }) => (last = target === form ? form.elements.code.value : last), true)
  const tried = () => document.querySelector("[data-unreached]") && last?.trim() && form.elements.code.value === last
  const again = () => !document.hidden && navigator.onLine && form.isConnected && !typing.hidden && tried() && form.requestSubmit()
  for (const name of ["online", "pageshow"]) addEventListener(name, again)
  document.addEventListener("visibilitychange", again)
  setInterval(again, EVERY)
}

const after = (ms) => new Promise((resolve) => setTimeout(resolve, ms, {}))

export async function start(place) {
  const page = document.documentElement
  const typing = document.querySelector("[data-typing]")
  let code, row, told
  await speakAs(page.lang)
  lookAgain(typing)

  function show(...parts) {
    typing.hidden = true
    const title = make("h1", { tabIndex: -1 }, parts[0])
    place.replaceChildren(title, ...parts.slice(1).filter(Boolean))
    document.title = `${title.textContent} - ${document.title.split(" - ").pop()}`
    scrollTo(0, 0)
    title.focus()
  }

  const who = () => /\ncame (.*)/.exec(code.summary)?.[1] || t("the worker")
  const same = async () => make("div", {}, say(t("Both phones show this code:")), say(inHalves(await shortCode(code)), "code"))

  async function question() {
    const { day, time } = code.summary ? began(code.summary, page.lang) : {}
    const title = day ? t("Did {who} visit your home on {day}, about {time}?", { who: who(), day, time }) : t("Is the visit right, as the worker's phone shows it?")
    const state = told.stands
      ? t("{who}'s phone has not sent this visit yet. You can answer now.", { who: who() })
      : t("No signal here? That is fine. Your answer is kept on this phone and sent later.")
    show(
      title,
      make("div", { className: "banner info" }, say(state)),
      code.summary ? factList(code.summary, t, page.lang) : say(t("It is too long for the picture. Read it on the worker's phone, and compare the code.")),
      await same(),
      button(t("Yes, this is right"), "", () => answer({ answer: "confirmed", different: "", words: "" })),
      button(t("Something is different"), "second", () => show(...differentView((said) => answer({ answer: "different", ...said }), question))),
    )
  }

  let busy = false
  async function answer(said) {
    if (busy) return
    busy = true
    row = { visit_id: row.visit_id, digits: row.digits, at: row.at, said: { ...said, at: Date.now() } }
    await keepRow(row)
    await done()
    busy = false
    await send()
  }

  const change = () => button(t("Change my answer"), "second", question)

  /** What stands after an answer: that it is kept, that it has reached us, or why it was not taken. */
  async function done() {
    const yes = row.said.answer === "confirmed"
    const at = clock(row.said.at)
    if (row.why) return show(t("Your answer was not taken"), say(row.why), say(t("Call us: the number is below.")))
    const what = yes ? t("You said: yes, this is right. {time}", { time: at }) : t("You said: something is different. {time}", { time: at })
    if (row.sent) return show(t("Thank you"), make("div", { className: "panel good" }, say(what)), say(t("It has reached us. You can close this page, and nothing more is asked of you.")), change())
    const keeps = durable
      ? t("Your answer is kept on this phone. It is sent when this page is open and you have signal.")
      : t("Leave this page open until you have signal: this browser keeps nothing once it is closed.")
    const digits = yes && (await yesDigits(code)).replace(/(...)(...)/, "$1 $2")
    show(
      t("Thank you"),
      make("div", { className: "panel info" }, say(what), say(keeps)),
      digits && say(t("Or show {who} these six digits. Then it is done for you:", { who: who() })),
      digits && say(digits, "code"),
      !yes && say(t("A supervisor reads this first, not the person who visited.")),
      change(),
    )
  }

  /** Sends what waits. The page of the visit takes over as soon as our server has it. */
  async function send() {
    if (!row?.said || row.sent || row.why) return
    await sendKept()
    const now = await rowOf(row.visit_id)
    if (!now?.said || now.said.at !== row.said.at || (!now.sent && !now.why)) return
    row = now
    told = row.sent ? await ask("look", code) : told
    const { state, link } = told.stands ?? {}
    if (state === "here") return leaveFor(`${link}/thanks`)
    if (state === "other_words") return otherWords(link)
    await done()
  }

  const otherWords = (link) =>
    show(t("The visit was changed since then"), say(t("What we have now is not what you were shown. Please read it again.")), button(t("Show the visit"), "", () => leaveFor(link)))

  async function begin() {
    row = await taken().catch(() => null)
    if (row === null) return show(t("This picture could not be read"), say(t("Scan it again. Or open this page anew and type the code.")))
    if (!row) return
    code = await unpack(row.digits)
    told = (row.said && !row.sent) || !navigator.onLine ? {} : await Promise.race([ask("look", code), after(PATIENCE)])
    const { state, link } = told.stands ?? {}
    if (link) return state === "here" ? leaveFor(link) : otherWords(link)
    if (told.gone) return show(t("This code no longer works"), say(told.why))
    if (row.said) await done()
    else await question()
    await send()
  }

  addEventListener("hashchange", () => location.hash && begin())
  // The other language is on this phone, too, and asks nobody.
  addEventListener("submit", async (event) => {
    if (!row || event.target.getAttribute("action") !== "/language") return
    event.preventDefault()
    event.stopImmediatePropagation()
    const other = page.lang === "es" ? "en" : "es"
    Object.assign(event.target.querySelector("button"), { textContent: { en: "English", es: "Español" }[page.lang], lang: page.lang })
    await speakAs(other)
    await (row.said ? done() : question())
  }, true)
  for (const name of ["online", "pageshow"]) addEventListener(name, send)
  document.addEventListener("visibilitychange", () => document.hidden || send())
  setInterval(send, EVERY)
  // The next time, this page opens without signal.
  navigator.serviceWorker?.ready.then(({ active }) => active?.postMessage({ ask: "later" })).catch(() => {})
  await begin()
}
