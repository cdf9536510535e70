/** A session that ended under an open page: what was typed is told from what stood there before. */
import assert from "node:assert/strict"
import { test } from "node:test"
import "./memory.js"

globalThis.document = { querySelector: (what) => what === "main .errors" && redrawn }
let redrawn = null
const { isWritten } = await import("../../pwa/js/phone/ended.js")

const text = (value, defaultValue = "") => ({ type: "textarea", value, defaultValue })
const tick = (checked, defaultChecked = false) => ({ type: "checkbox", checked, defaultChecked })
const choice = (selectedIndex, ...chosen) => ({ type: "select-one", options: chosen.map((defaultSelected) => ({ defaultSelected })), selectedIndex })
const form = (...elements) => ({ elements })

for (const [what, field, written] of [
  ["an empty field", text(""), false],
  ["a field as it was drawn", text("Ada", "Ada"), false],
  ["a field with words", text("Ada"), true],
  ["a field that was emptied", text("", "Ada"), true],
  ["a tick that stood there", tick(true, true), false],
  ["a tick", tick(true), true],
  ["a tick taken away", tick(false, true), true],
  ["the first choice, which the browser makes", choice(0, false, false), false],
  ["the choice that was drawn", choice(1, false, true), false],
  ["another choice", choice(0, false, true), true],
  ["a button", { type: "submit", value: "yes" }, false],
  ["what the page itself has set", { type: "hidden", value: "7", defaultValue: "" }, false],
])
  test(`${what}: ${written ? "somebody has written" : "nothing was written"}`, () => assert.equal(isWritten([form(text("")), form(field)]), written))

test("a form that was drawn again with its mistakes holds what was typed", () => {
  redrawn = {}
  assert.equal(isWritten([form(text("Ada", "Ada"))]), true)
  assert.equal(isWritten([]), false)
})
