"""What a visit is made of: its kinds, places, reasons and answers, and the shapes in which it is read."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from porchlight.visits.door.values import AtTheDoor, Way
from porchlight.visits.versions import Past


class Kind(StrEnum):
    CASEWORKER_VISIT = "caseworker_visit"
    FAMILY_TIME = "family_time"
    PHONE = "phone"
    VIDEO = "video"
    COLLATERAL = "collateral"
    ATTEMPTED = "attempted"
    TRANSPORT = "transport"


class Place(StrEnum):
    HOME = "home"
    OFFICE = "office"
    SCHOOL = "school"
    COMMUNITY = "community"
    VIDEO = "video"
    PHONE = "phone"


class Alone(StrEnum):
    """Whether the child could talk without others near."""

    YES = "yes"
    NO = "no"
    NOT_POSSIBLE = "not_possible"


class Answer(StrEnum):
    """What the caregiver says of a visit: no answer yet is the absence of a row."""

    CONFIRMED = "confirmed"
    DIFFERENT = "different"


class Difference(StrEnum):
    """What a caregiver may say is different."""

    NO_VISIT = "no_visit"
    OTHER_TIME = "other_time"
    SOMEONE_ELSE = "someone_else"
    CHILD_NOT_HERE = "child_not_here"
    OTHER = "other"


class Asked(StrEnum):
    """Where the question to the caregiver stands."""

    NOT_ASKED = "not_asked"
    ASKED = "asked"
    CONFIRMED = "confirmed"
    DIFFERENT = "different"
    EXPIRED = "expired"  # nobody answered while the link was good


class Child(Protocol):
    """What the rules ask of each child of a visit."""

    @property
    def person_id(self) -> UUID: ...
    @property
    def seen(self) -> bool: ...
    @property
    def alone(self) -> str: ...
    @property
    def alone_reason(self) -> str: ...
    @property
    def not_seen_reason(self) -> str: ...


@dataclass(frozen=True, slots=True)
class ChildRecord:
    """One child of one visit. private_note is None where it is not for this reader."""

    person_id: UUID
    name: str
    seen: bool
    alone: str
    alone_reason: str
    not_seen_reason: str
    private_note: str | None

    @property
    def may_read(self) -> bool:
        return self.private_note is not None


@dataclass(frozen=True, slots=True)
class FollowUp:
    id: UUID
    title: str
    due_on: date | None


@dataclass(frozen=True, slots=True)
class GivenAnswer:
    """What one caregiver last said of a visit. words is None while only a supervisor may read them.

    answered_at: when it reached us; said_at: when it was said, where that was earlier.
    """

    caregiver_id: UUID
    caregiver: str
    answer: Answer
    different: str
    words: str | None
    answered_at: datetime
    way: Way = Way.LINK
    said_at: datetime | None = None
    changed: tuple[str, ...] = ()  # the parts of the summary that were changed since: then it does not count


@dataclass(frozen=True, slots=True)
class Asking:
    """Where the question to the caregivers of one visit stands; expires_at is None when nobody was asked.

    earlier: answers about a summary that was changed since; once: what was said to be different by who has confirmed since.
    """

    state: Asked
    caregivers: tuple[str, ...] = ()
    answers: tuple[GivenAnswer, ...] = ()
    earlier: tuple[GivenAnswer, ...] = ()
    once: tuple[GivenAnswer, ...] = ()
    asked_at: datetime | None = None
    expires_at: datetime | None = None
    door: AtTheDoor | None = None


@dataclass(frozen=True, slots=True)
class VisitRecord:
    """A visit as one reader may see it; times are aware UTC, `zone` is the wall clock that was meant."""

    id: UUID
    case_id: UUID
    family: str
    author_id: UUID
    author: str
    by_phone: bool
    kind: Kind
    started_at: datetime
    ended_at: datetime
    zone: str
    on: date
    place: Place
    in_residence: bool
    place_note: str
    persons_seen: tuple[str, ...]
    observations: str
    came: str
    agreed: tuple[str, ...]
    next_visit_on: date | None
    family_note: str
    topics: tuple[str, ...]
    late: bool
    late_reason: str
    received_at: datetime
    summary_sha256: str
    summary_text: str
    children: tuple[ChildRecord, ...]
    follow_ups: tuple[FollowUp, ...]
    asking: Asking
    past: Past


@dataclass(frozen=True, slots=True)
class VisitLine:
    """A visit as a list shows it. answer: confirmed | different, or None while nobody answered."""

    id: UUID
    case_id: UUID
    kind: Kind
    started_at: datetime
    ended_at: datetime
    zone: str
    on: date
    place: Place
    in_residence: bool
    author: str
    late: bool
    answer: Answer | None


@dataclass(frozen=True, slots=True)
class VisitPage:
    """A page of a family's visits; `next` is the visit to ask for as `before`, or None at the end."""

    visits: list[VisitLine]
    next: UUID | None


@dataclass(frozen=True, slots=True)
class Dot:
    """One child in one visit, for a picture of the past months; `day` is the local day of that visit."""

    person_id: UUID
    day: date
    kind: Kind
    seen: bool
    in_residence: bool
    confirmed: Answer | None


@dataclass(frozen=True, slots=True)
class Planned:
    id: UUID
    case_id: UUID
    account_id: UUID
    starts_at: datetime
    place: Place
    contact_id: UUID | None


@dataclass(frozen=True, slots=True)
class Shown:
    """What a caregiver's link shows: the very facts of the summary that is confirmed, and no child."""

    contact_id: UUID
    who: str
    on: date
    started_at: datetime
    ended_at: datetime
    zone: str
    place: Place
    came: str
    agreed: tuple[str, ...]
    next_visit_on: date | None
    family_note: str
    summary_sha256: str
