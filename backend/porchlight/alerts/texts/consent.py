"""Who may be texted: a number that agreed, and has not said STOP since."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlmodel import Session, col, func, select

from porchlight.alerts import set_up
from porchlight.alerts.models import OptOut, Outgoing, TextConsent
from porchlight.alerts.texts.rules import dialled
from porchlight.alerts.values import Channel
from porchlight.alerts.ways import queries as ways
from porchlight.audit import service as audit
from porchlight.core.actor import Actor
from porchlight.core.i18n import _
from porchlight.core.refused import Refused


class Standing(StrEnum):
    """How a number stands to our texts."""

    AGREED = "agreed"
    NOT_ASKED = "not_asked"
    STOPPED = "stopped"
    WRONG_PERSON = "wrong_person"
    NO_NUMBER = "no_number"


def standing(session: Session, typed: str) -> Standing:
    """typed: a number as it stands in a record."""
    number = dialled(typed)
    if not number:
        return Standing.NO_NUMBER
    row = session.get(OptOut, number)
    if row and row.lifted_at is None:
        return Standing.WRONG_PERSON if row.why == "wrong_person" else Standing.STOPPED
    query = select(TextConsent).where(TextConsent.number == number).order_by(col(TextConsent.at), col(TextConsent.id))
    said = list(session.exec(query))
    return Standing.AGREED if said and said[-1].given else Standing.NOT_ASKED


def may_text(session: Session, typed: str) -> bool:
    """Whether a family may be texted at this number: texts are set up, and the number agreed."""
    return Channel.SMS in set_up.of(session) and standing(session, typed) == Standing.AGREED


def agree(session: Session, actor: Actor, typed: str, *, given: bool, how: str, about: UUID, now: datetime) -> None:
    """Write down that a family agreed to texts, or no longer does. A number that said STOP must text START itself.

    about: whose number it is, for the record. Raises Refused.
    """
    number = dialled(typed)
    if not number:
        raise Refused(_("There is no number that can be texted. Write it down with its area code."))
    if given and ways.opted_out(session, number):
        raise Refused(_("This number said STOP. Only a text with START from that phone can undo it."))
    session.add(TextConsent(number=number, given=given, how=how, by=actor.account_id, at=now))
    audit.record(session, actor, "texts.agreed" if given else "texts.not_agreed", about, now=now, how=how)


def last_text_at(session: Session, subject_id: UUID) -> datetime | None:
    """When the last text about this went out."""
    query = select(func.max(Outgoing.at)).where(Outgoing.subject_id == subject_id, Outgoing.channel == Channel.SMS)
    return session.exec(query).one()
