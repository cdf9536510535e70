"""The pages of one shift: when it is, and who might take it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import Session

from porchlight.core.actor import Actor
from porchlight.core.clock import local, local_day
from porchlight.core.ids import new_id
from porchlight.core.refused import NotFound
from porchlight.oncall import shifts
from porchlight.oncall.shifts import Held
from porchlight.oncall.swaps import candidates, queries
from porchlight.oncall.swaps.queries import SwapLine
from porchlight.oncall.swaps.values import Stretch
from porchlight.oncall.views import check_staff
from porchlight.people import queries as people
from porchlight.people.access import Role
from porchlight.web.rendering import View


def wall(moment: datetime, zone: str) -> str:
    """As a field of type datetime-local holds it."""
    return local(moment, zone).strftime("%Y-%m-%dT%H:%M")


def may_swap(actor: Actor, shift: Held, now: datetime) -> bool:
    return shift.end > now and (shift.account_id == actor.account_id or actor.has(Role.SUPERVISOR))


def shift_view(session: Session, actor: Actor, found: Held, *, now: datetime) -> View:
    """One shift, for everybody who works here. Raises NotFound."""
    check_staff(actor)
    holder = people.account(session, found.account_id)
    asked = queries.about(session, found.schedule.id, found.position, found.start, found.end, now=now)
    mine = found.account_id == actor.account_id
    context = {
        "shift": found,
        "holder": holder.name if holder else "",
        "mine": mine,
        "now_on": found.start <= now < found.end,
        "swap_href": f"{found.path}/swap" if may_swap(actor, found, now) else None,
        "file_href": found.file_path if mine else None,
        "asked": [shown(session, actor, one) for one in asked if mine or actor.has(Role.SUPERVISOR)],
    }
    return View("oncall/shift.html", context)


def swap_view(session: Session, actor: Actor, found: Held, *, now: datetime) -> View:
    """Who may take this shift, and who may not and why. For who has it, and for a supervisor. Raises NotFound."""
    if not may_swap(actor, found, now):
        raise NotFound(shifts.GONE)
    zone, may_assign = found.schedule.zone, actor.has(Role.SUPERVISOR)
    holder = people.account(session, found.account_id)
    every = candidates.of_shift(session, actor, found, Stretch(found.start, found.end), now=now)
    choices = [one for one in every if one.may or one.may_some or (may_assign and one.by_word)]
    context = {
        "shift": found,
        "holder": holder.name if holder else "",
        "mine": found.account_id == actor.account_id,
        "may_assign": may_assign,
        "swap_id": str(new_id()),
        "choices": choices,
        "others": [one for one in every if one not in choices],
        "values": {"from_at": wall(found.start, zone), "to_at": wall(found.end, zone)},
    }
    return View("oncall/swap.html", context)


def shown(session: Session, actor: Actor, one: SwapLine) -> dict[str, Any]:
    """A swap as a row shows it: names, times and what may be done about it."""
    known = people.accounts(session, [who for who in (one.asked_by, one.asked_to, one.taken_by) if who])

    def name(who: UUID | None) -> str:
        return known[who].name if who in known else ""

    schedule = candidates.schedule_of(session, one.schedule_id)
    return {
        "id": one.id,
        "state": one.state,
        "position": one.position,
        "schedule": schedule.name,
        "zone": schedule.zone,
        "from_at": one.start,
        "from_on": local_day(one.start, schedule.zone),
        "to_at": one.end,
        "to_on": local_day(one.end, schedule.zone),
        "reason": one.reason,
        "by": name(one.asked_by),
        "by_me": one.asked_by == actor.account_id,
        "to": name(one.asked_to),
        "taken_by": name(one.taken_by),
        "i_have_it": one.taken_by == actor.account_id,
        "asked_me": one.asked_to == actor.account_id,
        "is_open": one.is_open,
    }
