/** A visit that is about to be saved can be confirmed at the door: which buttons are offered, and the code that goes with it. */
import { deviceOf, drift } from "../../shared/device.js"
import { summaryText } from "../../shared/summary.js"
import { b64u, sha256, signed } from "../../shared/wire.js"
import { claimsOf, shortCode } from "./door_code.js"
import { keepCode, showCode } from "./door_show.js"

const asked = (form, name) => form.querySelector(`[name="${name}"]:checked`)?.value

/** part: of visits/_door.html, in the form of a visit. A code is offered for each foster parent who was there, at home. */
export function start(part) {
  const section = part.closest(".visit")
  const [form, check] = [section.querySelector("form"), section.querySelector("[data-check]")]
  const look = () => {
    const { elements } = form
    const visited = asked(form, "kind") === "caseworker_visit" && asked(form, "place") === "home"
    const home = visited && elements.in_residence.checked
    const lost = check.querySelector('[data-save][data-if-void="no"]').hidden
    const met = ({ dataset }) => form.querySelector(`[name=persons][value="${dataset.save}"]:checked`)
    const buttons = [...part.querySelectorAll("[data-save]")]
    for (const button of buttons) button.hidden = lost || !home || !met(button)
    part.querySelector("[data-door-hint]").hidden = lost || home || !visited || !buttons.some(met)
  }
  new MutationObserver(look).observe(check, { attributes: true, attributeFilter: ["hidden"] })
  look()
}

/** A code for one caregiver over the summary of this body, which is told of it. Answers with what shows it once all is saved. */
export async function mint(section, person, caregiver_id, body) {
  const device = await deviceOf(person)
  const { name } = section.querySelector(`[data-save="${caregiver_id}"]`).dataset
  const token = b64u(crypto.getRandomValues(new Uint8Array(32)))
  const made_at = new Date(Date.now() - (await drift())).toISOString()
  const summary = summaryText(body)
  const { visit_id, case_id } = body
  const code = { visit_id, case_id, caregiver_id, name, device_id: device.device_id, made_at, token, summary, summary_sha256: await sha256(summary) }
  code.signed = await signed("porchlight-door", await claimsOf(code), device)
  await keepCode(person, code)
  const { token_sha256 } = await claimsOf(code)
  body.door = { caregiver_id, token_sha256, code_sha256: await sha256(await shortCode(code)), made_at }
  const place = section.querySelector("[data-door-shown]")
  return async () => {
    await showCode(place, person, code)
    place.hidden = false
    place.querySelector("h2").focus()
  }
}
