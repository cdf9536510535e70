"""What the worker does about a visit: asks those who care for the children to confirm it."""

import sys
from typing import Any
from uuid import UUID

from porchlight.core import mail
from porchlight.core.i18n import _, translate
from porchlight.core.tools import Tools
from porchlight.homes import queries as homes
from porchlight.homes.queries import CaregiverLine
from porchlight.people import queries as people
from porchlight.people.queries import Agency
from porchlight.visits import asking, confirming
from porchlight.visits.door import service as door
from porchlight.visits.models import ConfirmationLink, Contact

SUBJECT = _("{agency}: please confirm a home visit.")
TEXT = _(
    """{agency}: please confirm a home visit.

{link}

This link is for you alone. It works for 7 days.
Questions, or the wrong person? Call {phone}.
"""
)


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
            if caregiver.id not in asked and reachable(tools, caregiver):
                confirming.send_soon(session, contact.id, caregiver.id, now=now)


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


def reachable(tools: Tools, caregiver: CaregiverLine) -> bool:
    """Whether a message can go out at all: by e-mail where one is set up, in demo mode to the console."""
    return tools.settings.demo or (mail.can_send(tools.settings) and bool(caregiver.email))


def send_link(tools: Tools, payload: dict[str, Any]) -> None:
    """Make the link, send it with no transaction open, then note that it left. Repeated, it is the same link."""
    link_id, contact_id = UUID(payload["link_id"]), UUID(payload["contact_id"])
    with tools.db.transaction() as session:
        now = tools.db.now(session)
        caregiver = homes.caregiver(session, UUID(payload["caregiver_id"]))
        agency = people.agency(session)
        if caregiver is None or agency is None or not reachable(tools, caregiver):
            return
        if "asked_for" not in payload and door.answered(session, contact_id, caregiver.id):
            return
        token = confirming.make_link(session, contact_id, caregiver.id, keys=tools.keys, now=now, link_id=link_id)
    if not _was_sent(tools, link_id):
        _send(tools, caregiver, agency, token)
        _note_sent(tools, link_id)


def _send(tools: Tools, caregiver: CaregiverLine, agency: Agency, token: str) -> None:
    words = {"agency": agency.name, "phone": agency.phone, "link": f"{tools.settings.public_url}/v/{token}"}
    subject = translate(SUBJECT, caregiver.locale, agency=agency.name)
    if mail.can_send(tools.settings) and caregiver.email:
        text = translate(TEXT, caregiver.locale, **words)
        mail.send(tools.settings, to=caregiver.email, subject=subject, text=text, locale=caregiver.locale)
    if tools.settings.demo:
        sys.stdout.write(
            f"Demo: {agency.name} would send to {caregiver.email or 'nobody'}: {subject} {words['link']}\n"
        )
        sys.stdout.flush()


def _was_sent(tools: Tools, link_id: UUID) -> bool:
    with tools.db.reading() as session:
        link = session.get(ConfirmationLink, link_id)
        return link is not None and link.sent_at is not None


def _note_sent(tools: Tools, link_id: UUID) -> None:
    with tools.db.transaction() as session:
        link = session.get(ConfirmationLink, link_id)
        if link:
            link.sent_at = tools.db.now(session)
            session.add(link)


JOBS = {"visits.ask_to_confirm": ask_to_confirm, door.ASK: ask_after_door, confirming.SEND: send_link}
