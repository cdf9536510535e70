"""What the gallery shows: one full page of each kind, and the empty ones that say what to do."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from tests.look.samples import (
    ALERT,
    BOARD,
    CHILD,
    CONFIRM,
    CRISIS,
    DEMO,
    EMPTY_BOARD,
    FAMILIES,
    FAMILY,
    HELP,
    LATE,
    MISTAKES,
    MONDAY,
    NOON,
    NOW,
    PATCHY,
    PLACEMENT,
    PLAN,
    RECORD,
    REVIEW,
    TAKEN,
    TEAM,
    TODAY,
    UNHEARD,
    VISIT_FORM,
    VISITS,
)

PAGES: dict[str, dict[str, Any]] = {
    "sign_in": {"template": "people/sign_in.html", "signed_out": True, "context": {"values": {}, "next": "/today", "demo_people": DEMO}},
    "sign_in_wrong": {"template": "people/sign_in.html", "signed_out": True, "context": {"values": {"email": "rowan@example.org"}, "errors": MISTAKES, "next": "/today", "demo_people": []}},
    "today": {"template": "desk/today.html", "context": TODAY},
    "today_empty": {"template": "desk/today.html", "context": {**TODAY, "visits": [], "tasks": [], "alerts": [], "on_call": None}},
    "my_home": {"template": "desk/my_home.html", "context": {"today": MONDAY, "visits": [{"day": MONDAY, "starts_at": NOON, "who": "Rowan Ibarra", "phone": "+15555550101"}]}},
    "families": {"template": "cases/families.html", "path": "/families", "context": {"q": "", "total": 9, "families": FAMILIES}},
    "families_none": {"template": "cases/families.html", "path": "/families", "context": {"q": "zz", "total": 9, "families": []}},
    "family": {"template": "cases/family.html", "path": "/families/1", "context": FAMILY},
    "face_sheet": {"template": "desk/face_sheet.html", "path": "/families/1", "context": {
        "child": CHILD, "family": {"name": "Vance-Moreau", "href": "#"}, "new_visit_href": "#", "standing": {"days_left": -4, "days_since": 34}, "months": LATE, "may_read_visits": True, "visits": VISITS, "visits_href": "#",
        "plan": {"href": "#", "updated_days": 12, "late": False}, "placement": PLACEMENT, "team": TEAM}},
    "face_sheet_bare": {"template": "desk/face_sheet.html", "path": "/families/1", "context": {
        "child": {**CHILD, "alerts": [], "allergies": "", "medicines": "", "likes": [], "calm_down": []}, "family": {"name": "Vance-Moreau", "href": "#"}, "new_visit_href": None,
        "standing": {"days_left": None, "days_since": None}, "months": PATCHY, "may_read_visits": True, "visits": [], "visits_href": "#", "plan": None, "placement": None, "team": TEAM}},
    "safety_plan": {"template": "plans/safety_plan.html", "path": "/families/1", "context": {"child": {"name": "Mirren", "href": "#"}, "plan": {**PLAN, "late": True}, "newest": True,
        "versions": [{"number": 3, "written_at": NOON, "href": "#"}, {"number": 2, "written_at": NOON - timedelta(days=90), "href": "#"}]}},
    "visit": {"template": "visits/show.html", "path": "/visits/1", "context": RECORD},
    "visit_typed": {"template": "visits/show.html", "path": "/visits/1", "context": {
        **RECORD, "held": True, "photos": None, "signature": {**RECORD["signature"], "method": "typed", "typed_name": "Marisol Vance", "void": True}, "answers": [], "asked": None, "door": {**RECORD["door"], "differs": True}}},
    "visits": {"template": "visits/index.html", "path": "/visits", "context": {
        "title": "Callum", "back_href": "#", "months": [{"month": m["month"], "value": v} for m, v in zip(LATE, (2, 1, 3, 1, 0, 2), strict=True)], "visits": VISITS, "older_href": "#"}},
    "confirm": {"template": "visits/confirm.html", "signed_out": True, "context": CONFIRM},
    "confirm_answered": {"template": "visits/confirm.html", "signed_out": True, "context": {**CONFIRM, "answer": {"answer": "different", "answered_at": NOON}}},
    "different": {"template": "visits/different.html", "signed_out": True, "context": {
        "action": "#", "back_href": "#", "summary_sha256": "x", "values": {}, "errors": {"different": "Choose one from the list."}}},
    "thanks": {"template": "visits/thanks.html", "signed_out": True, "context": {"answered_at": NOON, "different": True, "change_href": "#"}},
    "link_expired": {"template": "visits/link_expired.html", "signed_out": True, "context": {"known": True, "answer": None, "renew_action": "#", "sent": False}},
    "link_renewed": {"template": "visits/link_expired.html", "signed_out": True, "context": {"known": True, "answer": None, "renew_action": "#", "sent": True}},
    "door": {"template": "visits/door.html", "signed_out": True, "context": {}},
    "door_unknown": {"template": "visits/door.html", "signed_out": True, "context": {"values": {"code": "7K4QM-2XT9R"}, "errors": {"code": "We do not know this code yet."}}},
    "help": {"template": "crises/help.html", "path": "/help", "context": HELP},
    "help_signed_out": {"template": "crises/help.html", "path": "/help", "signed_out": True, "context": {**HELP, "families": [], "values": {}}},
    "status_sent": {"template": "crises/status.html", "context": {"crisis": {**CRISIS, "overdue": True}}},
    "status_unheard": {"template": "crises/status.html", "context": {"crisis": UNHEARD}},
    "status_taken": {"template": "crises/status.html", "context": {"crisis": {**TAKEN, "worse_action": "#"}}},
    "alert": {"template": "alerts/show.html", "context": ALERT},
    "alert_taken": {"template": "alerts/show.html", "context": {**ALERT, "crisis": TAKEN, "ack_action": None, "note_action": "#", "resolve_action": "#", "endings": ["calm", "other"], "children": [{"name": "Mirren Harrow", "age": 16, "plan": None}], "plan_contact": {"name": "Rowan Ibarra", "phone": "+15555550101"}}},
    "oncall": {"template": "oncall/now.html", "path": "/oncall", "context": NOW},
    "board": {"template": "desk/board.html", "path": "/board", "context": BOARD},
    "board_empty": {"template": "desk/board.html", "path": "/board", "context": EMPTY_BOARD},
    "oversight": {"template": "oversight/families.html", "path": "/oversight", "context": {"families": REVIEW, "due_week": 2, "as_of": NOON}},
    "outbox": {"template": "phone/outbox.html", "path": "/more", "context": {}},
    "offline": {"template": "phone/offline.html", "signed_out": True, "context": {}},
    "problem": {"template": "web/problem.html", "context": {"title": "We could not find that page", "words": "It may have moved, or it may not be on your caseload. Go back and try another way.", "kept": "", "back_href": None, "reference": ""}},
    "more": {"template": "people/more.html", "path": "/more", "context": {"devices": [{"id": UUID(int=8), "label": "Android phone", "enrolled_at": NOON, "last_seen_at": NOON, "revoked_at": None}]}},
    "alert_test": {"template": "alerts/test.html", "context": {"made_at": NOON}},
    "visit_new": {"template": "visits/new.html", "path": "/families/1", "context": VISIT_FORM},
    "visit_new_wrong": {"template": "visits/new.html", "path": "/families/1", "context": {
        **VISIT_FORM, "values": {"kind": "video", "observations": "The kitchen was warm."}, "errors": {"started_at": "Fill this in."}}},
}  # fmt: skip
