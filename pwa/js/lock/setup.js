/** How this phone locks: turning on a face or a finger, and what is kept where the agency is strict and a phone has neither. */
import { currentPerson, enrol } from "../../shared/device.js"
import { setting } from "../../shared/store.js"
import { hold, wrapsOf } from "../../shared/vault.js"
import { speak, t } from "../../shared/words.js"
import { tell } from "./asking.js"
import { makePasskey } from "./credential.js"
import { sealUnder } from "./sealing.js"
import { shareOf } from "./share.js"
import { makeRoot, openWay, randomBytes, wayTo } from "./ways.js"

/** The root of this phone, to be wrapped once more, and its way by the server's share. Needs a live session. */
async function rootAndShare(person) {
  await enrol(person)
  const bytes = await shareOf(person, { make: true })
  if (!bytes) throw Object.assign(new Error("share"), { name: "Unreached" })
  const way = (await wrapsOf(person, "root")).find(({ kind }) => kind === "share")
  const root = way ? await openWay(way, bytes, true) : await makeRoot()
  return { root, way: way ?? (await wayTo(root, "share", bytes, person)), bytes }
}

async function closeUnder(person, { way, bytes }, ways, purposes) {
  const closed = await openWay(way, bytes)
  await sealUnder(person, closed, ways, purposes)
  hold(person, closed)
  await tell({ ask: "hold", person, root: closed })
}

// Two at once would each make a root, and what lies under the first would never open again.
const alone = (work) => navigator.locks.request("porchlight-setup", work)

/** A face or a finger takes the place of the key that lies on this phone. Throws NotAllowedError, Unreached, NotSupportedError. */
export const turnOn = (person) => alone(() => bringFace(person))

async function bringFace(person) {
  const made = await rootAndShare(person)
  const prf_salt = randomBytes(32)
  const { id, prf } = await makePasskey({ prfSalt: prf_salt })
  if (!prf) throw Object.assign(new Error("prf"), { name: "NotSupportedError" })
  const face = await wayTo(made.root, "prf", prf, person, { credential_id: id, prf_salt })
  await closeUnder(person, made, [made.way, face], ["pages", "work"])
}

/** Where the agency is strict and there is no face or finger: pages open by the server's share alone. */
export const closeOnLeaving = (person) =>
  alone(async () => {
    if ((await wrapsOf(person, "root")).length) return
    const made = await rootAndShare(person).catch(() => null)
    if (made) await closeUnder(person, made, [made.way], ["pages"])
  })

async function canDo() {
  const { PublicKeyCredential: asked } = globalThis
  if (!navigator.serviceWorker?.controller || !(await asked?.isUserVerifyingPlatformAuthenticatorAvailable())) return false
  const said = await asked.getClientCapabilities?.().catch(() => null)
  return said?.["extension:prf"] !== false
}

const words = {
  NotAllowedError: () => t("Your phone did not do it. Try again, and show your face or your finger when it asks."),
  NotSupportedError: () => t("This phone cannot lock Porchlight with a face or a finger. Keep its own screen lock on, always."),
  Unreached: () => t("You need signal for this, once. Try again when you have it."),
}

/** section: the part of phone/lock.html that names this module. */
export async function start(section) {
  const find = (name) => section.querySelector(name)
  const say = (slot, what = "") => (find(`[data-slot=${slot}]`).textContent = what)
  const { person, locale } = document.body.dataset
  await speak(locale)
  if (!person || (await currentPerson()) !== person) return

  async function show() {
    const on = (await wrapsOf(person, "root")).some(({ kind }) => kind === "prf")
    const state = on ? "on" : (await canDo()) ? "off" : "none"
    const { strict } = (await setting(`pack ${person}`))?.lock ?? {}
    for (const part of section.querySelectorAll("[data-face]"))
      part.hidden = part.dataset.face === "strict" ? on || !strict : part.dataset.face !== state
  }

  find("[data-turn-on]").addEventListener("click", async ({ target }) => {
    target.disabled = true
    say("trouble")
    say("working", t("One moment. Do not close the app."))
    try {
      await turnOn(person)
    } catch (error) {
      say("trouble", (words[error.name] ?? (() => t("That did not work. Nothing was changed. Try again.")))())
    } finally {
      target.disabled = false
      say("working")
      await show()
    }
  })
  await show()
}
