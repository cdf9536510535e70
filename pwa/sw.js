/** The service worker: listeners only. It answers GET and never touches a POST. */
import { currentPerson } from "./shared/device.js"
import { keyNow, putDraft } from "./shared/drafts.js"
import { flush } from "./shared/flush.js"
import { announce } from "./shared/store.js"
import { giveKey, keyFor, takeKey } from "./sw/keys.js"
import { fetchPack, guarded, noticeAct, pageFor, selfTest } from "./sw/pages.js"
import { clicked, pushed } from "./sw/push.js"
import { strategyFor } from "./sw/routing.js"
import { activate, fetchLater, fromShell, install, SHELL } from "./sw/shell.js"

self.addEventListener("install", (event) => event.waitUntil(install()))
self.addEventListener("activate", (event) => event.waitUntil(activate()))

self.addEventListener("fetch", (event) => {
  const { url, method, mode, destination } = event.request
  const strategy = strategyFor(url, method, mode, { origin: location.origin, shell: SHELL, destination })
  if (strategy === "act") noticeAct(event)
  if (strategy === "shell") event.respondWith(fromShell(event.request))
  if (strategy !== "page" && strategy !== "gate") return
  const answer = guarded(event.request, () => (strategy === "page" ? pageFor(event) : fetch(event.request)))
  event.respondWith(answer)
  // At once, for a worker may be gone before the new page asks.
  if (event.resultingClientId) event.waitUntil(answer.then(() => giveKey(event.resultingClientId)))
})

self.addEventListener("push", (event) => event.waitUntil(pushed(event)))
self.addEventListener("notificationclick", (event) => event.waitUntil(clicked(event.notification, event.action)))

// Background Sync is a bonus where it exists; the page sends by itself everywhere.
self.addEventListener("sync", (event) => {
  if (event.tag === "porchlight-flush") event.waitUntil(flush())
})

// Whose page it was, not who is signed in by now: an older page names nobody.
async function keepDraft(progress, { person, draft, turn, by }) {
  person ??= await currentPerson()
  // by: from a page that may be locked by now.
  await putDraft(person, draft, turn, await keyNow(person, by))
  // The browser may open the next page before it has closed this one.
  announce({ draft: draft.key })
}

const ASKED = {
  pack: fetchPack,
  test: selfTest,
  later: fetchLater,
  activate: () => self.skipWaiting(),
  draft: keepDraft,
  root: keyFor,
  hold: takeKey,
}

self.addEventListener("message", (event) => {
  // Not event.source: a page that is being left is gone before its last words arrive.
  if (event.origin !== location.origin || !Object.hasOwn(ASKED, event.data?.ask)) return
  const [port] = event.ports
  const answer = ASKED[event.data.ask]((progress) => port?.postMessage({ progress }), event.data)
  event.waitUntil(Promise.resolve(answer).then((done) => port?.postMessage({ done }), () => port?.postMessage({ done: null })))
})
