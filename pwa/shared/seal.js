/** Seals to the server's key (docs/wire.md, Seal). The cryptography is the vendored library's; here are only its names. */
import { AEAD_AES_256_GCM, CipherSuite, KDF_HKDF_SHA256, KEM_DHKEM_P256_HKDF_SHA256 } from "../vendor/hpke.js"

const suite = new CipherSuite(KEM_DHKEM_P256_HKDF_SHA256, KDF_HKDF_SHA256, AEAD_AES_256_GCM)

/** recipient: the 65-byte point; info and plaintext: Uint8Arrays. Answers enc (65 bytes) and ciphertext in one ArrayBuffer. */
export async function seal(recipient, info, plaintext) {
  const key = await suite.DeserializePublicKey(recipient)
  const { encapsulatedSecret, ciphertext } = await suite.Seal(key, plaintext, { info })
  const whole = new Uint8Array(encapsulatedSecret.length + ciphertext.length)
  whole.set(encapsulatedSecret)
  whole.set(ciphertext, encapsulatedSecret.length)
  return whole.buffer
}
