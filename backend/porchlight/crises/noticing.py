"""Telling a person that something waits for them, by the true path and without a word of it on the locked screen."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from porchlight.alerts.notices import telling
from porchlight.alerts.values import Urgency
from porchlight.core.i18n import _


@dataclass(frozen=True, slots=True)
class About:
    """What a notice says and where it leads; path: with {id} where the thing itself has a page."""

    path: str
    words: str
    urgency: Urgency = Urgency.CALM


CALL = About("/callbacks/{id}", _("A promised call needs you."))
# Who walks alone is asked at once.
CHECK_IN = About("/checkins/{id}", _("Your check-in is due. Say that you are out."), Urgency.SOON)
INCIDENT = About("/incidents/{id}", _("An incident needs you."))
REPORT = About("/mandated/{id}", _("A report of suspected abuse or neglect needs you."))
MISSING = About("/missing/{id}", _("A child is missing from care."), Urgency.SOON)
HELP = About("/board", _("Help was needed, and nobody is on call. Open the board."), Urgency.SOON)


def tell(session: Session, account_id: UUID, about: About, subject_id: UUID, *, now: datetime) -> None:
    """A notice on a person's list, and to their phones. What rings says only that there is one."""
    href = about.path.format(id=subject_id)
    telling.tell(session, account_id, about.words, {}, href=href, urgency=about.urgency, now=now)
