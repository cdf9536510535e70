/** The worker's screen at the door: the picture, the short code, and a place for the digits that come back. */
import { drift } from "../../shared/device.js"
import { saveOperations } from "../../shared/outbox.js"
import { inOutbox, rowsOf } from "../../shared/store.js"
import { decryptJson, encrypt } from "../../shared/vault.js"
import { uuid7 } from "../../shared/wire.js"
import { clock, locale, t } from "../../shared/words.js"
import { generate } from "../../vendor/lean-qr.js"
import { inHalves, pack, shortCode, yesDigits } from "./door_code.js"
import { factList, make } from "./door_facts.js"

const WEEK = 7 * 24 * 3600_000
const SVG = "http://www.w3.org/2000/svg"
const QUIET = 4

const keyOf = (visit_id) => `door/${visit_id}`

/** Keeps a code beside the drafts, as durable and as locked as they are, so that it can be shown again. */
export async function keepCode(person, code) {
  const key = keyOf(code.visit_id)
  const row = { person_id: person, key, at: Date.now(), ...(await encrypt(person, "work", key, "door", code)) }
  await inOutbox("drafts", "readwrite", (drafts) => drafts.put(row))
}

export const dropCode = (person, visit_id) => inOutbox("drafts", "readwrite", (drafts) => drafts.delete([person, keyOf(visit_id)]))

/** The codes of visits that lie here or have left from here, newest first; those of a visit that was taken back go. */
export async function keptCodes(person) {
  const rows = await inOutbox("drafts", "readonly", (drafts) => drafts.getAll(rowsOf(person)))
  const found = []
  for (const row of rows.filter(({ key }) => key.startsWith("door/")).sort((a, b) => b.at - a.at)) {
    const code = await decryptJson(person, "work", row.key, "door", row).catch(() => null)
    const visit = code && ((await rowIn("items", code.visit_id)) ?? (await rowIn("receipts", code.visit_id)))
    if (visit?.kind === "visit.log" && Date.now() - row.at < WEEK) found.push(code)
    else if (!code || visit || Date.now() - row.at > WEEK) await inOutbox("drafts", "readwrite", (drafts) => drafts.delete([person, row.key]))
  }
  return found
}

const rowIn = (store, op_id) => inOutbox(store, "readonly", (rows) => rows.get(op_id))

/** Black on white in any light, with its quiet edge: a camera reads nothing else. */
export function picture(words, label) {
  const code = generate(words)
  const side = code.size + 2 * QUIET
  const svg = document.createElementNS(SVG, "svg")
  const part = (tag, facts) => {
    const made = document.createElementNS(SVG, tag)
    for (const [name, value] of Object.entries(facts)) made.setAttribute(name, value)
    svg.append(made)
  }
  for (const [name, value] of Object.entries({ viewBox: `0 0 ${side} ${side}`, width: "100%", role: "img", "aria-label": label, "shape-rendering": "crispEdges" }))
    svg.setAttribute(name, value)
  part("rect", { width: side, height: side, fill: "#fff" })
  let d = ""
  for (let y = 0; y < code.size; y++) for (let x = 0; x < code.size; x++) if (code.get(x, y)) d += `M${x + QUIET} ${y + QUIET}h1v1h-1z`
  part("path", { d, fill: "#000" })
  return svg
}

/** Where the six digits are typed. done(): they fitted, and are saved with the visit. */
function digitsForm(person, code, done) {
  const input = make("input", { id: `digits-${code.visit_id}`, inputMode: "numeric", maxLength: 7, autocomplete: "off", type: "text" })
  const wrong = make("p", { className: "error" })
  wrong.setAttribute("role", "alert")
  const field = make("div", { className: "field short" }, make("label", { htmlFor: input.id, textContent: t("Six digits on their phone, after they said yes") }), input)
  const button = make("button", { className: "button second", type: "button", textContent: t("Keep their answer") })
  button.addEventListener("click", async () => {
    const typed = input.value.replace(/\D/g, "")
    const fits = typed === (await yesDigits(code))
    wrong.textContent = fits ? "" : t("These digits do not fit. Look at their screen again, and compare the code.")
    if (!fits) return input.focus()
    button.disabled = true
    const said_at = new Date().toISOString()
    const { visit_id, token, summary_sha256, case_id } = code
    const body = { visit_id, token, digits: typed, summary_sha256, said_at, drift_ms: await drift() }
    await saveOperations(person, [{ op_id: uuid7(), kind: "visit.door", group: visit_id, lane: case_id, body }])
    await keepCode(person, { ...code, said_at })
    done(said_at)
  })
  return make("div", { className: "flow" }, field, wrong, make("p", {}, button))
}

const saidWords = (code, at) => t("{name} said yes at {time}. Nothing more is asked of them.", { name: code.name, time: clock(at) })

/** Fills a part of the page with what a code needs to be answered. */
export async function showCode(place, person, code) {
  const address = `${location.origin}/door`
  const short = inHalves(await shortCode(code))
  const said = make("p", { className: "banner good", hidden: !code.said_at, textContent: code.said_at ? saidWords(code, code.said_at) : "" })
  said.setAttribute("role", "status")
  const digits = digitsForm(person, code, (at) => {
    said.textContent = saidWords(code, at)
    said.hidden = false
    digits.hidden = true
  })
  digits.hidden = Boolean(code.said_at)
  const step = (words) => make("li", { textContent: words })
  place.replaceChildren(
    make("h2", { tabIndex: -1, textContent: t("{name} confirms on their own phone", { name: code.name }) }),
    said,
    make("div", {}, picture(`${address}#${await pack(code)}`, t("A picture for the camera of their phone. The same by hand: open {address} and type {code}.", { address, code: short }))),
    make("p", { textContent: t("Both phones show this code:") }),
    make("p", { className: "code small", textContent: short }),
    make("ol", { className: "bullets" },
      step(t("They scan the picture. Their phone shows what you wrote for them.")),
      step(t("Without a camera they open {address} and type the code.", { address })),
      step(t("No signal on their phone either? They leave the page open, or take a photo of this picture and open it at home.")),
    ),
    digits,
    make("details", {}, make("summary", { textContent: t("What they confirm") }), factList(code.summary, t, locale)),
  )
}
