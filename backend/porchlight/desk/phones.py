"""What a supervisor is told of their people's phones: work that is still on them, silence, and who cannot be woken."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlmodel import Session

from porchlight.alerts import queries as alerts
from porchlight.core.actor import Actor
from porchlight.oncall import queries as oncall
from porchlight.people import queries as people
from porchlight.people.queries import AccountLine
from porchlight.visits import queries as visits

SILENT = timedelta(hours=24)
# A home without signal makes any phone silent for an evening; by the next morning somebody should ring.
GRACE = timedelta(hours=12)
LOOKED_BACK = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Unsent:
    """What one person's phones still hold, as far as we know: how many things, and since when.

    problem: "missing" (numbers that never came), "waiting" (the phone says that it has them), "stuck" (they came and
    were not taken) or "gone" (either, and the phone was to be erased).
    """

    account_id: UUID
    problem: str
    count: int
    oldest_at: datetime


UnsentQuery = Callable[[Session, Sequence[UUID], datetime], Sequence[Unsent]]
_unsent: list[UnsentQuery] = []


def relate(unsent: UnsentQuery) -> None:
    """Told at start: who knows what phones have not sent, for (session, account ids, now). That room lies above ours."""
    _unsent[:] = [unsent]


def unknown() -> list[str]:
    """The lists that nobody can fill: empty never means unknown."""
    return [] if _unsent else ["unsent"]


def left_behind(session: Session, staff: Sequence[AccountLine], now: datetime) -> list[dict[str, Any]]:
    """Whose phone holds unsent work, and whose has been silent since a planned visit; the longest first."""
    known = {one.id: one for one in staff}
    rows = [
        {**_row(known[one.account_id], one.problem, one.oldest_at), "count": one.count, "visit_at": None}
        for query in _unsent
        for one in query(session, list(known), now)
    ]
    for person in staff:
        heard_at, planned_at = _silence(session, person.id, now)
        if heard_at:
            rows.append({**_row(person, "silent", heard_at), "count": 0, "visit_at": planned_at})
    return sorted(rows, key=lambda row: (row["since_at"], row["name"]))


def _silence(session: Session, account_id: UUID, now: datetime) -> tuple[datetime | None, datetime | None]:
    """When we last heard of any phone of theirs, and the first planned visit since; nothing while all is well."""
    heard = [device.last_seen_at for device in people.devices_in_use(session, [account_id])]
    if not heard:
        return None, None
    missed = [
        one.starts_at
        for one in visits.planned(session, account_id, now - LOOKED_BACK, now - GRACE)
        if one.contact_id is None and one.starts_at > max(heard)
    ]
    return (max(heard), missed[0]) if missed else (None, None)


def may_not_wake(session: Session, actor: Actor, staff: Sequence[AccountLine], now: datetime) -> list[dict[str, Any]]:
    """Those on call whom no phone of theirs can wake, and phones that fell silent before planned visits."""
    rows = []
    schedules = oncall.schedules(session, actor.organization_id) if actor.organization_id else []
    on_call = {one for schedule in schedules for one in oncall.who(session, schedule.id, now).values()}
    for person in people.accounts(session, list(on_call)).values():
        proven = people.devices_in_use(session, [person.id])
        if not alerts.live_subscriptions(session, person.id):
            rows.append(_row(person, "no_alerts", None))
        elif not any(device.last_proven_at for device in proven):
            rows.append(_row(person, "never_proven", None))
    for person in staff:
        heard = [device.last_seen_at for device in people.devices_in_use(session, [person.id])]
        planned = visits.planned(session, person.id, now, now + SILENT) if heard else []
        if planned and max(heard) < now - SILENT:
            rows.append(_row(person, "silent", max(heard)))
    return rows


def _row(person: AccountLine, problem: str, since_at: datetime | None) -> dict[str, Any]:
    return {"id": person.id, "name": person.name, "phone": person.phone, "problem": problem, "since_at": since_at}
