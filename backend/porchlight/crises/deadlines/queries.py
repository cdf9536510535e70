"""The deadline that holds in this installation."""

from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from porchlight.core.clock import local_day
from porchlight.crises.deadlines.law import DEADLINES
from porchlight.crises.deadlines.models import DeadlineRule
from porchlight.crises.deadlines.rules import Clock, Rule, When, rule_on
from porchlight.people import queries as people


def rule(session: Session, clock: Clock, at: datetime) -> Rule | None:
    """The rule of the agency's jurisdiction that holds at this moment."""
    agency = people.agency(session) or people.NO_AGENCY
    # The agency's own rows stand first: of two that came into force on the same day the first one is taken.
    held = [*_own(session, clock), *DEADLINES]
    return rule_on(held, clock, agency.jurisdiction, local_day(at, agency.time_zone))


def span(session: Session, clock: Clock, at: datetime) -> timedelta:
    """How long that rule gives; nothing at all where it names no figure."""
    found = rule(session, clock, at)
    return timedelta(minutes=found.minutes if found and found.minutes else 0)


def _own(session: Session, clock: Clock) -> list[Rule]:
    query = select(DeadlineRule).where(DeadlineRule.clock == clock).order_by(col(DeadlineRule.id))
    return [
        Rule(clock, row.jurisdiction, row.minutes, row.source, When(row.when), row.form, row.valid_from, row.valid_to)
        for row in session.exec(query)
    ]
