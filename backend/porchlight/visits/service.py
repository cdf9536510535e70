"""Logging a visit: the one function that the form, the API and a phone's deposit all call."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from porchlight.audit import service as audit
from porchlight.cases import queries as cases
from porchlight.cases import service as tasks
from porchlight.core import jobs
from porchlight.core.actor import Actor
from porchlight.core.clock import at_wall, local_day
from porchlight.core.i18n import _
from porchlight.core.keys import sha256
from porchlight.core.refused import Conflict
from porchlight.people import access
from porchlight.people.access import Capability
from porchlight.visits import asking, rules
from porchlight.visits.door import service as door
from porchlight.visits.drafts import VisitDraft
from porchlight.visits.models import Contact, ContactChild, PlannedVisit
from porchlight.visits.values import Kind, Place


def log_visit(
    session: Session,
    actor: Actor,
    draft: VisitDraft,
    *,
    captured_at: datetime,
    device_id: UUID | None,
    now: datetime,
    late: bool = False,
) -> Contact:
    """Write a visit down, once: the same draft sent again gives the sender's own row, and makes nothing.

    captured_at: the sender's clock when it was saved; the draft carries how far that clock is off. late: the case has left
    the sender's caseload, which a phone without signal may not have heard: access is asked of the last moment at which
    they worked it, and no reason is missed.
    Raises NotFound (not their case), Invalid or Refused with the draft's field names, Conflict (the id is taken).
    """
    body_sha256 = mark_of(draft)
    if already := _already(session, actor, draft.visit_id, body_sha256):
        return already
    entered = rules.entered_at(captured_at, draft.drift, now=now)
    asked_of = late and cases.last_worked(session, actor.account_id, draft.case_id, up_to=entered)
    access.check(session, actor, draft.case_id, Capability.LOG_VISIT, now=asked_of or now)
    _check(session, draft, now=now)
    if not late:
        rules.check_late(draft.ended_at, entered, draft.late_reason)
    contact = _contact(actor, draft, body_sha256, captured_at=captured_at, device_id=device_id, now=now)
    if already := _add(session, actor, contact):
        return already
    _add_children(session, draft)
    _add_tasks(session, actor, draft, now=now)
    _link_planned(session, contact)
    if asks_family(session, contact):
        door.open_for(session, contact, draft.door, now=now)
        payload = {"visit_id": str(contact.id)}
        jobs.enqueue(session, "visits.ask_to_confirm", payload, due_at=now)
    people = [child.person_id for child in draft.children]
    is_late = rules.is_late(contact.ended_at, entered)
    audit.record(session, actor, "visit.logged", contact.id, now=now, people=people, kind=contact.kind, late=is_late)
    return contact


def mark_of(draft: VisitDraft) -> str:
    """The sha256 by which a repeat of a draft is known; without a code at the door it is that of the first release."""
    return sha256(canonical(draft.model_dump(mode="json", exclude=None if draft.door else {"door"})))


def canonical(values: Mapping[str, Any]) -> bytes:
    """The one text of these values, to tell a repeat from other words under the same id."""
    return json.dumps(values, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def _already(session: Session, actor: Actor, visit_id: UUID, body_sha256: str) -> Contact | None:
    """The sender's own row of this very draft. Somebody else's, or another draft, is only said to be there."""
    found = session.get(Contact, visit_id)
    if found is None:
        return None
    if found.author_id != actor.account_id or found.body_sha256 != body_sha256:
        raise Conflict(_("A visit was saved from this form before, with other words. Open it, or start a new visit."))
    return found


def _add(session: Session, actor: Actor, contact: Contact) -> Contact | None:
    """Add the row; or, when the same visit came twice at the same moment and the other one was first, give that one."""
    visit_id, body_sha256 = contact.id, contact.body_sha256
    try:
        with session.begin_nested():
            session.add(contact)
    except IntegrityError:
        if already := _already(session, actor, visit_id, body_sha256):
            return already
        raise
    return None


def _check(session: Session, draft: VisitDraft, *, now: datetime) -> None:
    family = cases.case(session, draft.case_id)
    served = family.children if family else ()
    names = [(first, p.last_name) for p in served for first in {p.first_name, p.preferred_name} if first]
    summary = draft.summary
    shown = {"summary.came": summary.came, "summary.note": summary.note, "place_note": draft.place_note}
    shown |= {f"summary.agreed.{at}": item for at, item in enumerate(summary.agreed)}
    rules.check_all(
        lambda: rules.check_times(draft.started_at, draft.ended_at, now=now, drift=draft.drift),
        lambda: rules.check_place(draft.kind, draft.place, in_residence=draft.in_residence),
        lambda: rules.check_can_log(draft.kind, draft.children, of_case=(person.id for person in served)),
        lambda: rules.check_children(draft.kind, draft.children),
        lambda: rules.check_names(shown, names),
    )


def summary_of(draft: VisitDraft) -> str:
    """The text that is signed and confirmed (docs/wire.md)."""
    return rules.summary_text(
        visit_id=draft.visit_id,
        started_at=draft.started_at,
        ended_at=draft.ended_at,
        zone=draft.zone,
        place=draft.place,
        came=draft.summary.came,
        agreed=draft.summary.agreed,
        next_visit=draft.summary.next_visit,
        note=draft.summary.note,
    )


def _contact(
    actor: Actor, draft: VisitDraft, body_sha256: str, *, captured_at: datetime, device_id: UUID | None, now: datetime
) -> Contact:
    summary = draft.summary
    return Contact(
        id=draft.visit_id,
        case_id=draft.case_id,
        author_id=actor.account_id,
        device_id=device_id,
        kind=draft.kind.value,
        started_at=draft.started_at,
        ended_at=draft.ended_at,
        zone=draft.zone,
        place=draft.place.value,
        in_residence=draft.in_residence,
        place_note=draft.place_note,
        persons_seen=draft.persons_seen,
        observations=draft.observations,
        came=summary.came,
        agreed=summary.agreed,
        next_visit_on=summary.next_visit,
        family_note=summary.note,
        topics=draft.topics,
        follow_ups=[follow_up.model_dump(mode="json") for follow_up in draft.follow_ups],
        late_reason=draft.late_reason,
        summary_sha256=sha256(summary_of(draft).encode()),
        body_sha256=body_sha256,
        captured_at=captured_at.astimezone(UTC),
        drift_ms=draft.drift_ms,
        received_at=now,
    )


def _add_children(session: Session, draft: VisitDraft) -> None:
    for child in draft.children:
        session.add(
            ContactChild(
                contact_id=draft.visit_id,
                person_id=child.person_id,
                seen=child.seen,
                alone=str(child.alone),
                alone_reason=child.alone_reason,
                not_seen_reason=child.not_seen_reason,
                private_note=child.private_note,
            )
        )


def _add_tasks(session: Session, actor: Actor, draft: VisitDraft, *, now: datetime) -> None:
    for follow_up in draft.follow_ups:
        tasks.add_task(
            session,
            case_id=draft.case_id,
            owner_id=actor.account_id,
            kind="follow_up",
            title=follow_up.title,
            due_on=follow_up.due_on,
            source_id=follow_up.id,
            now=now,
        )


def _link_planned(session: Session, contact: Contact) -> None:
    """The author's planned visit of that local day, the nearest in time, is this one."""
    if contact.kind not in rules.SEEN_IN_PERSON:
        return
    day = local_day(contact.started_at, contact.zone)
    from_at, to_at = (at_wall(datetime.combine(d, time.min), contact.zone) for d in (day, day + timedelta(days=1)))
    query = select(PlannedVisit).where(
        PlannedVisit.case_id == contact.case_id,
        PlannedVisit.account_id == contact.author_id,
        col(PlannedVisit.contact_id).is_(None),
        PlannedVisit.starts_at >= from_at,
        PlannedVisit.starts_at < to_at,
    )
    planned = sorted(session.exec(query), key=lambda visit: abs(visit.starts_at - contact.started_at))
    if planned:
        planned[0].contact_id = contact.id
        session.add(planned[0])


def asks_family(session: Session, contact: Contact) -> bool:
    """Whether somebody who cares for these children can say that this visit took place: it was in their home."""
    at_home = contact.kind == Kind.CASEWORKER_VISIT and contact.place == Place.HOME and contact.in_residence
    return at_home and bool(asking.caregivers(session, contact))
