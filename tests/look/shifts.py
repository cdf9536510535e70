"""What the gallery shows of shifts: mine, one of them, a swap, calendars, the sheet to print."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from tests.look.samples import MONDAY, NOON

CHICAGO = "America/Chicago"
TIMES = {"from_at": NOON + timedelta(days=4), "from_on": MONDAY + timedelta(days=4), "to_at": NOON + timedelta(days=11), "to_on": MONDAY + timedelta(days=11), "zone": CHICAGO}  # fmt: skip
SHORT = {**TIMES, "to_at": NOON + timedelta(days=4, hours=6), "to_on": MONDAY + timedelta(days=4)}
SHIFT = SimpleNamespace(
    path="/oncall/shifts/1",
    position="worker",
    account_id=UUID(int=7),
    schedule=SimpleNamespace(name="After hours"),
    **TIMES,
)
AS_BACKUP = SimpleNamespace(**{**vars(SHIFT), **SHORT, "position": "backup"})
SWAP: dict[str, Any] = {
    "id": UUID(int=21), "state": "asked", "position": "worker", "schedule": "After hours", **TIMES,
    "reason": "", "by": "Lee Wetherby", "by_me": True, "to": "Tamsin Okafor", "taken_by": "", "i_have_it": False, "asked_me": False, "is_open": True,
}  # fmt: skip
ASKED = [
    SWAP,
    {**SWAP, "state": "offered", "to": "", "by_me": False},
    {**SWAP, "state": "taken", "taken_by": "Joss Wetherby", "is_open": False},
    {**SWAP, "state": "declined", "is_open": False},
    {**SWAP, "state": "void", "is_open": False},
    {**SWAP, "state": "expired", "is_open": False},
]
TO_ME = [
    {**SWAP, **SHORT, "by_me": False, "asked_me": True, "reason": "My sister gets married"},
    {**SWAP, "state": "offered", "by_me": False, "by": "Mara Dunleavy-Oyelaran"},
]
BUSY = SimpleNamespace(message="Already on call then.", params={})
YOUNG = SimpleNamespace(message="Has worked here for less than {months} months.", params={"months": 6})
FREE = {"hours": 0.0, "proven": True, "reasons": (), "may": True, "may_some": False, "by_word": False}
CANDIDATES = [
    SimpleNamespace(**{**FREE, "account_id": UUID(int=8), "name": "Tamsin Okafor"}),
    SimpleNamespace(
        **{**FREE, "account_id": UUID(int=9), "name": "Mara Dunleavy-Oyelaran", "hours": 113.0, "proven": False}
    ),
    SimpleNamespace(
        **{
            **FREE,
            "account_id": UUID(int=11),
            "name": "Wren Adeyemi-Castillo",
            "reasons": (BUSY,),
            "may": False,
            "may_some": True,
        }
    ),
    SimpleNamespace(
        **{
            **FREE,
            "account_id": UUID(int=12),
            "name": "Sam Okonkwo-Reyes",
            "reasons": (YOUNG,),
            "may": False,
            "by_word": True,
        }
    ),
    SimpleNamespace(
        **{
            **FREE,
            "account_id": UUID(int=10),
            "name": "Joss Wetherby",
            "hours": 168.0,
            "reasons": (BUSY,),
            "may": False,
        }
    ),
]
TURN = {
    **TIMES,
    "region": "Alder North",
    "position": "worker",
    "name": "Lee Wetherby",
    "phone": "+15555550105",
    "all": True,
}
TURNS = [
    {**TURN, "region": region, **one}
    for region in ("Alder North", "Alder South", "Wexley", "Harrow Valley", "Five Mile Creek")
    for one in (
        {**SHORT, "all": False},
        {"name": "Mara Dunleavy-Oyelaran", "all": False},
        {"position": "backup", "name": "", "phone": ""},
        {"position": "supervisor", "phone": ""},
        {"position": "director"},
    )
]
MINE = {"on_now": [AS_BACKUP], "shifts": [SHIFT, AS_BACKUP], "requests": TO_ME, "asked": ASKED, "month": MONDAY.replace(day=1), "hours": 113, "test_action": "#", "may_set_reminders": True}  # fmt: skip
FORM = {"shift": SHIFT, "holder": "Rowan Ibarra", "mine": True, "may_assign": False, "swap_id": "x", "choices": CANDIDATES[:-1], "others": CANDIDATES[-1:], "values": {"from_at": "2026-11-27T17:00", "to_at": "2026-12-04T17:00"}}  # fmt: skip

SHEET = {
    "time": TIMES,
    "made_at": NOON,
    "name": "Alder County",
    "line": "+15555550100",
    "hotline": "+15555550101",
    "turns": TURNS,
    "values": {"from": "2026-11-27T17:00", "to": "2026-11-30T08:00"},
}

SHIFT_PAGES: dict[str, dict[str, Any]] = {
    "my_shifts": {"template": "oncall/mine.html", "path": "/oncall/mine", "context": MINE},
    "my_shifts_none": {"template": "oncall/mine.html", "path": "/oncall/mine", "context": {**MINE, "on_now": [], "shifts": [], "requests": [], "asked": [], "hours": 0}},
    "shift": {"template": "oncall/shift.html", "path": "/oncall/mine", "context": {"shift": SHIFT, "holder": "Rowan Ibarra", "mine": True, "now_on": True, "swap_href": "#", "file_href": "#", "asked": [SWAP]}},
    "shift_of_another": {"template": "oncall/shift.html", "path": "/oncall", "context": {"shift": SHIFT, "holder": "Lee Wetherby", "mine": False, "now_on": False, "swap_href": None, "file_href": None, "asked": []}},
    "swap": {"template": "oncall/swap.html", "path": "/oncall/mine", "context": FORM},
    "swap_wrong": {"template": "oncall/swap.html", "path": "/oncall/mine", "context": {**FORM, "mine": False, "may_assign": True, "errors": {"to": "Choose whom to ask.", "to_at": "Choose an end inside this shift."}}},
    "swap_nobody": {"template": "oncall/swap.html", "path": "/oncall/mine", "context": {**FORM, "choices": []}},
    "calendar": {"template": "oncall/calendar.html", "path": "/oncall/mine", "context": {"mine": {"id": UUID(int=31), "made_at": NOON}, "schedules": [{"id": UUID(int=32), "name": "After hours", "feed": None}]}},
    "calendar_address": {"template": "oncall/address.html", "path": "/oncall/mine", "context": {"name": "", "address": "https://porchlight.alder.example.org/calendar/" + "Qm3x" * 11 + ".ics", "subscribe_href": "#"}},
    "reminders": {"template": "oncall/reminders.html", "path": "/oncall", "context": {"choices": (0, 1, 2, 3, 6, 12, 24), "values": {"hours": "3"}}},
    "sheet": {"template": "oncall/sheet.html", "path": "/oncall", "context": SHEET},
    "sheet_wrong": {"template": "oncall/sheet.html", "path": "/oncall", "context": {**SHEET, "line": "", "hotline": "", "turns": [], "values": {"from": "Friday", "to": ""}, "errors": {"from": "Write the date and time like 2026-11-23 16:10."}}},
}  # fmt: skip
