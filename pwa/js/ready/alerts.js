/** Alerts on the card: our own words first, then the phone's question, then a test that must arrive and be answered. */
import { ask, recheck, register, supported } from "../alerts/subscribe.js"
import { t } from "../../shared/words.js"

const EVERY = 1_000
const ARRIVES = 30_000
const ANSWERED = 120_000
// A browser that has no push service may never say so.
const SUBSCRIBES = 10_000
const soon = (work) => Promise.race([work, new Promise((resolve) => setTimeout(resolve, SUBSCRIBES))])

/** What to say of this phone, as [state, words, since]. facts: {supported, permission, subscribed, answered_at}. */
export function alertsResult({ supported, permission, subscribed, answered_at }) {
  if (!supported) return ["not_possible", t("This browser cannot show alerts. On an iPhone, add Porchlight to the home screen first.")]
  if (permission === "denied") return ["not_proven", ""]
  if (permission !== "granted" || !subscribed) return ["not_proven", t("Alerts are off. This phone stays silent in a crisis.")]
  if (!answered_at) return ["not_proven", t("On, but not tested yet")]
  return ["proven", "", answered_at]
}

async function facts() {
  if (!supported()) return { supported: false }
  return { supported: true, permission: Notification.permission, ...(await ask("/push/state")) }
}

export async function alerts(row) {
  const [on, test, denied] = ["turn-on", "test", "denied"].map((name) => row.find(name))

  async function look() {
    const found = await facts()
    const works = found.permission === "granted" && found.subscribed
    on.hidden = !found.supported || works || found.permission === "denied"
    test.hidden = !works
    denied.hidden = found.permission !== "denied"
    await row.observe(...alertsResult(found))
    return found
  }

  /** Sends one and waits until it was shown, then until somebody has answered it. */
  async function tryOut() {
    const before = await facts()
    const began = Date.now()
    row.say(t("A test alert is on its way"))
    await ask("/alerts/test", { method: "POST" })
    let shown
    while (Date.now() - began < (shown ? ANSWERED : ARRIVES)) {
      await new Promise((resolve) => setTimeout(resolve, EVERY))
      if (!row.part.isConnected) return
      const now = await facts().catch(() => before)
      if (now.answered_at && now.answered_at !== before.answered_at) {
        const seconds = Math.round((Date.now() - began) / 1000)
        return row.put("proven", t("It works: answered after {n} s", { n: seconds }), now.answered_at)
      }
      if (shown || !now.proven_at || now.proven_at === before.proven_at) continue
      shown = true
      row.say(t("It has arrived. Now tap “I've got it” on it, or open it and tap there."))
    }
    if (shown) row.say(t("It arrived, but nobody answered it. Send another one and tap “I've got it”."))
    else await row.put("not_proven", t("No alert came. Check that this phone is not muted, then try again."))
  }

  row.on("turn-on", async () => {
    // The phone's question comes inside the tap, before anything is awaited.
    const granted = (await Notification.requestPermission()) === "granted"
    if (granted) await soon(register())
    await look()
    if (granted) await tryOut()
  })
  row.on("test", tryOut)
  on.hidden = test.hidden = true
  // A subscription that vanished is asked for anew; one that cannot be had is said.
  await soon(recheck()).catch(() => {})
  await look().catch(() => row.say(t("Not checked: no connection")))
}
