/** The visits that were begun on this phone. */
import { loadDraft } from "../../shared/drafts.js"
import { inOutbox, rowsOf } from "../../shared/store.js"
import { clock, t } from "../../shared/words.js"

const WHEN = { weekday: "short", hour: "numeric", minute: "2-digit" }

export const make = (tag, more, ...inside) => {
  const part = Object.assign(document.createElement(tag), more)
  part.append(...inside)
  return part
}

/** An unfinished visit is offered wherever a page has room for it, the oldest first. */
export async function offer(person) {
  const rows = await inOutbox("drafts", "readonly", (store) => store.getAll(rowsOf(person)))
  const drafts = rows.filter(({ key }) => key.startsWith("/") && key !== location.pathname).sort((a, b) => a.at - b.at)
  const link = async ({ key, at }) => {
    const { family } = (await loadDraft(person, key)) ?? {}
    const time = clock(at, WHEN)
    const about = family ? t("Go on with {family}, from {time}", { family, time }) : t("Go on with the one from {time}", { time })
    return make("li", {}, make("a", { href: key }, about))
  }
  const links = await Promise.all(drafts.map(link))
  const n = links.length
  const many = n === 1 ? t("You have an unfinished visit.") : t("You have {n} unfinished visits.", { n })
  const list = make("div", {}, make("strong", {}, many), make("ul", { className: "bullets" }, ...links))
  const banner = n ? [make("div", { className: "banner info" }, list)] : []
  document.querySelector("[data-drafts]")?.replaceChildren(...banner)
}
