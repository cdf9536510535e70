"""The pages of promised calls: the list with a button that rings, and one call."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session

from porchlight.audit import service as audit
from porchlight.cases import queries as cases
from porchlight.core.actor import Actor
from porchlight.core.ids import new_id
from porchlight.core.refused import NotFound
from porchlight.crises.callbacks import queries, service
from porchlight.crises.callbacks.models import Callback
from porchlight.crises.callbacks.values import State
from porchlight.crises.deadlines import queries as deadlines
from porchlight.crises.deadlines.rules import Clock
from porchlight.crises.wall import shown
from porchlight.people import access
from porchlight.people import queries as people
from porchlight.people.access import Role
from porchlight.web.rendering import View


def index(session: Session, actor: Actor, *, now: datetime, page: int = 0) -> View:
    """What this person owes, what they are asked to take, what is done. Raises NotFound for who owes no calls."""
    access.check_works(actor)
    done, more = queries.done(session, actor, now=now, page=page)
    own = sa.select(sa.literal(actor.account_id, sa.Uuid))
    whose = people.staff_under(actor.account_id) if actor.has(Role.SUPERVISOR) else own
    audit.saw(session, actor, "callbacks.listed", None, now=now)
    context = {
        "mine": queries.mine(session, actor, now=now),
        "asked": queries.asked_of(session, actor, now=now),
        "overdue": queries.overdue(session, actor, now=now) if actor.has(Role.SUPERVISOR) else [],
        "done": done,
        "older_href": f"/callbacks?older={page + 1}" if more else None,
        "share": queries.share(session, whose, now=now),
        "of_team": actor.has(Role.SUPERVISOR),
    }
    return View("callbacks/index.html", context)


def new(session: Session, actor: Actor, *, now: datetime, case_id: UUID | None = None) -> View:
    """The form. Raises NotFound for who owes no calls."""
    access.check_works(actor)
    families = cases.families(session, actor, now=now).families
    context = {
        "callback_id": str(new_id()),
        "hours": round(deadlines.span(session, Clock.CALLBACK, now).total_seconds() / 3600),
        "families": [(str(one.case_id), one.family) for one in families],
        "values": {"case_id": str(case_id or ""), "promised_at": shown(now, actor.time_zone)},
    }
    return View("callbacks/new.html", context)


def show(session: Session, actor: Actor, callback_id: UUID, *, now: datetime) -> View:
    """For its owner, who is asked to take it, and the supervisors over them. Raises NotFound for anybody else."""
    row = session.get(Callback, callback_id)
    asked = queries.asking(session, callback_id)
    to_me = asked is not None and asked.to_id == actor.account_id
    if row is None or not (to_me or service.acts_for(session, actor, row.account_id)):
        raise NotFound(service.NOT_FOUND)
    audit.saw(session, actor, "callback.seen", row.id, now=now)
    tries = queries.attempts(session, row.id)
    names = people.accounts(session, [row.promised_by, *(one.account_id for one in tries)])
    open_ = row.state == State.PROMISED
    acts = open_ and service.acts_for(session, actor, row.account_id)
    context: dict[str, Any] = {
        "call": queries.lines(session, actor, [row], now)[0],
        "promised_at": row.promised_at,
        "promised_by": names[row.promised_by].name,
        "ended_words": row.ended_words,
        "attempts": [
            {"at": one.at, "outcome": one.outcome, "words": one.words, "who": names[one.account_id].name}
            for one in tries
        ],
        "attempt_id": str(new_id()),
        "acts": acts,
        "to_me": to_me and open_,
        "asked_words": asked.words if asked else "",
        "others": _others(session, actor, row) if acts else [],
    }
    return View("callbacks/show.html", context)


def _others(session: Session, actor: Actor, row: Callback) -> list[tuple[str, str]]:
    """Colleagues who may be asked, by name."""
    rows = {one.id: one for role in sorted(access.WORKS) for one in people.accounts_with_role(session, role)}
    mates = [one for one in rows.values() if one.id != row.account_id]
    here = {one.id: people.actor_of(session, one.id) for one in mates}
    found = [one for one in mates if (who := here[one.id]) and who.organization_id == actor.organization_id]
    return [(str(one.id), one.name) for one in sorted(found, key=lambda one: one.name)]
