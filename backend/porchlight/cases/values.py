"""What a list of the caseload shows: a person, a family, a task, a count."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from porchlight.cases import rules


@dataclass(frozen=True, slots=True)
class PersonLine:
    """A person as a list shows them."""

    id: UUID
    case_id: UUID
    role: str
    first_name: str
    last_name: str
    preferred_name: str
    pronouns: str
    relation: str
    born_on: date | None
    phone: str
    removed_on: date | None

    @property
    def name(self) -> str:
        return f"{self.preferred_name or self.first_name} {self.last_name}"

    @property
    def served(self) -> bool:
        return self.role in rules.SERVED


@dataclass(frozen=True, slots=True)
class PersonRecord(PersonLine):
    """Everything of one person, for the face sheet; the caller takes what is open to the reader."""

    languages: tuple[str, ...]
    school: str
    grade: str
    likes: str
    calm_down: str
    allergies: str
    medicines: str
    health_due_on: date | None
    dental_due_on: date | None
    alerts: tuple[str, ...]
    systems: tuple[str, ...]
    legal_status: str
    goal: str
    concurrent_goal: str


@dataclass(frozen=True, slots=True)
class FamilyLine:
    """A case with its family and the persons served in it; persons of other roles only from `case`."""

    case_id: UUID
    family: str
    language: str
    culture: str
    organization_id: UUID
    program: str
    court: bool
    opened_on: date
    closed_on: date | None
    hearing_on: date | None
    note: str
    persons: tuple[PersonLine, ...] = ()

    @property
    def children(self) -> tuple[PersonLine, ...]:
        return tuple(person for person in self.persons if person.served)

    def without_phones(self) -> "FamilyLine":
        return replace(self, persons=tuple(replace(person, phone="") for person in self.persons))


@dataclass(frozen=True, slots=True)
class Caseload:
    """One page of families, and how many there are in all."""

    total: int
    families: tuple[FamilyLine, ...]


@dataclass(frozen=True, slots=True)
class TaskLine:
    id: UUID
    case_id: UUID
    owner_id: UUID
    family: str
    kind: str
    title: str
    due_on: date | None
    source_id: UUID | None
    made_at: datetime


@dataclass(frozen=True, slots=True)
class Count:
    """How much one account carries."""

    families: int = 0
    persons: int = 0
