"""Reading who may take a shift: the rules in force, and what is known of everybody."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from uuid import UUID

from sqlmodel import Session, col, select

from porchlight.alerts import calls
from porchlight.alerts import queries as alerts
from porchlight.core.clock import local_day
from porchlight.oncall import queries as rota
from porchlight.oncall.eligibility import rules
from porchlight.oncall.eligibility.models import OnCallRule, StaffRegion, StaffTraining
from porchlight.oncall.eligibility.rules import Asked, Person, Reason, Rule, Weight
from porchlight.oncall.queries import ScheduleLine
from porchlight.oncall.rules import Shift
from porchlight.people import queries as people
from porchlight.people import staff
from porchlight.people.access import Role

FILE = Path(__file__).parent / "rules.toml"
LOOKED_BACK = timedelta(days=2)  # a rest is shorter than that
TAKE_SHIFTS = (Role.ON_CALL, Role.SUPERVISOR)


@dataclass(frozen=True, slots=True)
class Candidate:
    """hours: already on call in the week of the shift, in any position. proven: a phone of theirs was tested."""

    account_id: UUID
    name: str
    reasons: tuple[Reason, ...]
    hours: float
    proven: bool

    @property
    def may(self) -> bool:
        return not self.reasons or self.reasons[0].weight < Weight.ACCEPT


@cache
def shipped() -> tuple[tuple[str, Rule], ...]:
    """(jurisdiction, rule) of each in rules.toml."""
    rows = tomllib.loads(FILE.read_text())["rules"]
    return tuple((row.pop("jurisdiction"), Rule(**row)) for row in rows)


def known(session: Session) -> list[Rule]:
    """All that concern this installation's jurisdiction, whenever they are valid."""
    here = (people.agency(session) or people.NO_AGENCY).jurisdiction
    ours = [rule for jurisdiction, rule in shipped() if jurisdiction in ("", here)]
    rows = session.exec(select(OnCallRule).where(OnCallRule.jurisdiction == here))
    return ours + [
        Rule(row.kind, row.value, row.source, row.valid_from, row.valid_to, row.position, row.schedule_id, local=True)
        for row in rows
    ]


def asked_of(session: Session, schedule: ScheduleLine, position: str, start: datetime) -> list[Rule]:
    return rules.in_force(known(session), position, schedule.id, local_day(start, schedule.zone))


def regions_of(session: Session, account_id: UUID) -> list[str]:
    """Where this person takes shifts; none: everywhere."""
    query = select(StaffRegion.region).where(StaffRegion.account_id == account_id)
    return sorted(session.exec(query))


def trainings_of(session: Session, account_id: UUID) -> list[StaffTraining]:
    """What was written down, the latest first."""
    query = select(StaffTraining).where(StaffTraining.account_id == account_id)
    return list(session.exec(query.order_by(col(StaffTraining.done_on).desc(), col(StaffTraining.name))))


def persons(
    session: Session, ids: Sequence[UUID], *, now: datetime, shifts: Mapping[UUID, tuple[Shift, ...]] | None = None
) -> dict[UUID, Person]:
    """What is known of these people. shifts: what each of them has already."""
    regions: dict[UUID, set[str]] = {}
    for held in session.exec(select(StaffRegion).where(col(StaffRegion.account_id).in_(ids))):
        regions.setdefault(held.account_id, set()).add(held.region)
    trainings: dict[UUID, dict[str, StaffTraining]] = {}
    done = select(StaffTraining).where(col(StaffTraining.account_id).in_(ids)).order_by(col(StaffTraining.done_on))
    for one in session.exec(done):
        trainings.setdefault(one.account_id, {})[one.name] = one
    called = calls.by_crises(session, ids, now - LOOKED_BACK, now)
    return {
        line.id: Person(
            line.id,
            line.works_here,
            line.roles,
            line.languages,
            line.employed_since,
            frozenset(regions.get(line.id, ())),
            {name: row.valid_to for name, row in trainings.get(line.id, {}).items()},
            line.proven_at,
            alerts.second_channel(session, line.id),
            tuple(called.get(line.id, ())),
            (shifts or {}).get(line.id, ()),
        )
        for line in staff.staff(session, ids).values()
    }


def reasons(
    session: Session,
    schedule: ScheduleLine,
    position: str,
    account_id: UUID,
    start: datetime,
    end: datetime,
    *,
    now: datetime,
) -> list[Reason]:
    """Why this person should not be on call then, the gravest first; empty when they may."""
    held = _held(session, schedule, start, end)
    person = persons(session, [account_id], now=now, shifts=held).get(account_id)
    if person is None or _elsewhere(session, schedule, account_id):
        person = replace(person, works_here=False) if person else _nobody(account_id)
    asked = Asked(position, schedule.region, schedule.zone, start, end)
    return rules.reasons(person, asked, asked_of(session, schedule, position, start), now=now)


def candidates(
    session: Session, schedule: ScheduleLine, position: str, start: datetime, end: datetime, *, now: datetime
) -> list[Candidate]:
    """Everybody of the organization who takes shifts, those first who may have this one, then by hours and name."""
    if schedule.organization_id is None:
        return []
    ids = staff.holding(session, schedule.organization_id, TAKE_SHIFTS)
    lines = staff.staff(session, ids)
    held = _held(session, schedule, start, end)
    every = persons(session, ids, now=now, shifts=held)
    asked, force = (
        Asked(position, schedule.region, schedule.zone, start, end),
        asked_of(session, schedule, position, start),
    )
    monday = start - timedelta(days=3)
    week = _held(session, schedule, monday, monday + timedelta(days=7))
    found = [
        Candidate(
            one,
            lines[one].name,
            tuple(rules.reasons(every[one], asked, force, now=now)),
            sum((shift.end - shift.start for shift in week.get(one, ())), timedelta()) / timedelta(hours=1),
            every[one].proven_at is not None,
        )
        for one in ids
    ]
    return sorted(found, key=lambda one: (not one.may, one.hours, one.name))


def _held(session: Session, schedule: ScheduleLine, start: datetime, end: datetime) -> dict[UUID, tuple[Shift, ...]]:
    """Everybody's shifts in all schedules of the organization in that span."""
    ours = rota.schedules(session, schedule.organization_id) if schedule.organization_id else [schedule]
    found: dict[UUID, list[Shift]] = {}
    for one in rota.rotas(session, ours, start, end):
        for shift in one.shifts():
            found.setdefault(shift.account_id, []).append(shift)
    return {account_id: tuple(shifts) for account_id, shifts in found.items()}


def _elsewhere(session: Session, schedule: ScheduleLine, account_id: UUID) -> bool:
    line = staff.staff(session, [account_id]).get(account_id)
    return line is None or line.organization_id != schedule.organization_id


def _nobody(account_id: UUID) -> Person:
    return Person(account_id, False, frozenset(), frozenset(), None)
