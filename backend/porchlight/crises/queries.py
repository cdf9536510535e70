"""Reading crises: for the one who called, for the ones who were called, for the boards."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from porchlight.alerts import queries as alerts
from porchlight.core.actor import Actor
from porchlight.core.i18n import _
from porchlight.core.refused import NotFound
from porchlight.crises.escalating import paged
from porchlight.crises.models import Acknowledgement, Crisis, CrisisEntry
from porchlight.crises.rules import NO_ANSWER
from porchlight.crises.values import State
from porchlight.people import queries as people
from porchlight.people.queries import AccountLine

NOT_FOUND = _("We could not find that alert. It may be for someone else.")


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a timeline; `words` only where a person wrote some."""

    at: datetime
    kind: str
    name: str
    words: str


@dataclass(frozen=True, slots=True)
class Holder:
    account_id: UUID
    name: str
    phone: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Open:
    """An open crisis as one person sees it. alert_id: this person's own call for it."""

    id: UUID
    alert_id: UUID
    number: int
    reason: str
    case_id: UUID | None
    raised_at: datetime
    next_due_at: datetime | None
    taken_by: str
    mine: bool


@dataclass(frozen=True, slots=True)
class CallerStatus:
    """What the one who called is told. reached: first names of those on whose phone the alert was shown or opened.

    overdue: nobody has it, and either the first person did not answer in time or nobody could be woken.
    call: name and number to ring now; the name is empty for the agency's own line.
    """

    id: UUID
    number: int
    reason: str
    raised_at: datetime
    state: State
    reaching: int
    reached: tuple[str, ...]
    taken_by: Holder | None
    overdue: bool
    call: tuple[str, str]
    entries: tuple[Entry, ...]


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
    shown = [row for row in rows if with_words or row.kind != "note"]
    names = people.accounts(session, [row.account_id for row in shown if row.account_id])
    return [
        Entry(
            row.at,
            row.kind,
            names[row.account_id].name if row.account_id in names else "",
            str(row.detail.get("words", "")) if with_words else "",
        )
        for row in shown
    ]


def caller_status(session: Session, actor: Actor, crisis_id: UUID, *, now: datetime) -> CallerStatus:
    """For the one who called, and nobody else. Raises NotFound."""
    row = session.get(Crisis, crisis_id)
    if row is None or row.raised_by != actor.account_id:
        raise NotFound(NOT_FOUND)
    has_it = holder(session, crisis_id)
    calls = paged(session, crisis_id)
    called = people.accounts(session, [one.account_id for one in calls if one.account_id])
    reaching = {one.account_id for one in calls if one.detail["phones"]}
    late = row.level > 0 or row.round > 0 or now - row.raised_at >= NO_ANSWER or not reaching
    return CallerStatus(
        id=row.id,
        number=row.number,
        reason=row.reason,
        raised_at=row.raised_at,
        state=State(row.state),
        reaching=len(reaching),
        reached=_reached(session, crisis_id, called),
        taken_by=has_it,
        overdue=row.state == State.RAISED and late,
        call=_whom_to_ring(session, has_it, [called[o.account_id] for o in calls if o.account_id in called]),
        entries=tuple(timeline(session, crisis_id, with_words=False)),
    )


def _reached(session: Session, crisis_id: UUID, called: dict[UUID, AccountLine]) -> tuple[str, ...]:
    query = (
        select(CrisisEntry.account_id)
        .where(CrisisEntry.crisis_id == crisis_id, col(CrisisEntry.kind).in_(("shown", "opened")))
        .order_by(col(CrisisEntry.at), col(CrisisEntry.id))
    )
    return tuple(dict.fromkeys(called[one].name.split()[0] for one in session.exec(query) if one in called))


def _whom_to_ring(session: Session, has_it: Holder | None, called: Iterable[AccountLine]) -> tuple[str, str]:
    if has_it and has_it.phone:
        return has_it.name, has_it.phone
    last = [person for person in called if person.phone]
    if last:
        return last[-1].name, last[-1].phone
    agency = people.agency(session)
    return "", agency.phone if agency else ""


def open_for(session: Session, account_id: UUID) -> list[Open]:
    """The open crises to which this person was called, newest first."""
    mine = alerts.calls_of(session, account_id)
    query = select(Crisis).where(col(Crisis.id).in_(list(mine)), Crisis.state != State.RESOLVED)
    return [_open(session, row, mine[row.id], account_id) for row in session.exec(_newest(query))]


def open_all(session: Session) -> list[Open]:
    """Every open crisis, for a supervisor's board. alert_id is the first call that was made for it."""
    query = select(Crisis).where(Crisis.state != State.RESOLVED)
    found = []
    for row in session.exec(_newest(query)):
        calls = alerts.alerts_about(session, row.id)
        if calls:
            found.append(_open(session, row, calls[0].id, None))
    return found


def _newest(query: Any) -> Any:
    return query.order_by(col(Crisis.raised_at).desc())


def _open(session: Session, row: Crisis, alert_id: UUID, account_id: UUID | None) -> Open:
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
    )
