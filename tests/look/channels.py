"""Pages about how people and families are reached, with invented people."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from tests.look.samples import MONDAY, NOON


def way(channel: str, **other: Any) -> dict[str, Any]:
    usual = {
        "channel": channel,
        "address": "" if channel == "push" else "+15555550111",
        "phones": 2 if channel == "push" else 0,
        "set_up": True,
        "works": True,
        "stopped": False,
        "dead_at": None,
        "proven_at": None,
        "first": False,
        "can_test": True,
        "code_waits": False,
    }
    return {**usual, **other}


WAYS = {
    "ways": [
        way("push", first=True),
        way("sms", proven_at=NOON),
        way("voice", code_waits=True),
        way("email", address="lee.marchetti@alder.example.org"),
    ],
    "asked": "voice",
    "values": {"from_time": "22:00", "until_time": "07:00"},
    "second": True,
    "on_call": True,
    "leads": True,
}
NONE = {
    "ways": [
        way("push", phones=0, works=False, first=True),
        way("sms", set_up=False, works=False, can_test=False),
        way("voice", dead_at=NOON, works=False),
        way("email", stopped=True, works=False, address=""),
    ],
    "asked": "",
    "second": False,
    "on_call": True,
    "leads": False,
}
PEOPLE = [
    {"id": UUID(int=1), "name": "Joss Wetherby", "phone": "+15555550111", "accepted": None},
    {
        "id": UUID(int=2),
        "name": "Lee Marchetti",
        "phone": "",
        "accepted": {"by": "Priya Castellane", "at": NOON, "words": "Lives beside the office and sleeps lightly."},
    },
]
FAMILIES = [
    {"id": UUID(int=n), "name": name, "home": "Aldous home", "phone": phone, "standing": standing, "has_mail": True}
    for n, (name, phone, standing) in enumerate(
        [
            ("Sunniva Aldous", "+15555550134", "agreed"),
            ("Bram Aldous-Featherstonehaugh", "+15555550135", "not_asked"),
            ("Wenna Marlow", "+15555550136", "stopped"),
            ("Bea Thornquist", "+15555550137", "wrong_person"),
            ("Ode Lind", "", "no_number"),
        ]
    )
]
CALLS = [
    {
        "id": UUID(int=1),
        "contact_id": UUID(int=2),
        "name": "Sunniva Aldous",
        "phone": "+15555550134",
        "on": MONDAY,
        "why": "silent",
        "tried_at": NOON,
    },
    {
        "id": UUID(int=3),
        "contact_id": UUID(int=4),
        "name": "Ode Lind",
        "phone": "",
        "on": MONDAY - timedelta(days=3),
        "why": "no_way",
        "tried_at": None,
    },
]
NOTICES = [
    {
        "words": "Texts and calls have cost 80 percent of this month's limit.",
        "href": "#",
        "made_at": NOON,
        "read": False,
    },
    {"words": "The rota of next week is there.", "href": "", "made_at": NOON, "read": True},
]

PAGES: dict[str, dict[str, Any]] = {
    "ways": {"template": "alerts/ways.html", "path": "/more", "context": WAYS},
    "ways_none": {"template": "alerts/ways.html", "path": "/more", "context": NONE},
    "ways_wrong": {
        "template": "alerts/ways.html",
        "path": "/more",
        "context": {**WAYS, "values": {"code": "12"}, "errors": {"code": "That is not the code we sent."}},
    },
    "channels": {
        "template": "alerts/channels.html",
        "path": "/board",
        "context": {
            "there": ["push"],
            "spent": 1234.5,
            "limit": 5000,
            "push_only": PEOPLE,
            "values": {"account_id": str(UUID(int=1)), "words": ""},
            "errors": {"words": "Write why push alone is enough."},
        },
    },
    "channels_all": {
        "template": "alerts/channels.html",
        "path": "/board",
        "context": {"there": ["push", "sms", "voice", "email"], "spent": 0, "limit": 0, "push_only": []},
    },
    "notices": {"template": "alerts/notices.html", "path": "/more", "context": {"notices": NOTICES, "unread": True}},
    "notices_none": {"template": "alerts/notices.html", "path": "/more", "context": {"notices": [], "unread": False}},
    "family_calls": {"template": "visits/calls.html", "path": "/today", "context": {"calls": CALLS}},
    "family_calls_none": {"template": "visits/calls.html", "path": "/today", "context": {"calls": []}},
    "family_texts": {"template": "visits/texts.html", "path": "/today", "context": {"families": FAMILIES}},
    "stop_texts": {
        "template": "visits/stop.html",
        "signed_out": True,
        "context": {"action": "#", "back_href": "#", "stopped": False},
    },
    "texts_stopped": {
        "template": "visits/stop.html",
        "signed_out": True,
        "context": {"action": "#", "back_href": "#", "stopped": True},
    },
}
