/** What is deleted stays in the browser's files until it tidies up; here it is brought to do so. */
import { got, keysName } from "../../shared/store.js"

const NEIGHBOURS = [1, 2, 3, 4, 5, 6].map((n) => `porchlight-tidying ${n}`)
const PAUSE = 250

async function write(name) {
  const asked = indexedDB.open(name, 1)
  asked.onupgradeneeded = () => asked.result.createObjectStore("none").put(0, 0)
  const db = await got(asked)
  db.close()
}

/** The browser goes to work on its files a moment after it has said that the database is gone. */
const drop = async (name) => {
  await new Promise((resolve) => {
    const asked = indexedDB.deleteDatabase(name)
    asked.onsuccess = asked.onerror = asked.onblocked = resolve
  })
  await new Promise((resolve) => setTimeout(resolve, PAUSE))
}

/** Takes the bytes of a person's deleted device keys out of the profile's files (tests/journeys/test_lost_phone.py reads
 * them). Chromium compacts the room of a dropped database, but not in a file that it writes in that very moment: so a
 * neighbour in the same file, written before, is dropped after. How many it takes hangs on when it writes; six always did. */
export async function tidyUp(person) {
  for (const name of [keysName(person), ...NEIGHBOURS]) {
    const next = NEIGHBOURS[NEIGHBOURS.indexOf(name) + 1]
    if (next) await write(next)
    await drop(name)
  }
}
