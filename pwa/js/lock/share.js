/** What the server knows for a locked phone: who is signed in, since when, and its share of the key. Kept in memory only. */
import { deviceOf } from "../../shared/device.js"
import { unb64u } from "../../shared/wire.js"

const PATIENCE = 4_000

async function ask(path, method = "GET") {
  const how = { method, cache: "no-store", redirect: "error", headers: { Accept: "application/json" } }
  const answer = await fetch(path, { ...how, signal: AbortSignal.timeout(PATIENCE) }).catch(() => null)
  const ours = answer?.ok && /^application\/json/.test(answer.headers.get("Content-Type"))
  return ours ? answer.json().catch(() => null) : null
}

/** {person, age: ms since its sign-in, now: ms since 1970 by the server's clock} of the live session; null without one, or without our server. */
export async function sessionOfNow() {
  const said = await ask("/api/v1/session")
  const now = Date.parse(said?.server_time)
  return said && { person: said.person_id, age: now - Date.parse(said.signed_in_at), now }
}

/** The share of this person's phone, as bytes; null when it cannot be had. make: it may be made now. */
export async function shareOf(person, { make = false } = {}) {
  const device = await deviceOf(person)
  const said = device && (await ask(`/api/v1/devices/${device.device_id}/share`, make ? "POST" : "GET"))
  return said ? unb64u(said.share) : null
}
