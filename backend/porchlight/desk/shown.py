"""The pieces that several pages show: a person to ring, a place, a task, a visit, months of visits."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from sqlmodel import Session

from porchlight.cases import queries as cases
from porchlight.cases import rules as case_rules
from porchlight.cases.values import FamilyLine, PersonLine, TaskLine
from porchlight.core.actor import Actor
from porchlight.homes.queries import PlacementLine
from porchlight.standards.queries import most_pressing
from porchlight.standards.rules import Standing
from porchlight.teams.queries import Member
from porchlight.visits.values import VisitLine

MAPS = "https://www.google.com/maps/dir/?"  # screens.md, 47: opens the phone's own map where there is one
HELD = "held_item"
SHORT_NUMBER = 3  # digits; 911 and 988 are called, never texted


def phone_row(name: str, what: str, phone: str, *, text: bool = False) -> dict[str, Any]:
    """what: a role or a relation. phone: E.164, or empty."""
    return {"name": name, "what": what, "phone": phone or None, "text": text and len(phone) > SHORT_NUMBER}


def member_row(member: Member) -> dict[str, Any]:
    return phone_row(member.name, member.role, member.phone, text=member.is_natural or member.account_id is not None)


def caregiver_rows(placement: PlacementLine) -> list[dict[str, Any]]:
    return [phone_row(one.name, "caregiver", one.phone or placement.phone, text=True) for one in placement.caregivers]


def relative_rows(persons: Iterable[PersonLine]) -> list[dict[str, Any]]:
    return [phone_row(one.name, one.relation or one.role, one.phone, text=True) for one in persons if not one.served]


def maps_href(address: str) -> str | None:
    return MAPS + urlencode({"api": "1", "destination": address}) if address else None


def days_until(day: date | None, today: date) -> int | None:
    return (day - today).days if day else None


def age_of(person: PersonLine, today: date) -> int | None:
    return case_rules.age(person.born_on, today) if person.born_on else None


def task_row(task: TaskLine, today: date) -> dict[str, Any]:
    return {
        "id": task.id,
        "href": f"/held/{task.source_id}" if task.kind == HELD and task.source_id else f"/cases/{task.case_id}",
        "title": task.title,
        "ours": task.kind != "follow_up",  # our own words, not what somebody typed
        "family": task.family,
        "due_in": days_until(task.due_on, today),
    }


def just_done(session: Session, actor: Actor, *, now: datetime) -> list[dict[str, Any]]:
    """What this person's list has just lost, while it may be taken back."""
    found = cases.tasks(session, actor, now=now, done_since=now - case_rules.UNDO)
    return [task_row(task, now.date()) for task in found]


def visit_row(line: VisitLine) -> dict[str, Any]:
    return {**asdict(line), "href": f"/visits/{line.id}"}


def due_in(family: FamilyLine, standings: Mapping[UUID, Standing]) -> int | None:
    """Days until the child of this family who is to be seen first is due; below 0 is late."""
    first = most_pressing(family, standings)
    return first.days_left if first else None


def days_since(family: FamilyLine, standings: Mapping[UUID, Standing]) -> int | None:
    """Days since the child who is to be seen first was seen; None when never."""
    first = most_pressing(family, standings)
    return first.days_since if first else None
