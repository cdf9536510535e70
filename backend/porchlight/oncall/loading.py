"""From rows to plans: what touches a span of time, of many schedules at once, in the order in which it was made."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, time
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from porchlight.oncall.models import Override, Rotation, Swap, TemporarySchedule, TemporarySpan
from porchlight.oncall.rota.windows import Window
from porchlight.oncall.rules import Exchange, Meanwhile, Plan, Shift, StandIn, Turns

Kept = Mapping[UUID, tuple[str, tuple[str, ...]]]  # schedule: its zone and its positions


def plans(session: Session, schedules: Kept, from_at: datetime, to_at: datetime) -> dict[UUID, Plan]:
    """The plan of each schedule for [from_at, to_at)."""
    ids = list(schedules)
    turns = _by_schedule(_rotations(session, ids, from_at, to_at))
    overrides = _by_schedule(_overrides(session, ids, from_at, to_at))
    temporary = _by_schedule(_temporary(session, ids, from_at, to_at))
    swaps = _by_schedule(_swaps(session, ids, from_at, to_at))
    return {
        one: Plan(
            zone,
            positions,
            tuple(turns.get(one, ())),
            tuple(overrides.get(one, ())),
            tuple(temporary.get(one, ())),
            tuple(swaps.get(one, ())),
        )
        for one, (zone, positions) in schedules.items()
    }


def turns_of(row: Rotation) -> Turns:
    return Turns(
        row.position,
        tuple(UUID(one) for one in row.members),
        row.first_on,
        row.hand_off,
        row.kind,
        row.length,
        row.priority,
        tuple(window_of(one) for one in row.windows),
        row.from_at,
        row.until_at,
    )


def window_of(row: Mapping[str, Any]) -> Window:
    start, end = time.fromisoformat(row["start"]), time.fromisoformat(row["end"])
    return Window(frozenset(row["weekdays"]), start, end)


def _rotations(
    session: Session, ids: Sequence[UUID], from_at: datetime, to_at: datetime
) -> Iterable[tuple[UUID, Turns]]:
    query = (
        select(Rotation)
        .where(col(Rotation.schedule_id).in_(ids))
        .where(sa.or_(col(Rotation.from_at).is_(None), col(Rotation.from_at) < to_at))
        .where(sa.or_(col(Rotation.until_at).is_(None), col(Rotation.until_at) > from_at))
        .order_by(col(Rotation.id))
    )
    return [(row.schedule_id, turns_of(row)) for row in session.exec(query)]


def _overrides(
    session: Session, ids: Sequence[UUID], from_at: datetime, to_at: datetime
) -> Iterable[tuple[UUID, StandIn]]:
    query = (
        select(Override)
        .where(col(Override.schedule_id).in_(ids), Override.from_at < to_at, Override.to_at > from_at)
        .order_by(col(Override.made_at), col(Override.id))
    )
    return [
        (row.schedule_id, StandIn(row.position, row.account_id, row.from_at, end, row.instead_of))
        for row in session.exec(query)
        if row.from_at < (end := min(row.to_at, row.withdrawn_at or row.to_at))
    ]


def _temporary(
    session: Session, ids: Sequence[UUID], from_at: datetime, to_at: datetime
) -> Iterable[tuple[UUID, Meanwhile]]:
    query = (
        select(TemporarySchedule)
        .where(col(TemporarySchedule.schedule_id).in_(ids))
        .where(TemporarySchedule.from_at < to_at, TemporarySchedule.to_at > from_at)
        .order_by(col(TemporarySchedule.made_at), col(TemporarySchedule.id))
    )
    rows = list(session.exec(query))
    held: dict[UUID, list[Shift]] = {}
    if rows:
        spans = select(TemporarySpan).where(col(TemporarySpan.temporary_id).in_([row.id for row in rows]))
        for span in session.exec(spans.order_by(col(TemporarySpan.id))):
            one = Shift(span.position, span.account_id, span.from_at, span.to_at)
            held.setdefault(span.temporary_id, []).append(one)
    return [
        (row.schedule_id, Meanwhile(tuple(row.positions), row.from_at, end, tuple(held.get(row.id, ()))))
        for row in rows
        if row.from_at < (end := min(row.to_at, row.withdrawn_at or row.to_at))
    ]


def _swaps(
    session: Session, ids: Sequence[UUID], from_at: datetime, to_at: datetime
) -> Iterable[tuple[UUID, Exchange]]:
    """Those that were taken, in the order in which they were."""
    query = (
        select(Swap)
        .where(col(Swap.schedule_id).in_(ids), col(Swap.taken_by).is_not(None))
        .where(Swap.from_at < to_at, Swap.to_at > from_at)
        .order_by(col(Swap.settled_at), col(Swap.id))
    )
    return [
        (row.schedule_id, Exchange(row.position, row.asked_by, row.taken_by, row.from_at, row.to_at))
        for row in session.exec(query)
        if row.taken_by
    ]


def _by_schedule(rows: Iterable[tuple[UUID, Any]]) -> dict[UUID, list[Any]]:
    found: dict[UUID, list[Any]] = {}
    for schedule_id, one in rows:
        found.setdefault(schedule_id, []).append(one)
    return found
