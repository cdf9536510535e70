/** Which page the worker gives: of a phone that is locked, or on which somebody signed out without signal. */
import assert from "node:assert/strict"
import { beforeEach, test } from "node:test"
import "./memory.js"
import { precached } from "./precached.js"

precached('export const VERSION="2"\nexport const PARCEL={}\nexport const TAG=""\nexport const TAGS={}')
const HOME = "http://porch.test"
globalThis.location = { origin: HOME, pathname: "/sign-in" }
globalThis.caches = { match: async (path) => (path.startsWith("/left/") || path === "/offline" ? new Response(`page ${path}`) : undefined) }
const redirect = Response.redirect
Response.redirect = (to) => redirect(new URL(to, HOME))
const { fetchPack, guarded, keepPage, pageFor } = await import("../../pwa/sw/pages.js")
const { inPages, keep } = await import("../../pwa/shared/store.js")
const { ask } = await import("../../pwa/js/lock/asking.js")

const asked = (path, mode = "navigate", headers = {}) => ({ url: HOME + path, mode, headers: new Headers(headers) })
const never = () => assert.fail("It was answered.")

beforeEach(() => inPages("settings", "readwrite", (settings) => ["locked", "leaving", "current"].forEach((name) => settings.delete(name))))

test("a locked phone leads every page to the lock, and back to it afterwards", async () => {
  await keep("locked", { at: 1 })

  assert.equal((await guarded(asked("/today"), never)).headers.get("Location"), `${HOME}/unlock#/today`)
  assert.equal((await guarded(asked("/families", "cors", { "HX-Request-Type": "full" }), never)).headers.get("HX-Redirect"), "/unlock#/families")
})

test("a piece that a page asks for by itself leads nobody anywhere: it is no page to go on with", async () => {
  await keep("locked", { at: 1 })

  const answer = await guarded(asked("/crises/mine", "cors", { "HX-Request-Type": "partial" }), never)

  assert.deepEqual([answer.status, answer.headers.get("HX-Redirect")], [401, null])
})

test("the page to sign in on stays, though the phone is locked and nobody has its key", async () => {
  globalThis.document = { documentElement: {} }
  location.replace = never

  assert.equal(await ask("rowan"), undefined)
})

test("whoever signed out without signal is told so, in their language, on every page", async () => {
  await keep("current", { person_id: "rowan", locale: "es" })
  await keep("leaving", true)
  globalThis.fetch = async () => Promise.reject(new TypeError("no network"))

  for (const path of ["/", "/today", "/phone"]) {
    const answer = await pageFor({ request: asked(path), waitUntil() {} })
    assert.equal(await answer.text(), "page /left/es")
  }
})

const OURS = { headers: { "Content-Type": "text/html", "Content-Security-Policy": "script-src 'nonce-a'" }, nonce: "a" }
const answered = async (path, pages = { pageFor }) => (await pages.pageFor({ request: asked(path), waitUntil() {} })).text()

/** A phone with signal, whose store holds these pages; our server answers with newer ones. */
async function withSignal(...urls) {
  navigator.onLine = true
  await keep("current", { person_id: "rowan", locale: "en" })
  await keep("pack rowan", { as_of: "2026-11-23T14:02:00Z", at: Date.now() })
  for (const url of urls) await keepPage("rowan", { ...OURS, url, etag: "1", body: "<!doctype html>older" }, true)
  globalThis.fetch = async () => new Response("<!doctype html>newer", { headers: { "Content-Type": "text/html" } })
}

test("the board, which says what nobody has taken, is asked of our server first; the rest of the pack is there at once", async () => {
  await withSignal("/board", "/today")

  assert.equal(await answered("/board"), "<!doctype html>newer")
  assert.equal(await answered("/today"), "<!doctype html>older")
  globalThis.fetch = async () => Promise.reject(new TypeError("no network"))
  assert.equal(await answered("/board"), "<!doctype html>older")
})

test("once our server has said that the session is over, nothing comes from the phone while there is signal, though the worker was stopped", async () => {
  await withSignal("/today")
  const soon = globalThis.fetch
  globalThis.fetch = async () => new Response("{}", { status: 401 })
  await fetchPack()
  globalThis.fetch = soon
  const another = await import("../../pwa/sw/pages.js?another")

  assert.equal(await answered("/today", another), "<!doctype html>newer")
  globalThis.fetch = async () => Promise.reject(new TypeError("no network"))
  assert.equal(await answered("/today", another), "<!doctype html>older")
})

test("an answer to a question from before somebody signed in says nothing of who is here now", async () => {
  await withSignal("/today")
  const soon = globalThis.fetch
  globalThis.fetch = async () => {
    await keep("passed", Date.now() + 1)
    return new Response("{}", { status: 401 })
  }
  await fetchPack()
  globalThis.fetch = soon

  assert.equal(await answered("/today"), "<!doctype html>older")
})

test("what was under way while somebody signed out leaves neither a page nor a key", async () => {
  const { leave } = await import("../../pwa/shared/device.js")
  const { selfTest } = await import("../../pwa/sw/pages.js")
  const left = async (store) => (await inPages(store, "readonly", (rows) => rows.getAll())).filter((one) => one.person_id === "rowan")
  const more = (n) => keepPage("rowan", { ...OURS, url: `/more/${n}`, etag: "1", body: "<!doctype html>more" }, true)
  for (let ticks = 0; ticks < 40; ticks++) {
    await withSignal("/today", "/families")
    const under = [more(0), selfTest()]
    for (let tick = 0; tick < ticks; tick++) await new Promise(setImmediate)
    // For ten rounds something goes on all the time.
    let leaving = true
    const signingOut = leave().finally(() => (leaving = false))
    for (let n = 1; leaving && ticks % 4 === 0; n++) {
      under.push(more(n))
      await new Promise(setImmediate)
    }
    await Promise.allSettled([signingOut, ...under])

    assert.deepEqual([await left("pages"), await left("wraps")], [[], []], `after ${ticks} ticks`)
  }
})
