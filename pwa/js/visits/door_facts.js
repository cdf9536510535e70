/** The facts that a foster parent confirms, as a list of terms, in the language of whoever reads. */
import { factsOf } from "./door_code.js"

const PLACES = (t) => ({
  home: t("At home"),
  office: t("At the office"),
  school: t("At school"),
  community: t("Out in town"),
  video: t("By video"),
  phone: t("By phone"),
})
// As the server writes times: twelve hours, small letters.
const regional = (code) => (code === "es" ? "es-US" : code)
const small = (words) => words.replace(/[AP]M/g, (half) => half.toLowerCase())

export const make = (tag, more = {}, ...inside) => {
  const part = Object.assign(document.createElement(tag), more)
  part.append(...inside.filter((one) => one || one === 0))
  return part
}

/** {day, time} of when a visit began, by the clock that was meant. */
export function began(summary, code) {
  const { from, zone: timeZone } = factsOf(summary)
  const at = new Date(from)
  return {
    day: at.toLocaleDateString(regional(code), { weekday: "long", month: "long", day: "numeric", timeZone }),
    time: small(at.toLocaleTimeString(regional(code), { timeStyle: "short", timeZone })),
  }
}

/** <dl> of a summary's facts. t and code: the words and the language of the reader. */
export function factList(summary, t, code) {
  const { from, to, zone: timeZone, place, came, agreed, next, note } = factsOf(summary)
  const [start, end] = [from, to].map((time) => small(new Date(time).toLocaleTimeString(regional(code), { timeStyle: "short", timeZone })))
  const rows = [
    [t("When"), `${began(summary, code).day}, ${start} – ${end}`],
    [t("Where"), PLACES(t)[place] ?? place],
    [t("Who came"), came],
    [t("What we agreed"), agreed.join("\n")],
    [t("Next visit"), next && new Date(`${next}T12:00`).toLocaleDateString(regional(code), { dateStyle: "full" })],
    [t("A note for you"), note],
  ]
  const row = ([name, words]) => make("div", {}, make("dt", { textContent: name }), make("dd", { textContent: words }))
  return make("dl", { className: "summary" }, ...rows.filter(([, words]) => words).map(row))
}
