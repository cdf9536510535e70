"""Reading the lines of the regions, who is on call for each now, and the calls that were taken."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, select

from porchlight.crises.intake.models import Caller, HelpLine, LineDrill, RegionHelper
from porchlight.crises.intake.rules import HELPERS
from porchlight.crises.models import Crisis
from porchlight.oncall import queries as oncall
from porchlight.oncall.rules import in_order
from porchlight.people import queries as people


@dataclass(frozen=True, slots=True)
class Person:
    """Who holds a position now. phone: empty where there is none."""

    position: str
    name: str
    phone: str


@dataclass(frozen=True, slots=True)
class Line:
    """A region with the number that people ring. set_at: None while nobody wrote one down: then it is the agency's.

    helpers: the number of each kind (rules.HELPERS) that has one.
    """

    schedule_id: UUID
    region: str
    phone: str
    answered_by: str
    set_at: datetime | None
    on_call: tuple[Person, ...]
    last_drill: "Drill | None"
    helpers: dict[str, str]


@dataclass(frozen=True, slots=True)
class Drill:
    at: datetime
    answered: bool
    answered_by: str
    phone: str


@dataclass(frozen=True, slots=True)
class CallerLine:
    name: str
    phone: str
    who: str
    region: str


@dataclass(frozen=True, slots=True)
class Call:
    """An alert that was raised for somebody on the telephone."""

    crisis_id: UUID
    number: int
    reason: str
    state: str
    raised_at: datetime
    caller: CallerLine


def lines(session: Session, organization_id: UUID, now: datetime) -> list[Line]:
    """Every region of the agency, by the name of its schedule."""
    agency = people.line_of(session, organization_id)
    found = []
    for schedule in oncall.schedules(session, organization_id):
        row = newest(session, organization_id, schedule.region)
        found.append(
            Line(
                schedule.id,
                schedule.region,
                row.phone if row else agency.phone,
                row.answered_by if row else "",
                row.made_at if row else None,
                _on_call(session, schedule.id, now),
                last_drill(session, organization_id, schedule.region),
                helpers(session, organization_id, schedule.region),
            )
        )
    return found


def newest(session: Session, organization_id: UUID, region: str) -> HelpLine | None:
    query = select(HelpLine).where(HelpLine.organization_id == organization_id, HelpLine.region == region)
    return session.exec(query.order_by(col(HelpLine.made_at).desc(), col(HelpLine.id).desc())).first()


def last_drill(session: Session, organization_id: UUID, region: str) -> Drill | None:
    query = select(LineDrill).where(LineDrill.organization_id == organization_id, LineDrill.region == region)
    row = session.exec(query.order_by(col(LineDrill.made_at).desc(), col(LineDrill.id).desc())).first()
    return Drill(row.made_at, row.answered, row.answered_by, row.phone) if row else None


def helpers(session: Session, organization_id: UUID, region: str) -> dict[str, str]:
    """Whom to ring in this region besides the team: number by kind, in the order of rules.HELPERS."""
    query = select(RegionHelper).where(RegionHelper.organization_id == organization_id, RegionHelper.region == region)
    rows = session.exec(query.order_by(col(RegionHelper.made_at), col(RegionHelper.id)))
    newest = {row.kind: row.phone for row in rows}
    return {kind: newest[kind] for kind in HELPERS if newest.get(kind)}


def other_numbers(session: Session) -> list[tuple[str, str]]:
    """(region, number) of every region whose number is not the agency's own, for whoever is not signed in."""
    agency = people.agency(session)
    if agency is None:
        return []
    query = select(HelpLine).where(HelpLine.organization_id == agency.id)
    every = {row.region: row.phone for row in session.exec(query.order_by(col(HelpLine.made_at), col(HelpLine.id)))}
    return sorted((region, phone) for region, phone in every.items() if phone != agency.phone)


def caller(session: Session, crisis_id: UUID) -> CallerLine | None:
    """Who called about it; None when it was not raised by telephone."""
    row = session.get(Caller, crisis_id)
    return CallerLine(row.name, row.phone, row.who, row.region) if row else None


def calls(session: Session, organization_id: UUID, *, since: datetime) -> list[Call]:
    """The alerts raised for callers since then, and every one that is still open, newest first."""
    query = (
        select(Crisis, Caller)
        .join(Caller, col(Caller.crisis_id) == Crisis.id)
        .where(Caller.organization_id == organization_id, (Crisis.raised_at >= since) | (Crisis.state != "resolved"))
        .order_by(col(Crisis.raised_at).desc())
    )
    return [
        Call(
            crisis.id,
            crisis.number,
            crisis.reason,
            crisis.state,
            crisis.raised_at,
            CallerLine(row.name, row.phone, row.who, row.region),
        )
        for crisis, row in session.exec(query)
    ]


def taken_by_telephone(session: Session, crisis_id: UUID, organization_id: UUID | None) -> bool:
    row = session.get(Caller, crisis_id)
    return row is not None and row.organization_id == organization_id


def _on_call(session: Session, schedule_id: UUID, now: datetime) -> tuple[Person, ...]:
    holding = oncall.who(session, schedule_id, now)
    known = people.accounts(session, list(holding.values()))
    return tuple(
        Person(position, known[holding[position]].name, known[holding[position]].phone)
        for position in in_order(holding)
        if holding[position] in known and known[holding[position]].here
    )
