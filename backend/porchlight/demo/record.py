"""One contact of the demo's history, and how many become rows at once."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

from porchlight.core.ids import new_id
from porchlight.core.keys import sha256
from porchlight.demo.book import ZONE, Book, Child, Household, data
from porchlight.visits.models import Contact, ContactChild
from porchlight.visits.rules import short_name, summary_text

SLOTS = ((9, 0), (10, 30), (13, 0), (14, 30), (16, 0), (17, 20))
LEEWAY = (0, 5, 10)  # minutes; 75 of a visit and these fit between two slots
SHARE_HOME = 0.70  # rules.md, Demo caseload: 70 % in the residence
SHARE_LATE = 0.05  # 4 to 6 % late entries
MOST_DRIFT = 4000  # ms; how far an ordinary phone's clock is off


@dataclass
class Visit:
    """One contact to be written. What is None is chosen when it is written."""

    home: Household
    children: list[Child]
    day: date
    kind: str = "caseworker_visit"
    by: str = ""
    place: str | None = None
    at: tuple[int, int] | None = None
    not_seen: dict[str, str] = field(default_factory=dict)  # child's key: why
    late_days: int | None = None
    observations: str | None = None
    adults: list[str] = field(default_factory=list)
    id: UUID = field(default_factory=new_id)
    started_at: datetime | None = None
    at_home: bool = False
    summary_sha256: str = ""

    @property
    def worker(self) -> str:
        return self.by or self.home.worker

    @property
    def counted(self) -> bool:
        return self.kind == "caseworker_visit"


@dataclass
class Shares:
    """How many visits were at home and how many were written late so far, so that the shares come out right."""

    visits: int = 0
    at_home: int = 0
    contacts: int = 0
    late: int = 0

    def next_is_home(self) -> bool:
        return self.at_home <= self.visits * SHARE_HOME

    def next_is_late(self) -> bool:
        return self.contacts >= 12 and self.late < self.contacts * SHARE_LATE


class Writer:
    """Turns planned visits into rows, in the order of their days."""

    def __init__(self, book: Book, chance: Random) -> None:
        self.book, self.chance = book, chance
        self.words = data("notes")
        self.shares = Shares()
        self.busy: dict[tuple[str, date], int] = {}
        self.contacts: list[Contact] = []
        self.children: list[ContactChild] = []

    def write(self, visits: list[Visit]) -> None:
        for visit in sorted(visits, key=lambda one: one.day):
            self._one(visit)
        self.book.put(*self.contacts, *self.children)

    def _one(self, visit: Visit) -> None:
        started, ended = self._times(visit)
        if started >= self.book.now:
            return
        place = self._place(visit)
        late = self._late_days(visit, ended)
        captured = min(ended + timedelta(days=late, minutes=self.chance.randint(5, 90)), self.book.now)
        contact = Contact(
            id=visit.id,
            case_id=visit.home.case_id,
            author_id=self.book.accounts[visit.worker],
            kind=visit.kind,
            started_at=started,
            ended_at=ended,
            zone=ZONE,
            place=place,
            in_residence=place == "home" and visit.kind == "caseworker_visit",
            persons_seen=visit.adults,
            observations=self._observations(visit),
            came=short_name(self.book.names[visit.worker]),
            late_reason=self.chance.choice(self.words["late_reasons"]) if late else "",
            summary_sha256="",
            body_sha256=sha256(visit.id.bytes),
            captured_at=captured,
            drift_ms=self.chance.randint(-MOST_DRIFT, MOST_DRIFT),
            received_at=captured,
            **self._for_the_family(visit),
        )
        contact.summary_sha256 = visit.summary_sha256 = _summary(contact)
        visit.started_at, visit.at_home = started, contact.in_residence
        self.contacts.append(contact)
        self.children += [self._child(visit, child) for child in visit.children]

    def _times(self, visit: Visit) -> tuple[datetime, datetime]:
        """A worker's contacts of one day follow each other; 20 to 75 minutes each."""
        slot = self.busy.get((visit.worker, visit.day), 0)
        self.busy[visit.worker, visit.day] = slot + (visit.at is None)
        hour, minute = visit.at or SLOTS[slot % len(SLOTS)]
        started = self.book.at(visit.day, hour, minute) + timedelta(
            minutes=0 if visit.at else self.chance.choice(LEEWAY)
        )
        minutes = 28 if visit.at else self.chance.randrange(20, 80, 5)
        return started, started + timedelta(minutes=minutes)

    def _place(self, visit: Visit) -> str:
        home = visit.place == "home" if visit.place else self.shares.next_is_home()
        if visit.counted:
            self.shares.visits += 1
            self.shares.at_home += home
        return visit.place or ("home" if home else self.chance.choice(["office", "school", "community"]))

    def _late_days(self, visit: Visit, ended: datetime) -> int:
        """Days until it was written down, 0 for the same day. Only what lies far enough back can have been late."""
        late = visit.late_days or 0
        if visit.late_days is None and self.shares.next_is_late() and self.book.now - ended > timedelta(days=12):
            late = self.chance.randint(4, 9)
        self.shares.contacts += 1
        self.shares.late += late > 0
        return late

    def _observations(self, visit: Visit) -> str:
        if visit.observations is not None:
            return visit.observations
        pool = {"phone": "remote", "video": "remote"}.get(visit.kind, visit.kind)
        found: str = self.chance.choice(self.words.get(pool, self.words["observations"]))
        return found

    def _for_the_family(self, visit: Visit) -> dict[str, Any]:
        if not visit.counted:
            return {}
        return {
            "agreed": self.chance.sample(self.words["agreed"], self.chance.randint(1, 2)),
            "next_visit_on": visit.day + timedelta(days=self.chance.randint(20, 28)),
            "family_note": self.chance.choice(self.words["family_note"]),
            "topics": self.chance.sample(self.words["topics"], 2),
        }

    def _child(self, visit: Visit, child: Child) -> ContactChild:
        why = visit.not_seen.get(child.key or child.name, "")
        if why or not visit.counted:
            seen = not why and visit.kind not in {"phone", "collateral", "attempted"}
            return ContactChild(contact_id=visit.id, person_id=child.id, seen=seen, not_seen_reason=why)
        alone = self.chance.choices(["yes", "no", "not_possible"], [85, 8, 7])[0]
        reasons = {"no": "Asked to stay with the caregiver", "not_possible": "A younger child needed an adult near"}
        note = self.chance.choice(self.words["private"]).format(name=child.name)
        return ContactChild(
            contact_id=visit.id,
            person_id=child.id,
            seen=True,
            alone=alone,
            alone_reason=reasons.get(alone, ""),
            private_note=note if self.chance.random() < 0.6 else "",
        )


def _summary(contact: Contact) -> str:
    text = summary_text(
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
    return sha256(text.encode())
