/** Alerts: fixed words, shown at once; nothing of the payload is shown but how urgent it is. */
import { keep, setting } from "../shared/store.js"
import { speak, t } from "../shared/words.js"
import { fromShell } from "./shell.js"

const titleOf = (severity) => {
  if (severity === "crisis") return t("Crisis alert. Open to see.")
  if (severity === "test") return t("Test alert. Open to answer.")
  return t("New notice. Open to read.")
}

/** The server's answer, or null when it did not take it. */
async function tell(what, token, seconds = 3) {
  try {
    const answer = await fetch(`/api/v1/deliveries/${what}`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ token }),
      credentials: "omit",
      signal: AbortSignal.timeout(seconds * 1000),
    })
    return answer.ok ? await answer.json() : null
  } catch {
    return null
  }
}

function read(event) {
  try {
    // What WebKit could show by itself comes as a notification, without data of its own.
    const { alert, severity, token, lang } = event.notification?.data ?? event.data.json()
    return { alert: /^[\w-]{1,64}$/.test(alert) ? alert : "unknown", severity, token: String(token), lang }
  } catch {
    return { alert: "unknown", severity: "notice" }
  }
}

/** What the work gives, or the other where it fails or takes long: an alert waits for nothing on the phone. */
const soon = (work, other) => Promise.race([work, new Promise((late) => setTimeout(late, 1_000, other))]).catch(() => other)

const speakSoon = (code = "en") => soon(speak(code, (path) => fromShell(new Request(path))))

/** True the first time: an alert that comes twice stays, but does not ring twice. */
async function isNew(alert) {
  const seen = (await setting("shown")) ?? []
  if (seen.includes(alert)) return false
  await keep("shown", [...seen, alert].slice(-200))
  return true
}

async function show(title, { alert, severity, token }, more) {
  const urgent = severity !== "notice"
  const actions = urgent && token ? [{ action: "ack", title: t("I've got it") }] : []
  const look = { tag: alert, icon: "/icons/icon-192.png", requireInteraction: urgent, data: { alert, severity, token }, actions }
  await self.registration.showNotification(title, { ...look, ...more })
}

export async function pushed(event) {
  const alert = read(event)
  const known = await soon(Promise.all([setting("current"), isNew(alert.alert)]), [null, true])
  await speakSoon(alert.lang ?? known[0]?.locale)
  const vibrate = alert.severity === "crisis" ? [400, 200, 400, 200, 400] : [200]
  await show(titleOf(alert.severity), alert, known[1] ? { vibrate } : { silent: true })
  if (alert.token) await tell("shown", alert.token)
}

async function open(path) {
  const windows = await self.clients.matchAll({ type: "window" })
  const ready = windows.find((client) => "navigate" in client)
  const moved = await ready?.navigate(path).catch(() => null)
  // Where the page may not be brought to the front it is there all the same, and what was opened is still told.
  return moved ? moved.focus().catch(() => moved) : self.clients.openWindow(path)
}

export async function clicked(notification, action) {
  const { alert, token, severity } = notification.data ?? {}
  await speakSoon((await soon(setting("current")))?.locale)
  if (action === "ack") {
    const taken = await tell("acknowledged", token, 5)
    if (!taken) return show(t("NOT ACKNOWLEDGED. Open."), { alert, severity, token }, { renotify: true })
    const title = taken.yours ? t("You have it. Open to see.") : t("Someone else has it. Open to see.")
    return show(title, { alert, severity: "notice", token })
  }
  notification.close()
  const opened = token && tell("opened", token)
  await open(alert && alert !== "unknown" ? `/alerts/${alert}` : "/")
  await opened
}
