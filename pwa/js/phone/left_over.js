/** Visits that were begun for a family that is on this person's caseload no more: nothing that was typed stays where nobody
 * can reach it. It goes to the supervisor, or is thrown away. */
import { dropDraft, loadDraft } from "../../shared/drafts.js"
import { announce, inOutbox, rowsOf } from "../../shared/store.js"
import { t } from "../../shared/words.js"
import { make } from "./begun.js"

const PATIENCE = 10_000

/** Whether our server says that the form of this draft is not theirs to open any more; without an answer, it is. */
async function isGone(key) {
  const how = { headers: { Accept: "text/html" }, redirect: "manual", signal: AbortSignal.timeout(PATIENCE) }
  return (await fetch(key, how).catch(() => null))?.status === 404
}

async function handOn(person, key) {
  const { sealDraft } = await import("./rescue.js")
  const draft = await loadDraft(person, key)
  // What does not open is not said to have gone anywhere.
  if (!draft) throw new TypeError(key)
  await sealDraft(person, key, draft, draft.visit_id)
  announce({ saved: true })
}

async function throwAway(person, key) {
  const draft = await loadDraft(person, key)
  await dropDraft(person, key, (draft?.photos ?? []).map(({ id }) => id))
}

const button = (words, className, act) => {
  const made = make("button", { type: "button", className, textContent: words })
  made.addEventListener("click", act)
  return made
}

/** What stands in the list in place of the way to a form that is gone. */
function choices(line, person, key) {
  const words = line.textContent
  const settle = (work, done) => async () => {
    line.querySelectorAll("button").forEach((one) => (one.disabled = true))
    await work(person, key).then(() => show(done), () => again())
  }
  const say = (text) => make("span", { role: "status" }, text)
  const show = (...parts) => line.replaceChildren(make("div", { className: "flow" }, ...parts))
  const sure = () =>
    show(
      say(t("Throw away what you wrote? It cannot be brought back.")),
      button(t("Throw it away"), "button warn", settle(throwAway, say(t("It is thrown away.")))),
      button(t("Keep it"), "button second", first),
    )
  const first = () =>
    show(
      make("p", {}, words),
      make("p", { className: "small" }, t("This family is not on your caseload any more, so the form cannot be opened.")),
      button(t("Hand it to my supervisor"), "button second", settle(handOn, say(t("It goes to your supervisor, sealed, with the next signal.")))),
      button(t("Throw it away"), "button quiet", sure),
    )
  const again = () => (first(), line.firstChild.prepend(say(t("That did not work. Try again in a minute."))))
  first()
}

/** Runs where the unfinished visits are listed, after the pack has come. */
export async function handOnWhatLeft(person) {
  const place = document.querySelector("[data-drafts]")
  if (!place?.querySelector("a") || !navigator.onLine) return
  const keys = await inOutbox("drafts", "readonly", (drafts) => drafts.getAllKeys(rowsOf(person)))
  for (const [, key] of keys.filter(([, key]) => key.startsWith("/"))) {
    const link = [...place.querySelectorAll("a")].find((one) => one.getAttribute("href") === key)
    if (link && (await isGone(key))) choices(link.closest("li"), person, key)
  }
}
