"""Where a person is signed in now."""

from datetime import datetime

from sqlmodel import Session

from porchlight.core.actor import Actor
from porchlight.people.sessions import queries
from porchlight.web.rendering import View


def mine(session: Session, actor: Actor, *, now: datetime) -> View:
    lines = queries.alive(session, actor.account_id, now=now, here=actor.session_id)
    return View("people/sessions/mine.html", {"sessions": lines, "others": len([one for one in lines if not one.here])})
