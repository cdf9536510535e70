"""The pages of a way back in: those that are open, and beginning one."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from porchlight.audit import service as audit
from porchlight.core.actor import Actor
from porchlight.core.refused import NotFound
from porchlight.people import passkeys, queries
from porchlight.people.access import Role
from porchlight.people.recovery import service
from porchlight.web.rendering import View


def index(session: Session, actor: Actor, *, now: datetime) -> View:
    """Raises NotFound for whoever helps nobody."""
    if not actor.has(Role.SUPERVISOR, Role.ADMINISTRATOR):
        raise NotFound(service.NOT_HERE)
    lines = service.open_ones(session, actor, now=now)
    audit.saw(session, actor, "recoveries.seen", None, now=now, people=[one.account_id for one in lines])
    fresh = passkeys.is_fresh(session, actor, now=now)
    return View("people/recovery/index.html", {"recoveries": lines, "fresh": fresh})


def start(session: Session, actor: Actor, account_id: UUID, *, now: datetime) -> View:
    """Raises NotFound for whoever may not help this person."""
    person = queries.account(session, account_id)
    if person is None or not service.may_help(session, actor, account_id):
        raise NotFound(service.NOT_HERE)
    fresh = passkeys.is_fresh(session, actor, now=now)
    return View("people/recovery/start.html", {"person": person, "fresh": fresh})
