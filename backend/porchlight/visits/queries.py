"""Reading visits: one as a reader may see it, a family's, when each child was last seen, what is planned."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from porchlight.audit import service as audit
from porchlight.cases import queries as cases
from porchlight.core.actor import Actor
from porchlight.core.clock import local_day
from porchlight.core.i18n import _
from porchlight.core.refused import NotFound
from porchlight.people import access
from porchlight.people import queries as people
from porchlight.people.access import Capability, Role
from porchlight.visits import asking, history, rules, versions
from porchlight.visits.models import Contact, ContactChild, PlannedVisit
from porchlight.visits.values import (
    Answer,
    ChildRecord,
    Dot,
    FollowUp,
    Kind,
    Place,
    Planned,
    VisitLine,
    VisitRecord,
)

PAGE = 50


def case_of(session: Session, visit_id: UUID) -> UUID | None:
    """The family of a visit that is in the record; the caller checks the access."""
    return session.exec(select(Contact.case_id).where(Contact.id == visit_id)).first()


def own_visit(session: Session, actor: Actor, visit_id: UUID) -> Contact | None:
    """The visit of this id if this person wrote it."""
    found = session.get(Contact, visit_id)
    return found if found and found.author_id == actor.account_id else None


def visit(session: Session, actor: Actor, contact_id: UUID, *, now: datetime) -> VisitRecord:
    """One visit as this person may see it; private notes only where they are open to them. Raises NotFound."""
    contact = session.get(Contact, contact_id)
    if contact is None:
        raise NotFound(_("We could not find that page. It may have moved, or it may not be on your caseload."))
    hidden = versions.hidden(access.check(session, actor, contact.case_id, Capability.READ_VISITS, now=now))
    children, adults = _children(session, contact, hidden), known_adults(session, contact)
    audit.saw(session, actor, "visit.seen", contact.id, now=now, people=[child.person_id for child in children])
    return VisitRecord(
        id=contact.id,
        case_id=contact.case_id,
        family=cases.names(session, [contact.case_id])[contact.case_id],
        author_id=contact.author_id,
        author=people.accounts(session, [contact.author_id])[contact.author_id].name,
        by_phone=contact.device_id is not None,
        kind=Kind(contact.kind),
        started_at=contact.started_at,
        ended_at=contact.ended_at,
        zone=contact.zone,
        on=local_day(contact.started_at, contact.zone),
        place=Place(contact.place),
        in_residence=contact.in_residence,
        place_note="" if versions.PLACE_NOTE in hidden else contact.place_note,
        persons_seen=tuple(adults.get(said, "" if _is_id(said) else said) for said in contact.persons_seen),
        observations=contact.observations,
        came=contact.came,
        agreed=tuple(contact.agreed),
        next_visit_on=contact.next_visit_on,
        family_note=contact.family_note,
        topics=tuple(contact.topics),
        late=is_late(contact),
        late_reason=contact.late_reason,
        received_at=contact.received_at,
        summary_sha256=contact.summary_sha256,
        summary_text=history.text_of(contact),
        children=children,
        follow_ups=tuple(_follow_up(one) for one in contact.follow_ups),
        asking=asking.stands(session, contact, reader=actor.account_id, now=now),
        past=history.past(session, contact, hidden=hidden, adults=adults),
    )


def is_late(contact: Contact) -> bool:
    return rules.is_late(
        contact.ended_at, rules.entered_at(contact.captured_at, contact.drift, now=contact.received_at)
    )


def _children(session: Session, contact: Contact, hidden: frozenset[str]) -> tuple[ChildRecord, ...]:
    """Each child with that child's own words; the notes are not even read where they are not open."""
    columns: tuple[Any, ...] = (ContactChild.person_id, ContactChild.seen, ContactChild.alone)
    columns += (ContactChild.alone_reason, ContactChild.not_seen_reason)
    note: Any = sa.null() if versions.PRIVATE_NOTE in hidden else ContactChild.private_note
    query = sa.select(*columns, note).where(col(ContactChild.contact_id) == contact.id)
    rows = {row[0]: row for row in session.execute(query)}
    lines = cases.person_lines(session, list(rows))
    oldest_first = sorted(rows, key=lambda one: (lines[one].born_on is None, lines[one].born_on, str(one)))
    return tuple(
        ChildRecord(
            person_id=one,
            name=lines[one].name,
            seen=rows[one][1],
            alone=rows[one][2],
            alone_reason=rows[one][3],
            not_seen_reason=rows[one][4],
            private_note=rows[one][5],
        )
        for one in oldest_first
    )


def known_adults(session: Session, contact: Contact) -> dict[str, str]:
    """The adults who may have been there, by id: a form and a phone send the ids of those on the page."""
    known = {str(one.id): one.name for one in cases.persons(session, contact.case_id)}
    return known | {str(one.id): one.name for one in asking.caregivers(session, contact, seen_only=False)}


def _is_id(said: str) -> bool:
    try:
        UUID(said)
    except ValueError:
        return False
    return True


def _follow_up(one: dict[str, Any]) -> FollowUp:
    due_on = one.get("due_on")
    return FollowUp(UUID(one["id"]), one["title"], datetime.fromisoformat(due_on).date() if due_on else None)


