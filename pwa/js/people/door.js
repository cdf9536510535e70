/** The button for a passkey: makes one where the part says `data-at`, signs in with one where it does not. */
import { speak, t } from "../../shared/words.js"
import { hasPasskeys, makePasskey, signInWithPasskey } from "./passkey.js"

// A challenge is good for five minutes; a suggestion that waits longer asks anew.
const ANEW = 4 * 60_000

/** part: holds [data-go] and [data-trouble]; its data-next is the page after it. */
export async function start(part) {
  const { at, next } = part.dataset
  const [button, trouble] = [part.querySelector("[data-go]"), part.querySelector("[data-trouble]")]
  const say = (words) => (trouble.textContent = words)
  await speak(document.documentElement.lang)
  if (!hasPasskeys()) return say(t("This browser has no passkeys. Use a password."))
  say("")
  button.hidden = false
  let waiting

  button.addEventListener("click", async () => {
    waiting?.abort()
    button.disabled = true
    say("")
    try {
      if (at) await makePasskey({ at })
      location.assign(at ? next : await signInWithPasskey({ next }))
    } catch (error) {
      say(error.message)
      button.disabled = false
    }
  })

  /** Where the browser can, it names the passkey among its suggestions for the first field. */
  async function suggest() {
    waiting = new AbortController()
    const again = setTimeout(() => waiting.abort(anew), ANEW)
    try {
      location.assign(await signInWithPasskey({ next, conditional: true, signal: waiting.signal }))
    } catch (error) {
      clearTimeout(again)
      if (error === anew) return suggest()
    }
  }

  const anew = new DOMException("", "AbortError")
  if (at || !(await PublicKeyCredential.isConditionalMediationAvailable?.())) return
  document.querySelector("#email")?.setAttribute("autocomplete", "username webauthn")
  suggest()
}
