"""What a supervisor is told of their people's phones: work that is still on them, silence, and who cannot be woken."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlmodel import Session

from porchlight.alerts import queries as alerts
from porchlight.core.actor import Actor
from porchlight.crises.drills import queries as drills
from porchlight.crises.drills.values import DrillState
from porchlight.people import queries as people
from porchlight.people.access import Role
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


def may_not_wake(
    session: Session, actor: Actor, on_call: Sequence[UUID], staff: Sequence[AccountLine], now: datetime
) -> list[dict[str, Any]]:
    """Of those on call now or soon whom no phone of theirs can wake, whose test alert failed, and phones that fell silent
    before planned visits. on_call: the accounts whose turn it is, in the order of their turns."""
    failed = _failed(session, actor)
    asked = people.accounts(session, [*on_call, *failed])
    who = [asked[one] for one in dict.fromkeys([*on_call, *failed]) if one in asked]
    rows = [row for person in who if (row := _cannot_wake(session, person, failed.get(person.id)))]
    for person in staff:
        heard = [device.last_seen_at for device in people.devices_in_use(session, [person.id])]
        planned = visits.planned(session, person.id, now, now + SILENT) if heard else []
        if planned and max(heard) < now - SILENT:
            rows.append(_row(person, "silent", max(heard)))
    return rows


def _cannot_wake(session: Session, person: AccountLine, failed: dict[str, Any] | None) -> dict[str, Any] | None:
    """Their phones take no alerts, the last test alert woke nobody, or none was ever shown."""
    if not alerts.live_subscriptions(session, person.id):
        return _row(person, "no_alerts", None)
    if failed:
        return {**_row(person, "failed_test", failed["at"]), "running": failed["running"]}
    proven = any(device.last_proven_at for device in people.devices_in_use(session, [person.id]))
    return None if proven else _row(person, "never_proven", None)


def _failed(session: Session, actor: Actor) -> dict[UUID, dict[str, Any]]:
    """Whose last test alert woke nobody, of everybody here who takes shifts: the next one may begin within the hour.

    {account: {at, running (whether it is being tried again)}}.
    """
    staff = [one.id for one in people.accounts_with_role(session, Role.ON_CALL)]
    failed = [one for one in drills.latest(session, staff) if one.state == DrillState.FAILED]
    running = drills.running(session, [one.account_id for one in failed])
    return {
        one.account_id: {"at": one.made_at, "running": one.account_id in running}
        for one in failed
        if _of(session, one.account_id) == actor.organization_id
    }


def _of(session: Session, account_id: UUID) -> UUID | None:
    person = people.actor_of(session, account_id)
    return person.organization_id if person else None


def _row(person: AccountLine, problem: str, since_at: datetime | None) -> dict[str, Any]:
    return {"id": person.id, "name": person.name, "phone": person.phone, "problem": problem, "since_at": since_at}