def visits_of_case(
    session: Session,
    actor: Actor,
    case_id: UUID,
    *,
    now: datetime,
    before: UUID | None = None,
    most: int = PAGE,
    person_id: UUID | None = None,
) -> list[VisitLine]:
    """A family's visits, newest first, those that began before the visit `before`; of one child only, with person_id.

    Raises NotFound.
    """
    access.check(session, actor, case_id, Capability.READ_VISITS, now=now)
    query = select(Contact).where(Contact.case_id == case_id)
    if person_id:
        named = sa.select(col(ContactChild.contact_id)).where(col(ContactChild.person_id) == person_id)
        query = query.where(col(Contact.id).in_(named))
    last = session.get(Contact, before) if before else None
    if last:
        older = sa.and_(col(Contact.started_at) == last.started_at, col(Contact.id) < last.id)
        query = query.where(sa.or_(col(Contact.started_at) < last.started_at, older))
    found = list(session.exec(query.order_by(col(Contact.started_at).desc(), col(Contact.id).desc()).limit(most)))
    seen_of = sa.select(col(ContactChild.person_id)).where(col(ContactChild.contact_id).in_([c.id for c in found]))
    audit.saw(session, actor, "visits.listed", case_id, now=now, people=session.scalars(seen_of.distinct()))
    names = people.accounts(session, list({contact.author_id for contact in found}))
    answers = asking.answers(session, [contact.id for contact in found])
    return [_line(one, names[one.author_id].name, answers.get(one.id)) for one in found]


def _line(contact: Contact, author: str, answer: Answer | None) -> VisitLine:
    return VisitLine(
        id=contact.id,
        case_id=contact.case_id,
        kind=Kind(contact.kind),
        started_at=contact.started_at,
        ended_at=contact.ended_at,
        zone=contact.zone,
        on=local_day(contact.started_at, contact.zone),
        place=Place(contact.place),
        in_residence=contact.in_residence,
        author=author,
        late=is_late(contact),
        answer=answer,
    )


def starts(session: Session, case_id: UUID, *, since: datetime) -> list[date]:
    """The local days of a family's visits in person since then; the caller has checked the access."""
    query = sa.select(col(Contact.started_at), col(Contact.zone)).where(
        col(Contact.case_id) == case_id,
        col(Contact.started_at) >= since,
        col(Contact.kind).in_([kind.value for kind in rules.SEEN_IN_PERSON]),
    )
    return [local_day(row[0], row[1]) for row in session.execute(query)]


def last_seen(session: Session, person_ids: Sequence[UUID]) -> dict[UUID, datetime]:
    """When each child was last seen face to face by a caseworker; an aide's trip is no visit (rules.md, 1)."""
    query = (
        sa.select(col(ContactChild.person_id), sa.func.max(col(Contact.started_at)))
        .join(Contact, col(Contact.id) == ContactChild.contact_id)
        .where(
            col(ContactChild.person_id).in_(person_ids),
            col(ContactChild.seen).is_(True),
            col(Contact.kind) == Kind.CASEWORKER_VISIT,
            col(Contact.author_id).not_in(people.with_role(Role.AIDE)),
        )
        .group_by(col(ContactChild.person_id))
    )
    return {row[0]: row[1] for row in session.execute(query)}


def dots(session: Session, person_ids: Sequence[UUID], since: datetime) -> list[Dot]:
    """Every visit since then in which one of these children was named, oldest first."""
    columns: tuple[Any, ...] = (ContactChild.person_id, ContactChild.seen, Contact.id, Contact.kind)
    columns += (Contact.started_at, Contact.zone, Contact.in_residence)
    query = (
        sa.select(*columns)
        .join(Contact, col(Contact.id) == ContactChild.contact_id)
        .where(col(ContactChild.person_id).in_(person_ids), col(Contact.started_at) >= since)
        .order_by(col(Contact.started_at), col(Contact.id))
    )
    rows = session.execute(query).all()
    answers = asking.answers(session, list({row[2] for row in rows}))
    return [
        Dot(person_id, local_day(started_at, zone), Kind(kind), seen, in_residence, answers.get(contact_id))
        for person_id, seen, contact_id, kind, started_at, zone, in_residence in rows
    ]


def planned(session: Session, account_id: UUID, from_at: datetime, to_at: datetime) -> list[Planned]:
    """What this person planned from one moment up to and without another; contact_id once it took place."""
    return _planned(session, col(PlannedVisit.account_id) == account_id, from_at, to_at)


def planned_for(session: Session, case_ids: Sequence[UUID], from_at: datetime, to_at: datetime) -> list[Planned]:
    """What anybody planned with these families in that span."""
    return _planned(session, col(PlannedVisit.case_id).in_(case_ids), from_at, to_at)


def _planned(session: Session, whose: sa.ColumnElement[bool], from_at: datetime, to_at: datetime) -> list[Planned]:
    query = select(PlannedVisit).where(whose, PlannedVisit.starts_at >= from_at, PlannedVisit.starts_at < to_at)
    rows = session.exec(query.order_by(col(PlannedVisit.starts_at), col(PlannedVisit.id)))
    return [
        Planned(row.id, row.case_id, row.account_id, row.starts_at, Place(row.place), row.contact_id) for row in rows
    ]
