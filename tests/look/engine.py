"""Pages of whoever has an alert, is asked to take it over, tries phones, or says whom an alert calls."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from tests.look.samples import ALERT, NIGHT, NOON, NOT_HOLDING, TAKEN

OFFERED = {
    "from_name": "Lee Wetherby",
    "to_name": "Joss Amari-Castellanos",
    "words": "He left after dinner.\n21:14 Police have a description.\n21:40 His aunt is calling his friends.",
}
MINE = {**NOT_HOLDING, "hand_over_href": "#", "give_back_action": "#"}
STAFF = [(str(UUID(int=n)), name) for n, name in enumerate(("Joss Amari-Castellanos", "Lee Wetherby", "Mara Dunleavy"))]
DRILL = {"account_id": UUID(int=1), "phone": "+15555550111", "at": NOON, "seconds": None, "trouble": ""}

ENGINE: dict[str, dict[str, Any]] = {
    "alert_mine": {"template": "alerts/show.html", "context": {**ALERT, "crisis": TAKEN, "ack_action": None, "holding": {**MINE, "note": (OFFERED["from_name"], OFFERED["words"])}}},
    "alert_nudged": {"template": "alerts/show.html", "context": {
        **ALERT, "ack_action": None, "holding": {**MINE, "still_action": "#"},
        "crisis": {**TAKEN, "entries": [{"at": NIGHT + timedelta(minutes=n), "kind": kind, "name": "Lee Wetherby", "words": ""}
                   for n, kind in enumerate(("unanswered", "declined", "shift_over", "asked", "worse", "breach", "given_back", "unacknowledged", "still", "nudged"))]}}},
    "alert_offered": {"template": "alerts/show.html", "context": {**ALERT, "crisis": {**TAKEN, "mine": False}, "ack_action": None,
        "holding": {**NOT_HOLDING, "pending": OFFERED, "accept_action": "#", "decline_action": "#"}}},
    "alert_asked": {"template": "alerts/show.html", "context": {**ALERT, "crisis": TAKEN, "ack_action": None, "holding": {**MINE, "pending": OFFERED}}},
    "hand_over": {"template": "crises/hand_over.html", "context": {
        "number": 1043, "offer_action": "#", "back": "#", "handover_id": str(UUID(int=5)),
        "people": [(STAFF[0][0], STAFF[0][1], "backup"), (STAFF[2][0], STAFF[2][1], "")],
        "values": {"to_id": STAFF[0][0], "words": OFFERED["words"]}}},
    "hand_over_nobody": {"template": "crises/hand_over.html", "context": {"number": 1043, "back": "#", "people": []}},
    "drills": {"template": "crises/drills.html", "path": "/board", "context": {"as_of": NOON, "send_action": "#", "drills": [
        {**DRILL, "name": "Joss Amari-Castellanos", "state": "failed", "trouble": "no_phone"}, {**DRILL, "name": "Tova Lind", "state": "failed"},
        {**DRILL, "name": "Mara Dunleavy", "state": "never", "at": None}, {**DRILL, "name": "Priya Castellane", "state": "running", "at": None},
        {**DRILL, "name": "Lee Wetherby", "state": "passed", "seconds": 41.2}]}},
    "drills_empty": {"template": "crises/drills.html", "path": "/board", "context": {"as_of": NOON, "send_action": "#", "drills": []}},
    "policy": {"template": "crises/policy.html", "path": "/oncall", "context": {
        "steps": [1, 2, 3, 4], "positions": ["worker", "backup", "supervisor", "director"], "staff": STAFF,
        "values": {"level_1": "worker", "minutes_1": "0", "level_2": "backup", "minutes_2": "5", "level_3": "supervisor", "minutes_3": "x", "level_4": "", "minutes_4": "",
                   "last_resort_id": STAFF[2][0], "duty_manager_id": "", "nudge_minutes": "20", "grace_minutes": "5"},
        "errors": {"minutes_3": "Write minutes as a number, from 0 to 240."}}},
}  # fmt: skip
