"""Pages for signing in, with invented people in them."""

from datetime import UTC, datetime
from uuid import UUID

NOON = datetime(2026, 11, 23, 18, 0, tzinfo=UTC)
OFFER = {
    "letters": "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ",
    "address": "otpauth://totp/Porchlight:rowan@example.org?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Porchlight",
}
SESSIONS = [
    {"id": UUID(int=1), "how": "passkey", "label": "iPhone", "started_at": NOON, "last_seen_at": NOON, "here": True},
    {"id": UUID(int=2), "how": "code", "label": "", "started_at": NOON, "last_seen_at": NOON, "here": False},
    {"id": UUID(int=3), "how": "agency", "label": "Windows", "started_at": NOON, "last_seen_at": NOON, "here": False},
]
OWN = {"since": NOON, "has_password": True, "has_passkey": True, "fresh": True, "name": "rowan@example.org"}
TWICE = "Type the six digits that your authenticator app shows now."

WAITING = {
    "id": UUID(int=4),
    "name": "Rowan Ibarra",
    "starter": "Priya Castellane",
    "started_at": NOON,
    "second": "",
    "stands": "waiting",
    "yours": False,
    "may_agree": True,
}
AGREED = {**WAITING, "name": "Joss Wetherby", "second": "Mara Dunleavy-Oyelaran", "stands": "agreed", "yours": True}

PAGES = {
    "recovery": {
        "template": "people/recovery/index.html",
        "path": "/more",
        "context": {"recoveries": [WAITING, {**AGREED, "may_agree": False}], "fresh": True},
    },
    "recovery_none": {
        "template": "people/recovery/index.html",
        "path": "/more",
        "context": {"recoveries": [], "fresh": False},
    },
    "recovery_start": {
        "template": "people/recovery/start.html",
        "path": "/more",
        "context": {"person": {"id": UUID(int=9), "name": "Rowan Ibarra", "title": "Caseworker"}, "fresh": True},
    },
    "code_ask": {
        "template": "people/second/ask.html",
        "signed_out": True,
        "context": {"next": "/today", "errors": {"code": TWICE}},
    },
    "code_set_up": {
        "template": "people/second/set_up.html",
        "signed_out": True,
        "context": {"offer": OFFER, "action": "#", "next": "/today", "back": ""},
    },
    "code_another": {
        "template": "people/second/set_up.html",
        "path": "/more",
        "context": {"offer": OFFER, "action": "#", "next": "", "back": "/codes"},
    },
    "codes": {"template": "people/second/own.html", "path": "/more", "context": OWN},
    "codes_none": {
        "template": "people/second/own.html",
        "path": "/more",
        "context": {**OWN, "since": None, "has_password": False, "fresh": False},
    },
    "set_up": {
        "template": "people/set_up/form.html",
        "signed_out": True,
        "context": {
            "action": "#",
            "zones": ["America/Chicago"],
            "values": {"agency": "Alder County"},
            "errors": {"time_zone": "Choose one from the list."},
        },
    },
    "sign_in_agency": {
        "template": "people/sign_in.html",
        "signed_out": True,
        "context": {"next": "/today", "with_passkey": True, "agency_door": True, "demo_people": []},
    },
    "sessions": {
        "template": "people/sessions/mine.html",
        "path": "/more",
        "context": {"sessions": SESSIONS, "others": 2, "recoveries": [WAITING]},
    },
}
