"""Reading promised calls: one's own, those somebody is asked to take, those of a supervisor's people."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from porchlight.cases import queries as cases
from porchlight.core.actor import Actor
from porchlight.crises.callbacks import rules
from porchlight.crises.callbacks.models import CallAttempt, Callback, CallbackHandOver
from porchlight.crises.callbacks.rules import Kept, Share
from porchlight.crises.callbacks.values import Outcome, Passing, State
from porchlight.people import access
from porchlight.people import queries as people
from porchlight.people.access import Capability

MEASURED = timedelta(days=30)
PAGE = 30


@dataclass(frozen=True, slots=True)
class Line:
    """A promised call as a list shows it. family: empty for whoever may not see the case. asked: the name of who is asked."""

    id: UUID
    account_id: UUID
    owner: str
    to_name: str
    phone: str
    about: str
    family: str
    due_at: datetime
    state: str
    ended_at: datetime | None
    late: bool
    asked: str


def mine(session: Session, actor: Actor, *, now: datetime) -> list[Line]:
    """What this person owes, the earliest due first."""
    query = _open().where(Callback.account_id == actor.account_id)
    return lines(session, actor, session.exec(query.order_by(col(Callback.due_at), col(Callback.id))).all(), now)


def asked_of(session: Session, actor: Actor, *, now: datetime) -> list[Line]:
    """What this person is asked to take over."""
    asked = sa.select(col(CallbackHandOver.callback_id)).where(
        col(CallbackHandOver.to_id) == actor.account_id, col(CallbackHandOver.state) == Passing.ASKED
    )
    query = _open().where(col(Callback.id).in_(asked)).order_by(col(Callback.due_at), col(Callback.id))
    return lines(session, actor, session.exec(query).all(), now)


def overdue(session: Session, actor: Actor, *, now: datetime) -> list[Line]:
    """For a supervisor: what their people owe and have not kept in time, the longest first."""
    query = _open().where(_under(actor), Callback.due_at < now).order_by(col(Callback.due_at), col(Callback.id))
    return lines(session, actor, session.exec(query).all(), now)


def done(session: Session, actor: Actor, *, now: datetime, page: int = 0) -> tuple[list[Line], bool]:
    """What this person kept or let go, the newest first, one page of it; whether there is more."""
    query = select(Callback).where(Callback.account_id == actor.account_id, Callback.state != State.PROMISED)
    query = query.order_by(col(Callback.ended_at).desc(), col(Callback.id)).offset(page * PAGE).limit(PAGE + 1)
    rows = session.exec(query).all()
    return lines(session, actor, rows[:PAGE], now), len(rows) > PAGE


def share(session: Session, account_ids: sa.Select[Any], *, now: datetime) -> Share:
    """How the promises of these people were kept that fell due in the last 30 days."""
    reached = sa.case((col(CallAttempt.outcome) == Outcome.REACHED, col(CallAttempt.at)))
    query = (
        sa.select(col(Callback.due_at), col(Callback.state), sa.func.min(CallAttempt.at), sa.func.min(reached))
        .outerjoin(CallAttempt, col(CallAttempt.callback_id) == Callback.id)
        .where(col(Callback.account_id).in_(account_ids), col(Callback.due_at) > now - MEASURED)
        .group_by(col(Callback.id), col(Callback.due_at), col(Callback.state))
    )
    return rules.share((Kept(row[0], State(row[1]), row[2], row[3]) for row in session.execute(query)), now)


def attempts(session: Session, callback_id: UUID) -> list[CallAttempt]:
    """Every try, the newest first."""
    query = select(CallAttempt).where(CallAttempt.callback_id == callback_id)
    return list(session.exec(query.order_by(col(CallAttempt.at).desc(), col(CallAttempt.id))))


def asking(session: Session, callback_id: UUID) -> CallbackHandOver | None:
    """The hand-over that waits for an answer."""
    query = select(CallbackHandOver).where(
        CallbackHandOver.callback_id == callback_id, CallbackHandOver.state == Passing.ASKED
    )
    return session.exec(query).first()


def lines(session: Session, actor: Actor, rows: Sequence[Callback], now: datetime) -> list[Line]:
    open_to = access.cases(actor, Capability.FACE_SHEET, now=now).subquery()
    ids = [row.case_id for row in rows if row.case_id]
    known = set(session.scalars(sa.select(open_to.c[0]).where(open_to.c[0].in_(ids)))) if ids else set()
    families = cases.names(session, list(known))
    waiting = {one.callback_id: one.to_id for one in session.exec(_asked([row.id for row in rows]))}
    names = people.accounts(session, [*waiting.values(), *(row.account_id for row in rows)])
    return [_line(row, families, names, names.get(waiting.get(row.id, row.id)), now) for row in rows]


def _line(row: Callback, families: dict[UUID, str], names: dict[UUID, Any], asked: Any, now: datetime) -> Line:
    return Line(
        id=row.id,
        account_id=row.account_id,
        owner=names[row.account_id].name,
        to_name=row.to_name,
        phone=row.phone,
        about=row.about,
        family=families.get(row.case_id, "") if row.case_id else "",
        due_at=row.due_at,
        state=row.state,
        ended_at=row.ended_at,
        late=row.state == State.PROMISED and now > row.due_at,
        asked=asked.name if asked else "",
    )


def _open() -> Any:
    return select(Callback).where(Callback.state == State.PROMISED)


def _under(actor: Actor) -> sa.ColumnElement[bool]:
    return col(Callback.account_id).in_(people.staff_under(actor.account_id))


def _asked(ids: Sequence[UUID]) -> Any:
    return select(CallbackHandOver).where(
        col(CallbackHandOver.callback_id).in_(ids), CallbackHandOver.state == Passing.ASKED
    )
