/** HPKE (RFC 9180) as a sender needs it: base mode, DHKEM(P-256, HKDF-SHA256), HKDF-SHA256, AES-256-GCM, single-shot. */
import { utf8 } from "./wire.js"

const P256 = { name: "ECDH", namedCurve: "P-256" }
const HMAC = { name: "HMAC", hash: "SHA-256" }

function join(...parts) {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) at += (whole.set(part, at), part.length)
  return whole
}

const VERSION = utf8("HPKE-v1")
const KEM = join(utf8("KEM"), [0, 0x10])
const SUITE = join(utf8("HPKE"), [0, 0x10, 0, 1, 0, 2])
// HMAC fills a short key with zeros, so this is the empty salt of the RFC; not every browser takes a key of no bytes.
const NO_SALT = new Uint8Array(32)

async function hmac(key, ...data) {
  const usable = await crypto.subtle.importKey("raw", key, HMAC, false, ["sign"])
  return new Uint8Array(await crypto.subtle.sign("HMAC", usable, join(...data)))
}
const labeledExtract = (suite, salt, label, secret) => hmac(salt, VERSION, suite, utf8(label), secret)
// Nothing here is longer than one block of 32 bytes.
const labeledExpand = async (suite, key, label, info, length) =>
  (await hmac(key, [0, length], VERSION, suite, utf8(label), info, [1])).slice(0, length)

/** Takes the recipient's 65-byte point; info and plaintext are Uint8Arrays. Answers enc (65 bytes) and ciphertext in one.
 * ephemeral: a key pair, only so that tests can repeat a seal. */
export async function seal(recipient, info, plaintext, ephemeral) {
  const theirs = await crypto.subtle.importKey("raw", recipient, P256, false, [])
  const ours = ephemeral ?? (await crypto.subtle.generateKey(P256, false, ["deriveBits"]))
  const enc = new Uint8Array(await crypto.subtle.exportKey("raw", ours.publicKey))
  const shared = new Uint8Array(await crypto.subtle.deriveBits({ name: "ECDH", public: theirs }, ours.privateKey, 256))
  const extracted = await labeledExtract(KEM, NO_SALT, "eae_prk", shared)
  const secretOfBoth = await labeledExpand(KEM, extracted, "shared_secret", join(enc, recipient), 32)

  const noPsk = await labeledExtract(SUITE, NO_SALT, "psk_id_hash", [])
  const context = join([0], noPsk, await labeledExtract(SUITE, NO_SALT, "info_hash", info))
  const secret = await labeledExtract(SUITE, secretOfBoth, "secret", [])
  const key = await labeledExpand(SUITE, secret, "key", context, 32)
  const iv = await labeledExpand(SUITE, secret, "base_nonce", context, 12)
  const cipher = await crypto.subtle.importKey("raw", key, "AES-GCM", false, ["encrypt"])
  const ciphertext = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, cipher, plaintext)
  return join(enc, new Uint8Array(ciphertext)).buffer
}
