"""Every address of the router, made concrete with what the demo caseload holds."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import sqlalchemy as sa
from litestar import Litestar
from litestar.routes import HTTPRoute
from sqlmodel import Session

# What Litestar answers by itself.
OWN = {"OPTIONS"}
# Where an id of an address comes from: a parameter's name, and a column of the database.
FROM = {
    "account_id": "select id from accounts where email = 'rowan@example.org'",
    "alert_id": "select id from alerts",
    "callback_id": "select id from callbacks",
    "call_id": "select id from family_calls",
    "caregiver_id": "select id from caregivers",
    "case_id": "select case_id from assignments where role = 'caseworker'",
    "change_id": "select id from overrides",
    "check_in_id": "select id from check_ins",
    "crisis_id": "select id from crises",
    "device_id": "select id from devices",
    "episode_id": "select id from missing_episodes",
    "feed_id": "select id from calendar_feeds",
    "handover_id": "select id from handovers",
    "incident_id": "select id from incidents",
    "person_id": "select person_id from safety_plans",
    "photo_id": "select id from photos",
    "report_id": "select id from mandated_reports",
    "rotation_id": "select id from rotations",
    "schedule_id": "select id from schedules",
    "swap_id": "select id from swaps",
    "task_id": "select id from tasks",
    "training_id": "select id from staff_trainings",
    "visit_id": "select id from contacts",
}
WORDS = {"number": "1", "position": "primary", "platform": "android", "part": "now", "act": "accept", "start": "0"}
UNKNOWN = {"uuid": "01900000-0000-7000-8000-000000000000", "int": "1", "str": "unknown"}
MOST = 3  # rows of one kind that are asked for


@dataclass(frozen=True)
class Address:
    """template: as the router knows it; method: one of its own; paths: the same with real ids in it."""

    template: str
    method: str
    paths: tuple[str, ...]
    open: bool


def ids(session: Session, name: str) -> list[str]:
    if name not in FROM:
        return []
    found = session.connection().execute(sa.text(FROM[name])).scalars().fetchmany(MOST)
    return [
        str(one) if "-" in str(one) else re.sub(r"(.{8})(.{4})(.{4})(.{4})(.{12})", r"\1-\2-\3-\4-\5", str(one))
        for one in found
    ]


def fill(session: Session, template: str) -> Iterator[str]:
    """The address with up to MOST different rows of the database in it, or with one that is not there."""
    holes = re.findall(r"\{(\w+):(\w+)\}", template)
    found = {name: ids(session, name) or [WORDS.get(name, UNKNOWN[kind])] for name, kind in holes}
    for at in range(max((len(values) for values in found.values()), default=1)):
        path = template
        for name, kind in holes:
            path = path.replace(f"{{{name}:{kind}}}", found[name][at % len(found[name])])
        yield path


def addresses(app: Litestar, session: Session) -> list[Address]:
    """Every method of every route, in the order of the router, but for files of the shell."""
    made = []
    for route in app.routes:
        if not isinstance(route, HTTPRoute) or ":path}" in route.path:
            continue
        for method in sorted(set(route.route_handler_map) - OWN):
            handler = route.route_handler_map[method][0]
            made.append(Address(route.path, method, tuple(fill(session, route.path)), bool(handler.opt.get("open"))))
    return made
