"""What a family does with its link: says that a visit was right, or what is different, or asks for a new link."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from porchlight.audit import service as audit
from porchlight.cases import service as tasks
from porchlight.core import jobs
from porchlight.core.i18n import _
from porchlight.core.ids import new_id
from porchlight.core.keys import Keys, b64u, sha256
from porchlight.people import queries as people
from porchlight.visits import asking, rules
from porchlight.visits.door.values import Way
from porchlight.visits.models import Confirmation, ConfirmationLink, Contact
from porchlight.visits.values import Answer, Asked

SEND = "visits.send_link"
SAYS_DIFFERENT = _("A family says that something about a visit is different")


@dataclass(frozen=True, slots=True)
class Said:
    """What a caregiver says. different: a Difference when that is the answer; said_at: when, if that was before it came."""

    answer: Answer
    different: str = ""
    words: str = ""
    way: Way = Way.LINK
    said_at: datetime | None = None


def token_of(keys: Keys, link_id: UUID) -> str:
    """The 43 characters of a link: 256 bits that only our secret makes, so that a repeated message holds the same link."""
    return b64u(keys.derive(f"visit-link/{link_id}"))


def make_link(
    session: Session, contact_id: UUID, caregiver_id: UUID, *, keys: Keys, now: datetime, link_id: UUID | None = None
) -> str:
    """A link for one caregiver about one visit; returns its token, of which only the hash is kept.

    Making the link of the same link_id again changes nothing and gives the same token.
    """
    link_id = link_id or new_id()
    token = token_of(keys, link_id)
    if session.get(ConfirmationLink, link_id) is None:
        contact = session.get_one(Contact, contact_id)
        session.add(
            ConfirmationLink(
                id=link_id,
                contact_id=contact_id,
                caregiver_id=caregiver_id,
                token_hash=sha256(token.encode()),
                summary_sha256=contact.summary_sha256,
                made_at=now,
                expires_at=now + rules.LINK_LIFE,
            )
        )
        audit.record(session, None, "visit.link_made", contact_id, now=now, caregiver=str(caregiver_id))
    return token


def send_soon(
    session: Session, contact_id: UUID, caregiver_id: UUID, *, now: datetime, asked_for: bool = False
) -> None:
    """Leave the message for the worker; while one is on its way to this caregiver about this visit, no second one is left.

    asked_for: by the caregiver. A message that nobody asked for is not sent to who has answered at the door meanwhile.
    """
    payload = {"link_id": str(new_id()), "contact_id": str(contact_id), "caregiver_id": str(caregiver_id)}
    payload |= {"asked_for": "yes"} if asked_for else {}
    jobs.enqueue(session, SEND, payload, due_at=now, key=f"{SEND}:{contact_id}:{caregiver_id}")


def confirm(session: Session, token: str, summary_sha256: str, *, now: datetime) -> Confirmation:
    """Yes, the visit was as the page says. Saying it again changes nothing. Raises NotFound, LinkExpired, Refused."""
    link, contact = asking.link(session, token, lock=True)
    rules.check_can_answer(link.expires_at, shown=summary_sha256, current=contact.summary_sha256, now=now)
    return record(session, contact, link.caregiver_id, Said(Answer.CONFIRMED), ends_at=link.expires_at, now=now)


def say_different(
    session: Session, token: str, summary_sha256: str, reason: str, words: str, *, now: datetime
) -> Confirmation:
    """Something about the visit was different: a task for the author's supervisor. The visit itself is never touched.

    reason: a Difference. Raises NotFound, LinkExpired, Refused.
    """
    link, contact = asking.link(session, token, lock=True)
    rules.check_can_answer(link.expires_at, shown=summary_sha256, current=contact.summary_sha256, now=now)
    words = words.replace("\x00", "").strip()  # PostgreSQL keeps every character but this one
    rules.check_different(reason, words)
    said = Said(Answer.DIFFERENT, reason, words)
    return record(session, contact, link.caregiver_id, said, ends_at=link.expires_at, now=now)


def record(
    session: Session,
    contact: Contact,
    caregiver_id: UUID,
    said: Said,
    *,
    ends_at: datetime,
    now: datetime,
    over: str = "",
) -> Confirmation:
    """Keep an answer that was checked: a new row, unless the last one of this caregiver says the same.

    ends_at: until when the caregiver may answer. over: the hash of an earlier summary, where it was said of that one.
    Raises LinkExpired.
    """
    last = asking.last_answer(session, contact, caregiver_id, over)
    state = rules.asked_state([last.answer] if last else [], [ends_at], now=now)
    rules.check_next(state, Asked(said.answer))
    if last and (last.answer, last.different, last.words) == (said.answer, said.different, said.words):
        return last
    given = Confirmation(
        contact_id=contact.id,
        caregiver_id=caregiver_id,
        summary_sha256=over or contact.summary_sha256,
        answer=said.answer.value,
        different=said.different,
        words=said.words,
        answered_at=now,
        way=said.way.value,
        said_at=said.said_at,
    )
    session.add(given)
    audit.record(session, None, f"visit.{said.answer}", contact.id, now=now, caregiver=str(caregiver_id), way=said.way)
    if said.answer == Answer.DIFFERENT:
        _tell_supervisor(session, contact, now)
    return given


def _tell_supervisor(session: Session, contact: Contact, now: datetime) -> None:
    tasks.add_task(
        session,
        case_id=contact.case_id,
        owner_id=people.who_reads(session, contact.author_id),
        kind=asking.TASK,
        title=SAYS_DIFFERENT,
        due_on=None,
        source_id=contact.id,
        now=now,
    )


def ask_again(session: Session, token: str, *, now: datetime) -> None:
    """A new link in place of one that has ended, to the address of its caregiver that we know, and nowhere else.

    Asking twice within a day sends one message; a link that still works stays. Raises NotFound.
    """
    link, contact = asking.link(session, token, lock=True)
    if now < link.expires_at or not rules.may_ask_again(link.asked_again_at, now=now):
        return
    link.asked_again_at = now
    session.add(link)
    send_soon(session, contact.id, link.caregiver_id, now=now, asked_for=True)
    audit.record(session, None, "visit.link_asked_again", contact.id, now=now, caregiver=str(link.caregiver_id))
