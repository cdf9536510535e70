"""Sending one message to one family: which way, when, in their words."""

import sys
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from porchlight.alerts import calling
from porchlight.alerts.calling import Words
from porchlight.alerts.texts import consent, spending
from porchlight.alerts.texts.rules import dialled
from porchlight.alerts.values import Channel
from porchlight.alerts.ways import service as own
from porchlight.core import mail
from porchlight.core.i18n import _, translate
from porchlight.core.tools import Tools
from porchlight.homes.queries import CaregiverLine
from porchlight.people import queries as people
from porchlight.people.queries import Agency
from porchlight.visits.texts import rules

SUBJECT = _("{agency}: please confirm a home visit.")
TEXT = _(
    """{agency}: please confirm a home visit.

{link}

This link is for you alone. It works for 7 days.
Questions, or the wrong person? Call {phone}.
"""
)
REMINDER_SUBJECT = _("{agency}: a reminder to confirm a home visit.")
# Each fits one segment with an agency's name of 24 characters and an address of 35.
SMS = _("{agency}: please confirm a home visit. {link} Reply STOP to end.")
SMS_REMINDER = _("{agency}: reminder, confirm a home visit. {link} Reply STOP to end.")


class NotTaken(Exception):
    """The provider did not take the text now: the job comes again."""


@dataclass(frozen=True, slots=True)
class Way:
    """How a message goes: sms, email or console (in demo mode). not_before: when a text may go."""

    name: str
    not_before: datetime


def way_to(session: Session, tools: Tools, caregiver: CaregiverLine, *, now: datetime) -> Way | None:
    """A text where they agreed to texts, else e-mail; None when no message can reach them."""
    by_mail = Way("email", now) if mail.can_send(tools.settings) and caregiver.email else None
    if consent.may_text(session, caregiver.phone) and not spending.spent(session, tools, now=now):
        zone = _zone(session)
        at = rules.may_text_at(now, zone, consent.last_text_at(session, caregiver.home_id))
        # What would wait for tomorrow goes by e-mail today, where there is one.
        return by_mail if by_mail and at > now else Way("sms", at)
    return by_mail or (Way("console", now) if tools.settings.demo else None)


def _zone(session: Session) -> str:
    return (people.agency(session) or people.NO_AGENCY).time_zone


def send(
    tools: Tools, caregiver: CaregiverLine, agency: Agency, token: str, way: Way, *, reminder: bool = False
) -> bool:
    """Hand it over; never inside a transaction. False: this way does not work at all. Raises NotTaken, MailTrouble."""
    words = {"agency": agency.name, "phone": agency.phone, "link": f"{tools.settings.public_url}/v/{token}"}
    locale = caregiver.locale
    subject = translate(REMINDER_SUBJECT if reminder else SUBJECT, locale, agency=agency.name)
    if way.name == "sms":
        return _text(tools, caregiver, translate(SMS_REMINDER if reminder else SMS, locale, **words))
    if way.name == "email":
        mail.send(
            tools.settings, to=caregiver.email, subject=subject, text=translate(TEXT, locale, **words), locale=locale
        )
    if tools.settings.demo:
        said = f"Demo: {agency.name} would send to {caregiver.email or 'nobody'}: {subject} {words['link']}\n"
        sys.stdout.write(said)
        sys.stdout.flush()
    return True


def _text(tools: Tools, caregiver: CaregiverLine, said: str) -> bool:
    made = Words(Channel.SMS, dialled(caregiver.phone), said, caregiver.locale, {"home": str(caregiver.home_id)})
    outcome = calling.hand_over(made, tools.settings)
    if outcome.wait is not None:
        raise NotTaken(outcome.trouble)
    with tools.db.transaction() as session:
        now = tools.db.now(session)
        if outcome.accepted:
            spending.note(session, tools, made, ref=outcome.ref, subject_id=caregiver.home_id, now=now)
        elif outcome.gone:
            own.stop(session, made.to, "stop", now=now)
    return outcome.accepted
