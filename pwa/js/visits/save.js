/** Saving a visit: checked in plain words, then everything in one transaction, then said honestly. */
import { inOutbox } from "../../shared/store.js"
import { saveOperations, undo } from "../../shared/outbox.js"
import { clock, t } from "../../shared/words.js"

/** The error summary of the house: heading, links to the fields, the same words beside them, focus, title. */
export function showMistakes(section, mistakes) {
  const place = section.querySelector("[data-error-place]")
  for (const old of section.querySelectorAll("[data-mistake]")) old.remove()
  for (const old of section.querySelectorAll(".wrong")) old.classList.remove("wrong")
  document.title = document.title.replace(/^Error: |^.*?: (?=.* - )/, "")
  place.replaceChildren()
  if (!mistakes.length) return
  const make = (tag, more, ...inside) => {
    const part = Object.assign(document.createElement(tag), more)
    part.append(...inside)
    return part
  }
  const lines = mistakes.map(([name, words]) => {
    const field = section.querySelector(`[name="${name}"]`)
    if (!field) return make("li", {}, words)
    field.id ||= name
    const box = field.closest("fieldset.field-set:not(.child), .field")
    field.closest("details")?.setAttribute("open", "")
    box?.classList.add("wrong")
    const beside = make("span", { className: "error" }, `${t("Error:")} ${words}`)
    beside.dataset.mistake = ""
    box?.querySelector("legend, label")?.after(beside)
    // Of three children, whose answer is meant.
    const child = field.closest("[data-child]")?.dataset.child
    return make("li", {}, make("a", { href: `#${field.id}` }, child ? `${child}: ${words}` : words))
  })
  const summary = make("div", { className: "errors", role: "alert", tabIndex: -1 }, make("h2", {}, t("There is a problem")), make("ul", {}, ...lines))
  place.append(summary)
  document.title = `${t("Error:")} ${document.title}`
  summary.focus()
}

const TOO_MUCH = {
  RangeError: () => t("There are too many words for one visit. Save a part of it as a second visit."),
  QuotaExceededError: () => t("This phone is full, and the visit was not saved. Remove a photo or make room, then save again."),
}

/** Saves all operations of a visit together. Answers "" when they are durable, else why not. */
export async function saveVisit(person, operations, dropDraft) {
  try {
    await saveOperations(person, operations, { dropDraft })
    return ""
  } catch (error) {
    if (error.message === "not enrolled") throw error
    return (TOO_MUCH[error.name] ?? (() => t("The visit was not saved. Your words are still here. Try again.")))()
  }
}

/** Shows what has become of a saved visit, now and whenever the outbox changes. */
export function showSaved(panel, person, visitId) {
  const find = (name) => panel.querySelector(`[data-${name}]`)
  const back = find("undo")

  async function look() {
    const receipt = await inOutbox("receipts", "readonly", (receipts) => receipts.get(visitId))
    if (!receipt) return
    find("saved-title").textContent = t("Sent {time}. It has arrived.", { time: clock(receipt.at) })
    find("saved-about").textContent = receipt.held ? t("It is held for your supervisor.") : t("The receipt is kept on this phone.")
    back.hidden = true
  }

  new BroadcastChannel("porchlight-outbox").onmessage = look
  back.addEventListener("click", async () => {
    back.disabled = true
    if (await undo(person, visitId)) location.reload()
    else await look()
  })
  panel.hidden = false
  scrollTo(0, 0)
  panel.focus()
  return look()
}
