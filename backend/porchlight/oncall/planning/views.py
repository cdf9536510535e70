"""Forms that change a rota: turns in their order, somebody instead, a temporary schedule."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlmodel import Session

from porchlight.core.actor import Actor
from porchlight.core.clock import local, local_day
from porchlight.core.refused import NotFound
from porchlight.oncall.cover.views import about, mine
from porchlight.oncall.eligibility import queries as eligibility
from porchlight.oncall.eligibility.queries import Candidate
from porchlight.oncall.planning import queries
from porchlight.oncall.planning.forms import listed
from porchlight.oncall.queries import ScheduleLine
from porchlight.oncall.rules import POSITIONS
from porchlight.oncall.service import NOT_FOUND
from porchlight.people.access import Role
from porchlight.web.rendering import View

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
WALL = "%Y-%m-%dT%H:%M"


def turns_view(
    session: Session,
    actor: Actor,
    schedule_id: UUID,
    rotation_id: UUID | None,
    *,
    now: datetime,
    typed: Mapping[str, Any] | None = None,
) -> View:
    """typed: what stands in the form already, with people in their new order."""
    schedule = mine(session, actor, schedule_id, changing=True)
    every = {one.id: one for one in queries.turns(session, schedule_id, now=now)}
    if rotation_id and rotation_id not in every:
        raise NotFound(NOT_FOUND)
    values = typed or (_values(every[rotation_id]) if rotation_id else _fresh(schedule, now))
    people = _candidates(session, schedule, str(values.get("position") or schedule.positions[0]), now, now + DAY, now)
    names = {str(one.account_id): one.name for one in people}
    members = listed(values.get("members"))
    path = f"/oncall/schedules/{schedule_id}/turns" + (f"/{rotation_id}" if rotation_id else "")
    return View(
        "oncall/turns.html",
        {
            **about(schedule, actor, {}),
            "action": path,
            "end_action": f"{path}/end" if rotation_id else None,
            "values": values,
            "members": [{"id": one, "name": names.get(one, "")} for one in members],
            "others": [(str(one.account_id), one.name) for one in people if str(one.account_id) not in members],
        },
    )


def _fresh(schedule: ScheduleLine, now: datetime) -> dict[str, Any]:
    today = local_day(now, schedule.zone)
    return {
        "position": schedule.positions[0], "kind": "weekly", "length": "1", "first_on": today.isoformat(),
        "hand_off": "17:00", "priority": "0", "members": [],
    }  # fmt: skip


def _values(one: queries.TurnsLine) -> dict[str, Any]:
    window = one.windows[0] if one.windows else {}
    return {
        "position": one.position,
        "name": one.name,
        "kind": one.kind,
        "length": str(one.length),
        "first_on": one.first_on.isoformat(),
        "hand_off": f"{one.hand_off:%H:%M}",
        "priority": str(one.priority),
        "weekdays": [str(day) for day in window.get("weekdays", ())],
        "start": window.get("start", ""),
        "end": window.get("end", ""),
        "members": [str(member) for member in one.members],
    }


def override_view(
    session: Session, actor: Actor, schedule_id: UUID, *, now: datetime, typed: Mapping[str, Any] | None = None
) -> View:
    schedule = mine(session, actor, schedule_id, changing=True)
    begins = local(now, schedule.zone).replace(minute=0, second=0, microsecond=0, tzinfo=None) + HOUR
    values = typed or {
        "position": schedule.positions[0],
        "from_at": begins.strftime(WALL),
        "to_at": (begins + 8 * HOUR).strftime(WALL),
    }
    people = _candidates(session, schedule, str(values.get("position") or schedule.positions[0]), now, now + DAY, now)
    return View(
        "oncall/override.html",
        {
            **about(schedule, actor, {}),
            "values": values,
            "people": [_candidate(one) for one in people],
            "everybody": [(str(one.account_id), one.name) for one in people],
        },
    )


def temporary_view(session: Session, actor: Actor, schedule_id: UUID, *, now: datetime) -> View:
    schedule = mine(session, actor, schedule_id, changing=True)
    begins = local(now, schedule.zone).replace(hour=17, minute=0, second=0, microsecond=0, tzinfo=None)
    people = {
        position: [
            (str(one.account_id), one.name)
            for one in _candidates(session, schedule, position, now, now + DAY, now)
            if one.may
        ]
        for position in schedule.positions
    }
    values = {
        "positions": list(schedule.positions),
        "from_at": (begins + DAY).strftime(WALL),
        "to_at": (begins + 4 * DAY).strftime(WALL),
    }
    return View("oncall/temporary.html", {**about(schedule, actor, {}), "values": values, "people": people})


def _candidates(
    session: Session, schedule: ScheduleLine, position: str, start: datetime, end: datetime, now: datetime
) -> list[Candidate]:
    return eligibility.candidates(session, schedule, position, start, end, now=now)


def _candidate(one: Candidate) -> dict[str, Any]:
    return {
        "id": str(one.account_id),
        "name": one.name,
        "may": one.may,
        "hours": round(one.hours),
        "reasons": [{"words": why.message, "params": dict(why.params)} for why in one.reasons],
    }


def setting_view(session: Session, actor: Actor, schedule_id: UUID | None, *, now: datetime) -> View:
    """schedule_id None: a new one, of the person's own zone."""
    if schedule_id is None:
        fresh = ScheduleLine(UUID(int=0), "", "", actor.time_zone, organization_id=actor.organization_id)
        schedule = fresh if actor.has(Role.SUPERVISOR) else None
    else:
        schedule = mine(session, actor, schedule_id, changing=True)
    if schedule is None:
        raise NotFound(NOT_FOUND)
    people = _candidates(session, schedule, schedule.positions[0], now, now + DAY, now)
    values = {
        "name": schedule.name, "region": schedule.region, "time_zone": schedule.zone, "positions": list(schedule.positions),
        "last_resort_id": str(schedule.last_resort_id or ""), "duty_manager_id": str(schedule.duty_manager_id or ""),
    }  # fmt: skip
    return View(
        "oncall/setting.html",
        {
            **about(schedule, actor, {}),
            "action": f"/oncall/schedules/{schedule_id}/setting" if schedule_id else "/oncall/schedules",
            "back": f"/oncall/schedules/{schedule_id}" if schedule_id else "/oncall",
            "values": values,
            "every_position": list(POSITIONS),
            "people": [(str(one.account_id), one.name) for one in people],
        },
    )
