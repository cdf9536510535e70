"""Reading what the caregivers were asked about a visit, and what they answered."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func
from sqlmodel import Session, col, select

from porchlight.cases import queries as cases
from porchlight.core.clock import local_day
from porchlight.core.i18n import _
from porchlight.core.keys import sha256
from porchlight.core.refused import NotFound
from porchlight.homes import queries as homes
from porchlight.homes.queries import CaregiverLine
from porchlight.people import queries as people
from porchlight.visits import history, rules
from porchlight.visits.door.values import AtTheDoor, Way
from porchlight.visits.models import Confirmation, ConfirmationLink, Contact, ContactChild, DoorCode
from porchlight.visits.values import Answer, Asking, GivenAnswer, Place, Shown

TASK = "something_is_different"
TOKEN_LENGTH = 43


@dataclass(frozen=True, slots=True)
class LinkPage:
    """One caregiver's link. `visit` is None once it has expired: an old link shows only the answer that was given.

    changed: parts of the summary that were changed since this caregiver answered or was asked.
    """

    caregiver_id: UUID
    locale: str
    expires_at: datetime
    expired: bool
    visit: Shown | None
    answer: GivenAnswer | None
    new_one_coming: bool
    changed: tuple[str, ...] = ()


def caregivers(session: Session, contact: Contact, *, seen_only: bool = True) -> list[CaregiverLine]:
    """Who cared, on that day, for the children who were seen; or for every child named.

    Those who were there, by the record. When none of them was: everyone of the home, if it was one home; of siblings in
    two homes who were seen together nobody, for the other home is not told what was said in this one.
    """
    query = select(ContactChild.person_id).where(ContactChild.contact_id == contact.id)
    if seen_only:
        query = query.where(col(ContactChild.seen).is_(True))
    day = local_day(contact.started_at, contact.zone)
    children = list(session.exec(query))
    found = homes.caregivers_of_children(session, children, day)
    there = [one for one in found if str(one.id) in contact.persons_seen]
    if seen_only and (there or not homes.is_residence(session, children, day, Place.HOME)):
        return there
    return found


def link(session: Session, token: str, *, lock: bool = False) -> tuple[ConfirmationLink, Contact]:
    """The link of this token and its visit. Raises NotFound for a token that never was one of ours."""
    query = (
        select(ConfirmationLink, Contact)
        .join(Contact, col(Contact.id) == ConfirmationLink.contact_id)
        .where(ConfirmationLink.token_hash == sha256(token.encode()))
    )
    found = session.exec(query.with_for_update() if lock else query).first() if len(token) == TOKEN_LENGTH else None
    if found is None:
        raise NotFound(_("We do not know this link. Check that you have all of it, or call us."))
    return found


def last_answers(session: Session, contact_ids: Sequence[UUID], *, current: bool = True) -> list[Confirmation]:
    """The last answer of each caregiver about each of these visits, to its summary as it stands; earlier ones stay as
    rows. current=False: the last one to a summary that was changed since.
    """
    same = col(Confirmation.summary_sha256) == Contact.summary_sha256
    query = (
        select(Confirmation)
        .join(Contact, col(Contact.id) == Confirmation.contact_id)
        .where(col(Confirmation.contact_id).in_(contact_ids), same if current else ~same)
    )
    said_at = func.coalesce(col(Confirmation.said_at), col(Confirmation.answered_at))
    rows = session.exec(query.order_by(said_at, col(Confirmation.answered_at), col(Confirmation.id)))
    return list({(row.contact_id, row.caregiver_id): row for row in rows}.values())


def last_answer(session: Session, contact: Contact, caregiver_id: UUID, over: str = "") -> Confirmation | None:
    """What this caregiver last said of the summary as it is now, or of an earlier one: `over`, its hash."""
    over = over or contact.summary_sha256
    given = last_answers(session, [contact.id], current=over == contact.summary_sha256)
    return next((one for one in given if (one.caregiver_id, one.summary_sha256) == (caregiver_id, over)), None)


def objections(session: Session, contact: Contact) -> list[Confirmation]:
    """Each time a caregiver said that something about the visit as it stands was different, the first of them first."""
    query = select(Confirmation).where(
        Confirmation.contact_id == contact.id,
        Confirmation.summary_sha256 == contact.summary_sha256,
        Confirmation.answer == Answer.DIFFERENT,
    )
    return list(session.exec(query.order_by(col(Confirmation.answered_at), col(Confirmation.id))))


def answers(session: Session, contact_ids: Sequence[UUID]) -> dict[UUID, Answer]:
    """What the families say of these visits as they stand; who says that something is different outweighs the rest."""
    found: dict[UUID, Answer] = {}
    for row in last_answers(session, contact_ids):
        if found.get(row.contact_id) != Answer.DIFFERENT:
            found[row.contact_id] = Answer(row.answer)
    return found


def stands(session: Session, contact: Contact, *, reader: UUID, now: datetime) -> Asking:
    """Where the question about this visit stands. Its author reads the family's words after the supervisor did."""
    given = last_answers(session, [contact.id])
    before = last_answers(session, [contact.id], current=False)
    links = list(session.exec(select(ConfirmationLink).where(ConfirmationLink.contact_id == contact.id)))
    sent = [one for one in links if one.sent_at]
    asked = (homes.caregiver(session, one) for one in dict.fromkeys(link.caregiver_id for link in sent))
    confirmed = {row.caregiver_id for row in given if row.answer == Answer.CONFIRMED}
    once = [row for row in objections(session, contact) if row.caregiver_id in confirmed]
    first = reader == contact.author_id and cases.has_open_task(session, contact.id, TASK)
    return Asking(
        state=rules.asked_state((row.answer for row in given), (one.expires_at for one in sent), now=now),
        caregivers=tuple(one.name for one in asked if one),
        answers=tuple(_given(session, row, words=not first) for row in given),
        earlier=tuple(_given(session, row, contact, words=not first) for row in before),
        once=tuple(_given(session, row, words=not first) for row in once),
        asked_at=min((one.sent_at for one in sent if one.sent_at), default=None),
        expires_at=max((one.expires_at for one in sent), default=None),
        door=_door(session, contact, {row.caregiver_id for row in given}),
    )


