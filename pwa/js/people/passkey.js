/** Passkeys, to sign in with: the private half stays behind the lock of the phone. */
import { b64u, unb64u } from "../../shared/wire.js"
import { t } from "../../shared/words.js"

const PATIENCE = 15_000

/** A problem in the server's own words; status 403: sign in once more first. */
export class Trouble extends Error {
  constructor(words, status) {
    super(words || t("That did not work. Try again in a minute."))
    this.status = status
  }
}

export const hasPasskeys = () => Boolean(globalThis.PublicKeyCredential && navigator.credentials)

async function ask(path, body) {
  const answer = await fetch(path, {
    method: "POST",
    headers: { "Content-Type": "application/json", Accept: "application/json" },
    body: JSON.stringify(body ?? {}),
    signal: AbortSignal.timeout(PATIENCE),
  }).catch(() => {
    throw new Trouble(t("This did not reach us. Try again when you have signal."), 0)
  })
  const said = await answer.json().catch(() => ({}))
  if (!answer.ok) throw new Trouble(said.detail, answer.status)
  return said
}

const withBytes = (options) => ({
  ...options,
  challenge: unb64u(options.challenge),
  ...(options.user && { user: { ...options.user, id: unb64u(options.user.id) } }),
  ...(options.excludeCredentials && { excludeCredentials: options.excludeCredentials.map(known) }),
  ...(options.allowCredentials && { allowCredentials: options.allowCredentials.map(known) }),
})
const known = (one) => ({ ...one, id: unb64u(one.id) })

/** The server's options as the browser takes them: by its own reader where it has one. */
export const creationOptions = (options) =>
  globalThis.PublicKeyCredential?.parseCreationOptionsFromJSON?.(options) ?? withBytes(options)
export const requestOptions = (options) =>
  globalThis.PublicKeyCredential?.parseRequestOptionsFromJSON?.(options) ?? withBytes(options)

// Not toJSON(): it would send the extensions along, and no secret of the phone may ever be among them.
const sent = ({ id, rawId, type }, response) => ({ id, rawId: b64u(rawId), type, response })

const made = (credential) =>
  sent(credential, {
    clientDataJSON: b64u(credential.response.clientDataJSON),
    attestationObject: b64u(credential.response.attestationObject),
    transports: credential.response.getTransports?.() ?? [],
  })

const signed = (credential) =>
  sent(credential, {
    clientDataJSON: b64u(credential.response.clientDataJSON),
    authenticatorData: b64u(credential.response.authenticatorData),
    signature: b64u(credential.response.signature),
    userHandle: credential.response.userHandle ? b64u(credential.response.userHandle) : "",
  })

/** What the browser says when somebody closes its window, in words. */
function inWords(error) {
  if (error instanceof Trouble || error.name === "AbortError") return error
  if (error.name === "InvalidStateError") return new Trouble(t("This phone has a passkey for you already."))
  return new Trouble(t("No passkey was chosen. Try again, or sign in another way."))
}

const inOurWords = (work) => work.catch((error) => Promise.reject(inWords(error)))
/** Makes a passkey on this phone and tells the server. at: "/passkeys" (needs a sign-in of the last 5 minutes; else a
 * Trouble of status 403) or "/join/passkey". */
export async function makePasskey({ at = "/passkeys" } = {}) {
  const publicKey = creationOptions(await ask(`${at}/options`))
  await ask(at, made(await inOurWords(navigator.credentials.create({ publicKey }))))
}

/** Signs in with whichever passkey for us this phone has; the address to go on to. conditional: among the browser's own
 * suggestions for a field; signal ends the waiting. */
export async function signInWithPasskey({ next = "/today", conditional = false, signal } = {}) {
  const options = requestOptions(await ask("/sign-in/passkey/options"))
  const how = { publicKey: options, signal, ...(conditional && { mediation: "conditional" }) }
  const credential = await inOurWords(navigator.credentials.get(how))
  return (await ask("/sign-in/passkey", { ...signed(credential), next })).next
}
