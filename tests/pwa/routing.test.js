import assert from "node:assert/strict"
import { test } from "node:test"
import { isDoor, sourceFor, strategyFor } from "../../pwa/sw/routing.js"

const HOME = "http://porch.test"
const shell = new Set(["/css/porchlight.css", "/js/boot.js", "/offline", "/words/es.json"])
const way = (path, { method = "GET", mode = "navigate", destination = "" } = {}) =>
  strategyFor(path.startsWith("http") ? path : HOME + path, method, mode, { origin: HOME, shell, destination })

const CASES = [
  ["/today", {}, "page"],
  ["/families/0193a1b2?tab=team", {}, "page"],
  ["/today", { mode: "same-origin" }, "page"],
  ["/today", { mode: "cors" }, "page"],
  ["/photos/1", { mode: "no-cors", destination: "image" }, "pass"],
  ["/css/porchlight.css?v=1", { mode: "no-cors", destination: "style" }, "shell"],
  ["/offline", {}, "shell"],
  ["/api/v1/visits", {}, "gate"],
  ["/api/v1/visits", { mode: "cors" }, "pass"],
  ["/media/0193a1b2", {}, "gate"],
  ["/media/0193a1b2", { mode: "no-cors", destination: "image" }, "pass"],
  ["/healthz", { mode: "cors" }, "pass"],
  ["/sw/precache.js", { mode: "cors", destination: "script" }, "pass"],
  ["http://elsewhere.test/today", {}, "pass"],
  ["/api/v1/deposits", { method: "POST" }, "pass"],
  ["/api/v1/crises", { method: "POST" }, "pass"],
  ["/offline/pack", { method: "POST" }, "pass"],
  ["/devices", { method: "POST" }, "pass"],
  ["/cases/0193a1b2/visits", { method: "POST" }, "act"],
  ["/sign-in", { method: "POST" }, "act"],
  ["/tasks/1", { method: "DELETE" }, "act"],
]
for (const [path, request, expected] of CASES)
  test(`${request.method ?? "GET"} ${path} (${request.mode ?? "navigate"}) goes the way "${expected}"`, () => {
    assert.equal(way(path, request), expected)
  })

test("no request that carries a body is ever answered by the worker", () => {
  for (const method of ["POST", "PUT", "PATCH", "DELETE"])
    for (const path of ["/today", "/offline", "/js/boot.js", "/api/v1/deposits"])
      assert.ok(["pass", "act"].includes(way(path, { method })))
})

test("a page of the pack comes from the store, unless something was changed a moment ago", () => {
  assert.equal(sourceFor({ packed: true, acted: false, online: true }), "store first")
  assert.equal(sourceFor({ packed: true, acted: true, online: true }), "network first")
  assert.equal(sourceFor({ packed: false, acted: false, online: true }), "network first")
})

test("a phone that says it is offline is believed", () => {
  assert.equal(sourceFor({ packed: false, acted: true, online: false }), "store")
})

test("doors are known by their path", () => {
  for (const path of ["/sign-in", "/sign-in/passkey", "/sign-out", "/demo/rowan"]) assert.ok(isDoor(HOME + path))
  for (const path of ["/today", "/sign-insurance", "/families"]) assert.ok(!isDoor(HOME + path))
})
