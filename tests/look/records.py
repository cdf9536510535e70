"""Samples of keeping and erasing for the gallery."""

from datetime import date
from typing import Any
from uuid import UUID

from tests.look.samples import NOON

FILE = {"case_id": UUID(int=1), "family": "Quintrell-Abernathy", "closed_on": date(2016, 5, 4)}
OTHER = {"case_id": UUID(int=2), "family": "Sandoval-Pryce", "closed_on": date(2024, 5, 4)}
RULE = "State of Example records schedule, series 4 (invented)"


def kept(file: dict[str, Any], on: date | None, state: str = "", *, held: bool = False) -> dict[str, Any]:
    erasure = {"state": state, "settled_at": NOON} if state else None
    return {"file": file, "due": {"on": on, "source": RULE}, "held": held, "erasure": erasure}


ASKED = {"id": UUID(int=3), "state": "asked", "order": "Alder County Court, 26-113", "asked_at": NOON}
ERASED = {
    "id": UUID(int=3),
    "state": "erased",
    "order": "",
    "asked_at": NOON,
    "settled_at": NOON,
    "keys": 6,
    "rows": 412,
    "photos": 14,
}
HOLDS = [
    {
        "id": UUID(int=4),
        "reason": "Lawsuit, county counsel's letter of March 3",
        "placed_by": "Cuno Abernathy-Wildgoose",
        "placed_at": NOON,
        "until": date(2027, 3, 1),
    }
]
SHOW: dict[str, Any] = {
    "file": FILE, "due": {"on": date(2026, 5, 4), "source": RULE}, "is_due": True, "held_by_another": False, "holds": [], "erasure": None,
    "asked_by": "", "settled_by": "", "mine": False, "fresh": True, "hold_id": str(UUID(int=5)), "erasure_id": str(UUID(int=6)),
}  # fmt: skip

RECORDS: dict[str, dict[str, Any]] = {
    "records": {"template": "records/index.html", "context": {
        "asked": [kept(FILE, date(2026, 5, 4), "asked"), kept(OTHER, None, "asked", held=True)], "due": [kept(OTHER, date(2026, 1, 2))], "held": [OTHER],
        "later": [kept(FILE, date(2031, 5, 4)), kept(OTHER, None)], "erased": [kept(FILE, None, "erased")]}},
    "records_none": {"template": "records/index.html", "context": {"asked": [], "due": [], "held": [], "later": [], "erased": []}},
    "record_due": {"template": "records/show.html", "context": SHOW},
    "record_early": {"template": "records/show.html", "context": {**SHOW, "is_due": False, "due": {"on": None, "source": ""}, "errors": {"order": "This file is not due yet. Write which court ordered it, and its number."}}},
    "record_held": {"template": "records/show.html", "context": {**SHOW, "holds": HOLDS, "held_by_another": True, "erasure": ASKED, "asked_by": "Brita Lindqvist"}},
    "record_asked": {"template": "records/show.html", "context": {**SHOW, "erasure": ASKED, "asked_by": "Brita Lindqvist", "fresh": False}},
    "record_mine": {"template": "records/show.html", "context": {**SHOW, "erasure": ASKED, "asked_by": "Brita Lindqvist", "mine": True}},
    "record_erased": {"template": "records/show.html", "context": {**SHOW, "erasure": ERASED, "asked_by": "Brita Lindqvist", "settled_by": "Cuno Abernathy-Wildgoose"}},
}  # fmt: skip
