/** A session that has ended under an open page: what was typed stays on screen, and the way to go on is said. */
import { t } from "../../shared/words.js"

const differs = (field) =>
  /^(checkbox|radio)$/.test(field.type)
    ? field.checked !== field.defaultChecked
    : field.options
      ? field.selectedIndex !== Math.max(0, [...field.options].findIndex((one) => one.defaultSelected))
      : !/^(hidden|submit|button|reset)$/.test(field.type) && (field.value ?? "") !== (field.defaultValue ?? "")

/** Whether somebody has written into one of these forms; one that was drawn again with its mistakes holds what was typed. */
export const isWritten = (forms) =>
  forms.some((form) => [...form.elements].some(differs)) || (forms.length > 0 && Boolean(document.querySelector("main .errors")))

/** Says at the top of the page that nobody is signed in any more. stays: this page is to be come back to, so that signing
 * in happens beside it. */
export function sayOver(words, { role = "status", stays = false } = {}) {
  const make = (tag, more) => Object.assign(document.createElement(tag), more)
  const href = `/sign-in?next=${encodeURIComponent(location.pathname)}`
  const link = make("a", { className: "button second", href, textContent: stays ? t("Sign in in a new window") : t("Sign in") })
  if (stays) Object.assign(link, { target: "_blank", rel: "noopener" })
  const inside = make("div", { className: "flow" })
  inside.append(make("p", { textContent: words }), link)
  const banner = make("div", { className: "banner due", tabIndex: -1 })
  banner.setAttribute("role", role)
  banner.dataset.unreached = ""
  banner.append(inside)
  document.querySelector("[data-unreached]")?.remove()
  document.querySelector("main").prepend(banner)
  return banner
}
