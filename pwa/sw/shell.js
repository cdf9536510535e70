/** The shell: the files that every page needs, complete or not at all. Nothing about people lies here. */
import { FILES, LATER, PARCEL, TAGS, VERSION } from "./precache.js"

const NAME = `porchlight-${VERSION}`
const pathOf = (url) => new URL(url, location.origin).pathname
export const SHELL = new Set([...FILES, ...LATER].map(pathOf))

/** A copy that the page has just loaded is good enough, if it is of this release. */
async function take(url) {
  const answer = await fetch(url)
  const ofNow = !TAGS[url] || answer.headers.get("ETag") === `"${TAGS[url]}"`
  return ofNow ? answer : fetch(url, { cache: "reload" })
}

export async function install() {
  const cache = await caches.open(NAME)
  const single = FILES.filter((url) => !PARCEL.includes(url))
  const parcel = PARCEL.length ? await (await fetch("/sw/parcel.json")).json() : {}
  for (const [url, [type, text]] of Object.entries(parcel))
    await cache.put(url, new Response(text, { headers: { "Content-Type": type } }))
  await Promise.all(
    single.map(async (url) => {
      const answer = await take(url)
      if (!answer.ok) throw new TypeError(`${url} answered ${answer.status}`)
      await cache.put(url, answer)
    }),
  )
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
  for (const url of [...LATER, "/install"]) if (!(await stored(url))) await cache.add(url)
}

/** The files that are missing in the store. */
export async function missingFiles() {
  const found = await Promise.all(FILES.map(stored))
  return FILES.filter((url, at) => !found[at]?.ok)
}
