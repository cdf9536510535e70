/** Signing out, also by somebody who taps before the page has settled: the tap waits until it is heard. */
import { listen } from "./phone.js"

/** The form that names this module is held by boot.js until this is done. */
export const start = () => listen()
