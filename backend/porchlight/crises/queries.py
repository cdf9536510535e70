"""Reading crises: for the ones who were called, for the boards."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from porchlight.alerts import queries as alerts
from porchlight.core.i18n import _
from porchlight.crises.clocks import queries as clocks
from porchlight.crises.clocks.values import Running
from porchlight.crises.models import Acknowledgement, Crisis, CrisisEntry
from porchlight.crises.values import State
from porchlight.people import queries as people

# What a responder writes for those who respond; the caller is told how far it is, not what was found.
PRIVATE = frozenset({"note", "spoke", "hospital", "plan_yes", "plan_part", "plan_no", "linked", "told", "overdue"})
NOT_FOUND = _("We could not find that alert. It may be for someone else.")


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a timeline; `words` only where a person wrote some. what: the clock of "overdue", the position of "nobody"."""

    at: datetime
    kind: str
    name: str
    words: str
    what: str = ""


@dataclass(frozen=True, slots=True)
class Holder:
    account_id: UUID
    name: str
    phone: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Open:
    """An open crisis as one person sees it. alert_id: this person's own call for it. clock: the one that is due first."""

    id: UUID
    alert_id: UUID
    number: int
    reason: str
    case_id: UUID | None
    raised_at: datetime
    next_due_at: datetime | None
    taken_by: str
    mine: bool
    clock: Running | None = None


def responding(account_id: UUID, _now: datetime) -> sa.Select[Any]:
    """Ids of the cases in a crisis to which this account was called and which is not over (the access table's responder)."""
    return sa.select(col(Crisis.case_id)).where(
        col(Crisis.id).in_(alerts.subjects(account_id)),
        col(Crisis.state) != State.RESOLVED,
        col(Crisis.case_id).is_not(None),
    )


def crisis(session: Session, crisis_id: UUID) -> Crisis | None:
    return session.get(Crisis, crisis_id)


def holder(session: Session, crisis_id: UUID) -> Holder | None:
    """Who has it."""
    row = session.get(Acknowledgement, crisis_id)
    person = people.account(session, row.account_id) if row else None
    return Holder(person.id, person.name, person.phone, row.at) if row and person else None


def timeline(session: Session, crisis_id: UUID, *, with_words: bool) -> list[Entry]:
    """Everything that happened, newest first; without the responders' own words for whoever may not read them."""
    query = select(CrisisEntry).where(CrisisEntry.crisis_id == crisis_id)
    rows = sorted(session.exec(query), key=lambda row: (row.at, row.id), reverse=True)
    shown = [row for row in rows if with_words or row.kind not in PRIVATE]
    names = people.accounts(session, [row.account_id for row in shown if row.account_id])
    return [
        Entry(
            row.at,
            row.kind,
            names[row.account_id].name if row.account_id in names else "",
            str(row.detail.get("words", "")) if with_words else "",
            str(row.detail.get("position" if row.kind == "nobody" else "clock", "")),
        )
        for row in shown
    ]


def open_for(session: Session, account_id: UUID, *, now: datetime) -> list[Open]:
    """The open crises to which this person was called, newest first."""
    mine = alerts.calls_of(session, account_id)
    query = select(Crisis).where(col(Crisis.id).in_(list(mine)), Crisis.state != State.RESOLVED)
    rows = list(session.exec(_newest(query)))
    due = clocks.first(session, rows, now=now)
    return [_open(session, row, mine[row.id], account_id, due.get(row.id)) for row in rows]


def open_all(session: Session, *, now: datetime) -> list[Open]:
    """Every open crisis, for a supervisor's board. alert_id is the first call that was made for it."""
    rows = list(session.exec(_newest(select(Crisis).where(Crisis.state != State.RESOLVED))))
    due = clocks.first(session, rows, now=now)
    found = []
    for row in rows:
        calls = alerts.alerts_about(session, row.id)
        if calls:
            found.append(_open(session, row, calls[0].id, None, due.get(row.id)))
    return found


def child_of(session: Session, crisis_id: UUID) -> UUID | None:
    """Whom the caller said it is about; None for the whole family, or where they did not know."""
    query = select(CrisisEntry).where(CrisisEntry.crisis_id == crisis_id, CrisisEntry.kind == "raised")
    row = session.exec(query).first()
    return UUID(row.detail["child"]) if row and "child" in row.detail else None


def answered(session: Session, account_ids: Sequence[UUID], since: datetime) -> set[tuple[UUID, UUID]]:
    """Who of these people took which crisis: (account id, crisis id). Who let go of it again did take it."""
    query = select(CrisisEntry.account_id, CrisisEntry.crisis_id).where(
        col(CrisisEntry.account_id).in_(account_ids), CrisisEntry.kind == "taken", CrisisEntry.at >= since
    )
    return {(account_id, crisis_id) for account_id, crisis_id in session.exec(query) if account_id}


def _newest(query: Any) -> Any:
    return query.order_by(col(Crisis.raised_at).desc())


def _open(session: Session, row: Crisis, alert_id: UUID, account_id: UUID | None, clock: Running | None) -> Open:
    has_it = holder(session, row.id)
    return Open(
        id=row.id,
        alert_id=alert_id,
        number=row.number,
        reason=row.reason,
        case_id=row.case_id,
        raised_at=row.raised_at,
        next_due_at=row.next_due_at,
        taken_by=has_it.name if has_it else "",
        mine=bool(has_it and has_it.account_id == account_id),
        clock=clock,
    )
