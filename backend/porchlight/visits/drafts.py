"""A visit as it is sent: the body of `visit.log`, schema 1 (docs/wire.md), from a phone, the API or a form."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import Annotated, Any, Literal
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BeforeValidator, Field, StrictBool, StrictInt

from porchlight.core.clock import at_wall
from porchlight.core.i18n import _
from porchlight.core.refused import FieldError, Refused
from porchlight.visits.door.drafts import DoorDraft
from porchlight.visits.values import Alone, Kind, Place
from porchlight.web.forms import Input, Moment, Unfit, read

MOST_FOLLOW_UPS = 20


def _day(value: object) -> object:
    if value is None or isinstance(value, str | date):
        return value
    raise Unfit(_("Write the date like 2026-11-23."))


def answered(value: object) -> object:
    if isinstance(value, bool):
        return value
    raise Unfit(_("Say whether you saw this child."))


def _known_zone(zone: str) -> str:
    try:
        return ZoneInfo(zone).key
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise Unfit(_("This time zone is not known. Set the time zone of this phone and try again.")) from None


Line = Annotated[str, Field(max_length=2_000)]
Filled = Annotated[str, Field(min_length=1, max_length=2_000)]
Text = Annotated[str, Field(max_length=20_000)]
Day = Annotated[date, BeforeValidator(_day)]
Zone = Annotated[str, AfterValidator(_known_zone)]


class SummaryDraft(Input):
    came: Filled
    agreed: list[Line] = Field(default_factory=list, max_length=50)
    next_visit: Day | None = None
    note: Text = ""


class ChildDraft(Input):
    person_id: UUID
    seen: Annotated[bool, BeforeValidator(answered)]
    alone: Literal["", Alone.YES, Alone.NO, Alone.NOT_POSSIBLE] = ""
    alone_reason: Line = ""
    not_seen_reason: Line = ""
    private_note: Text = ""


class FollowUpDraft(Input):
    id: UUID
    title: Filled
    due_on: Day | None = None


class VisitDraft(Input):
    """One visit, whoever sends it. Times are aware and become UTC; drift_ms: the sender's clock minus ours."""

    visit_id: UUID
    case_id: UUID
    kind: Kind
    started_at: Moment
    ended_at: Moment
    zone: Zone
    place: Place
    in_residence: StrictBool = False
    place_note: Line = ""
    persons_seen: list[Line] = Field(default_factory=list, max_length=50)
    observations: Text = ""
    summary: SummaryDraft
    children: list[ChildDraft] = Field(default_factory=list, max_length=50)
    topics: list[Line] = Field(default_factory=list, max_length=50)
    follow_ups: list[FollowUpDraft] = Field(default_factory=list, max_length=MOST_FOLLOW_UPS)
    late_reason: Line = ""
    drift_ms: StrictInt = Field(default=0, ge=-(2**52), le=2**52)
    time_source: Line = "phone"
    door: DoorDraft | None = None

    @property
    def drift(self) -> timedelta:
        return timedelta(milliseconds=self.drift_ms)


def from_form(typed: Mapping[str, Any], *, case_id: UUID, came: str, zone: str) -> VisitDraft:
    """A draft from the fields of pwa/templates/visits/new.html, its times on the wall clock of `zone`.

    came: who came, as the family knows them. Raises Invalid with the names of the draft's fields; see `in_form_words`.
    """
    visit_id = text(typed, "visit_id")
    return read(
        VisitDraft,
        {
            "visit_id": visit_id,
            "case_id": case_id,
            "kind": text(typed, "kind"),
            "started_at": _instant(text(typed, "started_at"), zone),
            "ended_at": _instant(text(typed, "ended_at"), zone),
            "zone": zone,
            "place": text(typed, "place"),
            "in_residence": bool(text(typed, "in_residence")),
            "place_note": text(typed, "place_note"),
            "persons_seen": many(typed, "persons"),
            "observations": text(typed, "observations"),
            "summary": {
                "came": came,
                "agreed": [line for line in text(typed, "agreed").split("\n") if line.strip()],
                "next_visit": text(typed, "next_visit") or None,
                "note": text(typed, "note"),
            },
            "children": [child_from(typed, person_id) for person_id in child_ids(typed)],
            "topics": many(typed, "topics"),
            "follow_ups": [_follow_up(typed, number, visit_id) for number in _follow_up_numbers(typed)],
            "late_reason": text(typed, "late_reason"),
            "time_source": "server",
        },
    )


