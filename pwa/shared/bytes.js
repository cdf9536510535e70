/** Bytes as the wire writes them. */
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
