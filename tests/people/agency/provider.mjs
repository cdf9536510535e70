// An agency's sign-in for tests: a certified provider, whose people sign in as the test has said, without a page.
import { createServer } from "node:http"
import { Provider } from "oidc-provider"

const { PORT, JWKS, CLIENTS, ISS_PARAMETER } = process.env
const issuer = `http://127.0.0.1:${PORT}`
const people = new Map() // sub: {claims, amr, acr}
let next = { sub: "" }
let clockBack = 0

const provider = new Provider(issuer, {
  jwks: JSON.parse(JWKS),
  clients: JSON.parse(CLIENTS),
  claims: { openid: ["sub", "amr", "acr"], email: ["email", "email_verified"], profile: ["name"], auth_time: null },
  acrValues: ["urn:alder:two"],
  scopes: ["openid", "offline_access", "email", "profile"],
  features: { devInteractions: { enabled: false }, backchannelLogout: { enabled: true }, rpInitiatedLogout: { enabled: true } },
  pkce: { required: () => true },
  conformIdTokenClaims: true,
  rotateRefreshToken: true,
  enabledJWA: { idTokenSigningAlgValues: ["RS256", "ES256"] },
  cookies: { keys: ["invented"] },
  ttl: { AccessToken: 600, AuthorizationCode: 60, IdToken: 3600, RefreshToken: 86400, Session: 86400, Grant: 86400, Interaction: 600 },
  // Its own would refuse an address of this machine, as it should outside of a test.
  fetch: (url, { dispatcher: _, ...options }) => fetch(url, options),
  interactions: { url: (_ctx, interaction) => `/interaction/${interaction.uid}` },
  findAccount: (_ctx, sub) => people.get(sub) && { accountId: sub, claims: () => ({ sub, ...people.get(sub).claims }) },
})

for (const trouble of ["backchannel.error", "server_error"]) provider.on(trouble, (_ctx, error) => console.error(error))

async function interact(request, response) {
  const { prompt, params, session } = await provider.interactionDetails(request, response)
  if (prompt.name === "login") {
    const { amr, acr } = people.get(next.sub) ?? {}
    const ts = Math.floor(Date.now() / 1000) - clockBack
    return provider.interactionFinished(request, response, { login: { accountId: next.sub, amr, acr, ts, remember: true } })
  }
  const grant = new provider.Grant({ accountId: session.accountId, clientId: params.client_id })
  grant.addOIDCScope(params.scope)
  return provider.interactionFinished(request, response, { consent: { grantId: await grant.save() } }, { mergeWithLastSubmission: true })
}

async function told(request, response) {
  let text = ""
  for await (const part of request) text += part
  const said = JSON.parse(text)
  if (said.person) people.set(said.person.sub, said.person)
  if (said.gone) people.delete(said.gone)
  if (said.next) next = { sub: said.next }
  if ("clockBack" in said) clockBack = said.clockBack
  response.end("{}")
}

const answer = provider.callback()
createServer((request, response) => {
  if (request.url.startsWith("/interaction/")) return void interact(request, response).catch((error) => response.end(String(error)))
  if (request.url === "/told") return void told(request, response)
  return void answer(request, response)
}).listen(Number(PORT), "127.0.0.1", () => console.log("listening"))
