"""What happens to a code from the door: it is shown, answered on either phone, and met by the visit when that arrives."""

from collections.abc import Set
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete
from sqlmodel import Session, col, select

from porchlight.audit import service as audit
from porchlight.core import jobs
from porchlight.core.i18n import _
from porchlight.core.ids import new_id
from porchlight.core.keys import Keys, sha256
from porchlight.core.refused import Refused
from porchlight.visits import asking, confirming, history
from porchlight.visits import rules as visits
from porchlight.visits.confirming import Said
from porchlight.visits.door import rules
from porchlight.visits.door import ticket as tickets
from porchlight.visits.door.drafts import DoorDraft
from porchlight.visits.door.ticket import Ticket
from porchlight.visits.door.values import Stands, State, Way
from porchlight.visits.models import ConfirmationLink, Contact, DoorCode, EarlyAnswer
from porchlight.visits.values import Answer

ASK = "visits.ask_after_door"


def open_for(session: Session, contact: Contact, said: DoorDraft | None, *, now: datetime) -> None:
    """The visit says that one of its caregivers was shown a code: no message asks them for a while.

    A code for somebody who did not care for these children is not opened, and they are not told anything.
    """
    if said is None:
        return
    if said.caregiver_id not in {one.id for one in asking.caregivers(session, contact)}:
        audit.record(session, None, "visit.door_not_theirs", contact.id, now=now, caregiver=str(said.caregiver_id))
        return
    ends_at = rules.ends_at(said.made_at, now=now)
    door = DoorCode(
        contact_id=contact.id,
        caregiver_id=said.caregiver_id,
        token_hash=said.token_sha256,
        code_hash=said.code_sha256,
        shown_at=min(said.made_at, now),
        ends_at=ends_at,
        asks_at=min(now + rules.PATIENCE, max(ends_at, now)),
    )
    session.add(door)
    session.flush()
    audit.record(session, None, "visit.door_shown", contact.id, now=now, caregiver=str(said.caregiver_id))
    jobs.enqueue(session, ASK, {"visit_id": str(contact.id)}, due_at=door.asks_at)
    meet(session, contact, now=now)


def meet(session: Session, contact: Contact, *, now: datetime) -> Set[UUID]:
    """The visit and what was answered before it came. Returns the caregivers whom a code asks instead of a message."""
    door = session.get(DoorCode, contact.id)
    if door is None:
        return frozenset()
    for early in _early(session, door.token_hash):
        if (early.visit_id, early.caregiver_id) != (contact.id, door.caregiver_id):
            continue
        session.delete(early)
        said = Said(Answer(early.answer), early.different, early.words, Way.DOOR, early.said_at)
        _take(session, contact, door, said, over=early.summary_sha256, now=now)
    return frozenset({door.caregiver_id})


def _take(session: Session, contact: Contact, door: DoorCode, said: Said, *, over: str, now: datetime) -> None:
    """An answer counts when it is over this very summary, and nothing that was said later stands already. That something
    is different is kept in any case, and told: nobody's later yes hides it.

    over: the hash of the summary that was answered. Over one that stood before a change it is kept with its words and does
    not count; over words that were never the visit's it is not kept. A message asks again after both.
    """
    if over in history.summaries(session, contact):
        last = asking.last_answer(session, contact, door.caregiver_id, over)
        counts = said.said_at and rules.counts(said.said_at, (last.said_at or last.answered_at) if last else None)
        known = {(one.different, one.words) for one in asking.objections(session, contact)}
        unheard = said.answer == Answer.DIFFERENT and (said.different, said.words) not in known
        if counts or unheard:
            confirming.record(session, contact, door.caregiver_id, said, ends_at=now + rules.LIFE, now=now, over=over)
    if over != contact.summary_sha256:
        _differs(session, contact, door, now=now)


def _differs(session: Session, contact: Contact, door: DoorCode, *, now: datetime) -> None:
    if door.differs_at or asking.last_answer(session, contact, door.caregiver_id):
        return
    door.differs_at = now
    session.add(door)
    audit.record(session, None, "visit.door_differs", contact.id, now=now, caregiver=str(door.caregiver_id))
    confirming.send_soon(session, contact.id, door.caregiver_id, now=now)


def answered(session: Session, contact_id: UUID, caregiver_id: UUID) -> bool:
    """Whether this caregiver has answered at the door, over the summary as it is now."""
    contact = session.get(Contact, contact_id)
    last = asking.last_answer(session, contact, caregiver_id) if contact else None
    return last is not None and last.way != Way.LINK


def silent(session: Session, contact: Contact) -> list[UUID]:
    """Who was shown a code, has not answered, and is not asked by message already."""
    door = session.get(DoorCode, contact.id)
    if door is None or door.differs_at or asking.last_answer(session, contact, door.caregiver_id):
        return []
    return [door.caregiver_id]


