/** The offline pack: one request brings what has changed; a self-test says whether all of it can be opened. */
import { currentPerson, enrol, keepDrift, settle } from "../shared/device.js"
import { inPages, keep, setting } from "../shared/store.js"
import { keepPage, openPage, packedPages } from "./pages.js"
import { missingFiles } from "./shell.js"

async function ask(have) {
  const asked = Date.now()
  const answer = await fetch("/offline/pack", {
    method: "POST",
    headers: { "Content-Type": "application/json", Accept: "application/json" },
    body: JSON.stringify({ have }),
    redirect: "manual",
    signal: AbortSignal.timeout(60_000),
  })
  if (answer.status !== 200 || !/json/.test(answer.headers.get("Content-Type") ?? "")) return null
  const pack = await answer.json()
  await keepDrift(pack.as_of, asked)
  return pack
}

/** Fetches what has changed, enrols this device if it is not yet, and tests the whole. progress({done, all}) while pages are put away.
 * {changed: [urls], ...selfTest()} or {unreached: true}. */
export const fetchPack = (progress = () => {}, { locale } = {}) =>
  navigator.locks.request("porchlight-pack", async () => {
    const before = await currentPerson()
    const pack = await ask(before ? await packedPages(before) : {}).catch(() => null)
    if (!pack?.person) return { unreached: true, ...(await selfTest()) }
    await settle(pack.person, locale)
    await enrol(pack.person).catch(() => {})
    const { person, pages, gone = [] } = pack
    let done = 0
    for (const page of pages) {
      await keepPage(person, page, true)
      progress({ done: ++done, all: pages.length })
    }
    await inPages("pages", "readwrite", (store) => gone.forEach((url) => store.delete([person, url])))
    await keep(`pack ${person}`, { as_of: pack.as_of, at: Date.now() })
    return { changed: pages.map(({ url }) => url), ...(await selfTest()) }
  })

/** Opens every page of the pack and every file of the shell from this phone's own store.
 * {ready, pages, as_of, missing: [urls]}; person: whose pack it is. */
export async function selfTest() {
  const person = await currentPerson()
  if (!person) return { ready: false, pages: 0, missing: [] }
  const pack = await setting(`pack ${person}`)
  const urls = Object.keys(await packedPages(person))
  const missing = await missingFiles()
  for (const url of urls) if (!(await openPage(person, url))?.body) missing.push(url)
  return { person, ready: urls.length > 0 && !missing.length && Boolean(pack), pages: urls.length, as_of: pack?.as_of, missing }
}
