"""The page on which a supervisor says whom an alert calls."""

from datetime import datetime
from typing import Any

from sqlmodel import Session

from porchlight.core.actor import Actor
from porchlight.crises.policies import service
from porchlight.crises.policies.rules import MOST_LEVELS
from porchlight.oncall import queries as oncall
from porchlight.people import queries as people
from porchlight.people.access import Role
from porchlight.web.rendering import View


def policy_view(session: Session, actor: Actor, *, now: datetime) -> View:
    """Raises NotFound for whoever is no supervisor."""
    row = service.of(session, actor)
    rota = oncall.rota(session, row.schedule_id, now, now)
    staff = {
        one.id: one.name
        for role in (Role.SUPERVISOR, Role.ON_CALL)
        for one in people.accounts_with_role(session, role)
        if (person := people.actor_of(session, one.id)) and person.organization_id == actor.organization_id
    }
    values: dict[str, Any] = {
        "last_resort_id": str(row.last_resort_id),
        "duty_manager_id": str(row.duty_manager_id or ""),
        "nudge_minutes": minutes(row.nudge_seconds),
        "grace_minutes": minutes(row.grace_seconds),
    }
    for place in range(1, MOST_LEVELS + 1):
        level = row.levels[place - 1] if place <= len(row.levels) else None
        values[f"level_{place}"] = str(level["position"]) if level else ""
        values[f"minutes_{place}"] = minutes(level["after_seconds"]) if level else ""
    context = {
        "steps": list(range(1, MOST_LEVELS + 1)),
        "positions": rota.positions if rota else [],
        "staff": [(str(one), name) for one, name in sorted(staff.items(), key=lambda one: one[1])],
        "values": values,
    }
    return View("crises/policy.html", context)


def minutes(seconds: int) -> str:
    """As it is typed: 5, or 1.5."""
    return f"{seconds / 60:g}"
