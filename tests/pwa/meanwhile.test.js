/** A form that stands open in two windows: nobody writes over what was written in the other one. */
import assert from "node:assert/strict"
import { beforeEach, test } from "node:test"
import "./memory.js"

const PATH = "/cases/1/visits/new"
const document = Object.assign(new EventTarget(), { hidden: false })
const channels = []
let reloads = 0
const view = new EventTarget()
globalThis.document = document
globalThis.addEventListener = view.addEventListener.bind(view)
globalThis.removeEventListener = view.removeEventListener.bind(view)
globalThis.location = { reload: () => (reloads += 1) }
globalThis.BroadcastChannel = class {
  constructor() {
    channels.push(this)
  }
  close() {
    this.closed = true
  }
}
let held = 0
const requestLock = (name, how, work) => {
  assert.deepEqual([name, how.mode], ["porchlight-busy", "shared"])
  held += 1
  return Promise.resolve(work()).then(() => (held -= 1))
}
Object.defineProperty(globalThis, "navigator", { value: { locks: { request: requestLock } } })
const { watch } = await import("../../pwa/js/visits/meanwhile.js")
const { inOutbox } = await import("../../pwa/shared/store.js")

const written = (visit) => inOutbox("drafts", "readwrite", (drafts) => drafts.put({ person_id: "rowan", key: PATH, visit }))
const settled = () => new Promise((resolve) => setTimeout(resolve, 20))

async function comeBack() {
  document.dispatchEvent(new Event("visibilitychange"))
  await settled()
}

let section, touched
beforeEach(async () => {
  if (section) section.isConnected = false
  document.dispatchEvent(new Event("htmx:after:swap"))
  await comeBack()
  reloads = 0
  channels.length = 0
  await inOutbox("drafts", "readwrite", (drafts) => drafts.delete(["rowan", PATH]))
  section = { isConnected: true }
  touched = false
  watch(section, "rowan", PATH, () => "mine", () => !touched)
})

test("whoever comes back to an empty form goes on with what was written in the other window", async () => {
  await comeBack()
  assert.equal(reloads, 0)
  await written("another")
  document.hidden = true
  await comeBack()
  assert.equal(reloads, 0)
  document.hidden = false
  await comeBack()
  assert.equal(reloads, 1)
})

test("of two windows side by side, the one that is taken up next goes on with what was written in the other", async () => {
  await written("another")
  view.dispatchEvent(new Event("focus"))
  await settled()
  assert.equal(reloads, 1)
})

test("a form in which somebody writes, or that was written here, stays as it is", async () => {
  await written("mine")
  await comeBack()
  await written("another")
  touched = true
  await comeBack()
  channels[0].onmessage({ data: { draft: PATH } })
  assert.equal(reloads, 0)
})

test("what the page before had left to say is read, of this form alone and as long as it stands here", () => {
  channels[0].onmessage({ data: { draft: "/cases/2/visits/new" } })
  assert.equal(reloads, 0)
  channels[0].onmessage({ data: { draft: PATH } })
  assert.equal(reloads, 1)
  section.isConnected = false
  channels[0].onmessage({ data: { draft: PATH } })
  assert.equal(reloads, 1)
})

test("a new release waits while a form stands open, though nobody has written into it yet", async () => {
  assert.equal(held, 1)
  document.dispatchEvent(new Event("htmx:after:swap"))
  await settled()
  assert.equal(held, 1)
  section.isConnected = false
  document.dispatchEvent(new Event("htmx:after:swap"))
  await settled()
  assert.equal(held, 0)
})
