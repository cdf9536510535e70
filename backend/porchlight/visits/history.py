"""Reading what was changed of a visit after it was logged: each change in words, what two people changed at once."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlmodel import Session, select

from porchlight.cases import queries as cases
from porchlight.people import queries as people
from porchlight.visits import rules, versions
from porchlight.visits.models import Amendment, Contact, ContactChild, Summary
from porchlight.visits.versions import Change, Changed, Folded, Log, Past, Side, Undecided


def parts_of(contact: Contact, children: Iterable[ContactChild]) -> dict[str, Any]:
    """A visit's changeable parts as its rows hold them now."""
    found: dict[str, Any] = {
        "when": {"started_at": versions.stamp(contact.started_at), "ended_at": versions.stamp(contact.ended_at)},
        "where": {"kind": contact.kind, "place": contact.place, "in_residence": contact.in_residence},
        "persons_seen": contact.persons_seen,
        "observations": contact.observations,
        "topics": contact.topics,
        "came": contact.came,
        "agreed": contact.agreed,
        "next_visit": contact.next_visit_on.isoformat() if contact.next_visit_on else None,
        "note": contact.family_note,
        "place_note": contact.place_note,
    }
    for child in children:
        how = {"seen": child.seen, "alone": child.alone, "alone_reason": child.alone_reason}
        how["not_seen_reason"] = child.not_seen_reason
        found[versions.child_part(child.person_id, versions.HOW_SEEN)] = how
        found[versions.child_part(child.person_id, versions.PRIVATE_NOTE)] = child.private_note
    return found


def children_of(session: Session, contact: Contact) -> list[ContactChild]:
    return list(session.exec(select(ContactChild).where(ContactChild.contact_id == contact.id)))


@dataclass(frozen=True, slots=True)
class Story:
    """A visit from its first words to now. first: its parts as they were logged; rows: its amendments by id."""

    first: dict[str, Any]
    log: Log
    rows: Mapping[UUID, Amendment]

    def now(self) -> Folded:
        return self.log.fold(self.first)

    def as_seen(self, base: Iterable[UUID]) -> Folded:
        """As it stood for whoever had seen these changes."""
        return self.log.fold(self.first, self.log.all_of(set(base)))


def story(session: Session, contact: Contact) -> Story:
    """The whole of a visit; the caller has checked the access."""
    rows = {row.id: row for row in session.exec(select(Amendment).where(Amendment.contact_id == contact.id))}
    first = contact.as_logged or parts_of(contact, children_of(session, contact))
    return Story(first, Log(change_of(row) for row in rows.values()), rows)


def change_of(row: Amendment) -> Change:
    return Change(row.id, frozenset(UUID(one) for one in row.base), row.changes)


def text_of(contact: Contact) -> str:
    """The text that is signed and confirmed, as the visit stands (docs/wire.md)."""
    return rules.summary_text(
        visit_id=contact.id,
        started_at=contact.started_at,
        ended_at=contact.ended_at,
        zone=contact.zone,
        place=contact.place,
        came=contact.came,
        agreed=contact.agreed,
        next_visit=contact.next_visit_on,
        note=contact.family_note,
    )


def summaries(session: Session, contact: Contact) -> dict[str, str]:
    """Every summary that stood for this visit, by its hash, the present one too."""
    kept = session.exec(select(Summary).where(Summary.contact_id == contact.id))
    return {row.sha256: row.text for row in kept} | {contact.summary_sha256: text_of(contact)}


def changed_since(session: Session, contact: Contact, sha256: str) -> tuple[str, ...]:
    """The parts of the summary that differ from the one of this hash; none when it stands, or was never this visit's."""
    found = summaries(session, contact)
    return tuple(versions.differing(found[sha256], found[contact.summary_sha256])) if sha256 in found else ()


def past(session: Session, contact: Contact, *, hidden: frozenset[str], adults: Mapping[str, str]) -> Past:
    """Each change with what it replaced, in an order that no clock decides. hidden: the parts that are not open to the
    reader; of them it is only said that one was changed. adults: names by the ids in `persons_seen`.
    """
    told = story(session, contact)
    if not told.rows:
        return Past()
    authors = people.accounts(session, list({row.author_id for row in told.rows.values()}))
    ids = {child for parts in (told.first, *(row.changes for row in told.rows.values())) for child in _children(parts)}
    names = {one: line.name for one, line in cases.person_lines(session, list(ids)).items()}
    reader = _Reader(hidden, adults, names)

    def side(row: Amendment, part: str | None = None) -> Side:
        at = rules.entered_at(row.captured_at, row.drift, now=row.received_at)
        value = reader.value(part, row.changes[part]) if part else None
        return Side(row.id, authors[row.author_id].name, at, row.received_at, row.reason, value)

    changed = []
    for change in told.log.in_order():
        before = told.as_seen(change.base).values
        row = told.rows[change.id]
        shown = tuple(reader.changed(part, before.get(part), row.changes[part]) for part in _sorted(row.changes))
        changed.append((side(row), shown))
    now = told.now()
    undecided = tuple(
        Undecided(
            part,
            reader.changed(part, told.first.get(part), now.values.get(part)),
            tuple(side(told.rows[one], part) for one in ids),
        )
        for part, ids in now.undecided.items()
    )
    return Past(tuple(changed), undecided, tuple(sorted(told.rows)))


def _children(parts: Iterable[str]) -> set[UUID]:
    return {child for child, _what in map(versions.child_of, parts) if child}


def _sorted(parts: Iterable[str]) -> list[str]:
    order = {part: at for at, part in enumerate(versions.PARTS)}
    return sorted(parts, key=lambda part: (order.get(part, len(order)), part))


@dataclass(frozen=True, slots=True)
class _Reader:
    """Turns values as they are kept into values to be shown to one reader."""

    hidden: frozenset[str]
    adults: Mapping[str, str]
    children: Mapping[UUID, str]

    def changed(self, part: str, before: Any, after: Any) -> Changed:
        child, what = versions.child_of(part)
        hidden = what in self.hidden
        shown = (None, None) if hidden else (self.value(part, before), self.value(part, after))
        return Changed(part, what, self.children.get(child, "") if child else "", hidden, *shown)

    def value(self, part: str, value: Any) -> Any:
        """A time as a time, a day as a day, an adult by name; None for what is not open."""
        _child, what = versions.child_of(part)
        if value is None or what in self.hidden:
            return None
        if what == "when":
            return {name: datetime.fromisoformat(said) for name, said in value.items()}
        if what == "next_visit":
            return date.fromisoformat(value)
        if what == "persons_seen":
            return [self.adults.get(said, said) for said in value]
        return value
