"""Where a person is signed in now."""

from datetime import datetime

from sqlmodel import Session

from porchlight.core.actor import Actor
from porchlight.people.recovery import service as recovery
from porchlight.people.sessions import queries
from porchlight.web.rendering import View


def mine(session: Session, actor: Actor, *, now: datetime) -> View:
    lines = queries.alive(session, actor.account_id, now=now, here=actor.session_id)
    others = len([one for one in lines if not one.here])
    recoveries = recovery.open_ones(session, actor, now=now, of=actor.account_id)
    return View("people/sessions/mine.html", {"sessions": lines, "others": others, "recoveries": recoveries})
