/** Signing out, with or without a network: what can be read goes at once, what waits stays sealed and still goes. */
import { leave } from "../../shared/device.js"
import { keep } from "../../shared/store.js"

export async function signOut() {
  document.body.hidden = true
  await leave()
  const registration = await navigator.serviceWorker.getRegistration()
  for (const notice of (await registration?.getNotifications?.()) ?? []) notice.close()
  await navigator.clearAppBadge?.().catch(() => {})
  // The worker tells the server before it answers the next page, now or when there is a network again.
  await keep("leaving", true)
  location.replace("/")
}
