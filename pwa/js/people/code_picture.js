/** Draws the picture that an authenticator app reads, beside the letters that can be typed instead. */
import { generate } from "../../vendor/lean-qr.js"

const SVG = "http://www.w3.org/2000/svg"
const QUIET = 4

/** part: its data-code is what the picture holds, its data-label says what it is for. */
export function start(part) {
  const code = generate(part.dataset.code)
  const side = code.size + 2 * QUIET
  const made = (tag, facts) => {
    const one = document.createElementNS(SVG, tag)
    for (const [name, value] of Object.entries(facts)) one.setAttribute(name, value)
    return one
  }
  let squares = ""
  for (let y = 0; y < code.size; y++)
    for (let x = 0; x < code.size; x++) if (code.get(x, y)) squares += `M${x + QUIET} ${y + QUIET}h1v1h-1z`
  const picture = made("svg", { viewBox: `0 0 ${side} ${side}`, role: "img", "aria-label": part.dataset.label })
  picture.append(made("path", { d: `M0 0h${side}v${side}h-${side}z`, fill: "#fff" }), made("path", { d: squares, fill: "#000" }))
  part.className = "card letter"
  part.replaceChildren(picture)
}
