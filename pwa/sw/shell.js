/** The shell: the files that every page needs, complete or not at all. Nothing about people lies here. */
import { PARCEL, TAG, TAGS, VERSION } from "./precache.js"

const NAME = `porchlight-${VERSION}`
const pathOf = (url) => new URL(url, location.origin).pathname
const ALL = [...Object.keys(TAGS), ...Object.keys(PARCEL)]
// What comes later is known by its folder: its list is long, and not needed to begin.
const FOLDERS = /^\/((css|js|shared|vendor|words|unlock)\/|door$|manifest)/
/** Paths that the shell answers. */
export const SHELL = { has: (path) => FOLDERS.test(path) || ALL.includes(path) }

/** A copy that the page has just loaded is good enough, if it is of this release. Throws where none is to be had. */
async function take(url, tag) {
  for (const cache of ["default", "reload"]) {
    const answer = await fetch(url, { cache })
    const has = answer.headers.get("ETag") ?? tag
    if (answer.ok && has.includes(tag)) return answer
  }
  throw new TypeError(url)
}

export async function install() {
  const cache = await caches.open(NAME)
  const parcel = await (await take("/sw/parcel.txt", TAG)).text()
  let at = 0
  for (const url in PARCEL)
    await cache.put(url, new Response(parcel.slice(at, (at += PARCEL[url])), { headers: { "Content-Type": "text/javascript" } }))
  if (at !== parcel.length) throw new TypeError(parcel)
  await Promise.all(Object.keys(TAGS).map(async (url) => cache.put(url, await take(url, TAGS[url]))))
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
