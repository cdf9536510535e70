import assert from "node:assert/strict"
import { beforeEach, test } from "node:test"
import { clock, speak, t, translator } from "../../pwa/shared/words.js"

let asked = []
let lists = {}
globalThis.fetch = async (url) => {
  asked.push(url)
  if (!lists[url]) throw new TypeError("no network")
  return { json: async () => lists[url] }
}
beforeEach(() => {
  asked = []
  lists = { "/words/es.json": { "Sending {n} of {all}": "Enviando {n} de {all}", Sign: "Firmar" } }
})

test("a language that cannot be had leaves English, and is asked for again", async () => {
  lists = {}
  await speak("es")
  const without = t("Sign")
  lists = { "/words/es.json": { Sign: "Firmar" } }
  await speak("es")

  assert.equal(without, "Sign")
  assert.equal(t("Sign"), "Firmar")
})

test("English needs no file", async () => {
  await speak("en")

  assert.deepEqual(asked, [])
  assert.equal(t("Sending {n} of {all}", { n: 2, all: 4 }), "Sending 2 of 4")
})

test("places in a sentence that nothing fills stay visible", () => {
  assert.equal(t("Hello {name}", {}), "Hello {name}")
})

test("the phone speaks to a second person without changing its own language", async () => {
  await speak("en")
  const say = await translator("es")

  assert.equal(say("Sign"), "Firmar")
  assert.equal(t("Sign"), "Sign")
})

test("a time is said as the language says it", async () => {
  await speak("en")
  assert.match(clock(new Date(2026, 10, 23, 16, 10)), /^4:10\spm$/)
})
