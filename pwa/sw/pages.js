/** Pages of people and the offline pack: ciphertext in IndexedDB, opened to answer, each time under a fresh nonce. */
import { currentPerson, doubt, enrol, isPassed, keepDrift, leave, packOf, settle } from "../shared/device.js"
import { gateBefore, got, inOutbox, inPages, isHere, keep, rowsOf, setting } from "../shared/store.js"
import { decryptJson, encrypt, forget, keyOf } from "../shared/vault.js"
import { lockBefore, plainPage } from "./keys.js"
import { isDoor, isPart, sourceFor } from "./routing.js"
import { missingFiles, stored as shellFile } from "./shell.js"

const PATIENCE = 3_000
const FORSAKEN = 30_000
// After 120 h without a word from the server, nothing of people is kept.
const FRESH = 120 * 3600_000
const JUST = 15_000
// The whole list answers any search: the page itself looks for the words.
const SEARCHED = "/families"
const after = (ms) => new Promise((resolve) => setTimeout(resolve, ms))
/** hx-csp strips whatever bears the document's own nonce, so no answer may carry one twice. */
function fresh({ headers, body, nonce = /'nonce-([^']+)'/.exec(headers["content-security-policy"] ?? "")?.[1] }, asOf, status = 200) {
  const now = btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(18))))
  const renew = (words) => (nonce ? words.replaceAll(nonce, now) : words)
  const lines = Object.entries(headers).map(([name, value]) => [name, renew(value)])
  const said = asOf ? `data-as-of="${new Date(asOf).toISOString()}"` : ""
  return new Response(renew(said ? body.replace('data-as-of=""', said) : body), { status, headers: lines })
}

const lowered = (headers) => Object.fromEntries([...headers].map(([name, value]) => [name.toLowerCase(), value]))
// A length, an encoding or a cookie of then is wrong now.
const KEPT = /^(content-(type|language|security-policy)|referrer-policy|cross-origin-|permissions-|x-content-|x-page-)/

/** Stores one page, unless its person signs out while it is sealed. page: {url, etag, nonce, headers, body}; packed: whether it belongs to the pack. */
export async function keepPage(person_id, page, packed, at = Date.now()) {
  if ((await currentPerson()) !== person_id) return
  const { url, etag = "", nonce, body } = page
  const headers = Object.fromEntries(Object.entries(lowered(Object.entries(page.headers))).filter(([name]) => KEPT.test(name)))
  const row = { person_id, url, etag, packed, at, ...(await encrypt(person_id, "pages", url, etag, { headers, body, nonce })) }
  await inPages(["pages", "settings"], "readwrite", async (pages, settings) => (await isHere(settings, person_id)) && void pages.put(row))
}

const rowOf = (person, url) => inPages("pages", "readonly", (pages) => pages.get([person, url]))

/** The page as it would be answered from the store; undefined when it is not there or cannot be opened. */
export async function openPage(person, url) {
  const row = await rowOf(person, url)
  if (!row) return undefined
  const pack = await packOf(person)
  if ((pack?.silent ?? Date.now() - row.at) > FRESH) return forget(person)
  const page = await decryptJson(person, "pages", url, row.etag, row).catch(() => null)
  return page ? fresh(page, (row.packed && pack?.as_of) || row.at) : undefined
}

/** url -> etag of the pack pages that can still be opened. */
export async function packedPages(person) {
  const [{ epoch }, rows] = [await keyOf(person, "pages"), await inPages("pages", "readonly", (pages) => pages.getAll(rowsOf(person)))]
  return Object.fromEntries(rows.filter((row) => row.packed && row.epoch === epoch).map((row) => [row.url, row.etag]))
}

const ofShell = async (page, status) => fresh({ headers: lowered(page.headers), body: await page.text() }, null, status)
/** What to say when there is nothing: it carries the numbers to ring. The install guide lies in the shell by its own address. */
export async function offlinePage(url) {
  const page = (await shellFile(url)) ?? (await shellFile("/offline"))
  return page ? ofShell(page, 503) : Response.error()
}

/** A page that came whole, for the person it names, is worth keeping. One with a query may hold a name: it is not. */
async function learn(answer, url, passed) {
  const person = answer.headers.get("X-Page-Person")
  if (answer.status !== 200 || answer.redirected || !person || (await isPassed(passed))) return
  await settle(person)
  const headers = lowered(answer.headers)
  if (url.search || !/^text\/html/.test(headers["content-type"])) return
  const body = await answer.text()
  if (!/^\s*<!doctype html/i.test(body)) return
  await keepPage(person, { url: url.pathname, etag: headers.etag, headers, body }, Boolean((await rowOf(person, url.pathname))?.packed))
}

async function fromNetwork(event, url, kept) {
  const passed = setting("passed")
  const coming = fetch(event.request).then((answer) => {
    event.waitUntil(learn(answer.clone(), url, passed).catch(() => {}))
    return answer
  })
  const tried = coming.catch(() => null)
  const soon = await Promise.race([tried, after(PATIENCE)])
  if (soon && soon.status < 500) return soon
  return (await kept()) ?? soon ?? (await Promise.race([tried, after(FORSAKEN)])) ?? offlinePage(url)
}

let [acting, actedAt] = [Promise.resolve(), 0]

/** Something is being changed: for a moment pages come from the server. At a door, nobody is known until a page says who. */
export function noticeAct(event) {
  actedAt = Date.now()
  if (isDoor(event.request.url)) event.waitUntil((acting = doubt()))
}

