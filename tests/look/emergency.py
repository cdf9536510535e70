"""Samples of emergency access: opening a file, what is open, its reviews."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from tests.look.samples import NOON

HOUR = timedelta(hours=1)
USE = {
    "id": UUID(int=5),
    "case_id": UUID(int=6),
    "person": "Joss Wetherby",
    "mine": False,
    "family": "Quintrell",
    "reason": "The school rings: bruises, and nobody answers at home or at the office",
    "opened_at": NOON,
    "ends_at": NOON + HOUR,
    "ended_at": None,
    "review_due_at": NOON + 24 * HOUR,
    "state": "open",
    "late": False,
    "reviewed_at": None,
    "reviewed_by": "",
    "finding": "",
    "finding_words": "",
}
OVER = {**USE, "id": UUID(int=7), "state": "over", "late": True, "family": ""}
DONE = {**OVER, "id": UUID(int=8), "state": "reviewed", "late": False, "finding": "right", "finding_words": "He rang me first.", "reviewed_by": "Priya Castellane", "reviewed_at": NOON}  # fmt: skip
ASK = {"name": "Priya Castellane", "phone": "+15555550110"}
FORM: dict[str, Any] = {"fresh": True, "minutes": 60, "ask": ASK, "open": [], "sought": "", "families": [], "emergency_id": str(UUID(int=9)), "values": {}}  # fmt: skip
FOUND = [(str(UUID(int=6)), "Quintrell", "Gideon Quintrell, Hester Quintrell, Ignatius Quintrell"), (str(UUID(int=4)), "Quintero-Bell", "Amaya Quintero-Bell")]  # fmt: skip
BANNER = {"until": NOON + HOUR, "end_action": "/emergency/1/end"}

EMERGENCY: dict[str, dict[str, Any]] = {
    "emergency": {"template": "cases/emergency.html", "path": "/more", "context": FORM},
    "emergency_not_fresh": {"template": "cases/emergency.html", "path": "/more", "context": {**FORM, "fresh": False, "open": [USE]}},
    "emergency_found": {"template": "cases/emergency.html", "path": "/more", "context": {**FORM, "sought": "Quin", "families": FOUND, "values": {"name": "Quin"}}},
    "emergency_nothing": {"template": "cases/emergency.html", "path": "/more", "context": {**FORM, "sought": "Quinn", "values": {"name": "Quinn"}}},
    "emergency_wrong": {"template": "cases/emergency.html", "path": "/more", "context": {**FORM, "sought": "Quin", "families": FOUND, "values": {"name": "Quin"}, "errors": {"reason": "Fill this in."}}},
    "emergency_reviews": {"template": "cases/emergency_reviews.html", "path": "/more", "context": {"waiting": [USE, OVER], "done": [DONE]}},
    "emergency_reviews_none": {"template": "cases/emergency_reviews.html", "path": "/more", "context": {"waiting": [], "done": []}},
    "emergency_review": {"template": "cases/emergency_review.html", "path": "/more", "context": {"one": OVER, "findings": ["right", "talk", "wrong"], "action": "#"}},
    "emergency_review_open": {"template": "cases/emergency_review.html", "path": "/more", "context": {"one": USE, "findings": ["right", "talk", "wrong"], "action": "#"}},
    "emergency_reviewed": {"template": "cases/emergency_review.html", "path": "/more", "context": {"one": DONE, "findings": ["right", "talk", "wrong"], "action": "#"}},
}  # fmt: skip
