/** The shell: the files that every page needs, complete or not at all. Nothing about people lies here. */
import { PARCEL, TAGS, VERSION } from "./precache.js"

const NAME = `porchlight-${VERSION}`
const pathOf = (url) => new URL(url, location.origin).pathname
const FILES = Object.keys(TAGS)
const ALL = [...FILES, ...PARCEL]
// What comes later is known by its folder: its list is long, and not needed to begin.
const FOLDERS = /^\/((css|js|shared|vendor|words|unlock)\/|door$)/
/** Paths that the shell answers. */
export const SHELL = { has: (path) => FOLDERS.test(path) || ALL.includes(path) }

/** A copy that the page has just loaded is good enough, if it is of this release. */
async function take(url) {
  const answer = await fetch(url)
  const ofNow = !TAGS[url] || answer.headers.get("ETag") === `"${TAGS[url]}"`
  return ofNow ? answer : fetch(url, { cache: "reload" })
}

export async function install() {
  const cache = await caches.open(NAME)
  const parcel = PARCEL.length ? await (await fetch("/sw/parcel.txt")).text() : "[]\n"
  let at = parcel.indexOf("\n") + 1
  for (const [url, type, length] of JSON.parse(parcel.slice(0, at)))
    await cache.put(url, new Response(parcel.slice(at, (at += length)), { headers: { "Content-Type": type } }))
  await Promise.all(
    FILES.map(async (url) => {
      const answer = await take(url)
      if (!answer.ok) throw new TypeError(`${url} answered ${answer.status}`)
      await cache.put(url, answer)
    }),
  )
  // It may take over where there is no signal: then nothing of what comes later may be lacking.
  if (registration.active) await fetchLater()
}

export async function activate() {
  const names = await caches.keys()
  const old = names.filter((name) => name.startsWith("porchlight-") && name !== NAME)
  await Promise.all(old.map((name) => caches.delete(name)))
  await self.clients.claim()
}

/** A shell file from the store, or undefined. */
export const stored = (url) => caches.match(pathOf(url), { cacheName: NAME, ignoreSearch: true })

export const fromShell = async (request) => (await stored(request.url)) ?? fetch(request)

/** What pages can do without at first: swaps, the other language, the install guide for this very device. */
export async function fetchLater() {
  const cache = await caches.open(NAME)
  const later = await (await fetch("/sw/later.json")).json()
  for (const url of [...later, "/install"]) if (!(await stored(url))) await cache.add(new Request(url, { cache: "no-cache" }))
}

/** The files that are missing in the store. */
export async function missingFiles() {
  const found = await Promise.all(ALL.map(stored))
  return ALL.filter((url, at) => !found[at]?.ok)
}
