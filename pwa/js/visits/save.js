/** Saving a visit: checked in plain words, then everything in one transaction, then said honestly. */
import { inOutbox } from "../../shared/store.js"
import { saveOperations, undo } from "../../shared/outbox.js"
import { clock, t } from "../../shared/words.js"

function noMistakes(section) {
  section.querySelector("[data-error-place]").replaceChildren()
  document.title = document.title.replace(/^Error: |^.*?: (?=.* - )/, "")
}

/** Takes away what is mended of the mistakes that were shown, and moves nothing else. */
export function takeAwayMended(section, mistakes) {
  const still = new Set(mistakes.map(String))
  const said = [...section.querySelectorAll("[data-mistake]")]
  for (const part of said.filter(({ dataset }) => !still.has(dataset.mistake))) {
    part.parentElement.classList.remove("wrong")
    part.remove()
  }
  if (said.length && !section.querySelector("[data-error-place] li")) noMistakes(section)
}

/** The error summary of the house: heading, links to the fields, the same words beside them, focus, title. */
export function showMistakes(section, mistakes) {
  for (const old of section.querySelectorAll("[data-mistake]")) old.remove()
  for (const old of section.querySelectorAll(".wrong")) old.classList.remove("wrong")
  noMistakes(section)
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
    box?.querySelector("legend, label")?.after(beside)
    // Of three children, whose answer is meant.
    const child = field.closest("[data-child]")?.dataset.child
    const line = make("li", {}, make("a", { href: `#${field.id}` }, child ? `${child}: ${words}` : words))
    beside.dataset.mistake = line.dataset.mistake = [name, words]
    return line
  })
  const summary = make("div", { className: "errors", role: "alert", tabIndex: -1 }, make("h2", {}, t("There is a problem")), make("ul", {}, ...lines))
  section.querySelector("[data-error-place]").append(summary)
  document.title = `${t("Error:")} ${document.title}`
  summary.focus()
}

const TOO_MUCH = {
  AlreadySaved: () => t("This was saved before, on another page. Throw away what you wrote here, or save again: then both count."),
  RangeError: () => t("There are too many words for one visit. Save a part of it as a second visit."),
  QuotaExceededError: () => t("This phone is full, and the visit was not saved. Remove a photo or make room, then save again."),
}

/** Saves all operations of a visit together. Answers "" when they are durable, else why not. */
export async function saveVisit(person, operations, dropDraft) {
  try {
    await saveOperations(person, operations, { dropDraft, of: operations[0].op_id })
    return ""
  } catch (error) {
    if (error.message === "not enrolled") throw error
    return (TOO_MUCH[error.name] ?? (() => t("The visit was not saved. Your words are still here. Try again.")))()
  }
}

export const unfinishedWords = () => t("You have begun another visit with this family. Finish it first, then take this one back.")

/** Shows what has become of a saved visit, or of another item of its group, now and whenever the outbox changes. */
export function showSaved(panel, person, visitId, opId = visitId) {
  const find = (name) => panel.querySelector(`[data-${name}]`)
  const back = find("undo")

  async function look() {
    const receipt = await inOutbox("receipts", "readonly", (receipts) => receipts.get(opId))
    if (!receipt) return
    find("saved-title").textContent = t("Sent {time}. It has arrived.", { time: clock(receipt.at) })
    find("saved-about").textContent = receipt.held ? t("It is held for your supervisor.") : t("The receipt is kept on this phone.")
    back.hidden = true
  }

  new BroadcastChannel("porchlight-outbox").onmessage = look
  back.addEventListener("click", async () => {
    back.disabled = true
    const unfinished = (error) => {
      if (error.name !== "Unfinished") throw error
      find("saved-about").textContent = unfinishedWords()
    }
    if (await undo(person, visitId, opId).catch(unfinished)) location.reload()
    else await look()
    back.disabled = false
  })
  panel.hidden = false
  scrollTo(0, 0)
  panel.focus()
  return look()
}
