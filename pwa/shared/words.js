/** Words for people, from the same catalogues as the server's; English is the key. */
export let locale = "en"
let words = {}
const lists = {}

/** The list of one language; empty where it cannot be had, so that English shows. */
const wordsOf = (code, find = fetch) =>
  (lists[code] ??=
    code === "en"
      ? {}
      : find(`/words/${code}.json`)
          .then((answer) => answer.json())
          .catch(() => delete lists[code] && {}))

/** find: gives the answer for a path; a worker asks the store first, for its own fetch does not. */
export async function speak(code, find) {
  words = await wordsOf(code, find)
  locale = code
}

const fill = (list, msgid, values) => (list[msgid] || msgid).replace(/\{(\w+)\}/g, (all, name) => values?.[name] ?? all)

/** t("Sending {n} of {all}", {n: 2, all: 4}) */
export const t = (msgid, values) => fill(words, msgid, values)

/** t in another language, for the person who is handed the phone. */
export const translator = async (code) => {
  const list = await wordsOf(code)
  return (msgid, values) => fill(list, msgid, values)
}

export const clock = (time, style = { hour: "numeric", minute: "2-digit" }) =>
  // Twelve hours and small letters, as the server writes times.
  new Date(time).toLocaleTimeString(locale === "es" ? "es-US" : locale, style).replace(/[AP]M$/, (half) => half.toLowerCase())
