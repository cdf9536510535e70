"""People over HTTP: signing in and out, inviting, joining, installing, passkeys."""

from porchlight.people.controllers import inviting, joining, passkeys, password, signing_in

ROUTES = [*signing_in.ROUTES, *inviting.ROUTES, *joining.ROUTES, *passkeys.ROUTES, *password.ROUTES]
