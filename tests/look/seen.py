"""Samples of who has seen a file."""

from datetime import timedelta
from typing import Any

from tests.look.samples import NOON

LINES = [
    {"at": NOON, "who": "Priya Castellane", "what": "Looked at who has seen this file", "changed": False},
    {"at": NOON - timedelta(minutes=20), "who": "Rowan Ibarra", "what": "Logged a visit", "changed": True},
    {"at": NOON - timedelta(hours=3), "who": "", "what": "The foster parent said a visit is right", "changed": True},
    {
        "at": NOON - timedelta(days=2),
        "who": "Corin Halvorsen",
        "what": "Saw the list of families, as a reviewer",
        "changed": False,
    },
]
SEEN: dict[str, Any] = {
    "family": {"name": "Vance-Moreau", "href": "#"},
    "here": "#",
    "lines": LINES,
    "staff": [("1", "Corin Halvorsen"), ("2", "Priya Castellane")],
    "values": {"who": "", "day": ""},
    "older_href": "#",
}
SEEN_PAGES: dict[str, dict[str, Any]] = {
    "seen": {"template": "seen/index.html", "context": SEEN},
    "seen_narrowed": {
        "template": "seen/index.html",
        "context": {**SEEN, "lines": [], "older_href": None, "values": {"who": "2", "day": "2026-11-20"}},
    },
    "seen_empty": {"template": "seen/index.html", "context": {**SEEN, "lines": [], "older_href": None}},
}
