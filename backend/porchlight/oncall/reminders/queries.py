"""Reading how long before a shift people are reminded."""

from datetime import timedelta
from uuid import UUID

from sqlmodel import Session, select

from porchlight.oncall import queries
from porchlight.oncall.models import Schedule
from porchlight.oncall.queries import ScheduleLine
from porchlight.oncall.reminders.models import ReminderLead
from porchlight.oncall.reminders.rules import LEAD


def lead(session: Session, organization_id: UUID | None) -> timedelta:
    row = session.get(ReminderLead, organization_id) if organization_id else None
    return timedelta(seconds=row.seconds) if row else LEAD


def every_schedule(session: Session) -> list[tuple[ScheduleLine, timedelta]]:
    """Each schedule of this installation, with the lead of its organization."""
    organizations = session.exec(select(Schedule.organization_id).distinct()).all()
    return [(one, lead(session, id_)) for id_ in organizations for one in queries.schedules(session, id_)]
