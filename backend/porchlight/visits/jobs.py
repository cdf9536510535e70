"""What the worker does about a visit: asks those who care for the children to confirm it, reminds them, has them rung."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import Session

from porchlight.core import jobs
from porchlight.core.tools import Tools
from porchlight.homes import queries as homes
from porchlight.people import queries as people
from porchlight.visits import asking, confirming
from porchlight.visits.door import service as door
from porchlight.visits.models import ConfirmationLink, Contact
from porchlight.visits.texts import calls, rules, sending
from porchlight.visits.texts.sending import Way

REMIND = "visits.remind"


def ask_to_confirm(tools: Tools, payload: dict[str, Any]) -> None:
    """Leave one message for each caregiver of the placement on that day who was not asked yet about what stands now."""
    with tools.db.transaction() as session:
        now = tools.db.now(session)
        contact = session.get(Contact, UUID(payload["visit_id"]))
        if contact is None:
            return
        live = asking.live_links(session, contact.id, now=now)
        asked = {link.caregiver_id for link in live if link.summary_sha256 == contact.summary_sha256}
        asked |= {answer.caregiver_id for answer in asking.last_answers(session, [contact.id])}
        # Who was shown a code is not asked by message, unless what they said of it was changed since.
        before = {answer.caregiver_id for answer in asking.last_answers(session, [contact.id], current=False)}
        asked |= door.meet(session, contact, now=now) - before
        for caregiver in asking.caregivers(session, contact):
            if caregiver.id in asked:
                continue
            if sending.way_to(session, tools, caregiver, now=now):
                confirming.send_soon(session, contact.id, caregiver.id, now=now)
            else:
                calls.ring(session, contact.id, caregiver.id, "no_way", now=now)


def ask_after_door(tools: Tools, payload: dict[str, Any]) -> None:
    """Who was shown a code at the door and has said nothing is asked by message after all."""
    with tools.db.transaction() as session:
        now = tools.db.now(session)
        contact = session.get(Contact, UUID(payload["visit_id"]))
        if contact is None:
            return
        door.meet(session, contact, now=now)
        for caregiver_id in door.silent(session, contact):
            confirming.send_soon(session, contact.id, caregiver_id, now=now)


def send_link(tools: Tools, payload: dict[str, Any]) -> None:
    """Make the link, send it with no transaction open, then note that it left. Repeated, it is the same link."""
    link_id, contact_id = UUID(payload["link_id"]), UUID(payload["contact_id"])
    with tools.db.transaction() as session:
        now = tools.db.now(session)
        caregiver = homes.caregiver(session, UUID(payload["caregiver_id"]))
        agency = people.agency(session)
        if caregiver is None or agency is None:
            return
        if "asked_for" not in payload and door.answered(session, contact_id, caregiver.id):
            return
        way = sending.way_to(session, tools, caregiver, now=now)
        if way is None:
            calls.ring(session, contact_id, caregiver.id, "no_way", now=now)
            return
        token = confirming.make_link(session, contact_id, caregiver.id, keys=tools.keys, now=now, link_id=link_id)
        if way.not_before > now:
            jobs.enqueue(session, confirming.SEND, payload, due_at=way.not_before)
            return
    if not _was_sent(tools, link_id):
        if sending.send(tools, caregiver, agency, token, way):
            _note_sent(tools, link_id, way)
        else:
            _look_again(tools, payload)


def _was_sent(tools: Tools, link_id: UUID) -> bool:
    with tools.db.reading() as session:
        link = session.get(ConfirmationLink, link_id)
        return link is not None and link.sent_at is not None


def _look_again(tools: Tools, payload: dict[str, Any]) -> None:
    """A text was refused for good: by then the number is known not to work, and another way is taken, or somebody rings."""
    with tools.db.transaction() as session:
        now = tools.db.now(session)
        caregiver = homes.caregiver(session, UUID(payload["caregiver_id"]))
        way = sending.way_to(session, tools, caregiver, now=now) if caregiver else None
        if way and way.name != "sms":
            jobs.enqueue(session, confirming.SEND, payload, due_at=now)
        elif caregiver:
            calls.ring(session, UUID(payload["contact_id"]), caregiver.id, "no_way", now=now)


def _note_sent(tools: Tools, link_id: UUID, way: Way) -> None:
    with tools.db.transaction() as session:
        link = session.get(ConfirmationLink, link_id)
        if link:
            link.sent_at, link.way = tools.db.now(session), way.name
            session.add(link)
            _remind_later(session, link, 1, link.sent_at)


def _remind_later(session: Session, link: ConfirmationLink, times: int, now: datetime) -> None:
    payload = {"link_id": str(link.id), "times": times}
    due_at = rules.next_after(link.sent_at or now, times, now)
    jobs.enqueue(session, REMIND, payload, due_at=due_at, key=f"{REMIND}/{link.id}/{times}")


def remind(tools: Tools, payload: dict[str, Any]) -> None:
    """Who has not answered is reminded after 24 and 48 hours; after that they stand on the list of whom to ring.

    payload: {"link_id", "times": how often it was sent}. Nobody is reminded of what they answered, by whatever way.
    """
    times = int(payload["times"])
    with tools.db.transaction() as session:
        now = tools.db.now(session)
        link = session.get(ConfirmationLink, UUID(payload["link_id"]))
        caregiver, agency = homes.caregiver(session, link.caregiver_id) if link else None, people.agency(session)
        if link is None or link.sent_at is None or caregiver is None or agency is None:
            return
        if calls.answered(session, link.contact_id, caregiver.id) or calls.asked_since(session, link):
            return
        way = sending.way_to(session, tools, caregiver, now=now)
        if way is None or times > len(rules.REMIND_AFTER) or now >= link.expires_at:
            calls.ring(session, link.contact_id, caregiver.id, "silent" if way else "no_way", now=now)
            return
        if way.not_before > now:
            jobs.enqueue(session, REMIND, payload, due_at=way.not_before)
            return
        _remind_later(session, link, times + 1, now)
    # A reminder that the process died over is not sent again: the next one follows, and then somebody rings.
    sending.send(tools, caregiver, agency, confirming.token_of(tools.keys, link.id), way, reminder=True)


JOBS = {
    "visits.ask_to_confirm": ask_to_confirm,
    door.ASK: ask_after_door,
    confirming.SEND: send_link,
    REMIND: remind,
}
