/** A form that stands open in two windows, or was left a moment ago: whoever comes back goes on with what was written last. */
import { inOutbox } from "../../shared/store.js"

/** A new release waits while the form stands open, in whichever window it is looked for. */
function holdOff(section) {
  navigator.locks.request("porchlight-busy", { mode: "shared" }, () => new Promise((done) => {
    const look = () => {
      if (section.isConnected) return
      document.removeEventListener("htmx:after:swap", look)
      done()
    }
    document.addEventListener("htmx:after:swap", look)
  })).catch(() => {})
}

/** key: the draft's; mine: the id of what this form writes; untouched: () => true until somebody writes into it. */
export function watch(section, person, key, mine, untouched) {
  holdOff(section)
  const free = () => untouched() && section.isConnected
  const channel = new BroadcastChannel("porchlight-outbox")
  // The page that was left may have had more to say than was in the store when this one was read.
  channel.onmessage = ({ data }) => data.draft === key && free() && location.reload()

  async function look() {
    if (!section.isConnected) {
      channel.close()
      removeEventListener("focus", look)
      return document.removeEventListener("visibilitychange", look)
    }
    if (document.hidden) return
    const lies = await inOutbox("drafts", "readonly", (drafts) => drafts.get([person, key]))
    if (lies && lies.visit !== mine() && free()) location.reload()
  }
  document.addEventListener("visibilitychange", look)
  // Two windows side by side are both in front.
  addEventListener("focus", look)
}