/** Somebody signed out, without a network or cut short: that is done, and the server told, before anything else. */
async function leaveFirst() {
  if (!(await setting("leaving"))) return true
  await leave()
  const answer = await fetch("/sign-out", { method: "POST", redirect: "manual", signal: AbortSignal.timeout(PATIENCE) })
  if (answer.type !== "opaqueredirect" && !answer.ok && answer.status !== 401) return false
  return inPages("settings", "readwrite", (settings) => settings.delete("leaving")).then(() => true)
}

/** What answer() gives, but while somebody else holds the phone, the way to the gate; while it is locked, to the lock. */
export async function guarded(request, answer) {
  const { url, mode } = request
  const { pathname } = new URL(url)
  const gate = await gateBefore(pathname).catch(() => undefined)
  const to = gate && gate !== pathname ? gate : await lockBefore(pathname)
  if (!to) return answer()
  return mode === "navigate" ? Response.redirect(to) : new Response("", { status: 401, headers: isPart(request) ? {} : { "HX-Redirect": to } })
}

/** The answer for any page. */
export async function pageFor(event) {
  const url = new URL(event.request.url)
  await acting.catch(() => {})
  const plain = await plainPage(url.pathname)
  if (plain) return ofShell(plain)
  if (!(await leaveFirst().catch(() => false))) return offlinePage(`/left/${(await setting("current"))?.locale}`)
  const person = await currentPerson().catch(() => undefined)
  if (person && url.pathname === "/") return Response.redirect("/today")
  const looked = url.search && url.pathname === SEARCHED
  const kept = async () => (person && (looked || !url.search) ? openPage(person, url.pathname).catch(() => undefined) : undefined)
  const row = person && (await rowOf(person, url.pathname).catch(() => null))
  const over = (await setting("current").catch(() => null))?.over
  // Who looks on the board for what nobody has taken yet is misled by an older one even for a moment.
  const packed = row?.packed && !url.search && url.pathname !== "/board"
  const source = sourceFor({ packed, acted: over || Date.now() - actedAt < JUST, online: navigator.onLine })
  // A fragment of another page may fail like any request: a whole page in its place would mislead.
  if (!packed && !looked && isPart(event.request)) return fetch(event.request)
  if (source === "network first") return fromNetwork(event, url, kept)
  return (await kept()) ?? (source === "store" ? offlinePage(url) : fromNetwork(event, url, kept))
}

async function ask(have, person, after) {
  const [passed, asked] = [await setting("passed"), Date.now()]
  // The server cannot know what it has not received: [number, seconds since it was saved].
  const age = ({ seq, saved_at }) => [seq, Math.max(0, Math.round((asked - saved_at) / 1000))]
  const items = await inOutbox("items", "readonly", (store) => store.getAll()).catch(() => undefined)
  const waiting = items?.filter((item) => item.person_id === person).map(age).slice(0, 500)
  const answer = await fetch("/offline/pack", {
    method: "POST",
    headers: { "Content-Type": "application/json", Accept: "application/json" },
    body: JSON.stringify({ have, after, waiting }),
    redirect: "manual",
    signal: AbortSignal.timeout(60_000),
  })
  // Whoever is no longer signed in keeps what is here, but reads on with signal only once they are; a captive portal is no answer.
  if (answer.status === 401 && !(await isPassed(passed)))
    await inPages("settings", "readwrite", async (settings) => settings.put({ ...(await got(settings.get("current"))), over: true }, "current"))
  if (answer.status === 401 || answer.type === "opaqueredirect") return {}
  if (answer.status !== 200) return null
  const pack = await answer.json()
  if (await isPassed(passed)) return {}
  await keepDrift(pack.as_of, asked)
  return pack
}

/** Fetches what has changed, piece by piece, enrols this device if it is not yet, and tests the whole. What arrived before
 * a cut stays and is not sent again. progress({done, all, left: seconds}). {changed: [urls], unreached, ...selfTest()}. */
export const fetchPack = (progress = () => {}, { locale } = {}) =>
  navigator.locks.request("porchlight-pack", async () => {
    const before = await currentPerson()
    const have = before ? await packedPages(before) : {}
    const [changed, began] = [[], Date.now()]
    let first, piece
    do {
      piece = await ask(have, before, piece?.next).catch(() => null)
      const { person, pages, gone = [], total, done } = piece ?? {}
      if (!person || (first && person !== first.person)) return { changed, unreached: !piece, ...(await selfTest()) }
      if (!first) {
        first = piece
        await settle(person, locale)
        await enrol(person).catch(() => {})
      }
      // First what is no longer theirs: the rest may not arrive.
      await inPages("pages", "readwrite", (store) => gone.forEach((url) => store.delete([person, url])))
      for (const page of pages) {
        await keepPage(person, page, true)
        changed.push(page.url)
      }
      progress({ done, all: total, left: Math.ceil(((total - done) * (Date.now() - began)) / done / 1000) })
    } while (piece.next)
    const row = [{ as_of: first.as_of, at: Date.now(), lock: first.lock }, `pack ${first.person}`]
    await inPages("settings", "readwrite", async (all) => (await isHere(all, first.person)) && void all.put(...row))
    return { changed, ...(await selfTest()) }
  })

/** Opens every page of the pack and every file of the shell from this phone's own store.
 * {ready, pages, as_of, missing: [urls]}; person: whose pack it is; kept: whether the browser has promised not to clear it. */
export async function selfTest() {
  const person = await currentPerson()
  if (!person) return { ready: false, pages: 0, missing: [] }
  const [pack, urls, missing] = [await setting(`pack ${person}`), Object.keys(await packedPages(person)), await missingFiles()]
  for (const url of urls) if (!(await openPage(person, url))?.body) missing.push(url)
  const ready = urls.length > 0 && !missing.length && Boolean(pack)
  return { person, ready, pages: urls.length, as_of: pack?.as_of, missing, kept: await navigator.storage?.persisted?.() }
}
