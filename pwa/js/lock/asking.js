/** How a page comes by the key of a locked phone: the worker gives it or is asked; else the page that unlocks takes over. */
import { showsNobody } from "../../shared/store.js"

// A busy phone takes its time to wake a worker; it always answers in the end.
const PATIENCE = 15_000

/** Away from what is on screen, to the page that unlocks; it leads back here. */
export function toUnlock() {
  if (location.pathname === "/unlock") return
  document.documentElement.hidden = true
  location.replace(`/unlock#${location.pathname}`)
}

/** What the worker answers; undefined where none runs. */
export async function tell(question) {
  const worker = navigator.serviceWorker?.controller
  if (!worker) return undefined
  const { port1, port2 } = new MessageChannel()
  worker.postMessage(question, [port2])
  return new Promise((resolve) => {
    port1.onmessage = ({ data }) => resolve(data.done)
    setTimeout(resolve, PATIENCE)
  })
}

/** The root of this person. Where nobody has it, nothing comes after this: the page is left, unless it shows nobody, like
 * the one to sign in on. */
export async function ask(person) {
  const { given } = globalThis
  const root = given?.person === person ? given.root : await tell({ ask: "root", person })
  if (root || showsNobody(location.pathname)) return root
  toUnlock()
  return new Promise(() => {})
}
