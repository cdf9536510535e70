"""Writing down what became of what was sent; what failed is followed by the next channel in the same transaction."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from porchlight.alerts import chain
from porchlight.alerts.calling import Words
from porchlight.alerts.models import Delivery, PushSubscription
from porchlight.alerts.pushes import Outcome
from porchlight.alerts.rules import moved, wait_before
from porchlight.alerts.texts import spending
from porchlight.alerts.values import DeliveryState
from porchlight.alerts.ways import losing
from porchlight.core import jobs
from porchlight.core.tools import Tools

_THESE = col(Delivery.id).in_(sa.bindparam("ids", expanding=True))
_ROWS = select(Delivery).where(_THESE).order_by(col(Delivery.id)).with_for_update()
_FAILED = select(Delivery.alert_id).where(_THESE, Delivery.state == DeliveryState.FAILED)


def rows(session: Session, ids: Collection[UUID]) -> dict[UUID, Delivery]:
    """The deliveries, ours alone until the transaction ends."""
    return {row.id: row for row in session.exec(_ROWS, params={"ids": list(ids)})}


def record(
    session: Session,
    mine: Sequence[Delivery],
    outcomes: Mapping[UUID, Outcome],
    sent: Mapping[UUID, object],
    payload: Mapping[str, Any],
    tools: Tools,
    *,
    now: datetime,
) -> None:
    """mine: the deliveries of one job, locked. outcomes: by delivery; sent: what each one was. payload: of the job, for
    the next try.
    """
    tries = payload.get("tries", 0) + 1
    least = wait_before(tries)
    for row in mine:
        outcome, what = outcomes[row.id], sent[row.id]
        mark(session, row, outcome, now=now)
        if outcome.accepted and isinstance(what, Words):
            spending.note(session, tools, what, ref=outcome.ref, subject_id=row.alert_id, now=now)
        if outcome.wait is not None and least is not None and row.state == DeliveryState.FAILED:
            later = {"deliveries": [str(row.id)], "then": payload.get("then"), "tries": tries}
            jobs.enqueue(session, chain.SEND, later, due_at=now + max(least, outcome.wait))


def mark(session: Session, row: Delivery, outcome: Outcome, *, now: datetime) -> None:
    """What the provider said of this delivery; a way that is gone is dead from now on."""
    state = DeliveryState(row.state)
    if outcome.accepted:
        row.accepted_at = row.accepted_at or now
        row.ref = outcome.ref or row.ref
        row.state = moved(state, DeliveryState.ACCEPTED)
    else:
        row.failed_at = now
        row.trouble = outcome.trouble
        row.state = moved(state, DeliveryState.FAILED)
    session.add(row)
    if outcome.gone:
        _lose(session, row, outcome.trouble, now)


def _lose(session: Session, row: Delivery, trouble: str, now: datetime) -> None:
    phone = session.get(PushSubscription, row.subscription_id) if row.subscription_id else None
    if phone is None:
        losing.lose(session, row.account_id, row.channel, trouble, now=now)
    elif phone.dead_at is None:
        phone.dead_at = now
        session.add(phone)
        session.flush()
        losing.check(session, row.account_id, now=now)


def go_on(session: Session, delivery_ids: list[UUID], *, now: datetime) -> None:
    """After it is known what became of these: the next channel of each alert whose own failed."""
    for alert_id in sorted(set(session.exec(_FAILED, params={"ids": delivery_ids}))):
        chain.go_on(session, alert_id, now=now)
