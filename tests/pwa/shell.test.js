import assert from "node:assert/strict"
import { test } from "node:test"
import { precached } from "./precached.js"

precached('export const VERSION="2"\nexport const PARCEL={"/js/a.js":3,"/js/b.js":4}\nexport const TAG="p2"\nexport const TAGS={"/js/boot.js":"b2","/offline":""}')
globalThis.registration = { active: null }
const { install, missingFiles } = await import("../../pwa/sw/shell.js")

const NOW = { "/sw/parcel.txt": ["aaabbbb", '"p2"'], "/js/boot.js": ["boot", '"b2"'], "/offline": ["words", null] }

/** Installs against these answers, url -> [text, ETag] or a list of them, one for each time; what was kept, by address. */
async function installed(answers) {
  const kept = new Map()
  globalThis.caches = { open: async () => ({ put: async (url, answer) => kept.set(url, answer) }), match: async (url) => kept.get(url) }
  globalThis.fetch = async (url, { cache } = {}) => {
    const [text, tag] = cache === "reload" && answers.again?.[url] ? answers.again[url] : answers[url]
    return text === undefined ? new Response("", { status: 502 }) : new Response(text, { headers: tag ? { ETag: tag } : {} })
  }
  await install()
  assert.deepEqual(await missingFiles(), [])
  return Object.fromEntries(await Promise.all([...kept].map(async ([url, answer]) => [url, await answer.text()])))
}

test("a phone that installs has each file of the list", async () => {
  assert.deepEqual(await installed(NOW), { "/js/a.js": "aaa", "/js/b.js": "bbbb", "/js/boot.js": "boot", "/offline": "words" })
})

test("what the browser still had of an older release is fetched anew", async () => {
  const found = await installed({ ...NOW, "/js/boot.js": ["old", '"b1"'], again: { "/js/boot.js": ["boot", 'W/"b2"'] } })
  assert.equal(found["/js/boot.js"], "boot")
})

for (const url of ["/sw/parcel.txt", "/js/boot.js"])
  test(`modules of two releases are never installed together: ${url} of another one`, async () => {
    await assert.rejects(installed({ ...NOW, [url]: ["aaXbbbb", '"x1"'] }), TypeError)
  })

test("a file that our server does not have just now leaves nothing half installed", async () => {
  await assert.rejects(installed({ ...NOW, "/offline": [undefined] }), TypeError)
})

test("nor where a proxy drops tags: a parcel of another length is not cut up", async () => {
  await assert.rejects(installed({ ...NOW, "/sw/parcel.txt": ["aaXbbbb!", null] }), TypeError)
})

test("a proxy that drops tags does not keep a phone from getting ready", async () => {
  const bare = Object.fromEntries(Object.entries(NOW).map(([url, [text]]) => [url, [text, null]]))
  assert.equal((await installed(bare))["/js/b.js"], "bbbb")
})
