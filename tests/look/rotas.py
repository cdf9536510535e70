"""Pages of a rota for the gallery: full, with gaps, with mistakes, and empty."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

NOON = datetime(2026, 11, 23, 18, 0, tzinfo=UTC)
DAY = timedelta(days=1)
ZONE = "America/Chicago"
POSITIONS = ["worker", "backup", "supervisor", "director"]
PEOPLE = [
    (str(UUID(int=n)), name) for n, name in enumerate(["Lee Marchetti", "Joss Wetherby", "Mara Dunleavy-Oyelaran"], 1)
]
GAP = {
    "position": "backup",
    "from_at": NOON + 5 * DAY,
    "to_at": NOON + 5 * DAY + timedelta(hours=8),
    "short": True,
    "on": date(2026, 11, 28),
}
LONG_GAP = {**GAP, "position": "director", "to_at": NOON + 9 * DAY, "short": False}
AGAINST = {
    "name": "Joss Wetherby",
    "shifts": [
        {"position": "backup", "from_at": NOON, "to_at": NOON + 7 * DAY},
        {"position": "worker", "from_at": NOON + 7 * DAY, "to_at": NOON + 14 * DAY},
    ],
    "words": "Has worked here for less than {months} months.",
    "params": {"months": 6},
    "grave": True,
    "source": "invented",
}
UNTESTED = {**AGAINST, "words": "No phone of theirs has been tested.", "params": {}, "grave": False}
SCHEDULE = {
    "id": UUID(int=30), "name": "After hours", "region": "Alder", "zone": ZONE, "positions": POSITIONS, "published_until": NOON + 20 * DAY,
    "last_resort": "Mara Dunleavy-Oyelaran", "revision": 7, "href": "#",
}  # fmt: skip
ABOUT: dict[str, Any] = {"schedule": SCHEDULE, "may_change": True}


def part(name: str, start: datetime, hours: float) -> dict[str, Any]:
    return {"name": name, "from_at": start, "to_at": start + timedelta(hours=hours)}


DAYS = [
    {"day": date(2026, 11, 23) + n * DAY, "lines": [
        {"position": "worker", "parts": [part("Lee Marchetti", NOON + n * DAY, 5), part("Rowan Ibarra", NOON + n * DAY, 19)], "gaps": []},
        {"position": "backup", "parts": [part("Joss Wetherby", NOON + n * DAY, 24)], "gaps": [GAP] if n == 1 else []},
        {"position": "supervisor", "parts": [part("Mara Dunleavy-Oyelaran", NOON, 24)], "gaps": []},
        {"position": "director", "parts": [], "gaps": [LONG_GAP]}]}
    for n in range(3)
]  # fmt: skip
TURNS = [
    {"id": UUID(int=40), "position": "worker", "name": "", "kind": "weekly", "length": 1, "windowed": False, "members": ["Lee Marchetti", "Rowan Ibarra"], "from_at": None},
    {"id": UUID(int=41), "position": "backup", "name": "Weekend nights", "kind": "hourly", "length": 12, "windowed": True, "members": ["Joss Wetherby"], "from_at": NOON},
]  # fmt: skip
SPAN = {"from_at": NOON + 5 * DAY, "to_at": NOON + 6 * DAY}
CHANGES = [
    {"id": UUID(int=50), "temporary": False, "positions": ("supervisor",), "name": "Mara Dunleavy-Oyelaran", "instead_of": "", "reason": "Priya is at a wedding", **SPAN},
    {"id": UUID(int=51), "temporary": True, "positions": ("worker", "backup"), "name": "", "instead_of": "", "reason": "", **SPAN},
    {"id": UUID(int=52), "temporary": False, "positions": ("worker",), "name": "", "instead_of": "Lee Marchetti", "reason": "", **SPAN},
]  # fmt: skip
WEEKLY = {
    "position": "worker", "name": "Weekend nights", "kind": "weekly", "length": "1", "first_on": "2026-11-20", "hand_off": "17:00", "priority": "1",
    "weekdays": ["5", "6"], "start": "17:00", "end": "08:00", "members": [PEOPLE[0][0], PEOPLE[1][0]],
}  # fmt: skip
TURNS_FORM = {
    **ABOUT,
    "action": "#",
    "end_action": "#",
    "values": WEEKLY,
    "members": [{"id": one, "name": name} for one, name in PEOPLE[:2]],
    "others": PEOPLE[2:],
}
CANDIDATES = [
    {"id": PEOPLE[0][0], "name": "Lee Marchetti", "may": True, "hours": 12, "reasons": []},
    {"id": PEOPLE[1][0], "name": "Joss Wetherby", "may": False, "hours": 1, "reasons": [{"words": AGAINST["words"], "params": {"months": 6}}]},
]  # fmt: skip
OVERRIDE_FORM = {
    **ABOUT,
    "people": CANDIDATES,
    "everybody": PEOPLE,
    "values": {"position": "worker", "from_at": "2026-11-28T06:00", "to_at": "2026-11-28T14:00"},
}
CARRIED = [
    {"name": "Lee Marchetti", "nights": 41, "weekend_days": 12, "holidays": 1, "hours": 1020, "calls": 4, "ahead": 336},
    {"name": "Mara Dunleavy-Oyelaran", "nights": 12, "weekend_days": 4, "holidays": 0, "hours": 288, "calls": 0, "ahead": 0},
]  # fmt: skip

ROTAS: dict[str, dict[str, Any]] = {
    "rota": {"template": "oncall/schedule.html", "path": "/oncall", "context": {
        **ABOUT, "unpublished": False, "gaps": [], "against": [UNTESTED], "days": DAYS, "turns": TURNS, "changes": CHANGES}},
    "oncall_people": {"template": "oncall/people.html", "path": "/oncall", "context": {"people": [
        {"href": "#", "name": "Lee Marchetti", "since": date(2021, 3, 1), "regions": ["Alder", "Bay"], "trainings": ["CPR", "First aid"], "over": []},
        {"href": "#", "name": "Mara Dunleavy-Oyelaran", "since": None, "regions": [], "trainings": [], "over": ["Safe crisis management"]}]}},
    "oncall_people_none": {"template": "oncall/people.html", "path": "/oncall", "context": {"people": []}},
    "oncall_person": {"template": "oncall/person.html", "path": "/oncall", "context": {
        "name": "Mara Dunleavy-Oyelaran", "here": "#", "regions": ["Alder", "Bay"], "asked": ["CPR", "Safe crisis management"],
        "trainings": [
            {"name": "Safe crisis management", "done_on": date(2026, 3, 1), "valid_to": date(2027, 3, 1), "over": False, "strike": "#"},
            {"name": "CPR", "done_on": date(2024, 3, 1), "valid_to": date(2026, 3, 1), "over": True, "strike": "#"},
            {"name": "Child welfare core", "done_on": date(2019, 3, 1), "valid_to": None, "over": False, "strike": "#"}],
        "known": {"employed_since": "2019-02-01", "languages": ["es"], "regions": ["Alder"]}, "values": {"done_on": "2027-01-01"},
        "errors": {"name": "Fill this in.", "done_on": "This day lies ahead. Write down a training once it is done."}}},
    "oncall_person_new": {"template": "oncall/person.html", "path": "/oncall", "context": {
        "name": "Lee Marchetti", "here": "#", "regions": [], "asked": [], "trainings": [], "known": {}, "values": {}}},
    "holidays": {"template": "oncall/holidays.html", "path": "/oncall", "context": {
        "ours": [{"day": date(2027, 3, 31), "name": "Cesar Chavez Day", "source": "County board, March 3"}, {"day": date(2027, 7, 9), "name": "Founders' day", "source": ""}],
        "errors": {"day": "Write the date like 2026-11-23."}}},
    "holidays_none": {"template": "oncall/holidays.html", "path": "/oncall", "context": {"ours": []}},
    "region": {"template": "oncall/region.html", "path": "/families", "context": {
        "family": "Vance-Moreau", "back_href": "#", "action": "#", "gone": "", "values": {"region": "Alder"},
        "regions": [("Alder", "Alder County, all programs"), ("Bay", "Bay nights, Bay weekends")]}},
    "region_gone": {"template": "oncall/region.html", "path": "/families", "context": {
        "family": "Vance-Moreau", "back_href": "#", "action": "#", "gone": "Cove", "values": {"region": "Cove"},
        "errors": {"region": "Choose one from the list."}, "regions": [("Alder", "Alder County, all programs"), ("Bay", "Bay nights")]}},
    "region_none": {"template": "oncall/region.html", "path": "/families", "context": {
        "family": "Vance-Moreau", "back_href": "#", "action": "#", "gone": "", "values": {"region": ""}, "regions": []}},
    "rota_gaps": {"template": "oncall/schedule.html", "path": "/oncall", "context": {
        **ABOUT, "schedule": {**SCHEDULE, "last_resort": "", "published_until": None}, "unpublished": True, "gaps": [GAP, LONG_GAP], "against": [AGAINST, UNTESTED], "days": DAYS, "turns": [], "changes": []}},
    "rota_turns": {"template": "oncall/turns.html", "path": "/oncall", "context": TURNS_FORM},
    "rota_turns_none": {"template": "oncall/turns.html", "path": "/oncall", "context": {
        **TURNS_FORM, "end_action": None, "members": [], "others": PEOPLE, "values": {**WEEKLY, "weekdays": [], "start": "", "priority": "0", "members": []}, "errors": {"members": "Add at least one person."}}},
    "rota_override": {"template": "oncall/override.html", "path": "/oncall", "context": OVERRIDE_FORM},
    "rota_override_refused": {"template": "oncall/override.html", "path": "/oncall", "context": {
        **OVERRIDE_FORM, "values": {**OVERRIDE_FORM["values"], "account_id": PEOPLE[1][0]}, "errors": {"account_id": "Has worked here for less than 6 months."}}},
    "rota_temporary": {"template": "oncall/temporary.html", "path": "/oncall", "context": {
        **ABOUT, "people": dict.fromkeys(POSITIONS, PEOPLE), "values": {"positions": POSITIONS[:2], "from_at": "2026-11-28T06:00", "to_at": "2026-12-01T08:00"}}},
    "rota_publish": {"template": "oncall/publish.html", "path": "/oncall", "context": {
        **ABOUT, "gaps": [GAP], "against": [AGAINST, UNTESTED], "last": {"by": "Priya Castellane", "at": NOON}, "choices": (14, 31, 62), "values": {"days": "31"},
        "changed": [{"position": "worker", "before": "Lee Marchetti", "after": "Rowan Ibarra", **SPAN}, {"position": "backup", "before": "Joss Wetherby", "after": None, **SPAN}]}},
    "rota_publish_first": {"template": "oncall/publish.html", "path": "/oncall", "context": {
        **ABOUT, "gaps": [], "against": [], "last": None, "choices": (14, 31, 62), "values": {"days": "31"}, "changed": []}},
    "rota_fairness": {"template": "oncall/fairness.html", "path": "/oncall", "context": {**ABOUT, "from_on": NOON - 91 * DAY, "people": CARRIED, "suggested": "Mara Dunleavy-Oyelaran"}},
    "rota_fairness_none": {"template": "oncall/fairness.html", "path": "/oncall", "context": {**ABOUT, "from_on": NOON - 91 * DAY, "people": [], "suggested": ""}},
    "rota_setting": {"template": "oncall/setting.html", "path": "/oncall", "context": {
        **ABOUT, "action": "#", "back": "#", "every_position": POSITIONS, "people": PEOPLE, "errors": {"time_zone": "Write the time zone with its region and city."},
        "values": {"name": "After hours", "region": "Alder", "time_zone": "Chicago", "positions": POSITIONS, "last_resort_id": PEOPLE[2][0], "duty_manager_id": ""}}},
}  # fmt: skip
