"""What a held item says, opened for the supervisor who looks at it: only what they may read of that family."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import ValidationError
from sqlmodel import Session

from porchlight.cases import queries as cases
from porchlight.core.actor import Actor
from porchlight.core.clock import local_day
from porchlight.core.i18n import _
from porchlight.core.keys import Keys
from porchlight.core.refused import NotFound, Refused
from porchlight.evidence.drafts import PhotoDraft, SignatureDraft
from porchlight.homes import queries as homes
from porchlight.people import access
from porchlight.people.access import Capability, Field
from porchlight.phone import settling, wire
from porchlight.phone.held import queries
from porchlight.phone.models import Deposit
from porchlight.phone.settling import Item
from porchlight.visits import queries as visits
from porchlight.visits import versions
from porchlight.visits.amend_drafts import AmendmentDraft
from porchlight.visits.drafts import VisitDraft


def body_of(keys: Keys, row: Deposit) -> dict[str, Any] | None:
    """The opened body; None when it cannot be read."""
    if row.sealed is None:
        return None
    try:
        found = json.loads(settling.open_item(keys, Item(wire.read(row.authority), row.authority, row.sealed)))
    except (Refused, ValueError, RecursionError, wire.Unreadable):
        return None
    return found if isinstance(found, dict) else None


def case_of(session: Session, keys: Keys, row: Deposit) -> UUID | None:
    """The case that a held item is about; of a signature or a photo, that of its visit, in the record or held with it,
    finished or not.

    None when that is not known here.
    """
    named = _named(keys, row)
    if named is None and row.parent_id:
        parent = session.get(Deposit, row.parent_id) or queries.draft_around(session, row)
        named = visits.case_of(session, row.parent_id) or (_named(keys, parent) if parent else None)
    return named if named and cases.case(session, named) else None


def _named(keys: Keys, row: Deposit) -> UUID | None:
    """The case that its own body names."""
    try:
        return UUID(str((body_of(keys, row) or {}).get("case_id")))
    except ValueError:
        return None


def may_read(
    session: Session,
    actor: Actor,
    case_id: UUID | None,
    written_at: datetime,
    *,
    now: datetime,
    what: Capability = Capability.READ_VISITS,
) -> frozenset[Field]:
    """The field classes open to this supervisor: of a family that is theirs now, or was when this was written."""
    if case_id is None:
        return frozenset()
    found = access.fields(session, actor, case_id, what, now=now)
    return found or access.fields(session, actor, case_id, what, now=min(written_at, now))


def check_may_read(
    session: Session, actor: Actor, case_id: UUID | None, written_at: datetime, *, now: datetime
) -> None:
    """Raises NotFound."""
    if not may_read(session, actor, case_id, written_at, now=now):
        raise NotFound(_("We could not find that page. It may have moved, or it may not be on your caseload."))


def shown(
    session: Session, kind: str, body: Mapping[str, Any], case_id: UUID, fields: frozenset[Field]
) -> dict[str, Any]:
    """The context of the part of the page that shows an item of this kind; {"what": "unreadable"} when it does not fit."""
    try:
        if kind == "visit.log":
            return _visit(session, VisitDraft.model_validate(body), fields)
        if kind == "visit.amend":
            draft = AmendmentDraft.model_validate(body)
            said = [one.person_id for one in draft.changes.children]
            return {"what": "draft", "lines": _changed(session, draft, case_id, fields), "people": said}
        if kind == "visit.sign":
            return {"what": "sign", "signature": SignatureDraft.model_validate(body)}
        if kind == "visit.photo":
            return {"what": "photo", "photo": PhotoDraft.model_validate(body)}
        about = [one.id for one in cases.persons(session, case_id) if f"child-{one.id}-private_note" in body["fields"]]
        return {"what": "draft", "lines": _typed(session, body, case_id, fields), "people": about}
    except (ValidationError, AttributeError, TypeError, KeyError):
        return {"what": "unreadable"}


def _visit(session: Session, draft: VisitDraft, fields: frozenset[Field]) -> dict[str, Any]:
    """As visits/_record.html asks for it."""
    names = {one.id: one.name for one in cases.persons(session, draft.case_id)}
    notes = Field.PRIVATE_NOTE in fields
    on = local_day(draft.started_at, draft.zone)
    carers = homes.caregivers_of_children(session, [child.person_id for child in draft.children], on)
    adults = {str(key): name for key, name in names.items()} | {str(one.id): one.name for one in carers}
    contact = {
        **draft.model_dump(exclude={"children", "follow_ups", "summary"}),
        "kind": draft.kind.value,
        "place": draft.place.value,
        "on": on,
        "persons_seen": [adults.get(said, said) for said in draft.persons_seen],
        "came": draft.summary.came,
        "agreed": draft.summary.agreed,
        "next_visit_on": draft.summary.next_visit,
        "family_note": draft.summary.note,
    }
    children = [
        {**child.model_dump(), "name": names.get(child.person_id, ""), "may_read": notes,
         "private_note": child.private_note if notes else None}
        for child in draft.children
    ]  # fmt: skip
    return {
        "what": "visit",
        "contact": contact,
        "ends_on": local_day(draft.ended_at, draft.zone),
        "children": children,
        "topics": draft.topics,
        "follow_ups": [{"title": one.title, "due_in": None, "done_at": None} for one in draft.follow_ups],
        "signature": None,
        "people": [child.person_id for child in draft.children],
    }


def _changed(session: Session, draft: AmendmentDraft, case_id: UUID, fields: frozenset[Field]) -> list[dict[str, str]]:
    """Why a visit is changed, and each part that is, as `_typed` gives them; what is emptied says so by a dash."""
    names = {one.id: one.name for one in cases.persons(session, case_id)}
    lines = [{"child": "", "field": "reason", "words": draft.reason}]
    for part, value in draft.changes.values().items():
        child, what = versions.child_of(part)
        if what == versions.PRIVATE_NOTE and Field.PRIVATE_NOTE not in fields:
            continue
        for field, said in (value if isinstance(value, dict) else {what: value}).items():
            whose = names.get(child, "") if child else ""
            lines.append({"child": whose, "field": FORM.get(field, field), "words": _words(field, said) or "–"})
    return lines


FORM = {"persons_seen": "persons"}  # as the form names it


def _words(field: str, said: Any) -> str:
    if isinstance(said, bool):
        return "yes" if said else "no"
    if field in {"started_at", "ended_at"}:
        return f"{datetime.fromisoformat(said):%Y-%m-%d %H:%M} UTC"
    return ", ".join(said) if isinstance(said, list) else said or ""


OURS = ("photo-", "visit_id", "amendment_id", "base", "exact_")  # fields that nobody typed


def _typed(session: Session, body: Mapping[str, Any], case_id: UUID, fields: frozenset[Field]) -> list[dict[str, str]]:
    """What was typed into an unfinished visit: {child, field, words}, a child's private note only where it is open."""
    names = {str(one.id): one.name for one in cases.persons(session, case_id)}
    lines = []
    for name, values in body["fields"].items():
        child, field = (name[6:42], name[43:]) if name.startswith("child-") else ("", name)
        hidden = field == "private_note" and Field.PRIVATE_NOTE not in fields
        words = ", ".join(names.get(str(one), str(one)) for one in values if str(one).strip())
        if words and not hidden and not name.startswith(OURS):
            lines.append({"child": names.get(child, ""), "field": field, "words": words})
    if body.get("signature"):
        lines.append({"child": "", "field": "signature", "words": str(body["signature"]["signer"]["name"])})
    return lines
