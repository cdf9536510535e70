/** What a phone sends, byte for byte: docs/wire.md is the promise, this is our half of it. */
export const utf8 = (words) => new TextEncoder().encode(words)
export const text = (bytes) => new TextDecoder().decode(bytes)

export function b64u(bytes) {
  let binary = ""
  for (const byte of new Uint8Array(bytes)) binary += String.fromCharCode(byte)
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "")
}

export const unb64u = (words) =>
  Uint8Array.from(atob(words.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0))

/** b64u of the sha256 of bytes or of a text. */
export const sha256 = async (data) =>
  b64u(await crypto.subtle.digest("SHA-256", typeof data === "string" ? utf8(data) : data))

/** A new UUIDv7 (RFC 9562): the phone names its own records. */
export function uuid7(now = Date.now()) {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  for (let at = 5; at >= 0; at--, now = Math.floor(now / 256)) bytes[at] = now % 256
  bytes[6] = (bytes[6] & 15) | 0x70
  bytes[8] = (bytes[8] & 63) | 0x80
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("")
  return hex.replace(/(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-")
}

const ES256 = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" }
export const DEPOSITS = "/api/v1/deposits"
/** Small parts: at 50 kbit/s one still arrives within the 30 s of a try (the wire allows 1,000,000). */
export const PART = 131072
export const MAX_SEALED = 262144

/** The lines that a seal binds. part: {media_id, part, parts, sha256} for a piece of a picture. */
export function infoOf({ key, op_id, device_id, kind, schema }, part) {
  const lines = ["porchlight/1", "DHKEM-P256-HKDF-SHA256,HKDF-SHA256,AES-256-GCM", key, op_id, device_id, kind, schema]
  if (part) lines.push(part.media_id, part.part, part.parts, part.sha256)
  return utf8(lines.join("\n"))
}

/** Compact JWS by this device. typ: porchlight-deposit, porchlight-crisis or porchlight-device. */
export async function signed(typ, payload, device) {
  const parts = [{ alg: "ES256", typ, kid: device.device_id }, payload]
  const words = parts.map((part) => b64u(utf8(JSON.stringify(part)))).join(".")
  return `${words}.${b64u(await crypto.subtle.sign(ES256, device.private_key, utf8(words)))}`
}

/** What goes into the header Porchlight-Deposit; item has sha256 of its sealed bytes. */
export const depositJws = ({ op_id, device_id, kind, schema, seq, captured_at, key, sha256 }, device) =>
  signed(
    "porchlight-deposit",
    { v: 1, op_id, device_id, kind, schema, seq, captured_at, key, sha256, path: DEPOSITS },
    device,
  )

/** What goes into the header Porchlight-Device when a crisis is raised without a session. */
export const crisisJws = (op_id, captured_at, sha256, device) =>
  signed(
    "porchlight-crisis",
    { v: 1, op_id, device_id: device.device_id, captured_at, sha256, path: "/api/v1/crises" },
    device,
  )

/** The payload of what our server signed with the pinned key, as this typ; else null. */
export async function openJws(jws, wanted, pinned) {
  try {
    const [head, payload, signature, more] = jws.split(".")
    const { alg, typ } = JSON.parse(text(unb64u(head)))
    if (alg !== "ES256" || typ !== wanted || more !== undefined) return null
    const jwk = { kty: pinned.kty, crv: pinned.crv, x: pinned.x, y: pinned.y }
    const key = await crypto.subtle.importKey("jwk", jwk, ES256, false, ["verify"])
    if (!(await crypto.subtle.verify(ES256, key, unb64u(signature), utf8(`${head}.${payload}`)))) return null
    const said = JSON.parse(text(unb64u(payload)))
    return said.v === 1 ? said : null
  } catch {
    return null
  }
}

/** The receipt's payload if it names exactly what lies here; else null. */
export async function checkReceipt(jws, item, pinned = item.receipt_key) {
  const said = await openJws(jws, "porchlight-receipt", pinned)
  const same = said && ["op_id", "device_id", "sha256"].every((name) => said[name] === item[name])
  return same && (!item.media_sha256 || said.media_sha256 === item.media_sha256) ? said : null
}