@contextmanager
def in_form_words(typed: Mapping[str, Any]) -> Iterator[None]:
    """Inside, a mistake in a field of the draft is said beside the field of the form that it came from."""
    try:
        yield
    except Refused as refused:
        names = {f"children.{at}": f"child-{person_id}-" for at, person_id in enumerate(child_ids(typed))}
        names |= {f"follow_ups.{at}": f"follow_up-{number}-" for at, number in enumerate(_follow_up_numbers(typed))}
        refused.errors = [FieldError(_form_field(e.field, names), e.message, e.params) for e in refused.errors]
        raise


def id_of(typed: Mapping[str, Any]) -> UUID | None:
    """The id that the form carries, if it is one."""
    try:
        return UUID(text(typed, "visit_id"))
    except ValueError:
        return None


def as_lists(typed: Mapping[str, Any]) -> dict[str, Any]:
    """What was typed, ready to be drawn again: ticked boxes as lists, also where only one was ticked."""
    return {**typed, **{name: many(typed, name) for name in ("persons", "topics", "in_residence")}}


def _form_field(field: str, names: Mapping[str, str]) -> str:
    parts = field.split(".")
    if parts[0] == "summary" and len(parts) > 1:
        return parts[1]
    if parts[0] == "persons_seen":
        return "persons"
    prefix = names.get(".".join(parts[:2]))
    return prefix + (parts[2] if len(parts) > 2 else "") if prefix else parts[0]


def text(typed: Mapping[str, Any], name: str) -> str:
    """What was typed, line breaks as one sign each; of several values the last."""
    values = many(typed, name)
    return values[-1] if values else ""


def many(typed: Mapping[str, Any], name: str) -> list[str]:
    given = typed.get(name)
    values = given if isinstance(given, list) else [given]
    return [str(value).replace("\r\n", "\n").strip() for value in values if value is not None and str(value).strip()]


def _instant(wall: str, zone: str) -> datetime | str:
    """The instant of a datetime-local field; what is no such time is left for the model to refuse."""
    try:
        return at_wall(datetime.fromisoformat(wall).replace(tzinfo=None), zone)
    except (ValueError, OverflowError):
        return ""


def child_ids(typed: Mapping[str, Any]) -> list[str]:
    ids = (name[len("child-") :][:36] for name in typed if name.startswith("child-"))
    return list(dict.fromkeys(ids))


def child_from(typed: Mapping[str, Any], person_id: str) -> dict[str, Any]:
    """As the phone does, without what its own answers do not ask for."""

    def field(name: str) -> str:
        return text(typed, f"child-{person_id}-{name}")

    seen = _yes_or_no(field("seen"))
    alone = "" if seen is False else field("alone")
    return {
        "person_id": person_id,
        "seen": seen,
        "alone": alone,
        "alone_reason": "" if alone in ("", Alone.YES) else field("alone_reason"),
        "not_seen_reason": "" if seen is True else field("not_seen_reason"),
        "private_note": field("private_note"),
    }


def _yes_or_no(answer: str) -> bool | str:
    return {"yes": True, "no": False}.get(answer, answer)


def _follow_up_numbers(typed: Mapping[str, Any]) -> list[str]:
    numbers = (name.split("-")[1] for name in typed if name.startswith("follow_up-") and name.count("-") == 2)
    return [
        n for n in dict.fromkeys(numbers) if text(typed, f"follow_up-{n}-title") or text(typed, f"follow_up-{n}-due_on")
    ]


def _follow_up(typed: Mapping[str, Any], number: str, visit_id: str) -> dict[str, Any]:
    """Its id comes from the visit's, so that pressing the button twice makes one task."""
    try:
        own_id = uuid5(UUID(visit_id), f"follow-up-{number}")
    except ValueError:  # said of visit_id already
        own_id = UUID(int=0)
    return {
        "id": own_id,
        "title": text(typed, f"follow_up-{number}-title"),
        "due_on": text(typed, f"follow_up-{number}-due_on") or None,
    }
