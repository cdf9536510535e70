"""Visits as tests send them: by the world's Rowan, to the world's family of three, on its Monday."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlmodel import Session

from porchlight.core.clock import iso
from porchlight.core.ids import new_id
from porchlight.visits import service
from porchlight.visits.drafts import VisitDraft
from porchlight.visits.models import Contact
from porchlight.web.forms import read
from tests.world import MONDAY, World

PRIVATE = ("Gideon said he is afraid of the cellar.", "Hester wants to see her aunt.", "Ignatius drew a boat.")


def body(world: World, **changes: Any) -> dict[str, Any]:
    """The body of visit.log: an hour ago, at home, three children seen alone, each with a private note of their own."""
    children = [
        {"person_id": str(child), "seen": True, "alone": "yes", "private_note": note}
        for child, note in zip(world.children, PRIVATE, strict=True)
    ]
    made: dict[str, Any] = {
        "visit_id": str(new_id()),
        "case_id": str(world.case),
        "kind": "caseworker_visit",
        "started_at": iso(MONDAY - timedelta(minutes=70)),
        "ended_at": iso(MONDAY - timedelta(minutes=10)),
        "zone": "America/Chicago",
        "place": "home",
        "in_residence": True,
        "observations": "The kitchen was warm and tidy.",
        "summary": {
            "came": "Rowan I.",
            "agreed": ["Dentist by December 4", "A call to the school about the bus"],
            "next_visit": "2026-12-14",
            "note": "Thank you for the tea.",
        },
        "children": children,
        "topics": ["health", "school"],
        "follow_ups": [],
        "drift_ms": 120,
        "time_source": "phone",
    }
    made["summary"] |= changes.pop("summary", {})
    return made | changes


def draft(world: World, **changes: Any) -> VisitDraft:
    return read(VisitDraft, body(world, **changes))


def log(session: Session, world: World, made: VisitDraft, *, by: str = "rowan", **how: Any) -> Contact:
    """Logged at the world's noon, as a phone would have sent it at once."""
    given: dict[str, Any] = {"captured_at": MONDAY, "device_id": UUID(int=7), "now": MONDAY, **how}
    return service.log_visit(session, world.actor(session, by), made, **given)
