/** Words for people, from the same catalogues as the server's; English is the key. */
export let locale = "en"
let words = {}
const lists = {}

/** The list of one language; empty where it cannot be had, so that English shows. */
const wordsOf = (code) =>
  (lists[code] ??=
    code === "en"
      ? {}
      : fetch(`/words/${code}.json`)
          .then((answer) => answer.json())
          .catch(() => delete lists[code] && {}))

export async function speak(code) {
  words = await wordsOf(code)
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
