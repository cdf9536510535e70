"""Invented people, days and records for the gallery."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from porchlight.ready.values import TITLES

MONDAY = date(2026, 11, 23)
NOON = datetime(2026, 11, 23, 18, 0, tzinfo=UTC)
NIGHT = datetime(2026, 11, 24, 9, 2, tzinfo=UTC)
AGENCY = {
    "name": "Alder County Children's Services",
    "phone": "+15555550100",
    "hotline": "+15555550198",
    "time_zone": "America/Chicago",
}


def months(*states: str) -> list[dict[str, Any]]:
    first = [
        date(2026, 6, 1),
        date(2026, 7, 1),
        date(2026, 8, 1),
        date(2026, 9, 1),
        date(2026, 10, 1),
        date(2026, 11, 1),
    ]
    return [
        {"month": month, "state": state, "on": month + timedelta(days=11) if state in ("home", "elsewhere") else None}
        for month, state in zip(first, states, strict=True)
    ]


def person(name: str, what: str, last: int, *, text: bool = True) -> dict[str, Any]:
    return {"name": name, "what": what, "phone": f"+1555555{last:04}", "text": text}


STEADY = months("home", "home", "elsewhere", "home", "home", "home")
PATCHY = months("none", "home", "home", "missed", "home", "remote")
LATE = months("home", "home", "home", "elsewhere", "home", "missed")
TEAM = [
    person("Priya Castellane", "supervisor", 103),
    person("Dr. Aline Okonjo", "therapist", 121, text=False),
    {"name": "Coach Bell", "what": "a friend of the family", "phone": None, "text": False},
]
VISITS = [
    {"href": "#", "on": date(2026, 11, 12), "started_at": datetime(2026, 11, 12, 22, 10, tzinfo=UTC), "kind": "caseworker_visit",
     "place": "home", "author": "Rowan Ibarra", "late": False, "answer": "confirmed"},
    {"href": "#", "on": date(2026, 10, 14), "started_at": datetime(2026, 10, 14, 21, 0, tzinfo=UTC), "kind": "caseworker_visit",
     "place": "office", "author": "Rowan Ibarra", "late": True, "answer": "different"},
    {"href": "#", "on": date(2026, 9, 9), "started_at": datetime(2026, 9, 9, 20, 30, tzinfo=UTC), "kind": "video",
     "place": "video", "author": "Rowan Ibarra", "late": False, "answer": None},
]  # fmt: skip
PLAN = {
    "updated_days": 12, "number": 3, "written_by": "Rowan Ibarra", "written_at": NOON - timedelta(days=12),
    "valid_from": date(2026, 11, 11), "review_due_on": date(2027, 2, 9), "late": False,
    "sections": {
        "sets_off": ["Loud arguments", "Being told “we will see”", "Sunday evenings after family time"],
        "early_signs": ["Goes quiet and pulls up the hood", "Paces between kitchen and door"],
        "helps": ["Sit on the back steps with him, no talking for ten minutes", "His headphones", "Naming three things he can see"],
        "makes_worse": ["Blocking the door", "Raising your voice"],
        "steps": [{"what": "Give him room; keep the door in sight", "who": "whoever is home"}, {"what": "Call Aunt Odile", "who": "Marisol"}],
        "people": [{"name": "Odile Harrow", "relation": "aunt", "phone": "+15555550131"}],
        "professionals": [{"name": "Mobile crisis team", "phone": "+15555550140"}],
        "may_come": ["Aunt Odile", "Rowan"], "must_not_come": ["Mr. Harrow: no contact, court order"],
        "safer_home": ["Medicines locked in the hall closet", "No weapons in the home", "Old dog, friendly"],
        "medical": ["Asthma: inhaler in his backpack"], "worked_before": ["A drive with the radio on"],
    },
}  # fmt: skip
CHILD = {
    "name": "Callum Vance-Moreau", "age": 11, "born_on": date(2015, 3, 2), "pronouns": "he/him", "languages": ["en", "es"],
    "school": "Lincoln School", "grade": "6", "goal": "Stay with family", "concurrent_goal": "", "legal_status": "No court",
    "removed_on": None, "health_due_on": date(2026, 12, 4), "dental_due_on": None,
    "alerts": ["Ran from home in September: look by the creek first"], "allergies": "peanuts, bee stings", "medicines": "inhaler, as needed",
    "likes": ["Frogs", "Drawing maps", "Being asked for the score of the game"],
    "calm_down": ["Ten quiet minutes on the back steps", "Headphones", "Ask before you sit next to him"],
}  # fmt: skip
PLACEMENT = {
    "name": "Marisol Vance", "kind": "own_home", "from_on": date(2024, 2, 10), "address": "14 Example Lane, Alder",
    "maps_href": "https://maps.example.org/", "people": [person("Marisol Vance", "mother", 130)],
}  # fmt: skip
CONTACT = {
    "id": UUID(int=30), "on": date(2026, 11, 12), "family": "Vance-Moreau", "author": "Rowan Ibarra", "late": True, "kind": "caseworker_visit",
    "zone": "America/Chicago", "by_phone": True, "started_at": datetime(2026, 11, 12, 22, 10, tzinfo=UTC), "ended_at": datetime(2026, 11, 12, 23, 5, tzinfo=UTC), "place": "home",
    "place_note": "kitchen and garden", "in_residence": True, "persons_seen": ["Marisol Vance", "Grandmother"], "came": "Rowan I.",
    "agreed": ["Dentist for Birdie by December 4", "Marisol calls the school about the bus"], "next_visit_on": date(2026, 12, 14),
    "family_note": "Thank you for the tea.", "late_reason": "No signal until evening",
    "observations": "The kitchen was warm and tidy.\nHomework on the fridge. The smoke alarm was tested and works.",
}  # fmt: skip
RECORD = {
    "back_href": "#", "contact": CONTACT, "amend_href": "#", "past": {"changes": [], "undecided": [], "base": []}, "decision_id": UUID(int=21), "one_text": {"note", "observations"}, "decided": "", "earlier": [], "once": [], "ends_on": date(2026, 11, 12), "held": False, "taken": ("Priya Castellane", NOON), "topics": ["School", "Health"],
    "children": [
        {"name": "Ansel", "seen": True, "alone": "not_possible", "alone_reason": "he is four and wanted his mother", "not_seen_reason": "",
         "private_note": "", "may_read": True},
        {"name": "Callum", "seen": True, "alone": "yes", "alone_reason": "", "not_seen_reason": "",
         "private_note": "Says that nights are better since the lamp.", "may_read": True},
        {"name": "Birdie", "seen": False, "alone": "", "alone_reason": "", "not_seen_reason": "At swim practice", "private_note": "", "may_read": True},
    ],
    "follow_ups": [{"title": "Dentist for Birdie", "due_in": 11, "done_at": None}, {"title": "Bus pass", "due_in": 0, "done_at": NOON}],
    "photos": [
        {"src": "/icons/icon-192.png", "thumb": "/icons/icon-192.png", "purpose": "Smoke alarm", "given_by": "Marisol", "taken_at": NOON, "state": "stored", "trouble": ""},
        {"src": None, "thumb": None, "purpose": "Birdie's bed", "given_by": "Marisol", "taken_at": NOON, "state": "waiting", "trouble": ""},
    ],
    "signature": {"void": False, "changed": [], "method": "drawn", "signer_name": "Marisol Vance", "signer_relation": "mother", "how_known": "Known to the caseworker",
                  "signed_at": NOON, "declined_reason": "", "typed_name": "",
                  "strokes": [[[20 + i * 4, 60 + (i * 37) % 41 - i, i] for i in range(40)], [[60, 90, 1], [150, 84, 2], [190, 88, 3]], [[200, 50, 4]]]},
    "answers": [
        {"caregiver": "Marisol Vance", "answer": "different", "different": "other_time", "words": "It was closer to five.", "answered_at": NOON, "way": "link", "said_at": None},
        {"caregiver": "Teo Vance", "answer": "confirmed", "different": "", "words": "", "answered_at": NOON, "way": "door", "said_at": NOON - timedelta(hours=5)},
    ],
    "asked": {"caregiver": "Ines Vance", "expires_at": NOON + timedelta(days=7), "expired": False},
    "door": {"caregiver": "Ines Vance", "shown_at": NOON, "asked_at": NOON + timedelta(days=1), "differs": False},
    "links": [], "receipt": {"received_at": NOON, "sha256": "9Zb1xQ0kT2uJ4hWm7cVn5yLs8dRf3gPa6eXi1oKz0wE"},
}  # fmt: skip
_PHONE = {
    "id": UUID(int=8), "label": "Android phone", "here": False, "enrolled_at": NOON, "last_seen_at": NOON, "last_proven_at": None, "ordered_at": NOON,
    "erased_at": NOON, "confirmed_at": None, "sealed_left": 0, "drafts_lost": 0, "can_lock": False, "can_erase": False,
}  # fmt: skip
PHONES = [
    {**_PHONE, "state": "active", "here": True, "last_proven_at": NOON, "can_lock": True, "can_erase": True},
    {**_PHONE, "state": "wiping"},
    {**_PHONE, "state": "erased", "sealed_left": 2, "drafts_lost": 1},
]
A_PHONE = {
    "device": PHONES[0], "owner": "Rowan Ibarra", "owner_id": UUID(int=9), "yours": False, "back_href": "/devices/team", "ordered_by": "Priya Castellane", "heard_since": False,
}  # fmt: skip
ENDED = {"at": NOON, "by": "Priya Castellane", "reason": "Left the agency"}
HELD = {
    "id": UUID(int=11), "kind": "visit.log", "state": "open", "whose": "Rowan Ibarra", "device": "Android phone", "captured_at": NOON, "received_at": NOON,
    "why": "device", "decided_by": "Priya Castellane", "decided_at": NOON, "reason": "", "decision": "",
}  # fmt: skip
HELD_ITEM = {
    "item": HELD, "following": ["visit.photo", "visit.sign"], "can_take": True, "can_decide": True, "can_bring_back": False, "pictures": [], "draft_id": None,
    "others": [{"id": UUID(int=12), "name": "Mara Dunleavy-Oyelaran"}], "values": {}, "errors": {},
}  # fmt: skip
HELD_VISIT = {name: RECORD[name] for name in ("contact", "ends_on", "topics", "children", "follow_ups")} | {
    "signature": None
}
_SIDE = {
    "id": UUID(int=22),
    "author": "Rowan Ibarra",
    "at": NOON,
    "received_at": NOON,
    "reason": "I had the wrong day in mind.",
}
_NOTE = {
    "part": "note",
    "what": "note",
    "child": "",
    "hidden": False,
    "before": "Thank you for the tea.",
    "after": "Thank you for the tea and the cake.",
}
PAST = {
    "base": [UUID(int=22), UUID(int=23)],
    "changes": [
        (_SIDE, [
            {**_NOTE, "part": "when", "what": "when", "before": {"started_at": NOON, "ended_at": NOON + timedelta(hours=1)}, "after": {"started_at": NOON, "ended_at": NOON + timedelta(hours=2)}},
            {**_NOTE, "part": "where", "what": "where", "before": {"kind": "caseworker_visit", "place": "home", "in_residence": True}, "after": {"kind": "caseworker_visit", "place": "school", "in_residence": False}},
            {**_NOTE, "what": "how_seen", "child": "Birdie", "before": {"seen": False, "alone": "", "alone_reason": "", "not_seen_reason": "At swim practice"}, "after": {"seen": True, "alone": "no", "alone_reason": "She was shy", "not_seen_reason": ""}},
            {**_NOTE, "what": "private_note", "child": "Callum", "hidden": True, "before": None, "after": None},
        ]),
        ({**_SIDE, "id": UUID(int=23), "author": "Tamsin Okafor"}, [_NOTE, {**_NOTE, "what": "agreed", "before": [], "after": ["A call to the school"]}]),
    ],
    "undecided": [{"part": "note", "stands": {**_NOTE, "after": "Thank you for the tea."}, "sides": [{**_SIDE, "value": "Thank you for the coffee."}, {**_SIDE, "id": UUID(int=23), "author": "Tamsin Okafor", "value": "Thank you for the tea and the cake."}]}],
}  # fmt: skip
CHANGED = {
    **RECORD, "past": PAST, "signature": {**RECORD["signature"], "void": True, "changed": ["when", "note"]}, "answers": [], "asked": RECORD["asked"],
    "earlier": [{**RECORD["answers"][1], "changed": ["when", "note"]}], "once": [{**RECORD["answers"][1], "answer": "different", "different": "other_time", "words": "He came at six, not at four."}],
}  # fmt: skip
CRISIS = {
    "id": UUID(int=9), "number": 1043, "reason": "missing", "words": "He left after dinner. Took his bike, no coat. Not answering.",
    "raised_at": NIGHT, "state": "raised", "status_href": "#", "reaching": 2, "reached": ["Lee Wetherby"], "taken_by": None, "overdue": False,
    "mine": False, "next_holder": "", "worse_at": None, "outlook": "next", "next_at": NIGHT + timedelta(minutes=5), "ring": [{"name": "Lee Wetherby", "position": "worker", "phone": "+15555550105"}], "as_of": NIGHT + timedelta(seconds=20),
    "caller": {"name": "Dana Rook", "who": "", "by": "", "phone": "+15555550133"}, "next_due_at": NIGHT + timedelta(minutes=5),
    "others": [{"name": "Lee Wetherby", "position": "worker", "state": "shown"}, {"name": "Joss Amari", "position": "backup", "state": "failed"}],
    "entries": [
        {"at": NIGHT + timedelta(seconds=9), "kind": "shown", "name": "Lee Wetherby", "words": ""},
        {"at": NIGHT + timedelta(seconds=2), "kind": "paging", "name": "Lee Wetherby", "words": ""},
        {"at": NIGHT, "kind": "raised", "name": "Dana Rook", "words": ""},
    ],
}  # fmt: skip
UNHEARD = {
    **CRISIS, "overdue": True, "outlook": "nobody", "reaching": 0, "reached": [],
    "ring": [{"name": "Lee Wetherby", "position": "worker", "phone": "+15555550105"}, {"name": "", "position": "", "phone": "+15555550100"}],
}  # fmt: skip
TAKEN = {
    **CRISIS,
    "state": "taken",
    "taken_by": {"name": "Lee Wetherby", "at": NIGHT + timedelta(minutes=2)},
    "mine": True,
    "next_due_at": None,
}
NOT_HOLDING = dict.fromkeys(
    ("pending", "hand_over_href", "still_action", "give_back_action", "accept_action", "decline_action")
)
ALERT = {
    "crisis": CRISIS, "clocks": [], "due": None, "night": True, "now_href": "#", "called_href": "#", "ack_action": "#", "log_action": None, "steps": [], "family_href": None, "helpers": [], "resolve_action": None, "endings": [], "plan_contact": None, "holding": NOT_HOLDING,
    "children": [{"name": "Mirren Harrow", "age": 16, "plan": PLAN}],
    "people": TEAM, "places": [{"address": "14 Example Lane, Alder", "maps_href": "https://maps.example.org/", "who": ["Mirren"],
                "carers": [{"name": "Dana Rook", "phone": "+15555550133"}]}],
}  # fmt: skip
SUMMARY = {
    "on": date(2026, 11, 23), "started_at": datetime(2026, 11, 23, 22, 10, tzinfo=UTC), "ended_at": datetime(2026, 11, 23, 23, 5, tzinfo=UTC),
    "zone": "America/Chicago", "who": "Dana R.", "place": "home", "came": "Dana R.", "agreed": ["Dentist by December 4", "A call to the school about the bus"],
    "next_visit_on": date(2026, 12, 14), "family_note": "Thank you for the tea.",
}  # fmt: skip
CONFIRM = {
    "visit": SUMMARY,
    "summary_sha256": "x",
    "changed": [],
    "back_href": "#",
    "action": "#",
    "different_href": "#",
    "answer": None,
    "locked": False,
    "stop_action": "#",
}
FAMILIES = [
    {"href": "#", "name": "Vance-Moreau", "program": "in_home", "due_in": -4,
     "children": [{"name": "Ansel", "names": "Ansel", "age": 4, "months": STEADY}, {"name": "Birdie", "names": "Birdie", "age": 7, "months": STEADY}, {"name": "Callum", "names": "Callum", "age": 11, "months": LATE}]},
    {"href": "#", "name": "Tolliver", "program": "foster_care", "due_in": 0,
     "children": [{"name": "Delphine", "names": "Delphine", "age": 6, "months": STEADY}, {"name": "Emeric", "names": "Emeric", "age": 9, "months": STEADY}]},
    {"href": "#", "name": "Quintrell", "program": "foster_care", "due_in": 6,
     "children": [{"name": "Gideon", "names": "Gideon", "age": 13, "months": STEADY}, {"name": "Ignatius", "names": "Ignatius", "age": 5, "months": PATCHY}]},
]  # fmt: skip
EMPTY_BOARD: dict[str, Any] = {
    "as_of": NOON,
    "unknown": [],
    "alerts": [],
    "gaps": [],
    "unpublished": [],
    "cover_href": "#",
    "different": [],
    "late": [],
    "unsent": [],
    "phones": [],
    "here": "/board",
    "just_done": [],
    "tasks": [],
}
READY = {
    "titles": TITLES,
    "proven": 1,
    "all": len(TITLES),
    "may_see_team": True,
    "card": {
        check: {"standing": state, "proven_at": at}
        for check, state, at in zip(
            TITLES,
            ["proven", "not_proven", "not_possible", "not_proven", "not_proven", "not_proven"],
            [NOON, None, None, NOON, None, None],
            strict=True,
        )
    },
}
BOARD = {
    "as_of": NOON, "unknown": ["late"],
    "alerts": [{"href": "#", "reason": "missing", "raised_at": NOON, "number": 1043, "family": "Harrow", "nobody": True}],
    "gaps": [{"href": "#", "name": "Alder County, all programs", "position": "backup", "from_at": NOON + timedelta(days=5, hours=10), "to_at": NOON + timedelta(days=5, hours=18)}],
    "here": "/board", "just_done": [], "tasks": [{"id": UUID(int=13), "href": "#", "title": "An item from a phone to look at", "family": "Harrow", "due_in": 1}], "different": [{"id": UUID(int=11), "href": "#", "title": "Another day or time: visit of November 12", "family": "Tolliver", "made_at": NOON}],
    "late": [], "unsent": [{"id": UUID(int=9), "name": "Rowan Ibarra", "phone": "+15555550101", "problem": "gone", "count": 2, "since_at": NOON - timedelta(days=5), "visit_at": None}, {"id": UUID(int=9), "name": "Rowan Ibarra", "phone": "+15555550101", "problem": "waiting", "count": 3, "since_at": NOON - timedelta(days=4), "visit_at": None}],
    "phones": [{"name": "Joss Wetherby", "phone": "+15555550105", "problem": "failed_test", "since_at": NOON, "id": UUID(int=3), "running": False}, {"name": "Lee Marchetti", "phone": "+15555550110", "problem": "failed_test", "since_at": NOON, "id": UUID(int=4), "running": True}, {"name": "Rowan Ibarra", "phone": "+15555550101", "problem": "no_alerts", "since_at": None, "id": UUID(int=5)}],
    "cover_href": "#", "unpublished": [{"href": "#", "name": "Alder County, all programs", "until": NOON + timedelta(days=2)}, {"href": "#", "name": "Bay County", "until": None}],
}  # fmt: skip
FAMILY = {
    "family": {"name": "Vance-Moreau", "program": "in_home", "court": False, "hearing_on": date(2026, 12, 5), "due_in": -4,
               "note": "Closure proposed.", "culture": "Sunday lunch at the grandmother's is the week's anchor."},
    "new_visit_href": "#", "people": [person("Marisol Vance", "mother", 130), *TEAM],
    "children": [{"href": "#", "name": "Callum", "age": 11, "setting": "own_home", "months": LATE}, {"href": "#", "name": "Ansel", "age": 4, "setting": "own_home", "months": STEADY}],
    "plans": [{"href": "#", "child": "Callum", "updated_days": 12, "late": False}],
    "on_call": {"region": "Alder", "known": True, "href": "#"}, "tasks": [{"id": UUID(int=11), "href": "#", "title": "Dentist for Birdie", "family": "Vance-Moreau", "due_in": 11}], "here": "/cases/1",
    "may_read_visits": True, "visits": VISITS, "visits_href": "#", "amendable": [{"href": "#", "on": MONDAY}],
}  # fmt: skip
TODAY = {
    "ready": {"proven": 4, "all": 6},
    "today": MONDAY, "unknown": False,
    "my_alerts": [{"id": UUID(int=9), "number": 1043, "raised_at": NOON, "taken_by": "Lee Wetherby"}],
    "visits": [
        {"href": "#", "family": "Vance-Moreau", "starts_at": NOON + timedelta(hours=4), "place": "home", "days_since": 34, "due_in": -4},
        {"href": "#", "family": "Tolliver", "starts_at": None, "place": "home", "days_since": 26, "due_in": 0},
        {"href": "#", "family": "Ekwueme-Lund", "starts_at": None, "place": "home", "days_since": None, "due_in": 1},
    ],
    "alerts": [{"href": "#", "reason": "missing", "raised_at": NOON, "taken_by": None}],
    "here": "/today", "has_families": True,
    "just_done": [{"id": UUID(int=14), "href": "#", "title": "Bus pass for Callum", "family": "Vance-Moreau", "due_in": 0}],
    "tasks": [{"id": UUID(int=11), "href": "#", "title": "Call the dentist for Birdie", "family": "Vance-Moreau", "due_in": 1},
              {"id": UUID(int=12), "href": "#", "title": "Bus pass", "family": "Tolliver", "due_in": None}],
    "on_call": {"name": "Lee Wetherby", "position": "worker", "until_at": NOON + timedelta(hours=20), "mine": False, "href": "/oncall"},
}  # fmt: skip
REVIEW = [
    {"href": "#", "name": name, "court": bool(i % 2), "hearing_on": date(2026, 12, 5) if i % 2 else None, "due_in": i * 3 - 4, "waiting": 14 - i, "pending": "Closing" if i == 0 else ""}
    for i, name in enumerate(["Vance-Moreau", "Tolliver", "Brightwater-Ames", "Quintrell", "Sandoval-Pryce"])
]  # fmt: skip
MISTAKES = {"email": "That name and password do not match. Check both and try again."}
DEMO = [
    {"id": UUID(int=1), "name": "Rowan Ibarra", "title": "Foster care coordinator, 11 children"},
    {"id": UUID(int=2), "name": "Priya Castellane", "title": "Supervisor"},
    {"id": UUID(int=3), "name": "Lee Wetherby", "title": "On call this week"},
]
HELP = {
    "families": [
        (UUID(int=4), "Vance-Moreau"),
        (f"{UUID(int=4)}.{UUID(int=6)}", "Vance-Moreau: Ines"),
        (UUID(int=5), "Tolliver"),
    ],
    "crisis_id": UUID(int=6),
    "values": {"case_id": UUID(int=4)},
}
TURN = {
    "position": "worker",
    "name": "Lee Wetherby",
    "phone": "+15555550105",
    "from_at": NOON,
    "until_at": NOON + timedelta(days=1),
    "moment": 1,
    "mine": False,
}
NOW = {
    "schedules": [{
        "id": UUID(int=32), "name": "Alder County, all programs", "region": "Alder", "href": "#",
        "now": [TURN, {**TURN, "position": "backup", "name": "Rowan Ibarra", "phone": "+15555550101", "mine": True}],
        "week": [{**TURN, "name": "Rowan Ibarra", "mine": True, "from_at": NOON + timedelta(days=1), "until_at": NOON + timedelta(days=8)}],
        "gaps": [{"position": "backup", "from_at": NOON + timedelta(days=5), "to_at": NOON + timedelta(days=6)}],
    }],
    "shifts": [{"href": "#", "from_at": NOON + timedelta(days=7), "to_at": NOON + timedelta(days=14), "position": "worker"}], "test_action": "#", "may_set_up": True,
}  # fmt: skip
AMEND_FORM = {
    "visit_id": UUID(int=30), "case_id": UUID(int=3), "family": "Vance-Moreau", "on": MONDAY, "zone_name": "America/Chicago", "back_href": "#", "base": "", "exact": {"started_at": "", "ended_at": ""},
    "amendment_id": "", "undecided": True, "children": [{"id": UUID(int=1), "name": "Ansel", "age": 4}],
    "adults": [{"id": UUID(int=5), "name": "Marisol Vance", "relation": "mother"}, {"id": "Grandmother", "name": "Grandmother", "relation": ""}],
    "values": {"kind": "caseworker_visit", "place": "home", "persons": ["Grandmother"], "topics": ["health"], "note": "Thank you for the tea.", "came": "Rowan I."},
}  # fmt: skip
VISIT_FORM = {
    "case_id": UUID(int=3), "family": {"name": "Vance-Moreau", "href": "#"}, "came": "Rowan I.", "one_home": True, "visit_id": "", "late_days": 3, "values": {},
    "children": [{"id": UUID(int=1), "name": "Ansel", "age": 4}, {"id": UUID(int=2), "name": "Callum", "age": 11}],
    "adults": [{"id": UUID(int=5), "name": "Marisol Vance", "relation": "mother"}, {"id": UUID(int=6), "name": "Odile Vance", "relation": "grandmother"}],
}  # fmt: skip
