"""Reading what each person has carried: the rota as it was, holidays of the jurisdiction, and calls by crises."""

import tomllib
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path

from sqlmodel import Session, col, select

from porchlight.alerts import calls
from porchlight.oncall import queries
from porchlight.oncall.fairness.models import Holiday
from porchlight.oncall.fairness.rules import Carried, HolidayRule, carried
from porchlight.oncall.queries import ScheduleLine
from porchlight.people import queries as people

FILE = Path(__file__).parent / "holidays.toml"
BACK = timedelta(days=91)  # a quarter: 13 whole weeks


@cache
def shipped() -> tuple[tuple[str, HolidayRule], ...]:
    rows = tomllib.loads(FILE.read_text())["holidays"]
    return tuple((row.pop("jurisdiction"), HolidayRule(**row)) for row in rows)


def holidays(session: Session, from_at: datetime, to_at: datetime) -> set[date]:
    """The holidays of this installation's jurisdiction in the years that are touched."""
    here = (people.agency(session) or people.NO_AGENCY).jurisdiction
    years = range(from_at.year - 1, to_at.year + 2)
    found = {rule.on(year) for jurisdiction, rule in shipped() if jurisdiction in ("", here) for year in years}
    return {one for one in found if one} | {one.day for one in noted(session, here)}


def noted(session: Session, jurisdiction: str) -> list[Holiday]:
    """The days that somebody added to those of holidays.toml, by time."""
    query = select(Holiday).where(Holiday.jurisdiction == jurisdiction)
    return list(session.exec(query.order_by(col(Holiday.day))))


def of_schedule(session: Session, schedule: ScheduleLine, from_at: datetime, to_at: datetime) -> list[Carried]:
    """What everybody had by this schedule, the most burdened first."""
    shifts = queries.rotas(session, [schedule], from_at, to_at)[0].shifts()
    ids = list({one.account_id for one in shifts})
    called = {one: len(at) for one, at in calls.by_crises(session, ids, from_at, to_at).items()}
    return carried(shifts, schedule.zone, holidays(session, from_at, to_at), called, from_at, to_at)
