/** A form that stands open in two windows, or was left a moment ago: whoever comes back goes on with what was written last. */
import { inOutbox } from "../../shared/store.js"

/** key: the draft's; mine: the id of what this form writes; untouched: () => true until somebody writes into it. */
export function watch(section, person, key, mine, untouched) {
  const free = () => untouched() && section.isConnected
  const channel = new BroadcastChannel("porchlight-outbox")
  // The page that was left may have had more to say than was in the store when this one was read.
  channel.onmessage = ({ data }) => data.draft === key && free() && location.reload()

  async function look() {
    if (!section.isConnected) {
      channel.close()
      return document.removeEventListener("visibilitychange", look)
    }
    if (document.hidden) return
    const lies = await inOutbox("drafts", "readonly", (drafts) => drafts.get([person, key]))
    if (lies && lies.visit !== mine() && free()) location.reload()
  }
  document.addEventListener("visibilitychange", look)
}
