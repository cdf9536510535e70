/** When a phone locks itself, when it opens by itself, and where it leads then. */
import assert from "node:assert/strict"
import { test } from "node:test"

globalThis.BroadcastChannel = class {
  postMessage() {}
}
const { isDue } = await import("../../pwa/js/lock/watch.js")
const { opensByItself, wanted } = await import("../../pwa/js/lock/unlock.js")
const { openWay, makeRoot, randomBytes, wayTo } = await import("../../pwa/js/lock/ways.js")

const MINUTE = 60_000
const NOW = 1_800_000_000_000
const RULES = { idle: 15, background: 5 }
const at = (touched, seen) => ({ touched: NOW - touched * MINUTE, seen: NOW - seen * MINUTE })

for (const [name, when, due] of [
  ["a page in front that was touched a moment ago stays open", at(1, 0), false],
  ["nobody touched it for a quarter of an hour", at(15, 0), true],
  ["it lay behind other apps for five minutes", at(5, 5), true],
  ["it lay there for less", at(4.9, 4.9), false],
  ["its clock was set back by a day", at(-1440, -1440), true],
])
  test(name, () => assert.equal(isDue(NOW, when, RULES), due))

const session = (minutes, person = "rowan") => ({ person, age: minutes * MINUTE, now: NOW })
const facts = (locked, left) => ({ background: 5, locked: locked && NOW - locked * MINUTE, left: left && NOW - left * MINUTE })

for (const [name, who, known, opens] of [
  ["without a session nothing opens by itself", null, facts(), false],
  ["a session from before it was locked opens nothing", session(20), facts(10), false],
  ["whoever signed in after it was locked has shown who they are", session(5), facts(10), true],
  ["also as another person", session(5, "tamsin"), facts(10), true],
  ["whoever left a moment ago comes back", session(20), facts(undefined, 2), true],
  ["but not as another person", session(20, "tamsin"), facts(undefined, 2), false],
  ["and not after a while", session(20), facts(undefined, 6), false],
  ["nor where it was left a day from now", session(20), facts(undefined, -1440), false],
  ["nor where nobody knows when they left", session(20), facts(), false],
  ["whoever signs in on a phone that nobody knows of yet", session(0.5), facts(), true],
])
  test(name, () => assert.equal(opensByItself(who, "rowan", known), opens))

test("it leads back to a page of ours and nowhere else", () => {
  const origin = "https://porch.example.org"
  const found = ["#/cases/1/visits", "#/unlock", "", "#//elsewhere.example.org/x", "#https://elsewhere.example.org", "#/a?q=Ann"].map(
    (hash) => wanted(hash, origin),
  )
  assert.deepEqual(found, ["/cases/1/visits", "/today", "/today", "/today", "/today", "/a"])
})

test("a root opens with its own secret, for its own person, and cannot be taken out", async () => {
  const [root, secret] = [await makeRoot(), randomBytes(32)]
  const way = await wayTo(root, "prf", secret, "rowan", { credential_id: "x" })

  const open = await openWay(way, secret)

  assert.equal(open.extractable, false)
  await assert.rejects(openWay(way, randomBytes(32)), { name: "OperationError" })
  await assert.rejects(openWay({ ...way, person_id: "tamsin" }, secret), { name: "OperationError" })
  await assert.rejects(openWay({ ...way, kind: "share" }, secret), { name: "OperationError" })
})

test("a clock that whoever holds the phone has set forward opens nothing", (t) => {
  t.mock.timers.enable({ apis: ["Date"], now: NOW + 24 * 60 * MINUTE })
  assert.equal(opensByItself(session(20), "rowan", facts(10)), false)
})
