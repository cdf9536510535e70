"""The sheet: by region and position who has it from when to when, with numbers, on one page."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlmodel import Session

from porchlight.core.actor import Actor
from porchlight.core.clock import local_day
from porchlight.oncall.queries import Rota
from porchlight.oncall.sheet import rules
from porchlight.oncall.views import check_staff, rotas
from porchlight.people import queries as people
from porchlight.people.queries import AccountLine
from porchlight.web.rendering import View

Line = tuple[str, datetime, datetime, AccountLine | None]  # position, from, until, who


def sheet(
    session: Session, actor: Actor, from_wall: datetime | None, to_wall: datetime | None, *, now: datetime
) -> View:
    """For everybody who works here; times on the wall clock of where they work. Raises NotFound, Refused."""
    check_staff(actor)
    start, end = rules.span(from_wall, to_wall, now, actor.time_zone)
    line = people.line_of(session, actor.organization_id)
    found = rotas(session, actor, start, end)
    shared = Counter(one.schedule.region for one in found)
    context = {
        "time": _when(start, end, actor.time_zone),
        "made_at": now,
        "line": line.phone,
        "hotline": line.hotline,
        "name": line.name,
        "turns": [row for rota in found for row in _rows(session, rota, alone=shared[rota.schedule.region] == 1)],
        "values": {"from": rules.wall(start, actor.time_zone), "to": rules.wall(end, actor.time_zone)},
    }
    return View("oncall/sheet.html", context)


def _rows(session: Session, rota: Rota, *, alone: bool) -> Iterator[dict[str, Any]]:
    """By position and time. alone: no other schedule has this region, so that its name says which it is."""
    found = rota.shifts()
    known = people.accounts(session, list({one.account_id for one in found}))
    lines: list[Line] = [(one.position, one.start, one.end, known.get(one.account_id)) for one in found]
    lines += [(one.position, one.start, one.end, None) for one in rota.gaps()]
    schedule = rota.schedule
    for place in rota.positions:
        for position, start, end, person in sorted(lines, key=lambda one: one[1]):
            if position == place:
                yield {
                    "region": schedule.region if alone else f"{schedule.region}, {schedule.name}",
                    "position": position,
                    "name": person.name if person else "",
                    "phone": person.phone if person else "",
                    "all": (start, end) == (rota.from_at, rota.to_at),
                    **_when(start, end, schedule.zone),
                }


def _when(start: datetime, end: datetime, zone: str) -> dict[str, Any]:
    return {
        "from_at": start,
        "from_on": local_day(start, zone),
        "to_at": end,
        "to_on": local_day(end, zone),
        "zone": zone,
    }
