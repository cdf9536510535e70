/** What our server tells a worker of its files (tests/pwa/test_shell.py), given by the test. */
import { register } from "node:module"

const asModule = (text) => `data:text/javascript,${encodeURIComponent(text)}`

/** list: the text of the module that pwa/sw/shell.js reads. To be called before that is imported. */
export function precached(list) {
  const given = { url: asModule(list), shortCircuit: true }
  register(asModule(`export const resolve = async (name, context, next) => (name === "./precache.js" ? ${JSON.stringify(given)} : next(name, context))`))
  globalThis.location = { origin: "http://porch.test" }
}
