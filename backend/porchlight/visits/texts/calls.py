"""The list of families to ring about a visit: nobody answered, or no message can reach them."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlmodel import Session, col, select

from porchlight.audit import service as audit
from porchlight.core.actor import Actor
from porchlight.core.clock import local_day
from porchlight.core.i18n import _
from porchlight.core.refused import NotFound
from porchlight.homes import queries as homes
from porchlight.people import access
from porchlight.people.access import Capability
from porchlight.visits import asking
from porchlight.visits.models import ConfirmationLink, Contact, FamilyCall

NOT_HERE = _("We could not find that call. Somebody else may have made it.")
MOST = 200


@dataclass(frozen=True, slots=True)
class CallLine:
    """One family to ring. why: silent or no_way. tried_at: when somebody last rang in vain."""

    id: UUID
    contact_id: UUID
    name: str
    phone: str
    on: date
    why: str
    tried_at: datetime | None


def ring(session: Session, contact_id: UUID, caregiver_id: UUID, why: str, *, now: datetime) -> None:
    """Put a caregiver on the list; once for each visit."""
    query = select(FamilyCall.id).where(FamilyCall.contact_id == contact_id, FamilyCall.caregiver_id == caregiver_id)
    if session.exec(query).first() is None and not answered(session, contact_id, caregiver_id):
        session.add(FamilyCall(contact_id=contact_id, caregiver_id=caregiver_id, why=why, since=now))


def answered(session: Session, contact_id: UUID, caregiver_id: UUID) -> bool:
    """Whether this caregiver has said anything about the visit as it stands: by link, at the door, whichever."""
    contact = session.get(Contact, contact_id)
    return contact is None or asking.last_answer(session, contact, caregiver_id) is not None


def asked_since(session: Session, link: ConfirmationLink) -> bool:
    """Whether a newer message about the same visit has taken this one's place."""
    query = select(ConfirmationLink.id).where(
        ConfirmationLink.contact_id == link.contact_id,
        ConfirmationLink.caregiver_id == link.caregiver_id,
        col(ConfirmationLink.made_at) > link.made_at,
    )
    return session.exec(query).first() is not None


def to_ring(session: Session, actor: Actor, *, now: datetime) -> list[CallLine]:
    """Whom to ring of the families that this person works with or leads, the longest waiting first."""
    mine = access.cases(actor, Capability.TASKS, now=now).subquery().select()
    query = (
        select(FamilyCall, Contact)
        .join(Contact, col(Contact.id) == FamilyCall.contact_id)
        .where(col(FamilyCall.done_at).is_(None), col(Contact.case_id).in_(mine))
        .order_by(col(FamilyCall.since), col(FamilyCall.id))
        .limit(MOST)
    )
    found = []
    for call, contact in session.exec(query).all():
        person = homes.caregiver(session, call.caregiver_id)
        if person is None or answered(session, contact.id, person.id):
            continue
        on = local_day(contact.started_at, contact.zone)
        found.append(CallLine(call.id, contact.id, person.name, person.phone, on, call.why, call.tried_at))
    audit.saw(session, actor, "calls.seen", None, now=now)
    return found


def rang(session: Session, actor: Actor, call_id: UUID, *, reached: bool, now: datetime) -> None:
    """Somebody rang. Reached: off the list; else it says when. Saying it again changes nothing. Raises NotFound."""
    row = session.get(FamilyCall, call_id, with_for_update=True)
    contact = session.get(Contact, row.contact_id) if row else None
    if row is None or contact is None:
        raise NotFound(NOT_HERE)
    access.check(session, actor, contact.case_id, Capability.TASKS, now=now)
    if row.done_at:
        return
    row.tried_at, row.by = now, actor.account_id
    row.done_at = now if reached else None
    session.add(row)
    audit.record(session, actor, "family.rung", contact.id, now=now, reached=reached)
