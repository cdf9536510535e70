"""Samples of what concerns safety: calls, check-ins, children who are missing, reports, incidents."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from porchlight.core.clock import iso
from porchlight.crises.deadlines.law import DEADLINES
from porchlight.crises.deadlines.rules import Clock as Deadline
from porchlight.crises.deadlines.rules import When, rule_on
from porchlight.crises.mandated.rules import Clock, Standing
from porchlight.crises.missing.rules import Running
from tests.look.samples import MONDAY, NOON

HOUR = timedelta(hours=1)
ONE = UUID(int=5)
CALL = {
    "id": ONE,
    "owner": "Rowan Ibarra",
    "to_name": "Mrs. Vance-Moreau",
    "phone": "+15555550134",
    "about": "The school bus",
    "family": "Vance-Moreau",
    "due_at": NOON,
    "state": "promised",
    "ended_at": None,
    "late": True,
    "asked": "Joss Wetherby",
}
MINE = [
    CALL,
    {
        **CALL,
        "id": UUID(int=6),
        "to_name": "Bayside Day Program",
        "late": False,
        "asked": "",
        "family": "",
        "due_at": NOON + 4 * HOUR,
    },
]
KEPT = {**CALL, "state": "kept", "ended_at": NOON, "late": False, "asked": ""}
MY_SAFETY = {"calls": MINE, "asked": 1, "out_by": NOON + HOUR}
BOARD_SAFETY = [
    {"href": "#", "what": "checkin", "name": "Rowan Ibarra", "about": "4 Lantern Row", "at": NOON, "late": True},
    {"href": "#", "what": "missing", "name": "Mirren Harrow", "about": "Harrow", "at": NOON + 2 * HOUR, "late": False},
    {
        "href": "#",
        "what": "report",
        "name": "Hester Quintrell",
        "about": "Quintrell",
        "at": NOON + 30 * HOUR,
        "late": False,
    },
    {
        "href": "#",
        "what": "call",
        "name": "Tamsin Okafor",
        "about": "Ms. Halloran, school counselor",
        "at": NOON,
        "late": True,
    },
]
RUNNING = {
    "id": ONE,
    "place": "4 Lantern Row, the blue door",
    "out_by": NOON,
    "seen": iso(NOON),
    "page_at": NOON + HOUR / 6,
    "state": "running",
    "late": False,
}
CHECK_IN: dict[str, Any] = {
    "running": None,
    "past": [
        {"place": "The flat above the bakery", "out_by": NOON, "ending": "safe"},
        {"place": "12 Mill Lane", "out_by": NOON, "ending": "false_alarm"},
    ],
    "older_href": "#",
    "check_in_id": str(ONE),
    "minutes": 10,
    "trips": [(str(ONE), 1043)],
    "addresses": ["4 Lantern Row", "12 Mill Lane"],
    "longer": (15, 30, 60),
    "values": {"case_id": "", "trip_id": "", "out_by": "2026-11-23T13:00"},
}
WATCHED = {
    "running": {**RUNNING, "state": "paged", "late": True},
    "worker": {"name": "Rowan Ibarra", "phone": "+15555550101"},
    "heard_at": NOON,
    "started_at": NOON - HOUR,
    "over": False,
    "ending": "",
    "mine": False,
    "may_find": True,
    "longer": (15, 30, 60),
    "entries": [
        {"at": NOON, "kind": "paged", "who": "", "out_by": NOON},
        {"at": NOON, "kind": "nudged", "who": "", "out_by": NOON},
        {"at": NOON - HOUR, "kind": "started", "who": "Rowan Ibarra", "out_by": NOON},
    ],
}
MISSING_LINE = {
    "id": ONE,
    "child": "Mirren Harrow",
    "family": "Harrow",
    "learned_at": NOON,
    "state": "missing",
    "next_due_at": NOON,
    "late": True,
}
EPISODE = {
    "id": ONE,
    "state": "missing",
    "learned_at": NOON,
    "last_seen_at": NOON - 3 * HOUR,
    "last_seen_where": "In front of the school, by her friend Pia",
    "clothing": "Black hoodie, green skate shoes",
    "source": "42 U.S.C. 671(a)(35)(B)",
    "crisis_id": None,
    "found_at": None,
    "found_where": "",
    "found_how": "",
    "why_left": "",
    "while_away": "",
    "screened": "",
    "what_helps": "",
    "closed_at": None,
}
MISSING: dict[str, Any] = {
    "episode": EPISODE,
    "alert": None,
    "alerts": [(str(ONE), 1043)],
    "child": {"name": "Mirren Harrow", "href": "#"},
    "clocks": (Running(Deadline.POLICE, NOON, None, True), Running(Deadline.NCMEC, NOON + 20 * HOUR, None, False)),
    "steps": [
        {"at": NOON, "step": "late", "number": "", "words": "police", "who": ""},
        {"at": NOON, "step": "looked", "number": "", "words": "The skate park and the station.", "who": "Rowan Ibarra"},
        {"at": NOON, "step": "learned", "number": "", "words": "", "who": "Rowan Ibarra"},
    ],
    "center": "+18008435678",
    "step_id": str(ONE),
    "may_add": True,
    "may_find": True,
    "may_close": False,
    "by_hand": ["police", "ncmec", "looked", "told", "seen", "note"],
    "hows": ["came_back", "we_found", "police_found", "family_found", "other"],
    "screenings": ["no_sign", "sign", "not_yet"],
    "values": {"at": "2026-11-23T12:00", "found_at": "2026-11-23T12:00"},
}
FOUND = {
    **MISSING,
    "episode": {
        **EPISODE,
        "state": "found",
        "found_at": NOON,
        "found_where": "At her aunt's",
        "found_how": "family_found",
    },
    "may_find": False,
    "may_close": True,
    "clocks": (Running(Deadline.POLICE, NOON, NOON, False), Running(Deadline.NCMEC, NOON, NOON + HOUR, True)),
    "errors": {"why_left": "Fill this in."},
}
STANDING = Standing(Clock(NOON, None, True, True), Clock(NOON + 48 * HOUR, None, True, False))
TOLD = Standing(Clock(NOON, NOON, True, False), Clock(None, None, None, False))
WHOLE = Standing(Clock(NOON, NOON, True, False), Clock(NOON + 48 * HOUR, NOON + HOUR, True, False))
REPORT_LINE = {
    "id": ONE,
    "about": "Hester Quintrell",
    "family": "Quintrell",
    "witnessed_at": NOON,
    "state": "open",
    "standing": STANDING,
    "mine": True,
}
REPORT: dict[str, Any] = {
    "report": {
        "id": ONE,
        "witnessed_at": NOON,
        "place": "At school",
        "said": "“He locked me in the shed.”",
        "state": "open",
        "closed_at": None,
        "written": When.ALWAYS,
        "form": "SS 8572",
        "jurisdiction": "California",
        "oral_source": "Cal. Penal Code 11166",
        "written_source": "Cal. Penal Code 11166",
        "about": "Hester Quintrell",
        "family": "Quintrell",
    },
    "mine": True,
    "standing": STANDING,
    "others_read": False,
    "steps": [],
    "step_id": str(ONE),
    "may_add": True,
    "may_close": False,
    "may_open": False,
    "opened": None,
    "openings": [],
    "values": {"at": "2026-11-23T12:00"},
}
STEPS = [
    {"at": NOON, "step": "late", "to_whom": "", "number": "", "words": "written", "by_reporter": False, "who": ""},
    {
        "at": NOON,
        "step": "oral",
        "to_whom": "Worker 4417",
        "number": "EX-26-1188",
        "words": "",
        "by_reporter": True,
        "who": "",
    },
]
OPENED = {
    **REPORT,
    "mine": False,
    "standing": WHOLE,
    "others_read": True,
    "steps": STEPS,
    "may_close": True,
    "may_open": True,
    "opened": {"name": "Rowan Ibarra", "told_by": "A teacher", "reach": "555-0177"},
    "openings": [{"at": NOON, "who": "Priya Castellane", "reason": "Order of the court"}],
}
NEW_REPORT = {
    "report_id": str(ONE),
    "case_id": str(ONE),
    "family": "Quintrell",
    "children": [(str(ONE), "Gideon Quintrell"), (str(UUID(int=6)), "Hester Quintrell")],
    "families": [],
    "witnesses": ["self", "other"],
    "oral": rule_on(DEADLINES, Deadline.ORAL, "California", MONDAY),
    "paper": rule_on(DEADLINES, Deadline.WRITTEN, "California", MONDAY),
    "values": {"witnessed_at": "2026-11-23T12:00", "witness": "self"},
}
INCIDENT_LINE = {
    "id": ONE,
    "kind": "medication",
    "severity": "serious",
    "happened_at": NOON,
    "state": "written",
    "family": "Delacroix-Finch",
    "writer": "Tamsin Okafor",
}
VERSION = {
    "number": 2,
    "kind": "allegation",
    "severity": "moderate",
    "happened_at": NOON,
    "place": "Foster home",
    "words": "He had his evening dose twice.",
    "did": "The poison line was called.",
    "why": "The doctor called",
    "written_at": NOON,
    "writer": "Tamsin Okafor",
}
INCIDENT: dict[str, Any] = {
    "incident": {"id": ONE, "state": "sent_back", "family": "Delacroix-Finch", "case_href": "#"},
    "now": VERSION,
    "children": [{"name": "Nico Delacroix-Finch", "href": "#"}],
    "before": [{**VERSION, "number": 1, "why": ""}],
    "told": [{"party": "doctor", "at": NOON, "words": "Dr. Calder", "who": "Tamsin Okafor"}],
    "to_tell": ["supervisor", "licensing"],
    "follow_ups": [{"title": "A sheet to tick", "done_at": None}, {"title": "X-ray", "done_at": NOON}],
    "reviews": [{"state": "sent_back", "version": 2, "words": "Who saw it?", "at": NOON, "who": "Priya Castellane"}],
    "parties": ["parent", "supervisor", "doctor", "police", "licensing", "court", "hotline"],
    "may_write": True,
    "may_review": True,
    "told_id": str(ONE),
    "follow_up_id": str(ONE),
    "values": {"at": "2026-11-23T12:00"},
}
INCIDENT_FORM = {
    "action": "#",
    "back_href": "#",
    "family": "Delacroix-Finch",
    "children": [(str(ONE), "Nico Delacroix-Finch")],
    "kinds": ["injury", "medication", "restraint", "property", "police", "allegation", "other"],
    "severities": ["minor", "moderate", "serious"],
    "changes": True,
    "values": {"id": str(ONE), "after": "1", "children": [str(ONE)], "kind": "injury"},
    "errors": {"severity": "Choose one from the list.", "why": "Write why you change it. It stands beside the change."},
}
OTHERS = [(str(ONE), "Joss Wetherby"), (str(UUID(int=6)), "Tamsin Okafor")]
SHOWN_CALL = {
    "call": CALL,
    "promised_at": NOON,
    "promised_by": "Rowan Ibarra",
    "ended_words": "",
    "attempts": [{"at": NOON, "outcome": "no_answer", "words": "", "who": "Rowan Ibarra"}],
    "attempt_id": str(ONE),
    "acts": True,
    "to_me": False,
    "asked_words": "",
    "others": OTHERS,
}
SHARE = {"due": 12, "reached_in_time": 9, "tried_in_time": 11}

SAFETY: dict[str, dict[str, Any]] = {
    "safety": {"template": "desk/safety.html", "path": "/more", "context": {"out_by": NOON, "missed": True, "calls": 2, "calls_late": 1, "asked": 1, "reports": 1, "missing": 1, "missing_late": 1, "to_review": 2}},
    "safety_quiet": {"template": "desk/safety.html", "path": "/more", "context": {"out_by": None, "missed": False, "calls": 0, "calls_late": 0, "asked": 0, "reports": 0, "missing": 0, "missing_late": 0, "to_review": 0}},
    "callbacks": {"template": "callbacks/index.html", "context": {"mine": MINE, "asked": [CALL], "overdue": [CALL], "done": [KEPT], "older_href": "#", "share": SHARE, "of_team": True}},
    "callbacks_none": {"template": "callbacks/index.html", "context": {"mine": [], "asked": [], "overdue": [], "done": [], "older_href": None, "share": {**SHARE, "due": 0}, "of_team": False}},
    "callback_new": {"template": "callbacks/new.html", "context": {"callback_id": str(ONE), "hours": 24, "families": [(str(ONE), "Vance-Moreau")], "values": {"promised_at": "2026-11-23T12:00"}, "errors": {"phone": "Write the number to call, like 555-0134."}}},
    "callback": {"template": "callbacks/show.html", "context": {**SHOWN_CALL, "errors": {"to_id": "Choose one from the list."}}},
    "callback_asked": {"template": "callbacks/show.html", "context": {**SHOWN_CALL, "acts": False, "to_me": True, "asked_words": "I am in court all day.", "attempts": []}},
    "callback_kept": {"template": "callbacks/show.html", "context": {**SHOWN_CALL, "call": KEPT, "acts": False}},
    "checkins": {"template": "checkins/index.html", "context": {**CHECK_IN, "errors": {"place": "Fill this in."}}},
    "checkin_running": {"template": "checkins/index.html", "context": {**CHECK_IN, "running": RUNNING, "past": []}},
    "checkin_late": {"template": "checkins/index.html", "context": {**CHECK_IN, "running": {**RUNNING, "state": "nudged", "late": True}}},
    "checkin_paged": {"template": "checkins/index.html", "context": {**CHECK_IN, "running": WATCHED["running"]}},
    "checkin_watched": {"template": "checkins/show.html", "context": WATCHED},
    "checkin_over": {"template": "checkins/show.html", "context": {**WATCHED, "over": True, "ending": "found", "may_find": False}},
    "missing_children": {"template": "missing/index.html", "context": {"open_ones": [MISSING_LINE], "past": [{**MISSING_LINE, "state": "found"}], "older_href": "#", "alerts": [{"number": 1043, "at": NOON}], "may_write": True}},
    "missing_none": {"template": "missing/index.html", "context": {"open_ones": [], "past": [], "older_href": None, "alerts": [], "may_write": False}},
    "missing_new": {"template": "missing/new.html", "context": {"episode_id": str(ONE), "families": [("Harrow", [(str(ONE), "Mirren Harrow")]), ("Vance-Moreau", [(str(UUID(int=6)), "Ines Vance")])], "alerts": [(str(ONE), 1043)], "values": {"learned_at": "2026-11-23T12:00"}, "errors": {"person_id": "Choose one."}}},
    "missing_child": {"template": "missing/show.html", "context": MISSING},
    "missing_found": {"template": "missing/show.html", "context": FOUND},
    "mandated": {"template": "mandated/index.html", "context": {"may_safety": True, "running": [REPORT_LINE, {**REPORT_LINE, "id": UUID(int=6), "standing": TOLD, "mine": False}], "closed": [{**REPORT_LINE, "id": UUID(int=7), "state": "closed", "standing": WHOLE}], "older_href": "#"}},
    "mandated_none": {"template": "mandated/index.html", "context": {"may_safety": False, "running": [], "closed": [], "older_href": None}},
    "mandated_new": {"template": "mandated/new.html", "context": {**NEW_REPORT, "errors": {"said": "Fill this in."}}},
    "mandated_report": {"template": "mandated/show.html", "context": REPORT},
    "mandated_opened": {"template": "mandated/show.html", "context": OPENED},
    "incidents": {"template": "incidents/index.html", "context": {"incidents": [INCIDENT_LINE], "to_review": [INCIDENT_LINE], "older_href": "#", "families": [(str(ONE), "Delacroix-Finch"), (str(UUID(int=6)), "Vance-Moreau")]}},
    "incidents_none": {"template": "incidents/index.html", "context": {"incidents": [], "to_review": [], "older_href": None, "families": []}},
    "incident": {"template": "incidents/show.html", "context": INCIDENT},
    "incident_form": {"template": "incidents/form.html", "context": INCIDENT_FORM},
}  # fmt: skip
