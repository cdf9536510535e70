"""The top of the board, which stays right without reloading: alerts that nobody has, and what keeps people safe."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session

from porchlight.audit import service as audit
from porchlight.cases import queries as cases
from porchlight.core.actor import Actor
from porchlight.core.i18n import _
from porchlight.core.keys import sha256
from porchlight.core.refused import NotFound
from porchlight.crises import escalating
from porchlight.crises import queries as crises
from porchlight.crises.values import Outlook
from porchlight.desk import phones
from porchlight.desk.safety import for_board
from porchlight.people import access
from porchlight.people.access import Capability, Role
from porchlight.web.rendering import View

NOT_HERE = _("We could not find that page. It may have moved, or it may not be on your caseload.")


def top(session: Session, actor: Actor, *, now: datetime) -> dict[str, Any]:
    """What the board begins with. live_href: where a page that shows this asks whether there is something new."""
    alerts = _alerts(session, actor, now)
    safety = for_board(session, actor, now=now)
    seen = sha256(repr((alerts, safety)).encode())[:22]
    return {"alerts": alerts, "safety": safety, "live_href": f"/board/live?seen={seen}"}


def live(session: Session, actor: Actor, seen: str, *, now: datetime) -> View | None:
    """The same, for a page that shows it already; None while nothing is new, and then nothing is shown to anybody.

    seen: what the page had in its live_href. Raises NotFound for whoever is no supervisor.
    """
    if not actor.has(Role.SUPERVISOR):
        raise NotFound(NOT_HERE)
    found = top(session, actor, now=now)
    if found["live_href"].endswith(f"={seen}"):
        return None
    open_to = access.cases(actor, Capability.FACE_SHEET, now=now)
    served = cases.persons_of(sa.select(open_to.subquery().c[0]))
    audit.saw(session, actor, "board.seen", None, now=now, people=session.scalars(served))
    return View("desk/_live.html", {**found, "unknown": phones.unknown()})


def _alerts(session: Session, actor: Actor, now: datetime) -> list[dict[str, Any]]:
    """Open crises that nobody has taken, or with a clock that ran out; a family's name only where it is this supervisor's."""
    mine = {one.id: one.alert_id for one in crises.open_for(session, actor.account_id, now=now)}
    every = crises.open_all(session, now=now)
    waiting = [one for one in every if not one.taken_by or (one.clock and one.clock.overdue)]
    names = _names(session, actor, [one.case_id for one in waiting if one.case_id], now)
    rows = []
    for one in waiting:
        known = one.case_id in names
        elsewhere = f"/cases/{one.case_id}" if known else "/oncall"
        rows.append(
            {
                "href": f"/alerts/{mine[one.id]}" if one.id in mine else elsewhere,
                "reason": one.reason,
                "raised_at": one.raised_at,
                "number": one.number,
                "taken_by": one.taken_by or None,
                "clock": one.clock,
                "nobody": not one.taken_by and _nobody(session, one.id),
                "family": names[one.case_id] if known and one.case_id else "",
            }
        )
    return rows


def _nobody(session: Session, crisis_id: UUID) -> bool:
    """Whether everyone was called, no phone could be woken, and nobody is being called now."""
    crisis = crises.crisis(session, crisis_id)
    return crisis is not None and escalating.outlook(session, crisis) == Outlook.NOBODY


def _names(session: Session, actor: Actor, case_ids: Sequence[UUID], now: datetime) -> dict[UUID, str]:
    """Of these families those that are open to this person."""
    open_to = access.cases(actor, Capability.FACE_SHEET, now=now).subquery()
    known = list(session.scalars(sa.select(open_to.c[0]).where(open_to.c[0].in_(case_ids))))
    return cases.names(session, known)
