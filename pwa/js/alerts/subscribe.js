/** Alerts on this phone: turned on by a tap after our own words, checked again at every opening, proven by a test. */
import { clock, speak, t } from "../../shared/words.js"
import { unb64u } from "../../shared/wire.js"

const json = { "Content-Type": "application/json", Accept: "application/json" }
const EVERY = 1_000
const TEST_ENDS = 30_000

export async function ask(path, how = {}) {
  const answer = await fetch(path, { headers: json, signal: AbortSignal.timeout(15_000), ...how })
  if (!answer.ok) throw new Error((await answer.json().catch(() => ({}))).detail ?? "")
  return answer.status === 204 ? null : answer.json()
}

export const supported = () => "PushManager" in globalThis && "Notification" in globalThis && Boolean(navigator.serviceWorker)

/** The subscription under our present key; one under an older key is given up. */
async function subscription() {
  const { pushManager } = await navigator.serviceWorker.ready
  const { key } = await ask("/push/key")
  const known = await pushManager.getSubscription()
  const same = known && bytesEqual(known.options.applicationServerKey, unb64u(key))
  if (same) return known
  await known?.unsubscribe()
  return pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: unb64u(key) })
}

const bytesEqual = (one, other) => {
  const [a, b] = [new Uint8Array(one ?? []), new Uint8Array(other)]
  return a.length === b.length && a.every((byte, at) => byte === b[at])
}

/** The session may have begun after this phone was set up: it learns whose phone it is on. */
async function introduce() {
  const { currentPerson, deviceOf, enrol } = await import("../../shared/device.js")
  const person = await currentPerson()
  const device = person && (await deviceOf(person))
  if (!device) return person && enrol(person)
  const { device_id: id, public_key } = device
  return ask("/devices", { method: "POST", body: JSON.stringify({ id, public_key, label: "" }) })
}

export async function register() {
  const made = await subscription()
  await introduce()
  await ask("/push/subscriptions", { method: "POST", body: JSON.stringify(made) })
}

/** What to say of this phone. facts: {supported, permission, subscribed, proven_at}. */
export function stateOf({ supported, permission, subscribed, proven_at }) {
  if (!supported) return ["not", t("This browser cannot show alerts. On an iPhone, add Porchlight to the home screen first.")]
  if (permission === "denied") return ["not", t("Alerts are blocked. Allow notifications for Porchlight in the phone's settings.")]
  if (permission !== "granted" || !subscribed) return ["not", t("Alerts are off. This phone stays silent in a crisis.")]
  if (!proven_at) return ["unknown", t("On, but not tested yet")]
  return ["ready", t("On. Last worked {time}", { time: clock(proven_at, { weekday: "short", hour: "numeric", minute: "2-digit" }) })]
}

/** Sends a test alert to this phone and waits until it was shown. {seconds} or {}. */
async function test(before) {
  const began = Date.now()
  await ask("/alerts/test", { method: "POST" })
  while (Date.now() - began < TEST_ENDS) {
    await new Promise((resolve) => setTimeout(resolve, EVERY))
    const { proven_at } = await ask("/push/state")
    if (proven_at && proven_at !== before) return { seconds: Math.round((Date.now() - began) / 1000) }
  }
  return {}
}

/** corner: holds [data-alerts-state], [data-alerts-why], [data-turn-on-alerts] and [data-test-alert]. */
export async function start(corner) {
  const line = corner.querySelector("[data-alerts-state]")
  const on = corner.querySelector("[data-turn-on-alerts]")
  const why = corner.querySelector("[data-alerts-why]")
  const tryOut = corner.querySelector("[data-test-alert]")
  let proven
  await speak(document.body.dataset.locale)

  function say(state, words) {
    line.dataset.state = state
    line.textContent = words
  }

  async function look() {
    const facts = { supported: supported(), permission: globalThis.Notification?.permission, ...(await ask("/push/state")) }
    proven = facts.proven_at
    say(...stateOf(facts))
    on.hidden = !facts.supported || facts.permission === "denied" || (facts.permission === "granted" && facts.subscribed)
    why.hidden = on.hidden
    tryOut.hidden = facts.permission !== "granted" || !facts.subscribed
  }

  const withTrouble = (work) => async (event) => {
    event.currentTarget.disabled = true
    const button = event.currentTarget
    try {
      await work()
    } catch (error) {
      say("not", error.message || t("That did not work. Try again in a minute."))
    }
    button.disabled = false
  }

  on.addEventListener(
    "click",
    withTrouble(async () => {
      // Permission is asked for inside the tap, before anything is awaited.
      if ((await Notification.requestPermission()) === "granted") await register()
      await look()
    }),
  )
  tryOut.addEventListener(
    "click",
    withTrouble(async () => {
      say("unknown", t("A test alert is on its way"))
      const { seconds } = await test(proven)
      if (seconds === undefined) say("not", t("No alert came. Check that this phone is not muted, then try again."))
      else say("ready", t("It works: {n} s", { n: seconds }))
    }),
  )
  await recheck().catch(() => {})
  await look().catch(() => say("unknown", t("Not checked: no connection")))
}

let checked
/** At every opening, once: where alerts are allowed, the subscription is made again if it has vanished. */
export async function recheck() {
  if (checked || !supported() || Notification.permission !== "granted") return
  await register()
  checked = true
}
