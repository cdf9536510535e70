/** Enrolment by the page itself, in a browser where no worker runs. */
import { enrol, settle } from "../../shared/device.js"

export async function enrolHere() {
  const { person, locale } = document.body.dataset
  if (!person) return
  await settle(person, locale)
  await enrol(person)
}
