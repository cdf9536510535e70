/** The signature: the phone is handed over, shows only the summary, and takes four digits to come back. */
import { takeBack } from "../../shared/store.js"
import { summaryText } from "../../shared/summary.js"
import { sha256, uuid7 } from "../../shared/wire.js"
import { clock, locale, t, translator } from "../../shared/words.js"
import { padOn } from "./pad.js"

const PLACES = (t) => ({
  home: t("At home"),
  office: t("At the office"),
  school: t("At school"),
  community: t("Out in town"),
  video: t("By video"),
  phone: t("By phone"),
})

/** Every word that a caregiver meets at the gate, in their language. */
const gateWords = (t) => ({
  title: t("Please read this"),
  readTo: t("Somebody read it to me"),
  readBy: t("Who read it to you?"),
  readIn: t("In which language?"),
  noChild: t("Never a child. Ask for an interpreter."),
  consent: t("I agree to sign on this phone. I have read this, or it was read to me."),
  intent: t("I sign to say that this visit took place as it is written here."),
  draw: t("Draw my name"),
  type: t("Type my name"),
  decline: t("I cannot or do not want to sign"),
  pad: t("Draw your name here"),
  clear: t("Clear"),
  name: t("Your full name"),
  why: t("Why not? You need not say."),
  sign: t("Sign"),
  back: t("Give the phone back"),
  thanks: t("Thank you"),
  giveBack: t("Please give the phone back."),
  noConsent: t("Tick that you agree to sign here, or choose that you do not want to sign."),
  noMark: t("Draw or type your name first."),
  when: t("When"),
  where: t("Where"),
  who: t("Who came"),
  agreed: t("What we agreed"),
  next: t("Next visit"),
  note: t("A note for you"),
})

const show = (part, on) => (part.hidden = !on)

/** Hides all of the page but one part; answers with the way back. */
function alone(part) {
  const hidden = []
  for (let at = part; at !== document.body; at = at.parentElement)
    for (const other of at.parentElement.children)
      if (other !== at && !other.hidden) hidden.push(other) && (other.hidden = true)
  part.hidden = false
  // Back stays here, too.
  const stay = (event) => {
    event?.stopImmediatePropagation()
    history.pushState(history.state, "")
  }
  stay()
  addEventListener("popstate", stay, true)
  return () => {
    removeEventListener("popstate", stay, true)
    part.hidden = true
    for (const other of hidden) other.hidden = false
  }
}

function facts(body, words, say, code) {
  const { came, agreed, next_visit, note } = body.summary
  const day = { dateStyle: "full" }
  const timeZone = body.zone
  const times = [body.started_at, body.ended_at].map((time) => new Date(time).toLocaleTimeString(code, { timeStyle: "short", timeZone }))
  const rows = [
    [words.when, `${new Date(body.started_at).toLocaleDateString(code, { ...day, timeZone })}, ${times.join(" – ")}`],
    [words.where, PLACES(say)[body.place]],
    [words.who, came],
    [words.agreed, agreed.join("\n")],
    [words.next, next_visit && new Date(`${next_visit}T12:00`).toLocaleDateString(code, day)],
    [words.note, note],
  ]
  return rows.filter(([, value]) => value).map(([name, value]) => {
    const row = document.createElement("div")
    row.append(...[["dt", name], ["dd", value]].map(([tag, textContent]) => Object.assign(document.createElement(tag), { textContent })))
    return row
  })
}

/** gate: the section of _hand_over.html. draft keeps {handed: {code, lang}} so that a reload does not open the rest, and goes
 * on in the language that was chosen. */
export function gateOn(gate, draft, changed) {
  const find = (name) => gate.querySelector(`[data-${name}]`)
  const mended = () => (find("gate-error").textContent = "")
  const pad = padOn(gate.querySelector("canvas"), mended)
  const step = (name) => gate.querySelectorAll("[data-step]").forEach((part) => show(part, part.dataset.step === name))
  const how = () => gate.querySelector("[name=sign-how]:checked").value
  let words, body, code, leave, finish

  async function speakTo(next) {
    code = next
    const say = await translator(code)
    words = gateWords(say)
    gate.lang = code
    mended()
    for (const part of gate.querySelectorAll("[data-t]")) part.textContent = words[part.dataset.t]
    for (const part of gate.querySelectorAll("[data-t-label]")) part.ariaLabel = words[part.dataset.tLabel]
    if (body) find("summary").replaceChildren(...facts(body, words, say, code))
  }

  async function chooses(lang) {
    draft.handed.lang = lang
    changed()
    await speakTo(lang)
  }

  async function sign() {
    const method = how()
    const mark = { drawn: pad.strokes.length, typed: find("typed").value.trim(), declined: true }[method]
    const lacking = method !== "declined" && !find("consent").checked ? words.noConsent : mark ? "" : words.noMark
    find("gate-error").textContent = lacking
    if (lacking) return
    const [language, by] = [find("read-in").value.trim(), find("read-by").value.trim()]
    const summary_text = summaryText(body)
    await finish({
      intent: words.intent,
      consent_text: method === "declined" ? "" : words.consent,
      method,
      strokes: method === "drawn" ? pad.strokes : [],
      typed_name: method === "typed" ? mark : "",
      declined_reason: method === "declined" ? find("declined").value.trim() : "",
      read_to: by ? { language, by } : null,
      summary_sha256: await sha256(summary_text),
      summary_text,
      signed_at: new Date().toISOString(),
      locale: code,
    })
    askCode()
  }

  function askCode() {
    step("code")
    gate.querySelector("[data-step=code] h1").focus()
  }

  async function giveBack({ target }) {
    const right = target.value === draft.handed.code
    find("code-error").textContent = right || target.value.length < 4 ? "" : t("These are not the four digits.")
    if (!right) return
    target.value = ""
    await takeBack()
    draft.handed = null
    await changed()
    leave()
  }

  gate.addEventListener("change", () => gate.querySelectorAll("[data-how]").forEach((part) => show(part, part.dataset.how === how())))
  gate.addEventListener("click", ({ target }) => target.dataset.speak && chooses(target.dataset.speak))
  for (const name of ["input", "change"]) gate.addEventListener(name, mended)
  find("clear").addEventListener("click", pad.clear)
  find("sign").addEventListener("click", sign)
  find("to-code").addEventListener("click", askCode)
  find("code").addEventListener("input", giveBack)

  return {
    /** Hands the phone over to sign what this body says; signed(signature) keeps what comes of it. */
    async open(visit, signed) {
      body = visit
      finish = signed
      pad.clear()
      leave = alone(gate)
      step("sign")
      await speakTo(locale)
      scrollTo(0, 0)
      gate.focus()
    },
    /** The page was loaded again while somebody else held the phone. */
    async closed() {
      leave = alone(gate)
      await speakTo(draft.handed.lang ?? locale)
      askCode()
    },
  }
}

/** Who signs, as the worker wrote it before the phone was handed over. */
export const signerIn = (fields) => {
  const said = (name) => (fields[name]?.[0] ?? "").trim()
  return { signer: { name: said("signer"), relation: said("signer_relation") }, how_known: said("how_known") }
}

/** visit.sign for what was signed. */
export const signOperation = (fields, signature, group, lane) => {
  const body = { visit_id: group, ...signerIn(fields), ...signature }
  return { op_id: uuid7(), kind: "visit.sign", group, lane, body }
}

/** "Signed by Ada at 4:10 pm" */
export const signedWords = ({ method, signed_at }, signer) =>
  method === "declined" ? t("{name} did not sign.", { name: signer }) : t("Signed by {name} at {time}", { name: signer, time: clock(signed_at) })
