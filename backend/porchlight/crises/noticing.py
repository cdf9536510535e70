"""Telling a person that something waits for them, by the true path and without a word of it on the locked screen."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Session, SQLModel

from porchlight.alerts.notices import telling
from porchlight.alerts.values import Urgency
from porchlight.core.i18n import _
from porchlight.crises.callbacks.models import Callback
from porchlight.crises.checkins.models import CheckIn
from porchlight.crises.incidents.models import Incident
from porchlight.crises.mandated.models import MandatedReport
from porchlight.crises.missing.models import MissingEpisode

# What a notice says and where it leads, by what it is about; who walks alone is asked at once.
SAID: tuple[tuple[type[SQLModel], str, str, Urgency], ...] = (
    (Callback, "/callbacks", _("A promised call needs you."), Urgency.CALM),
    (CheckIn, "/checkins", _("Your check-in is due. Say that you are out."), Urgency.SOON),
    (Incident, "/incidents", _("An incident needs you."), Urgency.CALM),
    (MandatedReport, "/mandated", _("A report of suspected abuse or neglect needs you."), Urgency.CALM),
    (MissingEpisode, "/missing", _("A child is missing from care."), Urgency.SOON),
)
HELP = _("Help was needed, and nobody is on call. Open the board.")


def tell(session: Session, account_id: UUID, subject_id: UUID, *, now: datetime) -> None:
    """A notice on a person's list, and to their phones. What rings says only that there is one."""
    for table, path, words, urgency in SAID:
        if session.get(table, subject_id):
            telling.tell(session, account_id, words, {}, href=f"{path}/{subject_id}", urgency=urgency, now=now)
            return
    telling.tell(session, account_id, HELP, {}, href="/board", urgency=Urgency.SOON, now=now)
