/** Which item goes next: pure. */
const RANK = { "visit.photo": 2, "visit.sign": 1 }
const rank = (item) => RANK[item.kind] ?? 0

/** Of all that is due: text, then signatures, then photos; what has failed stands behind what has not.
 * Each case is a lane and each item in it may be passed: one that waits or needs a fix holds up nobody. */
export const nextItem = (items, now) =>
  items
    .filter((item) => item.state === "waiting" && !(item.next_at > now))
    .sort((a, b) => rank(a) - rank(b) || a.attempts - b.attempts || a.seq - b.seq)[0]