def _door(session: Session, contact: Contact, answered: set[UUID]) -> AtTheDoor | None:
    """The code that was shown at the door, while its caregiver has not answered."""
    door = session.get(DoorCode, contact.id)
    caregiver = homes.caregiver(session, door.caregiver_id) if door and door.caregiver_id not in answered else None
    if door is None or caregiver is None:
        return None
    return AtTheDoor(caregiver.name, door.shown_at, door.asks_at, door.differs_at is not None)


def _given(session: Session, row: Confirmation, contact: Contact | None = None, *, words: bool) -> GivenAnswer:
    """contact: of an answer to an earlier summary, to say what was changed since."""
    caregiver = homes.caregiver(session, row.caregiver_id)
    return GivenAnswer(
        caregiver_id=row.caregiver_id,
        caregiver=caregiver.name if caregiver else "",
        answer=Answer(row.answer),
        different=row.different,
        words=row.words if words else None,
        answered_at=row.answered_at,
        way=Way(row.way),
        said_at=row.said_at,
        changed=history.changed_since(session, contact, row.summary_sha256) if contact else (),
    )


def for_link(session: Session, token: str, *, now: datetime) -> LinkPage:
    """What the page behind a link may show. Raises NotFound for an unknown one; an expired one shows no visit."""
    found, contact = link(session, token)
    caregiver = homes.caregiver(session, found.caregiver_id)
    mine = _of(found, last_answers(session, [contact.id]))
    earlier = _of(found, last_answers(session, [contact.id], current=False))
    expired = now >= found.expires_at
    said = mine or (earlier if expired else None)
    known = earlier.summary_sha256 if earlier else found.summary_sha256
    return LinkPage(
        caregiver_id=found.caregiver_id,
        locale=caregiver.locale if caregiver else "en",
        expires_at=found.expires_at,
        expired=expired,
        visit=None if expired else _shown(session, contact),
        answer=_given(session, said, words=True) if said else None,
        new_one_coming=not rules.may_ask_again(found.asked_again_at, now=now),
        changed=() if mine or expired else history.changed_since(session, contact, known),
    )


def _of(link: ConfirmationLink, answers: Iterable[Confirmation]) -> Confirmation | None:
    return next((row for row in answers if row.caregiver_id == link.caregiver_id), None)


def _shown(session: Session, contact: Contact) -> Shown:
    author = people.account(session, contact.author_id)
    return Shown(
        contact_id=contact.id,
        who=rules.short_name(author.name) if author else contact.came,
        on=local_day(contact.started_at, contact.zone),
        started_at=contact.started_at,
        ended_at=contact.ended_at,
        zone=contact.zone,
        place=Place(contact.place),
        came=contact.came,
        agreed=tuple(contact.agreed),
        next_visit_on=contact.next_visit_on,
        family_note=contact.family_note,
        summary_sha256=contact.summary_sha256,
    )


def live_links(session: Session, contact_id: UUID, *, now: datetime) -> Iterable[ConfirmationLink]:
    return session.exec(
        select(ConfirmationLink).where(ConfirmationLink.contact_id == contact_id, ConfirmationLink.expires_at > now)
    )
