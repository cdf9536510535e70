"""A crisis' timeline: what happened is said once and never changed; what became of each delivery is heard from the alerts."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from porchlight.alerts import queries as alerts
from porchlight.alerts.queries import DeliveryLine
from porchlight.core.ids import new_id
from porchlight.crises.models import CrisisEntry

Line = dict[str, Any]
_WRITE = sa.insert(CrisisEntry)
_LINES = (
    select(CrisisEntry)
    .where(col(CrisisEntry.crisis_id) == sa.bindparam("crisis"))
    .order_by(col(CrisisEntry.at), col(CrisisEntry.id))
)


def say(
    session: Session,
    crisis_id: UUID,
    kind: str,
    account_id: UUID | None = None,
    *,
    at: datetime,
    **detail: Any,
) -> None:
    """One line on the timeline."""
    write(session, [line(crisis_id, kind, account_id, at=at, **detail)])


def line(crisis_id: UUID, kind: str, account_id: UUID | None = None, *, at: datetime, **detail: Any) -> Line:
    """A line that is not written yet; of one moment, the one that was made first stands first."""
    return {"id": new_id(), "crisis_id": crisis_id, "at": at, "kind": kind, "account_id": account_id, "detail": detail}


def write(session: Session, lines: Sequence[Line]) -> None:
    if lines:
        session.connection().execute(_WRITE, lines)


def hear(session: Session, crisis_id: UUID) -> tuple[list[CrisisEntry], list[DeliveryLine]]:
    """Put on the timeline what became of each delivery, each thing once.

    Returns the timeline as it was, oldest first, and all deliveries about this crisis.
    """
    entries = list(session.exec(_LINES, params={"crisis": crisis_id}))
    known = {(entry.kind, entry.detail.get("delivery_id")) for entry in entries}
    calls = [alert.id for alert in alerts.alerts_about(session, crisis_id)]
    deliveries = alerts.deliveries(session, calls)
    for delivery in deliveries:
        news = {
            "accepted": delivery.accepted_at,
            "failed": delivery.failed_at,
            "shown": delivery.shown_at,
            "opened": delivery.opened_at,
        }
        for kind, at in news.items():
            if at and (kind, str(delivery.id)) not in known:
                more = {"why": delivery.trouble} if kind == "failed" else {}
                say(session, crisis_id, kind, delivery.account_id, at=at, delivery_id=str(delivery.id), **more)
    return entries, deliveries


def paged(session: Session, crisis_id: UUID) -> list[CrisisEntry]:
    """Who was called, in the order of calling."""
    query = (
        select(CrisisEntry)
        .where(CrisisEntry.crisis_id == crisis_id, CrisisEntry.kind == "paging")
        .order_by(col(CrisisEntry.at), col(CrisisEntry.id))
    )
    return list(session.exec(query))
