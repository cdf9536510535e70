"""What the one who called for help is told: how far it got, who has it, and whom to ring meanwhile."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, select

from porchlight.audit import service as audit
from porchlight.core.actor import Actor
from porchlight.core.refused import NotFound
from porchlight.crises import queries
from porchlight.crises.clocks import queries as clocks
from porchlight.crises.clocks.values import Running
from porchlight.crises.escalating import locked, outlook, receipts, worse
from porchlight.crises.intake import queries as intake
from porchlight.crises.intake.queries import CallerLine
from porchlight.crises.models import Crisis, CrisisEntry
from porchlight.crises.queries import Entry, Holder
from porchlight.crises.rules import NO_ANSWER
from porchlight.crises.timeline import paged
from porchlight.crises.values import Outlook, State
from porchlight.people import queries as people
from porchlight.people.access import Role
from porchlight.people.queries import AccountLine


@dataclass(frozen=True, slots=True)
class Ring:
    """Somebody to ring. name and position: empty for the agency's own line, position also for the last resort."""

    name: str
    position: str
    phone: str


@dataclass(frozen=True, slots=True)
class CallerStatus:
    """reaching: how many people's phones were called and have not failed. reached: first names of those on whose
    phone the alert was shown or opened.

    overdue: nobody has it, and either the first person did not answer in time or nobody could be woken.
    outlook: what is to come at `next_at`; None once somebody has it. ring: whom to ring now, the best one first.
    caller: who is on the telephone, where it came by telephone; told_at: when they were last rung back.
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
    outlook: Outlook | None
    next_at: datetime | None
    ring: tuple[Ring, ...]
    entries: tuple[Entry, ...]
    clocks: tuple[Running, ...]
    caller: CallerLine | None
    told_at: datetime | None
    worse_at: datetime | None


@dataclass(frozen=True, slots=True)
class Mine:
    """An alert that this person raised and that is not over. taken_by: empty while nobody has it."""

    id: UUID
    number: int
    raised_at: datetime
    taken_by: str


def caller_status(session: Session, actor: Actor, crisis_id: UUID, *, now: datetime) -> CallerStatus:
    """For the one who called, and for those who take calls where it came by telephone. Raises NotFound."""
    row = raised_crisis(session, actor, crisis_id)
    has_it = queries.holder(session, crisis_id)
    calls = paged(session, crisis_id)
    called = people.accounts(session, [one.account_id for one in calls if one.account_id])
    reaching = [failed for failed in receipts(session, row, whole_round=True).values() if not all(failed)]
    late = row.level > 0 or row.round > 0 or now - row.raised_at >= NO_ANSWER or not reaching
    overdue = row.state == State.RAISED and late
    return CallerStatus(
        id=row.id,
        number=row.number,
        reason=row.reason,
        raised_at=row.raised_at,
        state=State(row.state),
        reaching=len(reaching),
        reached=_reached(session, crisis_id, called),
        taken_by=has_it,
        overdue=overdue,
        outlook=outlook(session, row),
        next_at=row.next_due_at,
        ring=_whom_to_ring(session, has_it, calls, called, everyone=overdue),
        entries=tuple(queries.timeline(session, crisis_id, with_words=False)),
        clocks=tuple(clocks.clocks(session, row, now=now)),
        caller=intake.caller(session, crisis_id),
        told_at=_latest(session, crisis_id, "told"),
        worse_at=worse_at(session, crisis_id),
    )


def raised_crisis(session: Session, actor: Actor, crisis_id: UUID) -> Crisis:
    """The crisis, for whoever speaks for its caller. Raises NotFound."""
    row = session.get(Crisis, crisis_id)
    takes = actor.has(Role.INTAKE, Role.SUPERVISOR)
    if row and row.raised_by == actor.account_id:
        return row
    if row and takes and intake.taken_by_telephone(session, crisis_id, actor.organization_id):
        return row
    raise NotFound(queries.NOT_FOUND)


def worse_now(session: Session, actor: Actor, crisis_id: UUID, *, now: datetime) -> None:
    """The caller says that it gets worse: the next one is called at once; one press counts once a minute. Raises NotFound."""
    raised_crisis(session, actor, crisis_id)
    crisis = locked(session, crisis_id)
    if crisis and worse(session, crisis, actor.account_id, now=now):
        audit.record(session, actor, "crisis.worse", crisis_id, now=now, number=crisis.number)


def worse_at(session: Session, crisis_id: UUID) -> datetime | None:
    return _latest(session, crisis_id, "worse")


def _latest(session: Session, crisis_id: UUID, kind: str) -> datetime | None:
    query = select(CrisisEntry.at).where(CrisisEntry.crisis_id == crisis_id, CrisisEntry.kind == kind)
    return max(session.exec(query), default=None)


def _reached(session: Session, crisis_id: UUID, called: dict[UUID, AccountLine]) -> tuple[str, ...]:
    query = (
        select(CrisisEntry.account_id)
        .where(CrisisEntry.crisis_id == crisis_id, col(CrisisEntry.kind).in_(("shown", "opened")))
        .order_by(col(CrisisEntry.at), col(CrisisEntry.id))
    )
    return tuple(dict.fromkeys(called[one].name.split()[0] for one in session.exec(query) if one in called))


def _whom_to_ring(
    session: Session,
    has_it: Holder | None,
    calls: Sequence[CrisisEntry],
    called: dict[UUID, AccountLine],
    *,
    everyone: bool,
) -> tuple[Ring, ...]:
    """Whoever has it; else those who were called, the first on call first, and behind them the agency's own line."""
    if has_it and has_it.phone:
        return (Ring(has_it.name, "", has_it.phone),)
    latest = {(one.detail["level"], one.account_id): one for one in calls if one.account_id in called}
    chain: dict[UUID, Ring] = {}
    for one in sorted(latest.values(), key=lambda one: (one.detail["level"], one.at, one.id)):
        person = called[one.account_id] if one.account_id else None
        if person and person.phone:
            chain.setdefault(person.id, Ring(person.name, str(one.detail["position"]), person.phone))
    agency = people.agency(session)
    line = agency.phone if agency else ""
    everybody = [*chain.values(), *([] if line in {one.phone for one in chain.values()} else [Ring("", "", line)])]
    return tuple(everybody if everyone else everybody[:1])


def mine(session: Session, account_id: UUID) -> list[Mine]:
    """The open alerts that this person raised, newest first."""
    query = (
        select(Crisis)
        .where(Crisis.raised_by == account_id, Crisis.state != State.RESOLVED)
        .order_by(col(Crisis.raised_at).desc())
    )
    found = []
    for row in session.exec(query):
        has_it = queries.holder(session, row.id)
        found.append(Mine(row.id, row.number, row.raised_at, has_it.name if has_it else ""))
    return found
