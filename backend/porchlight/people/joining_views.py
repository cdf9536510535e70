"""The pages of a first day: inviting, the code to tell, joining, installing, and one's own passkeys."""

from datetime import datetime

from sqlmodel import Session

from porchlight.audit import service as audit
from porchlight.core.actor import Actor
from porchlight.core.refused import NotFound
from porchlight.people import access, inviting, passkeys, rules
from porchlight.people.inviting import NOT_HERE, NewCode
from porchlight.people.joining import Joiner
from porchlight.settings import Settings
from porchlight.web.rendering import View

# Where a first day goes on after joining. The readiness card takes this place once it is there.
NEXT_STEP = "/ready"
PLATFORMS = ("iphone", "android", "desktop")


def invitations(session: Session, actor: Actor, *, now: datetime) -> View:
    """Who was invited and has not joined. Raises NotFound for whoever may invite nobody."""
    if not access.may_give(actor):
        raise NotFound(NOT_HERE)
    lines = inviting.not_joined(session, actor, now=now)
    audit.saw(session, actor, "invitations.seen", None, now=now, people=[line.account_id for line in lines])
    return View("people/invitations.html", {"invitations": lines})


def invite(session: Session, actor: Actor) -> View:
    """The form. Raises NotFound for whoever may invite nobody."""
    roles = access.may_give(actor)
    if not roles:
        raise NotFound(NOT_HERE)
    return View(
        "people/invite.html",
        {"roles": roles, "teams": inviting.teams(session, actor), "own_team": str(actor.account_id)},
    )


def code(made: NewCode, name: str, settings: Settings, *, back: str = "/invitations") -> View:
    """The one time that a code is shown."""
    address = settings.public_url.removeprefix("https://").removeprefix("http://")
    groups = rules.say_code(made.code)
    return View(
        "people/code.html",
        {"name": name, "groups": groups, "expires_at": made.expires_at, "address": address, "back": back},
    )


def join() -> View:
    return View("people/join.html", anonymous=True)


def how(joiner: Joiner, locale: str) -> View:
    """How somebody who has typed their code wants to sign in from now on. locale: what they chose, or is known of them."""
    return View(
        "people/how.html",
        {"name": joiner.name, "sign_in_name": joiner.sign_in_name, "welcome": "/welcome"},
        locale=locale,
        anonymous=True,
    )


def welcome(actor: Actor) -> View:
    return View("people/welcome.html", {"name": actor.name, "next_step": NEXT_STEP})


def install(platform: str) -> View:
    """platform: one of PLATFORMS."""
    others = [one for one in PLATFORMS if one != platform]
    return View("people/install.html", {"platform": platform, "others": others}, anonymous=True)


def own_passkeys(session: Session, actor: Actor, *, now: datetime) -> View:
    return View(
        "people/passkeys.html",
        {"passkeys": passkeys.of(session, actor), "fresh": passkeys.is_fresh(session, actor, now=now)},
    )
