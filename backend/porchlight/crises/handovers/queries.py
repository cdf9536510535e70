"""Reading hand-overs: what is open, for whom, and whom to ask next."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from porchlight.crises.handovers.models import Handover
from porchlight.crises.handovers.values import Offer
from porchlight.crises.models import Crisis
from porchlight.oncall import queries as oncall
from porchlight.people import queries as people
from porchlight.people.access import Role


@dataclass(frozen=True, slots=True)
class Pending:
    """A hand-over that is offered and not answered."""

    id: UUID
    crisis_id: UUID
    from_id: UUID
    from_name: str
    to_id: UUID
    to_name: str
    words: str
    offered_at: datetime


@dataclass(frozen=True, slots=True)
class Next:
    """Somebody who may be asked. position: what they are on call for now, empty when they are not."""

    account_id: UUID
    name: str
    position: str


def pending(session: Session, crisis_ids: Iterable[UUID]) -> dict[UUID, Pending]:
    """By crisis."""
    query = (
        select(Handover)
        .where(col(Handover.crisis_id).in_(list(crisis_ids)), Handover.state == Offer.OFFERED)
        .order_by(col(Handover.offered_at))
    )
    rows = list(session.exec(query))
    names = people.accounts(session, list({one for row in rows for one in (row.from_id, row.to_id)}))
    return {
        row.crisis_id: Pending(
            row.id,
            row.crisis_id,
            row.from_id,
            names[row.from_id].name,
            row.to_id,
            names[row.to_id].name,
            row.words,
            row.offered_at,
        )
        for row in rows
    }


def last_note(session: Session, crisis_id: UUID) -> tuple[str, str] | None:
    """Who handed it over last and what they wrote for whoever has it now; None without a word."""
    query = (
        select(Handover)
        .where(Handover.crisis_id == crisis_id, Handover.state == Offer.ACCEPTED, Handover.words != "")
        .order_by(col(Handover.answered_at).desc())
    )
    row = session.exec(query).first()
    by = people.account(session, row.from_id) if row else None
    return (by.name if by else "", row.words) if row else None


def whom_to_ask(session: Session, crisis: Crisis, holder_id: UUID, *, now: datetime) -> list[Next]:
    """Everyone who may take it over, the best one first: who is on call now in the order of the policy, then all others."""
    on_call = oncall.who(session, UUID(crisis.policy["schedule_id"]), now)
    order = [str(level["position"]) for level in crisis.policy["levels"]]
    first = sorted(on_call.items(), key=lambda one: order.index(one[0]) if one[0] in order else len(order))
    position = {account_id: place for place, account_id in reversed(first)}
    here = people.actor_of(session, holder_id)
    staff = {
        one.id: one.name
        for role in (Role.ON_CALL, Role.SUPERVISOR)
        for one in people.accounts_with_role(session, role)
        if (actor := people.actor_of(session, one.id)) and here and actor.organization_id == here.organization_id
    }
    ids = [*dict.fromkeys(one for _place, one in first if one in staff), *(one for one in staff if one not in position)]
    return [Next(one, staff[one], position.get(one, "")) for one in ids if one != holder_id]


def last_offered(session: Session, crisis_id: UUID, account_id: UUID, *, since: datetime) -> datetime | None:
    """When this person last asked somebody by hand to take the crisis over; None when they have not."""
    query = select(sa.func.max(Handover.offered_at)).where(
        Handover.crisis_id == crisis_id,
        Handover.from_id == account_id,
        Handover.offered_at >= since,
        col(Handover.by_hand).is_(True),
    )
    return session.exec(query).one()
