/** Whose phone this is: a device is one person's enrolment in one browser profile. */
import { uuid7 } from "./wire.js"
import { got, inOutbox, inPages, keep, rowsOf, setting, takeBack } from "./store.js"
import { forget } from "./vault.js"

/** The signed-in person's id; undefined when nobody is, or when somebody may just have signed in as another. */
export async function currentPerson() {
  const now = await setting("current")
  return now && !now.doubt ? now.person_id : undefined
}

/** A page of ours came for this person: whoever was here before leaves nothing to read. */
export async function settle(person_id, locale) {
  const [was, next] = await inPages("settings", "readwrite", async (settings) => {
    const now = (await got(settings.get("current"))) ?? {}
    const next = { person_id, locale: locale || now.locale }
    const same = now.person_id === person_id
    if (!now.person_id || (same && (now.doubt || now.locale !== next.locale))) settings.put(next, "current")
    return [!same && now.person_id, next]
  })
  if (was) await forget(was, undefined, next).then(takeBack)
}

/** Somebody signs in or out: until a page says who, nothing is shown from the store. */
export async function doubt() {
  const now = await setting("current")
  await keep("passed", Date.now())
  if (now) await keep("current", { ...now, doubt: true })
}

/** Whether somebody has signed in or out since: what was asked before says nothing of who is here now. */
export const isPassed = async (passed) => (await setting("passed")) !== (await passed)

/** Signing out: what could be read is erased, what waits stays sealed and still goes. An unfinished draft keeps its
 * key, for nothing that was typed may be lost; only its own person is ever shown it. */
export async function leave() {
  const { person_id, locale } = (await setting("current")) ?? {}
  await keep("passed", Date.now())
  if (!person_id) return takeBack()
  const drafts = await inOutbox("drafts", "readonly", (store) => store.getAllKeys(rowsOf(person_id)))
  // What needs a fix never goes by itself: the copy here is the only one that can be read.
  const items = await inOutbox("items", "readonly", (store) => store.getAll())
  const stuck = items.some((item) => item.person_id === person_id && item.state === "fix")
  const left = ([, key]) => /^[/p]/.test(key) && !items.some((item) => item.kept === key)
  await forget(person_id, stuck || drafts.some(left) ? ["pages"] : ["pages", "work"], { locale })
  await takeBack()
}

/** The enrolled device of a person in this profile, or undefined. */
export async function deviceOf(person) {
  const device = await inOutbox("devices", "readonly", (devices) => devices.get(person))
  return device?.intake_key && device
}

const label = () => (/android|iphone|ipad/i.exec(navigator.userAgent)?.[0] ?? "Computer") + " · Porchlight"

/** Makes the key, asks the server for the pinned ones. Safe to repeat: the id is kept before it is sent.
 * After each sign-in the server is told anew which device it is: alerts belong to the device of the session. */
export const enrol = (person_id) =>
  navigator.locks.request("porchlight-enrol", async () => {
    const found = await deviceOf(person_id)
    if (found && (await setting("current"))?.met === person_id) return found
    return introduce(person_id).catch((error) => {
      if (!found) throw error
      return found
    })
  })

async function introduce(person_id) {
  let device = await inOutbox("devices", "readonly", (devices) => devices.get(person_id))
  if (!device) {
    const curve = { name: "ECDSA", namedCurve: "P-256" }
    const { privateKey, publicKey } = await crypto.subtle.generateKey(curve, false, ["sign", "verify"])
    const { kty, crv, x, y } = await crypto.subtle.exportKey("jwk", publicKey)
    device = { person_id, device_id: uuid7(), private_key: privateKey, public_key: { kty, crv, x, y }, next_seq: 1 }
    await inOutbox("devices", "readwrite", (devices) => devices.put(device))
  }
  const asked = Date.now()
  const answer = await fetch("/devices", {
    method: "POST",
    headers: { "Content-Type": "application/json", Accept: "application/json" },
    body: JSON.stringify({ id: device.device_id, public_key: device.public_key, label: label() }),
    signal: AbortSignal.timeout(15000),
  })
  if (!answer.ok || answer.redirected) throw new Error(`enrolment: ${answer.status}`)
  const pins = await answer.json()
  if (pins.device_id !== device.device_id || pins.person_id !== person_id) throw new Error("enrolment: not ours")
  const { intake_key, receipt_key, next_seq, server_time } = pins
  await inOutbox("devices", "readwrite", async (devices) => {
    // Read again: something may have been saved, and counted, while we asked.
    const now = await got(devices.get(person_id))
    device = { ...now, intake_key, receipt_key, next_seq: Math.max(next_seq ?? 1, now.next_seq) }
    devices.put(device)
  })
  await keepDrift(server_time, asked)
  await inPages("settings", "readwrite", async (settings) => {
    const now = await got(settings.get("current"))
    if (now?.person_id === person_id && !now.doubt) settings.put({ ...now, met: person_id }, "current")
  })
  return device
}

/** How far this phone's clock is ahead of the server's, in milliseconds, as last measured. */
export const drift = async () => (await setting("drift")) ?? 0
export const keepDrift = (serverTime, asked) =>
  keep("drift", Math.round((asked + Date.now()) / 2 - new Date(serverTime).getTime()))

/** The pack's row; silent: ms since our server gave it, and by: those when the clock stood highest, at. One that was set
 * back takes nothing off, and adds nothing where it is set right again. */
export const packOf = (person) =>
  inPages("settings", "readwrite", async (settings) => {
    const pack = await got(settings.get(`pack ${person}`))
    if (!pack) return
    const { at, last = at, silent = 0, by = 0 } = pack
    const now = (pack.last = Date.now())
    pack.silent = Math.max(silent, now < at ? silent + now - last : by + now - at)
    if (now > at) Object.assign(pack, { at: now, by: pack.silent })
    settings.put(pack, `pack ${person}`)
    return pack
  })
