/** Which way a request goes: pure. */
// What a page does by itself in the background; it says nothing about who is signed in or what has changed.
const QUIET = /^\/(api\/|offline\/|devices$)/
const NEVER = /^\/(api|media|offline\/pack|exports|healthz|health)(\/|$)/

/** "pass": not the worker's business. "gate": the server's own, unless somebody else holds the phone.
 * "act": a change that goes its own way, but pages may be old after it.
 * "shell": a file of the shell. "page": a page of people, known by its path and by no header: htmx's history
 * restore sends neither HX-Request nor Accept. facts: {origin, shell: what has(path), destination: the request's}. */
export function strategyFor(url, method, mode, { origin, shell, destination }) {
  const { origin: its, pathname } = new URL(url)
  if (its !== origin) return "pass"
  if (method !== "GET") return method === "HEAD" || QUIET.test(pathname) ? "pass" : "act"
  if (shell.has(pathname)) return "shell"
  if (NEVER.test(pathname)) return mode === "navigate" ? "gate" : "pass"
  return mode === "navigate" || !destination ? "page" : "pass"
}

/** Where a page comes from. facts: {packed: by its path in the pack, acted: changed a moment ago, online}. */
export function sourceFor({ packed, acted, online }) {
  if (!online) return "store"
  return packed && !acted ? "store first" : "network first"
}

/** A page behind which somebody signs in or out: who is here must be learned anew. */
export const isDoor = (url) => /^\/(sign-in|sign-out|sign-up|join|demo)(\/|$)/.test(new URL(url).pathname)

/** A piece of a page that is on screen: that page sees to itself, and nothing may take its place. */
export const isPart = ({ headers }) => headers.get("HX-Request-Type") === "partial"
