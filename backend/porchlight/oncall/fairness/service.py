"""Adding a holiday of one's own, and taking it away again."""

from datetime import date, datetime
from typing import Annotated

from pydantic import Field
from sqlmodel import Session

from porchlight.audit import service as audit
from porchlight.core.actor import Actor
from porchlight.oncall.eligibility.service import check_leads
from porchlight.oncall.fairness.models import Holiday
from porchlight.people import queries as people
from porchlight.web.forms import Input


class HolidayBody(Input):
    """source: who says that it is one."""

    day: date
    name: Annotated[str, Field(min_length=1, max_length=80)]
    source: Annotated[str, Field(max_length=200)] = ""


class DayBody(Input):
    day: date


def add_holiday(session: Session, actor: Actor, body: HolidayBody, *, now: datetime) -> None:
    """A day counts as a holiday here, for everybody's fairness; again on the same day changes its name. Raises NotFound."""
    check_leads(actor)
    here = _here(session)
    row = session.get(Holiday, (here, body.day), with_for_update=True) or Holiday(
        jurisdiction=here, day=body.day, name="", source=""
    )
    row.name, row.source = body.name, body.source
    session.add(row)
    audit.record(session, actor, "holiday.added", None, now=now, day=body.day.isoformat())


def drop_holiday(session: Session, actor: Actor, day: date, *, now: datetime) -> None:
    """A day is an ordinary one again. Again changes nothing. Raises NotFound for whoever is no supervisor."""
    check_leads(actor)
    row = session.get(Holiday, (_here(session), day), with_for_update=True)
    if row is not None:
        audit.record(session, actor, "holiday.dropped", None, now=now, day=day.isoformat())
        session.delete(row)


def _here(session: Session) -> str:
    return (people.agency(session) or people.NO_AGENCY).jurisdiction
