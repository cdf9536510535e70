"""A change of a visit as it is sent: the body of `visit.amend`, schema 1 (docs/wire.md), from a phone, the API or a form."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BeforeValidator, Field, StrictBool, StrictInt

from porchlight.core.clock import at_wall, iso, local
from porchlight.core.refused import FieldError, Refused
from porchlight.visits import drafts, versions
from porchlight.visits.drafts import Day, Filled, Line, Text
from porchlight.visits.values import Alone, Kind, Place
from porchlight.web.forms import Input, Moment, read

MOST_BASE = 500  # changes of one visit; a phone names all that it has seen


class WhenDraft(Input):
    started_at: Moment
    ended_at: Moment


class WhereDraft(Input):
    kind: Kind
    place: Place
    in_residence: StrictBool


class HowSeenDraft(Input):
    seen: Annotated[bool, BeforeValidator(drafts.answered)]
    alone: Literal["", Alone.YES, Alone.NO, Alone.NOT_POSSIBLE] = ""
    alone_reason: Line = ""
    not_seen_reason: Line = ""


class ChildChanges(Input):
    """What is changed of one child: whether and how they were seen, their own private note, or both."""

    person_id: UUID
    how_seen: HowSeenDraft | None = None
    private_note: Text | None = None


class ChangesDraft(Input):
    """Only what is changed is named. What stands here as a default was not sent (`model_fields_set`)."""

    when: WhenDraft | None = None
    where: WhereDraft | None = None
    persons_seen: list[Line] = Field(default_factory=list, max_length=50)
    observations: Text = ""
    topics: list[Line] = Field(default_factory=list, max_length=50)
    came: Filled = ""
    agreed: list[Line] = Field(default_factory=list, max_length=50)
    next_visit: Day | None = None
    note: Text = ""
    place_note: Line = ""
    children: list[ChildChanges] = Field(default_factory=list, max_length=50)

    def values(self) -> dict[str, Any]:
        """The new value of each part that is named, as JSON keeps it (versions.py)."""
        found: dict[str, Any] = {part: getattr(self, part) for part in versions.PARTS if part in self.model_fields_set}
        if self.next_visit:
            found["next_visit"] = self.next_visit.isoformat()
        if found.get("where"):
            found["where"] = found["where"].model_dump(mode="json")
        if found.get("when"):
            when = found["when"]
            found["when"] = {name: versions.stamp(getattr(when, name)) for name in ("started_at", "ended_at")}
        for child in self.children:
            if child.how_seen is not None:
                how = child.how_seen.model_dump(mode="json")
                found[versions.child_part(child.person_id, versions.HOW_SEEN)] = how
            if child.private_note is not None:
                found[versions.child_part(child.person_id, versions.PRIVATE_NOTE)] = child.private_note
        return {part: value for part, value in found.items() if value is not None or part == "next_visit"}


class AmendmentDraft(Input):
    """One change, whoever sends it. base: the changes that its writer saw; drift_ms: the sender's clock minus ours."""

    amendment_id: UUID
    visit_id: UUID
    case_id: UUID
    base: list[UUID] = Field(default_factory=list, max_length=MOST_BASE)
    changes: ChangesDraft
    reason: Filled
    drift_ms: StrictInt = Field(default=0, ge=-(2**52), le=2**52)

    @property
    def drift(self) -> timedelta:
        return timedelta(milliseconds=self.drift_ms)


def fields_of(values: Mapping[str, Any], zone: str) -> dict[str, list[str]]:
    """The fields of visits/amend.html that show these parts; times on the wall clock of the visit's zone."""
    when, where = values["when"], values["where"]
    found = {name: [local(datetime.fromisoformat(when[name]), zone).strftime("%Y-%m-%dT%H:%M")] for name in when}
    found |= {"kind": [where["kind"]], "place": [where["place"]], "in_residence": ["yes"] * where["in_residence"]}
    found |= {"persons": values["persons_seen"], "topics": values["topics"], "agreed": ["\n".join(values["agreed"])]}
    found |= {name: [values[name] or ""] for name in ("observations", "came", "next_visit", "note")}
    for part, value in values.items():
        child, what = versions.child_of(part)
        if child and what == versions.PRIVATE_NOTE:
            found[f"child-{child}-private_note"] = [value]
        elif child:
            said = {**value, "seen": "yes" if value["seen"] else "no"}
            found |= {f"child-{child}-{name}": [words] for name, words in said.items()}
    return found


