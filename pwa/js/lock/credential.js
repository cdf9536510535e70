/** A face or a finger, by WebAuthn's PRF: 32 bytes that only this phone's own lock gives out, and only to us. */
import { b64u, unb64u } from "../../shared/wire.js"
import { randomBytes } from "./ways.js"

const given = (credential) => credential?.getClientExtensionResults().prf

/** Asks for a face or a finger and answers with the 32 bytes, or null where this phone has none to give. way: {credential_id, prf_salt}. */
export async function openWithFace({ credential_id, prf_salt }) {
  const credential = await navigator.credentials.get({
    publicKey: {
      challenge: randomBytes(32),
      rpId: location.hostname,
      allowCredentials: [{ type: "public-key", id: unb64u(credential_id) }],
      userVerification: "required",
      extensions: { prf: { eval: { first: prf_salt } } },
    },
  })
  return given(credential)?.results?.first ?? null
}

/** {id: b64u, prf: 32 bytes or null, enabled: whether this phone can do it}. Throws NotAllowedError when it was called off. */
export async function makePasskey({ prfSalt }) {
  const credential = await navigator.credentials.create({
    publicKey: {
      challenge: randomBytes(32),
      rp: { id: location.hostname, name: "Porchlight" },
      // No name of a person: what is listed here, the phone shows to whoever looks into its settings.
      user: { id: randomBytes(32), name: "Porchlight", displayName: "Porchlight" },
      pubKeyCredParams: [-7, -257].map((alg) => ({ type: "public-key", alg })),
      authenticatorSelection: { authenticatorAttachment: "platform", residentKey: "discouraged", userVerification: "required" },
      extensions: { prf: { eval: { first: prfSalt } } },
    },
  })
  const id = b64u(credential.rawId)
  const { enabled = false, results } = given(credential) ?? {}
  // Some phones give the bytes only when they are asked a second time.
  const prf = results?.first ?? (enabled ? await openWithFace({ credential_id: id, prf_salt: prfSalt }) : null)
  return { id, prf, enabled }
}
