/** Two checks with the camera: what is still there after it, and whether its pictures stay out of the gallery. */
import { ask } from "../phone/status.js"
import { dropDraft, keyNow, loadDraft, putDraft } from "../../shared/drafts.js"
import { inPages, keep, setting } from "../../shared/store.js"
import { uuid7 } from "../../shared/wire.js"
import { t } from "../../shared/words.js"
import { cameraResult } from "./findings.js"

// Not a path: it is never offered as an unfinished visit.
const DRAFT = "check/camera"
const drop = (name) => inPages("settings", "readwrite", (settings) => settings.delete(name))

/** Opens the camera at a tap. A camera may end this page: what is asked is kept first, and answered when it comes back.
 * begin(mark) is done before, taken(mark, came_back) after. */
async function withCamera(row, { begin, taken }) {
  const name = `${row.check} ${row.person}`
  const input = row.part.querySelector("input[type=file]")
  let mark
  row.on("prove", async () => {
    mark = uuid7()
    // Not waited for: a browser opens its camera only within the tap.
    const kept = Promise.all([keep(name, mark), begin(mark)])
    input.click()
    await kept
  })
  input.addEventListener("cancel", async () => {
    await drop(name)
    row.say(t("No picture was taken."))
  })
  input.addEventListener("change", async () => {
    const [file] = input.files
    input.value = ""
    const picture = file && (await createImageBitmap(file).catch(() => null))
    if (!picture) return row.say(t("This picture could not be read. Take it again."))
    picture.close()
    await taken(mark, false)
    await drop(name)
  })
  const before = await setting(name)
  if (!before) return
  await taken(before, true)
  await drop(name)
}

export function camera(row) {
  const { person } = row
  return withCamera(row, {
    begin: async (mark) => putDraft(person, { key: DRAFT, visit_id: mark, mark }, Date.now(), await keyNow(person)),
    async taken(mark, back) {
      const draft = await loadDraft(person, DRAFT).catch(() => undefined)
      const found = navigator.serviceWorker && (await ask({ ask: "test" }))
      await row.put(...cameraResult({ draft: draft?.mark === mark, pages: found?.ready && found.person === person, back }))
      await dropDraft(person, DRAFT, [])
    },
  })
}

export function gallery(row) {
  const asked = row.find("asked")
  const advice = row.find("advice")
  const answer = async (state, words) => {
    asked.hidden = true
    advice.hidden = state === "proven"
    await row.put(state, words)
  }
  row.on("absent", () => answer("proven", t("Good. You said so, and it is written down with the time.")))
  row.on("present", () => answer("not_proven", t("Then do this:")))
  return withCamera(row, {
    begin: () => {},
    async taken() {
      asked.hidden = false
    },
  })
}