def from_form(
    typed: Mapping[str, Any],
    before: Mapping[str, Any],
    *,
    visit_id: UUID,
    case_id: UUID,
    base: list[UUID],
    zone: str,
) -> AmendmentDraft:
    """What differs from `before`, the parts that the form showed, in the fields of pwa/templates/visits/amend.html.

    Raises Invalid with the names of the draft's fields; see `in_form_words`.
    """
    shown = fields_of(before, zone)

    def differs(*names: str) -> bool:
        return any(sorted(drafts.many(typed, name)) != sorted(_lines(shown.get(name, []))) for name in names)

    changes: dict[str, Any] = {}
    if differs("started_at", "ended_at"):
        changes["when"] = {
            name: _instant(drafts.text(typed, name), zone) if differs(name) else before["when"][name]
            for name in ("started_at", "ended_at")
        }
    if differs("kind", "place", "in_residence"):
        changes["where"] = {name: drafts.text(typed, name) for name in ("kind", "place")}
        changes["where"]["in_residence"] = bool(drafts.text(typed, "in_residence"))
    changes |= {part: drafts.text(typed, part) for part in ("observations", "came", "note") if differs(part)}
    if differs("next_visit"):
        changes["next_visit"] = drafts.text(typed, "next_visit") or None
    if differs("agreed"):
        changes["agreed"] = [line for line in drafts.text(typed, "agreed").split("\n") if line.strip()]
    changes |= {part: drafts.many(typed, name) for part, name in LISTS if differs(name)}
    children = [_child(typed, one, before) for one in drafts.child_ids(typed)]
    changes["children"] = [one for one in children if len(one) > 1]
    said = {"visit_id": visit_id, "case_id": case_id, "base": base, "changes": changes}
    with in_form_words([one["person_id"] for one in changes["children"]]):
        own = {"amendment_id": typed.get("amendment_id"), "reason": drafts.text(typed, "reason")}
        return read(AmendmentDraft, {**said, **own})


LISTS = (("persons_seen", "persons"), ("topics", "topics"))
HOW = ("seen", "alone", "alone_reason", "not_seen_reason")


def _child(typed: Mapping[str, Any], person_id: str, before: Mapping[str, Any]) -> dict[str, Any]:
    """What differs of one child. One who was not named in the visit and about whom nothing is said stays out of it."""
    said = drafts.child_from(typed, person_id)
    how, note = ({name: said[name] for name in HOW}, said["private_note"])
    was = before.get(versions.child_part(person_id, versions.HOW_SEEN))
    found: dict[str, Any] = {"person_id": person_id}
    if how != was and (was is not None or how["seen"] != ""):
        found["how_seen"] = how
    if note != before.get(versions.child_part(person_id, versions.PRIVATE_NOTE), ""):
        found["private_note"] = note
    return found


def _lines(values: list[str]) -> list[str]:
    return [value.strip() for value in values if value.strip()]


def _instant(wall: str, zone: str) -> str:
    try:
        return iso(at_wall(datetime.fromisoformat(wall).replace(tzinfo=None), zone))
    except (ValueError, OverflowError):
        return ""


@contextmanager
def in_form_words(children: Sequence[str] = ()) -> Iterator[None]:
    """Inside, a mistake in a field of the draft is said beside the field of the form that it came from.

    children: the ids of the draft's children, in their order.
    """
    try:
        yield
    except Refused as refused:
        refused.errors = [FieldError(_form_field(e.field, children), e.message, e.params) for e in refused.errors]
        raise


def _form_field(field: str, children: Sequence[str]) -> str:
    first, *more = field.removeprefix("changes.").split(".")
    if first == "children" and len(more) > 1:
        child = children[int(more[0])] if more[0].isdigit() else more[0]
        return f"child-{child}-{more[-1]}"
    if first in {"when", "where"} and more:
        return more[0]
    return {"persons_seen": "persons"}.get(first, first)
