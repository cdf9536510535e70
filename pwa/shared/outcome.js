/** The decisions of sending: what an answer means, how long to wait, which item goes next. Pure, so that every case can be tried. */
const OURS = /^application\/(problem\+)?json\b/i
const FIX = [409, 413, 422]

/** facts: {status, type, redirected, body, retry_after}; status 0 when nobody answered.
 * Returns {outcome: accepted|needs_fix|waiting, reached, why, receipt, upload, wait}; reached means that our
 * own server spoke, so a captive portal's 200 is not; wait is Retry-After in seconds. */
export function outcomeOf({ status = 0, type, redirected, body, retry_after }) {
  const said = !redirected && OURS.test(type ?? "") && body && typeof body === "object" ? body : null
  const wait = Math.min(Number(retry_after) || 0, 3600)
  const waiting = (why, more) => ({ outcome: "waiting", why, wait, reached: Boolean(said), ...more })
  if (!said) return waiting(status ? "not ours" : "no answer")
  if (said.outcome === "accepted" && (status === 200 || status === 201) && typeof said.receipt === "string")
    return { outcome: "accepted", reached: true, receipt: said.receipt }
  if (said.outcome === "needs_fix" && FIX.includes(status))
    return { outcome: "needs_fix", reached: true, why: String(said.detail ?? ""), type: said.type, receipt: said.receipt }
  if (said.outcome === "waiting" && status === 202)
    return waiting(said.why, { upload: Array.isArray(said.upload) ? said.upload : [] })
  return waiting(`status ${status}`)
}

/** Milliseconds before try number attempt + 1: full jitter from 1 s up to 5 min, never less than Retry-After (seconds). */
export function waitBefore(attempt, retryAfter = 0, random = Math.random()) {
  const ceiling = Math.min(300, 2 ** Math.min(attempt, 9))
  return Math.max(1000 + random * (ceiling - 1) * 1000, retryAfter * 1000)
}

const RANK = { "visit.photo": 2, "visit.sign": 1 }
const rank = (item) => RANK[item.kind] ?? 0

// On a slow line most of a small item's time is the way there and back; the bytes of a photo fill it by themselves.
const TOGETHER = 4
// No pause is longer: what lies further ahead was set by a clock that has been put right since.
const LONGEST = 3600_000

/** Whether bytes of its picture may be sent now: the server has said where to. */
export const hasParts = ({ upload, upload_until } = {}, now) => upload?.length > 0 && upload_until > now

// What Undo gave back waits until it is known whether it had arrived.
const of = ({ group, given }) => given?.visit ?? group

/** What goes next of all that is due, some at once: text, then signatures, then photos; what has failed stands behind what
 * has not. Each case is a lane and each item in it may be passed: one that waits or needs a fix holds up nobody. What
 * belongs together goes one after another. open: whether the road is known to be. */
export function nextItems(items, now, open) {
  const due = items
    .filter(({ state, next_at }) => state === "waiting" && !(next_at > now && next_at <= now + LONGEST))
    .sort((a, b) => rank(a) - rank(b) || a.attempts - b.attempts || a.seq - b.seq)
  if (!open || hasParts(due[0], now)) return due.slice(0, 1)
  const isFirst = (item) => due.find((other) => of(other) === of(item)) === item
  return due.filter((item) => rank(item) === rank(due[0]) && !hasParts(item, now) && isFirst(item)).slice(0, TOGETHER)
}
