"""On shift: whoever is on call now for a region, and the cases of that region."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session

from porchlight.cases import regions
from porchlight.core.actor import Actor
from porchlight.oncall import queries as oncall
from porchlight.people import access
from porchlight.people import queries as people
from porchlight.people.access import Capability

SHIFTS = "shifts"  # session.info: by (account, moment)


def cases_of(session: Session, account_id: UUID, now: datetime) -> sa.Select[Any] | None:
    """The cases of the regions for which this person is on call now, in whatever position. None off shift."""
    # A pack asks for every family of a caseload; the turns of one moment are worked out once.
    known = session.info.setdefault(SHIFTS, {})
    if (account_id, now) not in known:
        known[account_id, now] = _shift(session, account_id, now)
    organization_id, mine, only = known[account_id, now]
    return regions.in_regions(organization_id, mine, only=only) if organization_id and mine else None


def _shift(session: Session, account_id: UUID, now: datetime) -> tuple[UUID | None, frozenset[str], bool]:
    """The person's organization, the regions of the shift, and whether there is no other region."""
    actor = people.actor_of(session, account_id)
    if actor is None or actor.organization_id is None:
        return None, frozenset(), False
    every = oncall.schedules(session, actor.organization_id)
    mine = frozenset(one.region for one in every if account_id in oncall.who(session, one.id, now).values())
    return actor.organization_id, mine, len({one.region for one in every}) == 1


def on_shift(session: Session, account_id: UUID, case_id: UUID, now: datetime) -> bool:
    """Whether this person is on call now for the region of this case (the access table's on_shift)."""
    found = cases_of(session, account_id, now)
    if found is None:
        return False
    rows = found.subquery()
    return bool(session.scalar(sa.select(sa.func.count()).select_from(rows).where(rows.c[0] == case_id)))


def linkable(session: Session, actor: Actor, now: datetime) -> sa.Select[Any] | sa.CompoundSelect[Any]:
    """The cases that this person may put a caller's alert to: their own, those they lead, those of their shift."""
    own = access.cases(actor, Capability.RAISE_CRISIS, now=now)
    shift = cases_of(session, actor.account_id, now) if actor.has(access.Role.ON_CALL) else None
    if shift is None:
        return own
    rows, mine = own.subquery(), shift.subquery()
    return sa.union(sa.select(rows.c[0]), sa.select(mine.c[0]))


def schedule_for(session: Session, organization_id: UUID, region: str) -> UUID | None:
    """The schedule of a region; None where there is none of that name."""
    return next((one.id for one in oncall.schedules(session, organization_id) if region and one.region == region), None)


def region_of(session: Session, organization_id: UUID, schedule_id: UUID) -> str:
    """The region of a schedule; "" when it is gone."""
    return next((one.region for one in oncall.schedules(session, organization_id) if one.id == schedule_id), "")
