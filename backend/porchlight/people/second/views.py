"""The pages for codes: typing one, setting up an authenticator app, and one's own."""

from datetime import datetime

from sqlmodel import Session

from porchlight.core.actor import Actor
from porchlight.core.keys import Keys
from porchlight.people import passkeys
from porchlight.people import queries as people
from porchlight.people.second import queries
from porchlight.people.second.queries import Half
from porchlight.web.rendering import View


def ask(half: Half, following: str) -> View:
    """Six digits, of somebody who has an authenticator app."""
    return View("people/second/ask.html", {"next": following}, locale=half.locale, anonymous=True)


def set_up(session: Session, half: Half, keys: Keys, following: str) -> View:
    """The picture and the letters, once a password is right and before anything is open."""
    offer = queries.offered(session, half.account_id, keys)
    context = {"offer": offer, "action": "/sign-in/code", "next": following, "back": ""}
    return View("people/second/set_up.html", context, locale=half.locale, anonymous=True)


def own(session: Session, actor: Actor, *, now: datetime) -> View:
    account = people.account(session, actor.account_id)
    return View(
        "people/second/own.html",
        {
            "since": queries.since(session, actor.account_id),
            "has_password": queries.has_password(session, actor.account_id),
            "has_passkey": bool(passkeys.known(session, actor.account_id)),
            "fresh": passkeys.is_fresh(session, actor, now=now),
            "name": account.email if account else "",
        },
    )


def set_up_own(session: Session, actor: Actor, keys: Keys) -> View:
    offer = queries.offered(session, actor.account_id, keys)
    return View("people/second/set_up.html", {"offer": offer, "action": "/codes", "next": "", "back": "/codes"})
