"""What follows from a change of a visit: its rows hold what stands now, and the family is asked about a new summary."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlmodel import Session

from porchlight.core import jobs
from porchlight.core.keys import sha256
from porchlight.visits import asking, history, service, versions
from porchlight.visits.models import Contact, ContactChild, Summary

WHO_WAS_THERE = frozenset({"when", "where", "persons_seen", versions.HOW_SEEN})  # on these hangs who can confirm it


def follow(session: Session, contact: Contact, changed: Iterable[str], *, now: datetime) -> None:
    """Bring the rows of a visit to what its log says. changed: the parts of the newest change. When the summary is another one now, nothing that was said of the
    old one counts for it, and whoever cares for the children is asked again.
    """
    others = not WHO_WAS_THERE.isdisjoint(versions.child_of(part)[1] for part in changed)
    before, asked = history.text_of(contact), _to_ask(session, contact) if others else set()
    _keep_summary(session, contact, before, contact.received_at)
    _write(session, contact, history.story(session, contact).now().values)
    session.flush()
    after = history.text_of(contact)
    if after != before:
        contact.summary_sha256 = sha256(after.encode())
        session.add(contact)
        session.flush()
        _keep_summary(session, contact, after, now)
    if after != before or (others and _to_ask(session, contact) - asked):
        ask(session, contact, now=now)


def ask(session: Session, contact: Contact, *, now: datetime) -> None:
    """Leave it to the worker to ask those who were not asked about this summary yet; several changes are one question."""
    if service.asks_family(session, contact):
        key = f"visits.ask_to_confirm:{contact.id}"
        jobs.enqueue(session, "visits.ask_to_confirm", {"visit_id": str(contact.id)}, due_at=now, key=key)


def _to_ask(session: Session, contact: Contact) -> set[UUID]:
    asks = service.asks_family(session, contact)
    return {one.id for one in asking.caregivers(session, contact)} if asks else set()


def _keep_summary(session: Session, contact: Contact, text: str, stood_from: datetime) -> None:
    if session.get(Summary, (contact.id, contact.summary_sha256)) is None:
        session.add(Summary(contact_id=contact.id, sha256=contact.summary_sha256, text=text, stood_from=stood_from))
        session.flush()


def _write(session: Session, contact: Contact, values: dict[str, Any]) -> None:
    when, where = values["when"], values["where"]
    contact.started_at = datetime.fromisoformat(when["started_at"])
    contact.ended_at = datetime.fromisoformat(when["ended_at"])
    contact.kind, contact.place, contact.in_residence = where["kind"], where["place"], where["in_residence"]
    contact.persons_seen, contact.topics = values["persons_seen"], values["topics"]
    contact.observations, contact.place_note = values["observations"], values["place_note"]
    contact.came, contact.agreed, contact.family_note = values["came"], values["agreed"], values["note"]
    contact.next_visit_on = date.fromisoformat(values["next_visit"]) if values["next_visit"] else None
    session.add(contact)
    _write_children(session, contact, values)


def _write_children(session: Session, contact: Contact, values: dict[str, Any]) -> None:
    rows = {row.person_id: row for row in history.children_of(session, contact)}
    for part, how in values.items():
        child, what = versions.child_of(part)
        if child and what == versions.HOW_SEEN:
            row = rows.pop(child, None) or ContactChild(contact_id=contact.id, person_id=child, seen=how["seen"])
            row.seen, row.alone = how["seen"], how["alone"]
            row.alone_reason, row.not_seen_reason = how["alone_reason"], how["not_seen_reason"]
            row.private_note = values.get(versions.child_part(child, versions.PRIVATE_NOTE), "")
            session.add(row)
    for row in rows.values():  # added by a change that waits for a decision
        session.delete(row)
