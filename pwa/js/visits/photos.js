/** Photos of a visit: taken by the phone's camera, shrunk here (which also drops place and time), kept encrypted. */
import { dropDraft, dropPhoto, keepPhoto, openPhoto } from "../../shared/drafts.js"
import { inOutbox } from "../../shared/store.js"
import { uuid7 } from "../../shared/wire.js"
import { t } from "../../shared/words.js"

const LONGEST = 1600
const QUALITY = 0.72
// Of one visit (docs/wire.md): one more would be refused after it was saved, and lost.
const MOST = 20
// Below this no camera opens.
const ROOM = 8_000_000

/** {bytes: ArrayBuffer of a JPEG, width, height} */
async function shrink(file) {
  const picture = await createImageBitmap(file, { imageOrientation: "from-image" })
  const scale = Math.min(1, LONGEST / Math.max(picture.width, picture.height))
  const canvas = document.createElement("canvas")
  canvas.width = Math.round(picture.width * scale)
  canvas.height = Math.round(picture.height * scale)
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height)
  picture.close()
  const jpeg = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", QUALITY))
  return { bytes: await jpeg.arrayBuffer(), width: canvas.width, height: canvas.height }
}

async function hasRoom() {
  const { quota = Infinity, usage = 0 } = (await navigator.storage?.estimate?.()) ?? {}
  return quota - usage > ROOM
}

/** 1 MB of room for words while a photo is put: a browser that is full takes nothing more, and does not say so before. */
function keepRoom(person_id) {
  const room = Array.from({ length: 16 }, () => crypto.getRandomValues(new Uint8Array(65_536)))
  return inOutbox("drafts", "readwrite", (drafts) => drafts.put({ person_id, key: "room", room }))
}

/** The photo corner of the form. draft.photos: [{id, width, height, size, taken_at}]; changed() puts the draft. */
export async function photoCorner(corner, person, draft, changed) {
  const list = corner.querySelector("[data-photo-list]")
  const trouble = corner.querySelector("[data-photo-error]")
  const input = corner.querySelector("input[type=file]")
  const pictures = new Map()
  // A phone that died while it put one still keeps the room: words fit again.
  await dropDraft(person, "room", [])
  let room = await hasRoom()

  function show({ id, size }) {
    const one = corner.querySelector("template").content.cloneNode(true).firstElementChild
    for (const part of one.querySelectorAll("[data-name]")) part.name = `photo-${id}-${part.dataset.name}`
    one.querySelector("img").src = URL.createObjectURL(new Blob([pictures.get(id)], { type: "image/jpeg" }))
    one.querySelector("[data-about]").textContent = t("{size} KB, on this phone", { size: Math.ceil(size / 1024) })
    one.querySelector("[data-drop-photo]").addEventListener("click", async () => {
      draft.photos = draft.photos.filter((photo) => photo.id !== id)
      one.remove()
      await dropPhoto(person, id)
      await changed()
    })
    list.append(one)
  }

  async function take(file) {
    trouble.textContent = ""
    const { bytes, ...measures } = await shrink(file)
    const photo = { id: uuid7(), ...measures, size: bytes.byteLength, taken_at: new Date().toISOString() }
    pictures.set(photo.id, bytes)
    draft.photos.push(photo)
    // Nobody would ever see a photo that no draft names.
    await changed()
    try {
      await keepRoom(person)
      await keepPhoto(person, photo.id, bytes, draft.key)
      await dropDraft(person, "room", [])
    } catch (error) {
      draft.photos = draft.photos.filter(({ id }) => id !== photo.id)
      await dropDraft(person, "room", [photo.id])
      changed()
      throw error
    }
    show(photo)
    room = await hasRoom()
  }

  for (const photo of draft.photos) {
    const bytes = await openPhoto(person, photo.id)
    if (bytes) pictures.set(photo.id, bytes)
  }
  draft.photos = draft.photos.filter(({ id }) => pictures.has(id))
  draft.photos.forEach(show)

  // The camera may end this page: what was typed is put first.
  corner.querySelector("[data-take-photo]").addEventListener("click", () => {
    const many = draft.photos.length >= MOST
    const full = room ? "" : t("This phone is almost full. Make room first. Your words still fit.")
    trouble.textContent = many ? t("This visit has {most} photos already. Take out one that you need less.", { most: MOST }) : full
    if (many || !room) return
    changed()
    input.click()
  })
  input.addEventListener("change", async () => {
    const [file] = input.files
    input.value = ""
    if (!file) return
    await take(file).catch((error) => {
      const full = error.name === "QuotaExceededError"
      trouble.textContent = full ? t("This phone is full. The photo was not kept.") : t("This picture could not be read. Take it again.")
    })
  })

  /** visit.photo, one for each. */
  return (fields, group, lane) =>
    draft.photos.map(({ id, width, height, taken_at }) => {
      const said = (name) => (fields[`photo-${id}-${name}`]?.[0] ?? "").trim()
      const media_id = uuid7()
      const consent = { given: Boolean(said("consent_by")), by: said("consent_by") }
      const body = { media_id, visit_id: group, purpose: said("purpose"), consent, taken_at, mime: "image/jpeg", width, height }
      return { op_id: media_id, kind: "visit.photo", group, lane, body, picture: pictures.get(id), kept: `photo/${id}` }
    })
}