def look(session: Session, ticket: Ticket, *, keys: Keys, now: datetime) -> Stands:
    """Where the visit behind a code is, and what was answered. Raises LinkExpired, NotFound."""
    rules.check_open(ticket.made_at, now=now)
    contact, door = _behind(session, ticket)
    if contact is None or door is None:
        early = _early(session, ticket.token_hash)
        return Stands(State.NOT_HERE, "", early[-1].answer, early[-1].said_at) if early else Stands(State.NOT_HERE)
    meet(session, contact, now=now)
    same = ticket.summary_sha256 == contact.summary_sha256
    page = f"/v/{link(session, door, keys=keys, now=now)}"
    last = asking.last_answer(session, contact, door.caregiver_id)
    told = (last.answer, last.said_at or last.answered_at) if last else ("", None)
    return Stands(State.HERE if same else State.OTHER_WORDS, page, *told)


def answer(session: Session, ticket: Ticket, said: Said, *, keys: Keys, now: datetime) -> Stands:
    """What the caregiver's own phone says over the summary of its code: at once, or kept until the visit is here.

    Raises LinkExpired, NotFound, Refused.
    """
    rules.check_open(ticket.made_at, now=now)
    if said.answer == Answer.DIFFERENT:
        visits.check_different(said.different, said.words)
    contact, door = _behind(session, ticket)
    if contact is None or door is None:
        _keep(session, ticket, said, now=now)
    else:
        meet(session, contact, now=now)
        _take(session, contact, door, said, over=ticket.summary_sha256, now=now)
    return look(session, ticket, keys=keys, now=now)


def _behind(session: Session, ticket: Ticket) -> tuple[Contact | None, DoorCode | None]:
    """The visit of a ticket and its code, once they are here. Raises NotFound when the visit came without this code."""
    contact = session.get(Contact, ticket.visit_id, with_for_update=True)
    if contact is None:
        return None, None
    door = session.get(DoorCode, contact.id)
    theirs = door and (contact.author_id, door.caregiver_id) == (ticket.account_id, ticket.caregiver_id)
    if door is None or not theirs or not rules.same(door.token_hash, ticket.token_hash):
        raise tickets.unknown()
    return contact, door


def _early(session: Session, token_hash: str) -> list[EarlyAnswer]:
    """What was said of a code whose visit is not here, the first of it first."""
    query = select(EarlyAnswer).where(EarlyAnswer.token_hash == token_hash)
    return list(session.exec(query.order_by(col(EarlyAnswer.said_at), col(EarlyAnswer.id))))


def _keep(session: Session, ticket: Ticket, said: Said, *, now: datetime) -> None:
    """Kept until its visit comes, each that says something else: who was at the door may not be the only one with the code."""
    session.execute(delete(EarlyAnswer).where(col(EarlyAnswer.received_at) < now - rules.UNMET))
    before = _early(session, ticket.token_hash)
    told = (said.answer.value, said.different, said.words)
    if before and (before[-1].answer, before[-1].different, before[-1].words) == told:
        return
    if sum(one.answer == said.answer for one in before) >= rules.MOST_EARLY:
        raise Refused(_("We have your answers already. Call us if there is something to add."))
    row = EarlyAnswer(
        token_hash=ticket.token_hash,
        visit_id=ticket.visit_id,
        caregiver_id=ticket.caregiver_id,
        device_id=ticket.device_id,
        summary_sha256=ticket.summary_sha256,
        answer=said.answer.value,
        different=said.different,
        words=said.words,
        said_at=said.said_at or now,
        received_at=now,
    )
    session.add(row)
    audit.record(session, None, "visit.answered_early", ticket.visit_id, now=now, device=str(ticket.device_id))


def take_digits(
    session: Session, contact_id: UUID, token: str, digits: str, *, over: str, said_at: datetime, now: datetime
) -> None:
    """Six digits that the caregiver's phone showed after a yes, typed into the worker's. Raises Refused when they do not fit.

    over: the hash of the summary that both phones showed. Where the caregiver's own answer is here, that one stands.
    """
    contact, door = session.get_one(Contact, contact_id), session.get(DoorCode, contact_id)
    mine = door is not None and rules.same(sha256(token.encode()), door.token_hash)
    if door is None or not mine or not rules.same(digits, rules.yes_digits(token, over)):
        raise Refused(_("These digits do not fit this visit. Take them back; the foster parent is asked by message."))
    meet(session, contact, now=now)
    if asking.last_answer(session, contact, door.caregiver_id) is None:
        _take(session, contact, door, Said(Answer.CONFIRMED, way=Way.DIGITS, said_at=said_at), over=over, now=now)


def take_back(session: Session, visit_id: UUID, device_id: UUID) -> None:
    """The visit was taken back on the phone that made it: what was answered of it goes, too."""
    theirs = col(EarlyAnswer.visit_id) == visit_id, col(EarlyAnswer.device_id) == device_id
    session.execute(delete(EarlyAnswer).where(*theirs))


def link(session: Session, door: DoorCode, *, keys: Keys, now: datetime) -> str:
    """The token of the page that shows this visit to this caregiver, good as long as the code is."""
    first = door.link_id is None
    door.link_id = door.link_id or new_id()
    token = confirming.make_link(session, door.contact_id, door.caregiver_id, keys=keys, now=now, link_id=door.link_id)
    if first:
        session.get_one(ConfirmationLink, door.link_id).expires_at = door.ends_at
        session.add(door)
    return token
