"""Changing a visit after it was logged: a change is added, never written over, and the visit's rows follow."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import Session, select

from porchlight.audit import service as audit
from porchlight.cases import queries as cases
from porchlight.core.actor import Actor
from porchlight.core.i18n import _
from porchlight.core.keys import sha256
from porchlight.core.refused import Conflict, NotFound, Refused
from porchlight.people import access
from porchlight.people.access import Capability
from porchlight.visits import following, history, rules, service, versions
from porchlight.visits.amend_drafts import AmendmentDraft, ChildChanges
from porchlight.visits.drafts import ChildDraft
from porchlight.visits.history import Story
from porchlight.visits.models import Amendment, Contact
from porchlight.web.forms import read

DECIDED = _("Decided between two changes")
NOT_HERE = _("We could not find that page. It may have moved, or it may not be on your caseload.")


def amend(
    session: Session,
    actor: Actor,
    draft: AmendmentDraft,
    *,
    captured_at: datetime,
    device_id: UUID | None,
    now: datetime,
    late: bool = False,
) -> Amendment:
    """Add a change to a visit, once: the same draft sent again gives the sender's own row, and changes nothing.

    captured_at: the sender's clock when it was saved. late: it was made while the case was the sender's, though it may
    not be now; its author may always say what was wrong. Raises NotFound (not theirs), Invalid or Refused, Conflict.
    """
    contact = to_change(session, actor, draft, captured_at=captured_at, now=now, late=late)
    body = draft.model_dump(mode="json", exclude_unset=True)
    if already := _already(session, actor, draft.amendment_id, body_sha256 := sha256(service.canonical(body))):
        return already
    told = history.story(session, contact)
    _check(session, draft, told, contact, now=now)
    contact.as_logged = told.first
    session.add(contact)
    row = _row(actor, draft, body_sha256, captured_at=captured_at, device_id=device_id, now=now)
    session.add(row)
    session.flush()
    following.follow(session, contact, row.changes, now=now)
    children = {child for child, _what in map(versions.child_of, row.changes) if child}
    parts = ",".join(sorted({versions.child_of(part)[1] for part in row.changes}))
    said = {"amendment": str(row.id), "parts": parts}
    audit.record(session, actor, "visit.amended", contact.id, now=now, people=children, **said)
    return row


def _row(
    actor: Actor,
    draft: AmendmentDraft,
    body_sha256: str,
    *,
    captured_at: datetime,
    device_id: UUID | None,
    now: datetime,
) -> Amendment:
    return Amendment(
        id=draft.amendment_id,
        contact_id=draft.visit_id,
        author_id=actor.account_id,
        device_id=device_id,
        base=sorted({str(one) for one in draft.base}),
        changes=draft.changes.values(),
        reason=draft.reason,
        body_sha256=body_sha256,
        captured_at=captured_at,
        drift_ms=draft.drift_ms,
        received_at=now,
    )


def to_change(
    session: Session, actor: Actor, draft: AmendmentDraft, *, captured_at: datetime, now: datetime, late: bool
) -> Contact:
    """The visit that is to be changed, locked, so that two changes come one after the other. Raises NotFound."""
    query = select(Contact).where(Contact.id == draft.visit_id, Contact.case_id == draft.case_id)
    contact = session.exec(query.with_for_update().execution_options(populate_existing=True)).one_or_none()
    if contact is None:
        raise NotFound(NOT_HERE)
    if not (late and contact.author_id == actor.account_id):
        entered = rules.entered_at(captured_at, draft.drift, now=now)
        asked_of = late and cases.last_worked(session, actor.account_id, contact.case_id, up_to=entered)
        access.check(session, actor, contact.case_id, Capability.LOG_VISIT, now=asked_of or now)
    return contact


def decide(
    session: Session, actor: Actor, visit_id: UUID, typed: Mapping[str, str], base: list[UUID], *, now: datetime
) -> Amendment:
    """Of a part that was changed by two who had not seen each other, keep one, or other words: itself a change, after both.

    typed: part, keep (an amendment's id) or words, amendment_id. base: what the page showed. Raises as amend does.
    """
    contact = session.get(Contact, visit_id)
    if contact is None or not may_amend(session, actor, contact.case_id, now=now):
        raise NotFound(NOT_HERE)
    told = history.story(session, contact)
    part = typed["part"]
    if part not in told.now().undecided:
        raise Conflict(_("This was decided already. Open the visit and look at it."))
    sides = {str(one): told.rows[one].changes[part] for one in told.as_seen(base).undecided.get(part, ())}
    child, what = versions.child_of(part)
    if typed["keep"] in sides:
        value = sides[typed["keep"]]
    elif sides and typed["words"].strip() and what in versions.ONE_TEXT:
        value = typed["words"]
    else:
        raise Refused(_("Keep one of the two, or write it together."))
    changes = {"children": [{"person_id": child, what: value}]} if child else {part: value}
    said = {"amendment_id": typed["amendment_id"], "visit_id": visit_id, "case_id": contact.case_id, "base": base}
    draft = read(AmendmentDraft, {**said, "changes": changes, "reason": DECIDED})
    return amend(session, actor, draft, captured_at=now, device_id=None, now=now)


def may_amend(session: Session, actor: Actor, case_id: UUID, *, now: datetime) -> bool:
    """Whether this person may write in this case today."""
    return bool(access.fields(session, actor, case_id, Capability.LOG_VISIT, now=now))


def _already(session: Session, actor: Actor, amendment_id: UUID, body_sha256: str) -> Amendment | None:
    found = session.get(Amendment, amendment_id)
    if found is None:
        return None
    if found.author_id != actor.account_id or found.body_sha256 != body_sha256:
        raise Conflict(_("A change was saved from this form before, with other words. Open the visit and look at it."))
    return found


def _check(session: Session, draft: AmendmentDraft, told: Story, contact: Contact, *, now: datetime) -> None:
    """What is written must be right by itself. It may come before a change that it builds on: then what depends on that
    one is not asked, for whether it is taken may not hang on which came first.
    """
    changes, values = draft.changes, draft.changes.values()
    if not values:
        raise Refused(_("Nothing was changed. Change something, or go back."))
    seen = told.as_seen(draft.base).values if told.log.ids() >= set(draft.base) else None
    where = changes.where
    kind = where.kind if where else seen["where"]["kind"] if seen else ""
    _check_who(session, draft, told, contact)
    rules.check_all(
        lambda: _check_when_and_where(draft, now=now),
        lambda: rules.check_names(_shown(values), _names(session, contact)),
        *(lambda child=child: _check_child(kind, child, seen) for child in changes.children),
    )


def _check_who(session: Session, draft: AmendmentDraft, told: Story, contact: Contact) -> None:
    """The children are of this family, or were when the visit was logged; each stands there once."""
    family = cases.case(session, contact.case_id)
    known = {person.id for person in family.children} if family else set()
    known |= {child for child, _what in map(versions.child_of, told.first) if child}
    ids = [child.person_id for child in draft.changes.children]
    if not known.issuperset(ids) or len(set(ids)) < len(ids):
        raise Refused(_("One of these children is not in this family. Open the form again from the family's page."))


def _check_when_and_where(draft: AmendmentDraft, *, now: datetime) -> None:
    when, where = draft.changes.when, draft.changes.where
    if when:
        rules.check_times(when.started_at, when.ended_at, now=now, drift=draft.drift)
    if where:
        rules.check_place(where.kind, where.place, in_residence=where.in_residence)


def _shown(values: Mapping[str, Any]) -> dict[str, str]:
    """What the family reads by link, of what is changed."""
    words = {name: values[name] for name in ("came", "note", "place_note") if name in values}
    return {**words, "agreed": "\n".join(values.get("agreed", []))}


def _names(session: Session, contact: Contact) -> list[tuple[str, str]]:
    family = cases.case(session, contact.case_id)
    served = family.children if family else ()
    return [(first, one.last_name) for one in served for first in {one.first_name, one.preferred_name} if first]


def _check_child(kind: str, child: ChildChanges, seen: Mapping[str, Any] | None) -> None:
    here = f"children.{child.person_id}"
    if child.how_seen:
        try:
            rules.check_children(kind, [ChildDraft(person_id=child.person_id, **child.how_seen.model_dump())])
        except Refused as refused:
            error = refused.errors[0]
            raise Refused(error.message, field=f"{here}.{error.field.split('.')[-1]}") from refused
    elif seen is not None and versions.child_part(child.person_id, versions.HOW_SEEN) not in seen:
        raise Refused(_("Say whether you saw this child."), field=f"{here}.seen")
