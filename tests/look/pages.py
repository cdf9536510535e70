"""What the gallery shows: one full page of each kind, and the empty ones that say what to do."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from porchlight.ready.values import TITLES
from tests.look import channels, signing
from tests.look.emergency import BANNER, EMERGENCY
from tests.look.engine import ENGINE
from tests.look.records import RECORDS
from tests.look.rotas import ROTAS
from tests.look.safety import BOARD_SAFETY, MY_SAFETY, SAFETY
from tests.look.samples import (
    A_PHONE,
    ALERT,
    AMEND_FORM,
    BOARD,
    CHANGED,
    CHILD,
    CONFIRM,
    CRISIS,
    DEMO,
    EMPTY_BOARD,
    ENDED,
    FAMILIES,
    FAMILY,
    HELD,
    HELD_ITEM,
    HELD_VISIT,
    HELP,
    LATE,
    MISTAKES,
    MONDAY,
    NOON,
    NOW,
    PATCHY,
    PHONES,
    PLACEMENT,
    PLAN,
    READY,
    RECORD,
    REVIEW,
    TAKEN,
    TEAM,
    TODAY,
    UNHEARD,
    VISIT_FORM,
    VISITS,
)
from tests.look.seen import SEEN_PAGES
from tests.look.shifts import SHIFT_PAGES
from tests.look.telephone import TELEPHONE

PAGES: dict[str, dict[str, Any]] = {
    "sign_in": {"template": "people/sign_in.html", "signed_out": True, "context": {"values": {}, "next": "/today", "demo_people": DEMO}},
    "sign_in_wrong": {"template": "people/sign_in.html", "signed_out": True, "context": {"values": {"email": "rowan@example.org"}, "errors": MISTAKES, "next": "/today", "demo_people": []}},
    "sign_in_passkey": {"template": "people/sign_in.html", "signed_out": True, "context": {"values": {}, "next": "/today", "with_passkey": True, "demo_people": []}},
    "join": {"template": "people/join.html", "signed_out": True, "context": {}},
    "join_wrong": {"template": "people/join.html", "signed_out": True, "context": {"values": {"code": "7KQ4M-X2B9"}, "errors": {"code": "A code has ten letters and numbers, like 7KQ4M-X2B9T. Look at yours again."}}},
    "how": {"template": "people/how.html", "signed_out": True, "context": {"name": "Sam Okonkwo-Reyes", "sign_in_name": "sam@example.org", "welcome": "#"}},
    "welcome": {"template": "people/welcome.html", "context": {"name": "Sam Okonkwo-Reyes", "next_step": "#"}},
    "code": {"template": "people/code.html", "context": {"name": "Sam Okonkwo-Reyes", "groups": ("7KQ4M", "X2B9T"), "expires_at": NOON, "address": "porchlight.alder.example.org", "back": "#"}},
    "invitations": {"template": "people/invitations.html", "context": {"invitations": [
        {"id": UUID(int=1), "name": "Sam Okonkwo-Reyes", "reach": "sam@example.org", "expires_at": NOON, "state": "open"},
        {"id": UUID(int=2), "name": "Ana Lindqvist-Baptiste", "reach": "+15555550142", "expires_at": NOON, "state": "expired"}]}},
    "invite": {"template": "people/invite.html", "context": {"roles": ["caseworker", "on_call", "supervisor", "aide"], "own_team": str(UUID(int=1)), "teams": [
        {"id": UUID(int=1), "name": "Priya Castellane", "title": "Supervisor"}], "errors": {"roles": "Choose what this person will do."}, "values": {"name": "Sam", "languages": ["en"]}}},
    "caregivers": {"template": "homes/caregivers.html", "context": {"caregivers": [
        {"caregiver": {"id": UUID(int=1), "name": "Wenna Marlow"}, "home": "Marlow home", "joined": True, "invited": True},
        {"caregiver": {"id": UUID(int=2), "name": "Bram Aldous-Featherstonehaugh"}, "home": "Aldous home", "joined": False, "invited": True}]}},
    "caregivers_none": {"template": "homes/caregivers.html", "context": {"caregivers": []}},
    "caregiver_invite": {"template": "homes/invite.html", "context": {"caregiver": {"id": UUID(int=2), "name": "Bram Aldous"}, "home": "Aldous home", "values": {"reach": "+15555550142"}}},
    "passkeys": {"template": "people/passkeys.html", "context": {"fresh": True, "passkeys": [
        {"id": UUID(int=1), "label": "iPhone", "made_at": NOON, "last_used_at": NOON, "backed_up": True}, {"id": UUID(int=2), "label": "", "made_at": NOON, "last_used_at": None, "backed_up": False}]}},
    "passkeys_none": {"template": "people/passkeys.html", "context": {"fresh": False, "passkeys": []}},
    "install_iphone": {"template": "people/install.html", "signed_out": True, "context": {"platform": "iphone", "others": ["android", "desktop"]}},
    "install_android": {"template": "people/install.html", "signed_out": True, "context": {"platform": "android", "others": ["iphone", "desktop"]}},
    "install_desktop": {"template": "people/install.html", "signed_out": True, "context": {"platform": "desktop", "others": ["iphone", "android"]}},
    "today": {"template": "desk/today.html", "context": {**TODAY, "my_safety": MY_SAFETY}},
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
    "visit_changed": {"template": "visits/show.html", "path": "/visits/1", "context": CHANGED},
    "amend": {"template": "visits/amend.html", "path": "/visits/1", "context": AMEND_FORM},
    "visits": {"template": "visits/index.html", "path": "/visits", "context": {
        "title": "Callum", "back_href": "#", "months": [{"month": m["month"], "value": v} for m, v in zip(LATE, (2, 1, 3, 1, 0, 2), strict=True)], "visits": VISITS, "older_href": "#"}},
    "confirm": {"template": "visits/confirm.html", "signed_out": True, "context": CONFIRM},
    "confirm_answered": {"template": "visits/confirm.html", "signed_out": True, "context": {**CONFIRM, "answer": {"answer": "different", "answered_at": NOON}}},
    "confirm_changed": {"template": "visits/confirm.html", "signed_out": True, "context": {**CONFIRM, "changed": ["when", "note"]}},
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
    "alert_taken": {"template": "alerts/show.html", "context": {**ALERT, "crisis": TAKEN, "ack_action": None, "log_action": "#", "steps": ["spoke", "left"], "resolve_action": "#", "endings": ["calm", "other"], "children": [{"name": "Mirren Harrow", "age": 16, "about": True, "plan": None}], "plan_contact": {"name": "Rowan Ibarra", "phone": "+15555550101"}}},
    "oncall": {"template": "oncall/now.html", "path": "/oncall", "context": NOW},
    "board": {"template": "desk/board.html", "path": "/board", "context": {**BOARD, "safety": BOARD_SAFETY, "live_href": "/board/live?seen=x"}},
    "board_empty": {"template": "desk/board.html", "path": "/board", "context": {**EMPTY_BOARD, "safety": [], "live_href": "/board/live?seen=x"}},
    "oversight": {"template": "oversight/families.html", "path": "/oversight", "context": {"families": REVIEW, "due_week": 2, "as_of": NOON}},
    "outbox": {"template": "phone/outbox.html", "path": "/more", "context": {}},
    "lock": {"template": "phone/lock.html", "path": "/more", "context": {}},
    "left": {"template": "phone/left.html", "signed_out": True, "context": {}},
    "unlock": {"template": "phone/unlock.html", "signed_out": True, "context": {}},
    "take_in": {"template": "phone/take_in.html", "path": "/more", "context": {}},
    "taken_in": {"template": "phone/taken_in.html", "path": "/more", "context": {
        "results": [
            {"op_id": UUID(int=13), "kind": "visit.log", "seq": 7, "outcome": "accepted", "record": f"/visits/{UUID(int=13)}", "why": ""},
            {"op_id": UUID(int=14), "kind": "visit.photo", "seq": 8, "outcome": "fix", "record": "", "why": "This is no picture."}],
        "counts": {"accepted": 1, "already": 0, "held": 0, "waiting": 0, "fix": 1}}},
    "offline": {"template": "phone/offline.html", "signed_out": True, "context": {}},
    "problem": {"template": "web/problem.html", "context": {"title": "We could not find that page", "words": "It may have moved, or it may not be on your caseload. Go back and try another way.", "kept": "", "back_href": None, "reference": ""}},
    "more": {"template": "people/more.html", "path": "/more", "context": {"may_safety": True}},
    "more_intake": {"template": "people/more.html", "path": "/more", "context": {"may_report": True}},
    "devices": {"template": "people/devices.html", "path": "/more", "context": {"devices": PHONES, "leads": True}},
    "devices_team": {"template": "people/team_devices.html", "path": "/more", "context": {"members": [
        {"id": UUID(int=9), "name": "Rowan Ibarra", "title": "Foster care coordinator", "ended": None, "devices": PHONES},
        {"id": UUID(int=10), "name": "Tamsin Okafor", "title": "", "ended": ENDED, "devices": []}]}},
    **{f"device_{one['state']}": {"template": "people/device.html", "path": "/more", "context": {**A_PHONE, "device": one}} for one in PHONES},
    "device_erase": {"template": "people/erase.html", "path": "/more", "context": A_PHONE},
    "access_ended": {"template": "people/access.html", "path": "/more", "context": {
        "person": {"id": UUID(int=9), "name": "Rowan Ibarra", "title": ""}, "ended": ENDED, "devices": 2, "values": {}, "errors": {"reason": "Write why, for whoever looks at this later."}}},
    "held": {"template": "phone/held.html", "path": "/more", "context": {"open_items": [HELD], "set_aside": [{**HELD, "reason": "Typed in by hand already"}]}},
    "held_visit": {"template": "phone/held_item.html", "path": "/more", "context": {**HELD_ITEM, "what": "visit", **HELD_VISIT}},
    "held_draft": {"template": "phone/held_item.html", "path": "/more", "context": {
        **HELD_ITEM, "what": "draft", "can_take": False, "pictures": [UUID(int=13)], "errors": {"to_id": "Choose to whom."}, "lines": [{"child": "Gideon Quintrell", "field": "seen", "words": "yes"}, {"child": "", "field": "observations", "words": "The kitchen was warm."}]}},
    "missing": {"template": "phone/missing.html", "path": "/more", "context": {
        "person": {"id": UUID(int=9), "name": "Rowan Ibarra"}, "values": {}, "errors": {f"reason-{UUID(int=3)}": "Write what came of it, for whoever looks at this later."},
        "phones": [{"id": UUID(int=3), "label": "Android phone", "revoked": True, "numbers": [(4, NOON), (7, NOON)],
                    "settled": [{"seq": 2, "by": "Priya Castellane", "at": NOON, "reason": "A photo that was taken back"}]}]}},
    "alert_test": {"template": "alerts/test.html", "context": {"made_at": NOON, "answer_action": "#"}},
    "ready": {"template": "ready/card.html", "path": "/more", "context": READY},
    "ready_team": {"template": "ready/team.html", "path": "/board", "context": {"titles": TITLES, "unproven": [
        {"person": {"name": "Joss Wetherby", "phone": "+15555550111"}, "missing": list(TITLES)[2:], "label": "Android", "last_seen_at": NOON},
        {"person": {"name": "Lee Marchetti", "phone": ""}, "missing": list(TITLES), "label": "", "last_seen_at": None}]}},
    **SAFETY,
    "visit_new": {"template": "visits/new.html", "path": "/families/1", "context": VISIT_FORM},
    "visit_new_wrong": {"template": "visits/new.html", "path": "/families/1", "context": {
        **VISIT_FORM, "values": {"kind": "video", "observations": "The kitchen was warm."}, "errors": {"started_at": "Fill this in."}}},
    **SEEN_PAGES,
    **SHIFT_PAGES,
    **channels.PAGES,
    **TELEPHONE,
    **ROTAS,
    **signing.PAGES,
    **RECORDS,
}  # fmt: skip
PAGES |= (
    ENGINE
    | EMERGENCY
    | {
        "family_emergency": {
            "template": "cases/family.html",
            "path": "/families",
            "context": {**FAMILY, "emergency": BANNER},
        }
    }
)
