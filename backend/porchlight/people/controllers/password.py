"""Changing one's own password."""

from typing import Annotated, Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import URLEncodedBody
from pydantic import Field, StringConstraints

from porchlight.core.actor import Actor
from porchlight.core.db import Database
from porchlight.core.i18n import _
from porchlight.core.keys import sha256
from porchlight.core.refused import Refused, TooMany
from porchlight.core.tools import Tools
from porchlight.people import joining, passkeys, passwords, queries, rules, service
from porchlight.people.controllers.entering import Asked
from porchlight.people.second import queries as second
from porchlight.people.second import service as halves
from porchlight.people.second import views
from porchlight.people.sessions import service as sessions
from porchlight.web import forms
from porchlight.web.forms import Input
from porchlight.web.rendering import View
from porchlight.web.sessions import address_of

AsTyped = Annotated[str, StringConstraints(strip_whitespace=False)]


class PasswordForm(Input):
    # Password managers keep the name beside the password; whose it is, the session says.
    email: Annotated[str, Field(max_length=200)] = ""
    current: AsTyped = ""
    password: Annotated[str, StringConstraints(strip_whitespace=False, min_length=1)]


@post("/password", sync_to_thread=True, include_in_schema=False)
def change(
    request: Asked,
    data: URLEncodedBody[dict[str, Any]],
    db: NamedDependency[Database],
    tools: NamedDependency[Tools],
    actor: NamedDependency[Actor],
) -> Response[Any]:
    """A new password ends every other session. Whoever has no authenticator app yet sets one up next."""

    def again() -> View:
        with db.reading() as session:
            return views.own(session, actor, now=db.now(session))

    with forms.redrawing(again, {}):
        form = forms.read(PasswordForm, data)
        with db.reading() as session:
            passkeys.check_fresh(session, actor, now=db.now(session))
            agency = queries.agency(session) or queries.NO_AGENCY
        about = rules.names_in(actor.name, actor.email, agency.name)
        _check_current(db, actor, form.current, address_of(request))
        rules.check_password(form.password, common=passwords.is_common(form.password), about=about)
        hashed = passwords.make_hash(form.password)
        with db.transaction() as session:
            now = db.now(session)
            passkeys.check_fresh(session, actor, now=now)
            joining.set_password(session, actor.account_id, hashed, now=now)
            sessions.end_all(session, actor, actor.account_id, but=actor.session_id, now=now)
            done = second.since(session, actor.account_id) is not None
            if not done:
                halves.offer(session, actor.account_id, tools.keys, now=now)
    return forms.go(request, "/codes" if done else "/codes/new")


def _check_current(db: Database, actor: Actor, typed: str, address: str) -> None:
    """The password until now, counted as at the door. Raises Refused, TooMany."""
    key = sha256(b"current " + actor.account_id.bytes)
    with db.reading() as session:
        now = db.now(session)
        failed = queries.failures(session, account_key=key, address=address, now=now)
        known = queries.credentials(session, actor.email)
    if wait := rules.seconds_before_next_try(failed, now=now):
        raise TooMany(_("Too many tries. Wait {seconds} seconds, then try again."), seconds=wait)
    if known is None or not known[1] or passwords.fits(known[1], typed):
        return
    with db.transaction() as session:
        service.note_failure(session, account_key=key, address=address, now=db.now(session))
    raise Refused(_("That is not your password until now. Check it and try again."), field="current")


@get("/password", sync_to_thread=False, include_in_schema=False)
def back(request: Asked) -> Response[Any]:
    """Where the form was drawn again, a reload or another language leads back."""
    return forms.go(request, "/codes")


ROUTES = [change, back]
