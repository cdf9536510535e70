"""Reminding somebody of a shift, and saying how long before."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlmodel import Session

from porchlight.alerts.notices import telling
from porchlight.alerts.values import Urgency
from porchlight.audit import service as audit
from porchlight.core.actor import Actor
from porchlight.core.i18n import _
from porchlight.core.refused import NotFound, Refused
from porchlight.oncall import changing
from porchlight.oncall.feeds.values import uid_of
from porchlight.oncall.reminders.models import ReminderLead
from porchlight.oncall.reminders.rules import CHOICES
from porchlight.oncall.shifts import GONE, Held
from porchlight.oncall.swaps.telling import HREF
from porchlight.people.access import Role

SOON = _("Your shift begins soon. Open My shifts.")


def subject_of(shift: Held) -> UUID:
    """What a reminder is about: this person's shift that begins then. Whoever has it instead is reminded anew."""
    return UUID(uid_of(shift.schedule.id, shift.position, shift.account_id, shift.start))


def remind(session: Session, shift: Held, *, now: datetime) -> bool:
    """One notice to whose shift begins soon. Whether it was made: a second time, by whichever worker, it is not."""
    changing.locked(session, shift.schedule.id)
    key = f"shift/{subject_of(shift)}"
    return telling.tell(session, shift.account_id, SOON, {}, href=HREF, key=key, urgency=Urgency.SOON, now=now)


def set_lead(session: Session, actor: Actor, hours: int, *, now: datetime) -> None:
    """From now on people here are reminded so many hours before a shift; 0: never. For supervisors."""
    if not actor.has(Role.SUPERVISOR) or actor.organization_id is None:
        raise NotFound(GONE)
    if hours not in CHOICES:
        raise Refused(_("Choose one from the list."), field="hours")
    seconds = int(timedelta(hours=hours).total_seconds())
    session.merge(
        ReminderLead(organization_id=actor.organization_id, seconds=seconds, set_by=actor.account_id, set_at=now)
    )
    audit.record(session, actor, "oncall.reminder_lead", actor.organization_id, now=now, seconds=seconds)
