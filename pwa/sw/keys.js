/** The key that opens a locked phone's pages: asked of the pages that are open, given to the page that comes. */
import { currentPerson } from "../shared/device.js"
import { setting, showsNobody } from "../shared/store.js"
import { askBy, held, hold, rootOf, wrapsOf } from "../shared/vault.js"
import { stored } from "./shell.js"

const PATIENCE = 700

const isKey = (root) => root instanceof CryptoKey && !root.extractable

/** The first page that has it answers. */
askBy(async (person) => {
  const pages = await clients.matchAll({ type: "window", includeUncontrolled: true })
  return new Promise((resolve) => {
    setTimeout(resolve, pages.length && PATIENCE)
    for (const page of pages) {
      const { port1, port2 } = new MessageChannel()
      port1.onmessage = ({ data }) => isKey(data) && resolve(data)
      page.postMessage({ ask: "root", person }, [port2])
    }
  })
})

export const keyFor = (progress, { person }) => rootOf(person)
export const takeKey = async (progress, { person, root }) => isKey(root) && Boolean(hold(person, root))

export async function giveKey(clientId) {
  const person = await currentPerson()
  const root = held(person)
  if (root) (await clients.get(clientId))?.postMessage({ person, root })
}

async function isLocked() {
  if (await setting("locked")) return true
  const person = await currentPerson()
  return Boolean(person && (await wrapsOf(person, "root")).length && !(await rootOf(person).catch(() => null)))
}

/** The way to the page that unlocks, where a page at this path may not be shown; else undefined. */
export async function lockBefore(pathname) {
  return !showsNobody(pathname) && (await isLocked().catch(() => false)) ? `/unlock#${pathname}` : undefined
}

/** The page that unlocks, and while the phone is locked Get help, without the name of any family; else undefined. */
export async function plainPage(pathname) {
  if (pathname !== "/unlock" && !(pathname === "/help" && (await isLocked().catch(() => false)))) return undefined
  const { locale = "en" } = (await setting("current").catch(() => null)) ?? {}
  return (await stored(`${pathname}/${locale}`)) ?? (pathname === "/help" ? stored("/offline") : undefined)
}
