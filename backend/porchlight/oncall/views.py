"""The on-call page: who has it now, who comes next, and my own shifts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlmodel import Session

from porchlight.core.actor import Actor
from porchlight.core.i18n import _
from porchlight.core.refused import NotFound
from porchlight.oncall import queries, shifts
from porchlight.oncall.queries import Rota
from porchlight.oncall.rules import Shift
from porchlight.oncall.shifts import Held
from porchlight.people import queries as people
from porchlight.people.access import Role
from porchlight.people.queries import AccountLine
from porchlight.web.rendering import View

STAFF = (Role.CASEWORKER, Role.ON_CALL, Role.SUPERVISOR)
AHEAD = timedelta(days=30)
WEEK = timedelta(days=7)
NOT_HERE = _("We could not find that page. It may have moved, or it may not be on your caseload.")


@dataclass(frozen=True, slots=True)
class Turn:
    """One line of a list. phone: empty where there is none."""

    position: str
    account_id: UUID
    name: str
    phone: str
    from_at: datetime
    to_at: datetime
    mine: bool

    @property
    def moment(self) -> int:
        """One of its seconds since 1970: its shift has it in its address (oncall/shifts.py)."""
        return int(self.from_at.timestamp()) + 1

    @property
    def until_at(self) -> datetime:
        return self.to_at


def check_staff(actor: Actor) -> None:
    """Who is on call, with a number, is for those who work here. Raises NotFound."""
    if not actor.has(*STAFF):
        raise NotFound(NOT_HERE)


def rotas(session: Session, actor: Actor, from_at: datetime, to_at: datetime) -> list[Rota]:
    """The rotas of the person's organization in that span."""
    mine = queries.schedules(session, actor.organization_id) if actor.organization_id else []
    return queries.rotas(session, mine, from_at, to_at)


def turns(session: Session, found: Sequence[Shift | Held], actor: Actor) -> list[Turn]:
    known = people.accounts(session, list({one.account_id for one in found}))
    return [_turn(one, known.get(one.account_id), actor) for one in found]


def _turn(one: Shift | Held, person: AccountLine | None, actor: Actor) -> Turn:
    name, phone = (person.name, person.phone) if person else ("", "")
    return Turn(one.position, one.account_id, name, phone, one.start, one.end, one.account_id == actor.account_id)


def now_view(session: Session, actor: Actor, *, now: datetime) -> View:
    """Who is on call now and in the next seven days, my shifts in the next thirty, and where nobody is."""
    check_staff(actor)
    schedules: list[dict[str, Any]] = []
    # Whole: what a person plans by is not cut where this page begins or ends.
    own = [_own(one) for one in shifts.mine(session, actor, now, now + AHEAD)]
    for rota in rotas(session, actor, now, now + AHEAD):
        found: Sequence[Shift | Held] = rota.shifts()
        if any(one.start <= now and one.end >= now + AHEAD for one in found):  # a turn that is longer than this page
            found = shifts.whole(session, rota.schedule, now, now + AHEAD)
        every = turns(session, found, actor)
        schedules.append(
            {
                "id": rota.schedule.id,
                "name": rota.schedule.name,
                "href": f"/oncall/schedules/{rota.schedule.id}",
                "region": rota.schedule.region,
                "now": [one for one in every if one.from_at <= now],
                "week": sorted((one for one in every if now < one.from_at < now + WEEK), key=lambda one: one.from_at),
                "gaps": [{"position": g.position, "from_at": g.start, "to_at": g.end} for g in rota.gaps()],
            }
        )
    on_shift = any(one["from_at"] <= now for one in own)
    context = {
        "schedules": schedules,
        "shifts": own,
        "plans_href": "/oncall/plans" if on_shift and actor.has(Role.ON_CALL) else None,
        "test_action": "/alerts/test",
        "may_set_up": actor.has(Role.SUPERVISOR),
    }
    return View("oncall/now.html", context)


def _own(one: Held) -> dict[str, Any]:
    return {"href": one.path, "from_at": one.from_at, "to_at": one.to_at, "position": one.position}
