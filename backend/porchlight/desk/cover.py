"""The board's part of the rota: hours of nobody's, schedules that are not published, and who on call cannot be woken."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlmodel import Session

from porchlight.core.actor import Actor
from porchlight.core.keys import sha256
from porchlight.core.refused import NotFound
from porchlight.desk import phones
from porchlight.desk.live import NOT_HERE
from porchlight.oncall import queries as oncall
from porchlight.oncall import rules
from porchlight.oncall.cover.rules import AHEAD, unpublished
from porchlight.oncall.rules import Shift
from porchlight.people import queries as people
from porchlight.people.access import Role
from porchlight.web.rendering import View

COVER = timedelta(days=14)


def cover(session: Session, actor: Actor, *, now: datetime) -> dict[str, Any]:
    """What _cover.html shows. cover_href: where a page that shows this asks whether there is something new."""
    found = _found(session, actor, now)
    seen = sha256(repr(found).encode())[:22]
    return {**found, "cover_href": f"/board/cover?seen={seen}"}


def live(session: Session, actor: Actor, seen: str, *, now: datetime) -> View | None:
    """The same, for a page that shows it already; None while nothing is new. Names nobody but staff.

    seen: what the page had in its cover_href. Raises NotFound for whoever is no supervisor.
    """
    if not actor.has(Role.SUPERVISOR):
        raise NotFound(NOT_HERE)
    found = cover(session, actor, now=now)
    if found["cover_href"].endswith(f"={seen}"):
        return None
    return View("desk/_cover.html", {**found, "unknown": phones.unknown()})


def _found(session: Session, actor: Actor, now: datetime) -> dict[str, Any]:
    """{gaps [{href, name, position, from_at, to_at}], unpublished [{href, name, until}], phones (phones.py: may_not_wake)}.

    Looked at by the whole hour: while nothing changes the answer stays the same.
    """
    hour = now.replace(minute=0, second=0, microsecond=0)
    schedules = oncall.schedules(session, actor.organization_id) if actor.organization_id else []
    gaps, shifts = list[dict[str, Any]](), list[Shift]()
    for rota in oncall.rotas(session, schedules, hour, hour + COVER):
        found = rota.shifts()
        shifts += found
        bare = [one for one in rules.gaps(found, rota.positions, hour, hour + COVER) if one.end > now]
        where = {"href": f"/oncall/schedules/{rota.schedule.id}", "name": rota.schedule.name}
        gaps += [{**where, "position": one.position, "from_at": one.start, "to_at": one.end} for one in bare]
    staff = list(people.accounts(session, list(session.scalars(people.staff_under(actor.account_id)))).values())
    return {
        "gaps": gaps,
        "unpublished": [
            {"href": f"/oncall/schedules/{one.id}/publish", "name": one.name, "until": one.published_until}
            for one in schedules
            if unpublished(one.published_until, now)
        ],
        "phones": phones.may_not_wake(session, actor, _soon(shifts, now), staff, now),
    }


def _soon(shifts: Iterable[Shift], now: datetime) -> list[UUID]:
    """Whose turn it is now or within the time that is published, each once, the first turn first."""
    soon = [one for one in shifts if one.end > now and one.start < now + AHEAD]
    return list(dict.fromkeys(one.account_id for one in sorted(soon, key=lambda one: (one.start, one.position))))
