"""Invented calls, clocks and numbers for the gallery: a crisis by telephone and what its responder sees."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from tests.look.samples import ALERT, CRISIS, NIGHT, NOON, TAKEN, TEAM

MINUTE = timedelta(minutes=1)


def running(clock: str, due: float | None, done: float | None = None, *, overdue: bool = False) -> dict[str, Any]:
    """due, done: minutes after the alert."""
    due_at, done_at = (None if at is None else NIGHT + at * MINUTE for at in (due, done))
    late = bool(due_at and done_at and done_at > due_at)
    return {"clock": clock, "since": NIGHT, "due_at": due_at, "done_at": done_at, "overdue": overdue, "late": late}


CLOCKS = [
    running("taken", 15, 2),
    running("police", 30, 41),
    running("ncmec", 240, overdue=True),
    running("stable", 4320),
    running("resolved", None),
]
LOG = ["spoke", "left", "arrived", "police", "ncmec", "hospital", "plan_yes", "plan_part", "plan_no", "stable"]
ENDINGS = ["calm", "moved", "hospital", "police", "mistake"]
CALLER = {"name": "Dana Rook", "phone": "+15555550133", "who": "Mirren, at the bus stop by the mill"}
STORY = [
    {"at": NIGHT + 45 * MINUTE, "kind": "overdue", "name": "", "words": "", "what": "ncmec"},
    {
        "at": NIGHT + 41 * MINUTE,
        "kind": "police",
        "name": "Lee Wetherby",
        "words": "Unit 7 looks along the river",
        "what": "",
    },
    {"at": NIGHT + 30 * MINUTE, "kind": "worse", "name": "Isolde Marchbank", "words": "", "what": ""},
    *CRISIS["entries"],
]
FULL = {**TAKEN, "worse_at": NIGHT + 30 * MINUTE, "entries": STORY, "caller": {**CALLER, "by": "Isolde Marchbank"}}
PIECES = {"now_href": "#", "called_href": "#"}
RESPONSE = {
    **ALERT, **PIECES, "crisis": FULL, "clocks": CLOCKS, "due": CLOCKS[3], "night": False, "ack_action": None, "log_action": "#", "steps": LOG,
    "resolve_action": "#", "endings": ENDINGS, "family_href": None, "helpers": [("police", "911"), ("mobile_crisis", "+15555550140"), ("interpreter", "+15555550177")],
}  # fmt: skip
UNKNOWN = {
    **RESPONSE,
    "crisis": {**FULL, "state": "raised", "taken_by": None, "mine": False},
    "ack_action": "#",
    "family_href": "#",
    "children": [],
    "people": [],
    "places": [],
    "night": True,
}
STATUS = {
    **FULL, "telephone": CALLER, "clocks": CLOCKS, "told_at": NIGHT + 4 * MINUTE, "told_action": "#", "worse_action": "#",
    "taken_by": {"name": "Lee Wetherby", "phone": "+15555550105", "at": NIGHT + 2 * MINUTE},
}  # fmt: skip
PERSON = {"position": "worker", "name": "Lee Wetherby", "phone": "+15555550105"}
LINE = {
    "region": "Alder", "phone": "+15555550100", "answered_by": "Isolde, 5 pm to 8 am", "set_at": NOON,
    "on_call": [PERSON, {"position": "backup", "name": "Joss Amari", "phone": ""}],
    "last_drill": {"at": NOON, "answered": True, "answered_by": "Isolde", "phone": "+15555550100"}, "helpers": {"police": "911", "interpreter": "+15555550177"},
}  # fmt: skip
LINES = [
    LINE,
    {**LINE, "region": "Birch Hollow and the river townships", "on_call": [], "last_drill": None},
    {**LINE, "region": "Cedar", "last_drill": {**LINE["last_drill"], "answered": False, "answered_by": ""}},
]
CALL = {
    "crisis_id": UUID(int=9),
    "number": 1043,
    "reason": "missing",
    "state": "taken",
    "raised_at": NOON,
    "caller": CALLER,
}
CALLS: dict[str, Any] = {
    "lines": LINES, "calls": [{"href": "#", "call": CALL}, {"href": "#", "call": {**CALL, "state": "resolved", "caller": {**CALLER, "name": ""}}}],
    "crisis_id": UUID(int=6), "may_edit": True,
}  # fmt: skip
FAMILY = {
    "number": 1043, "words": CRISIS["words"], "back_href": "#", "find_action": "#", "link_action": "#", "sought": "Mirren", "values": {"name": "Mirren"},
    "families": [{"case_id": UUID(int=4), "name": "Harrow", "children": ["Mirren Harrow", "Odalys Harrow"]}],
}  # fmt: skip
SHIFT = {
    "closed": False,
    "plans": [
        {"href": "#", "name": "Mirren Harrow", "updated_days": 12},
        {"href": "#", "name": "Nico Brightwater-Ames", "updated_days": 0},
    ],
    "more": 3,
    "ring": TEAM,
}

TELEPHONE: dict[str, dict[str, Any]] = {
    "alert_response": {"template": "alerts/show.html", "context": RESPONSE},
    "alert_unknown": {"template": "alerts/show.html", "context": UNKNOWN},
    "alert_family": {"template": "alerts/family.html", "context": FAMILY},
    "alert_family_none": {"template": "alerts/family.html", "context": {**FAMILY, "families": []}},
    "shift_plans": {"template": "alerts/plans.html", "path": "/oncall", "context": SHIFT},
    "shift_plans_closed": {"template": "alerts/plans.html", "path": "/oncall", "context": {"closed": True, "opens_at": NOON}},
    "shift_plans_never": {"template": "alerts/plans.html", "path": "/oncall", "context": {"closed": True, "opens_at": None}},
    "shift_plans_none": {"template": "alerts/plans.html", "path": "/oncall", "context": {**SHIFT, "plans": [], "more": 0}},
    "status_by_telephone": {"template": "crises/status.html", "context": {"crisis": STATUS}},
    "calls": {"template": "calls/index.html", "path": "/calls", "context": CALLS},
    "calls_wrong": {"template": "calls/index.html", "path": "/calls", "context": {**CALLS, "lines": [LINE], "calls": [], "may_edit": False, "values": {"words": "She is gone"}, "errors": {"reason": "Choose one from the list."}}},
    "lines": {"template": "calls/lines.html", "path": "/calls", "context": {"lines": LINES, "of": ""}},
    "lines_wrong": {"template": "calls/lines.html", "path": "/calls", "context": {"lines": [LINE], "of": "Alder", "values": {"region": "Alder", "phone": "12", "answered_by": "Isolde"}, "errors": {"phone": "Write a phone number like 555-555-0142."}}},
}  # fmt: skip
