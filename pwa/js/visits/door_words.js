/** What is different, in a foster parent's own words: the same questions as on the page of the link. */
import { t } from "../../shared/words.js"
import { make } from "./door_facts.js"

const DIFFERENCES = () => ({
  no_visit: t("There was no visit"),
  other_time: t("It was another day or time"),
  someone_else: t("Someone else came"),
  child_not_here: t("The child was not here"),
  other: t("Something else"),
})

/** [title, ...parts]. send({different, words}); back(): to the question. */
export function differentView(send, back) {
  const picks = Object.entries(DIFFERENCES()).map(([value, words]) =>
    make("label", { className: "choice" }, make("input", { type: "radio", name: "different", value }), make("span", { textContent: words })),
  )
  const wrong = make("p", { className: "error" })
  wrong.setAttribute("role", "alert")
  const fields = make("fieldset", { className: "field-set" }, make("legend", { textContent: t("Pick the one that fits best") }), wrong, make("div", { className: "choices" }, ...picks))
  const words = make("textarea", { id: "words", rows: 3, maxLength: 5000 })
  const hint = make("span", { className: "hint", textContent: t("You can write in any language.") })
  const box = make("div", { className: "field" }, make("label", { htmlFor: "words", textContent: t("Tell us more") }), hint, words)
  const button = (text, className, click) => {
    const made = make("button", { type: "button", className, textContent: text })
    made.addEventListener("click", click)
    return made
  }
  const done = () => {
    const different = fields.querySelector(":checked")?.value
    wrong.textContent = different ? "" : t("Choose what is different.")
    if (different) send({ different, words: words.value.trim() })
    else fields.querySelector("input").focus()
  }
  return [t("What is different?"), fields, box, button(t("Send"), "button huge", done), button(t("Back"), "button quiet", back)]
}
