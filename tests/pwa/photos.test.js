/** The photo corner of a form, without a screen: what it leaves on a phone that is full. */
import assert from "node:assert/strict"
import { test } from "node:test"
import { rowsIn } from "./memory.js"

const { inOutbox } = await import("../../pwa/shared/store.js")
const { photoCorner } = await import("../../pwa/js/visits/photos.js")

const part = () => ({ addEventListener() {}, append() {}, textContent: "" })

test("the room that was kept for words while a photo was put is given back when the form is opened again", async () => {
  // The phone died between the photo and the end of its transaction.
  await inOutbox("drafts", "readwrite", (drafts) => drafts.put({ person_id: "rowan", key: "room", room: [] }))

  await photoCorner({ querySelector: part }, "rowan", { key: "/cases/1/visits/new", photos: [] }, () => {})

  assert.deepEqual(rowsIn("porchlight-outbox", "drafts"), [])
})
