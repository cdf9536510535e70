"""What the caregivers said of the visits: mostly yes, once that something was different, sometimes nothing."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlmodel import SQLModel

from porchlight.cases.models import Task
from porchlight.core.ids import new_id, new_secret
from porchlight.core.keys import Keys, sha256
from porchlight.demo.book import Book
from porchlight.demo.record import Visit
from porchlight.visits import confirming
from porchlight.visits.models import Confirmation, ConfirmationLink
from porchlight.visits.rules import LINK_LIFE

ANSWERED = 0.7
WORDS = "Rowan came at half past five, not at four. Emeric had chess and was home only at the end."


def load(book: Book, visits: list[Visit], keys: Keys | None) -> None:
    """Every visit in a resource home was asked about: a link, and for most an answer.

    keys: of the installation, so that the links for practice on a visit's page open; without them they lead nowhere.
    """
    chance = book.chance("answers")
    rows: list[SQLModel] = []
    different, sure = newest(visits, "emeric"), newest(visits, "delphine")
    for visit in sorted(visits, key=lambda one: (one.day, one.home.key)):
        caregivers = book.caregivers.get(visit.children[0].home, [])
        if not (visit.at_home and visit.started_at and caregivers):
            continue
        asked_at = visit.started_at + timedelta(hours=2)
        answered_at = asked_at + timedelta(hours=chance.randint(1, 30))
        says = chance.random() < ANSWERED
        if visit in (sure, different):
            says, answered_at = True, min(answered_at, asked_at + (book.now - asked_at) / 2)
        if asked_at >= book.now:
            continue
        rows.append(_link(visit, caregivers[0], asked_at, keys))
        if says and answered_at < book.now:
            rows.append(_answer(visit, caregivers[0], answered_at, different=visit is different))
        if visit is different:
            rows.append(_task(book, visit, answered_at))
    book.put(*rows)


def _link(visit: Visit, caregiver_id: UUID, asked_at: datetime, keys: Keys | None) -> ConfirmationLink:
    link_id = new_id()
    token = confirming.token_of(keys, link_id) if keys else new_secret()
    return ConfirmationLink(
        id=link_id,
        contact_id=visit.id,
        caregiver_id=caregiver_id,
        token_hash=sha256(token.encode()),
        summary_sha256=visit.summary_sha256,
        made_at=asked_at,
        expires_at=asked_at + LINK_LIFE,
        sent_at=asked_at,
    )


def _answer(visit: Visit, caregiver_id: UUID, answered_at: datetime, *, different: bool) -> Confirmation:
    return Confirmation(
        contact_id=visit.id,
        caregiver_id=caregiver_id,
        summary_sha256=visit.summary_sha256,
        answer="different" if different else "confirmed",
        different="other_time" if different else "",
        words=WORDS if different else "",
        answered_at=answered_at,
    )


def newest(visits: list[Visit], key: str) -> Visit:
    """The last visit at which only this child was seen."""
    alone = [one for one in visits if one.counted and [child.key for child in one.children] == [key]]
    return max(alone, key=lambda one: one.day)


def _task(book: Book, visit: Visit, said_at: datetime) -> Task:
    return Task(
        case_id=visit.home.case_id,
        owner_id=book.accounts["priya"],
        kind="something_is_different",
        title=confirming.SAYS_DIFFERENT,
        due_on=book.day(1),
        source_id=visit.id,
        made_at=said_at,
    )
