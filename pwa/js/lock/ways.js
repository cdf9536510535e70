/** The ways to open a locked phone: a face or a finger (WebAuthn PRF), and the server's share. Each wraps the same root. */
import { utf8 } from "../../shared/wire.js"

const AES = "AES-GCM"
const USE = ["wrapKey", "unwrapKey"]

export const randomBytes = (n) => crypto.getRandomValues(new Uint8Array(n))

/** HKDF (RFC 5869) over a secret that is not on this phone. */
async function kekOf(kind, secret, person, salt) {
  const secretKey = await crypto.subtle.importKey("raw", secret, "HKDF", false, ["deriveKey"])
  const info = utf8(["porchlight-vault/1", kind, person].join("\n"))
  const how = { name: "HKDF", hash: "SHA-256", salt, info }
  return crypto.subtle.deriveKey(how, secretKey, { name: AES, length: 256 }, false, USE)
}

/** A new root; it can be taken out only as long as this one lives, to be wrapped. */
export const makeRoot = () => crypto.subtle.generateKey({ name: AES, length: 256 }, true, USE)

/** The row of one more way to open this root. kind: "prf" or "share"; secret: bytes; more: what the way needs to be gone again. */
export async function wayTo(root, kind, secret, person_id, more) {
  const [salt, iv] = [randomBytes(32), randomBytes(12)]
  const wrapped = await crypto.subtle.wrapKey("raw", root, await kekOf(kind, secret, person_id, salt), { name: AES, iv })
  return { person_id, purpose: "root", kind, salt, iv, wrapped, made_at: Date.now(), ...more }
}

/** The root behind a way; extractable only to add another way. Throws OperationError where the secret is another. */
export async function openWay({ kind, person_id, salt, iv, wrapped }, secret, extractable = false) {
  const kek = await kekOf(kind, secret, person_id, salt)
  return crypto.subtle.unwrapKey("raw", wrapped, kek, { name: AES, iv }, AES, extractable, USE)
}
