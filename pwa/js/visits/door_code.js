/** The code that is shown at the door: what it holds, and what both phones make of it (docs/wire.md, At the door). Pure. */
import { b64u, sha256, text, unb64u, utf8 } from "../../shared/wire.js"

// With the words of the summary in it, or, where they are too long for a picture, with its hash alone.
const WHOLE = 1
const HASH = 2
const LINES = /^porchlight-summary\/1\nvisit (.+)\n/
/** What a picture of 117 squares a side still holds beside an address. */
const MOST_DIGITS = 2_900
const LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

const idBytes = (id) => Uint8Array.from(id.replaceAll("-", "").match(/../g), (pair) => parseInt(pair, 16))
const idOf = (bytes) =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("").replace(/(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-")

function timeBytes(iso) {
  let time = Date.parse(iso)
  return Uint8Array.from({ length: 6 }, () => [time % 256, (time = Math.floor(time / 256))][0]).reverse()
}
const timeOf = (bytes) => new Date(bytes.reduce((all, byte) => all * 256 + byte, 0)).toISOString()

// As decimal digits a picture takes 3.33 bits for each: nothing else fits as much into the same squares.
const digitsOf = (bytes) => BigInt(`0x01${Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("")}`).toString()
const bytesOf = (digits) => Uint8Array.from(BigInt(digits).toString(16).replace(/^1/, "").match(/../g), (pair) => parseInt(pair, 16))

/** What the worker's device signs of a code, and what the server is shown of it. */
export const claimsOf = async ({ visit_id, caregiver_id, device_id, made_at, token, summary_sha256 }) => ({
  v: 1,
  visit_id,
  caregiver_id,
  device_id,
  made_at,
  token_sha256: await sha256(token),
  summary_sha256,
})

/** The digits behind the # of the address. code: {visit_id, caregiver_id, device_id, made_at, token, summary, signed}. */
export async function pack({ visit_id, caregiver_id, device_id, made_at, token, summary, signed }) {
  const ids = [visit_id, caregiver_id, device_id].map(idBytes)
  const signature = unb64u(signed.split(".")[2])
  const whole = (kind, rest) =>
    digitsOf([kind, ...ids.flatMap((id) => [...id]), ...timeBytes(made_at), ...unb64u(token), ...signature, ...rest])
  const digits = whole(WHOLE, utf8(summary.replace(LINES, "")))
  return digits.length > MOST_DIGITS ? whole(HASH, unb64u(await sha256(summary))) : digits
}

/** What the digits say: the code as above, with summary "" where that was too long, and the signed ticket. Throws for anything else. */
export async function unpack(digits) {
  if (!/^\d{300,4000}$/.test(digits)) throw new TypeError("No code.")
  const bytes = bytesOf(digits)
  let at = 1
  const take = (length) => bytes.slice(at, (at += length))
  const [visit_id, caregiver_id, device_id] = [take(16), take(16), take(16)].map(idOf)
  const made_at = timeOf(take(6))
  const [token, signature] = [take(32), take(64)].map(b64u)
  if (![WHOLE, HASH].includes(bytes[0]) || signature.length !== 86) throw new TypeError("No code.")
  const summary = bytes[0] === WHOLE ? `porchlight-summary/1\nvisit ${visit_id}\n${text(take(bytes.length))}` : ""
  const summary_sha256 = summary ? await sha256(summary) : b64u(take(32))
  const code = { visit_id, caregiver_id, device_id, made_at, token, summary, summary_sha256 }
  const head = { alg: "ES256", typ: "porchlight-door", kid: device_id }
  const said = [head, await claimsOf(code)].map((part) => b64u(utf8(JSON.stringify(part))))
  return { ...code, ticket: [...said, signature].join(".") }
}

async function over({ token, summary_sha256 }, what) {
  const key = await crypto.subtle.importKey("raw", utf8(token), { name: "HMAC", hash: "SHA-256" }, false, ["sign"])
  const found = await crypto.subtle.sign("HMAC", key, utf8(`porchlight-door/1\n${what}\n${summary_sha256}`))
  return new DataView(found).getBigUint64(0)
}

/** The ten letters over the same summary, "7K4QM2XT9R". */
export async function shortCode(code) {
  const bits = (await over(code, "code")) >> 14n
  return Array.from({ length: 10 }, (_, at) => LETTERS[Number((bits >> BigInt(45 - 5 * at)) & 31n)]).join("")
}

/** As people read it. */
export const inHalves = (code) => code.replace(/(.{5})(.{5})/, "$1-$2")

/** The six digits that the foster parent's phone shows after a yes. */
export const yesDigits = async (code) => String((await over(code, "yes")) % 1_000_000n).padStart(6, "0")

/** The facts of a summary, as the page shows them: exactly what its hash is over. */
export function factsOf(summary) {
  const facts = { agreed: [] }
  for (const line of summary.split("\n").slice(1)) {
    const [name] = line.split(" ", 1)
    const words = line.slice(name.length + 1)
    if (name === "agreed") facts.agreed.push(words)
    else facts[name] = words
  }
  return { ...facts, next: facts.next === "-" ? "" : facts.next, note: (facts.note ?? "").replaceAll("\u2028", "\n") }
}
