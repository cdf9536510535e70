"""Reading the clocks of a crisis from its timeline."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, select

from porchlight.cases import queries as cases
from porchlight.core.clock import local_day
from porchlight.crises.clocks import figures, rules
from porchlight.crises.clocks.rules import Facts
from porchlight.crises.clocks.values import Event, Running, Stage, Step
from porchlight.crises.models import Acknowledgement, Crisis, CrisisEntry
from porchlight.crises.values import Reason, State
from porchlight.people import queries as people

KINDS = (*Step, "raised", "taken", "resolved")


def clocks(session: Session, crisis: Crisis, *, now: datetime) -> list[Running]:
    """Every clock of this crisis that has begun."""
    found = _entries(session, [crisis.id])
    return rules.clocks(_facts(session, crisis, found), _events(found) + _ticked(session, crisis), now)


def first(session: Session, rows: Sequence[Crisis], *, now: datetime) -> dict[UUID, Running]:
    """The one clock that a list shows of each crisis; a crisis whose clocks all stand is left out."""
    entries = _entries(session, [one.id for one in rows])
    found = {}
    for crisis in rows:
        mine = [one for one in entries if one.crisis_id == crisis.id]
        events = _events(mine) + _ticked(session, crisis)
        running = rules.first(rules.clocks(_facts(session, crisis, mine), events, now))
        if running:
            found[crisis.id] = running
    return found


def at_first(session: Session, crisis: Crisis, *, now: datetime) -> list[Running]:
    """The clocks of a crisis that was raised in this moment."""
    return rules.clocks(_facts(session, crisis, []), [], now)


def stage(session: Session, crisis: Crisis) -> Stage:
    return rules.stage(State(crisis.state), _events(_entries(session, [crisis.id])))


def steps(session: Session, crisis: Crisis) -> list[Step]:
    """The chips that fit now."""
    facts = _facts(session, crisis, [])
    later = figures.may_be_later(facts.jurisdiction, local_day(facts.raised_at, facts.zone))
    return rules.steps(Reason(crisis.reason), stage(session, crisis), may_be_later=later)


def told(session: Session, crisis_id: UUID) -> set[tuple[str, str]]:
    """Which clocks have been said to be over, with the due time that they had."""
    query = select(CrisisEntry).where(CrisisEntry.crisis_id == crisis_id, CrisisEntry.kind == "overdue")
    return {(str(one.detail["clock"]), str(one.detail["due"])) for one in session.exec(query)}


def holder_id(session: Session, crisis_id: UUID) -> UUID | None:
    """Who has it, or had it at its end."""
    row = session.get(Acknowledgement, crisis_id)
    return row.account_id if row else None


def _entries(session: Session, crisis_ids: Sequence[UUID]) -> list[CrisisEntry]:
    query = select(CrisisEntry).where(col(CrisisEntry.crisis_id).in_(crisis_ids), col(CrisisEntry.kind).in_(KINDS))
    return list(session.exec(query.order_by(col(CrisisEntry.at), col(CrisisEntry.id))))


def _events(entries: Sequence[CrisisEntry]) -> list[Event]:
    return [Event(one.kind, one.at) for one in entries]


def _ticked(session: Session, crisis: Crisis) -> list[Event]:
    """Whoever ticks off the task to look after the family has done so."""
    if crisis.state != State.RESOLVED:
        return []
    return [Event(Step.FOLLOWED_UP, at) for at in cases.done_at(session, [crisis.id]).values()]


def _facts(session: Session, crisis: Crisis, entries: Sequence[CrisisEntry]) -> Facts:
    agency = people.agency(session) or people.NO_AGENCY
    ended = [str(one.detail.get("ending", "")) for one in entries if one.kind == "resolved"]
    return Facts(
        reason=Reason(crisis.reason),
        state=State(crisis.state),
        raised_at=crisis.raised_at,
        jurisdiction=agency.jurisdiction,
        zone=agency.time_zone,
        ending=ended[-1] if ended else "",
    )
