/** The list of families: its rows are filtered by the words that are typed, with signal or without. */
import { speak, t } from "../../shared/words.js"

const fold = (words) => words.normalize("NFKD").replace(/\p{M}/gu, "").toUpperCase().toLowerCase()

/** Whether every word of the search stands in one of these names: the server's own rule (cases/rules.py). */
export const finds = (search, names) => {
  const wanted = fold(search).split(/\s+/)
  return names.map(fold).some((held) => wanted.every((word) => held.includes(word)))
}

/** section: the part of cases/families.html that names this module. */
export async function start(section) {
  const input = section.querySelector("input[type=search]")
  const found = section.querySelector("[data-found]")
  await speak(document.body.dataset.locale)

  function filter() {
    const list = section.querySelector("#families")
    const words = input.value.trim()
    // The server has looked for these words, also among families that are not on this page.
    const looked = list.dataset.q.trim() === words
    const rows = [...list.querySelectorAll(".rows > li")]
    for (const row of rows) {
      const children = [...row.querySelectorAll("[data-names]")].map(({ dataset }) => dataset.names)
      row.hidden = !looked && !finds(words, [row.querySelector(".over").textContent, ...children])
    }
    const n = rows.filter((row) => !row.hidden).length
    const none = !n && !looked && t("No family found for “{words}”. Try a first name, or fewer letters.", { words })
    found.textContent = words ? none || t("Families found: {n}", { n }) : ""
  }

  input.addEventListener("input", filter)
  // Another list has come: from the server, or the whole one from this phone.
  new MutationObserver(filter).observe(section, { childList: true })
  input.value ||= new URLSearchParams(location.search).get("q") ?? ""
  filter()
}
