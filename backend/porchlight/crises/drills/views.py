"""The pages of drills: how each person's last one ended, and what a supervisor is told of one that failed."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import Session

from porchlight.alerts.queries import AlertLine
from porchlight.core.actor import Actor
from porchlight.core.refused import NotFound
from porchlight.crises import watching
from porchlight.crises.drills import queries, service
from porchlight.people import queries as people
from porchlight.people.access import Role
from porchlight.web.rendering import View


def drills_view(session: Session, actor: Actor, *, now: datetime) -> View:
    """Everyone who takes on-call shifts here, whoever failed first. Raises NotFound for whoever is no supervisor."""
    if not actor.has(Role.SUPERVISOR):
        raise NotFound(service.NOT_FOUND)
    staff = {
        one.id: one
        for one in people.accounts_with_role(session, Role.ON_CALL)
        if (person := people.actor_of(session, one.id)) and person.organization_id == actor.organization_id
    }
    latest = {one.account_id: one for one in queries.latest(session, list(staff))}
    running = queries.running(session, list(staff))
    rows = [_row(one.id, one.name, one.phone, latest.get(one.id), running) for one in staff.values()]
    order = {"failed": 0, "never": 1, "running": 2, "passed": 3}
    rows.sort(key=lambda row: (order[row["state"]], row["name"]))
    return View("crises/drills.html", {"drills": rows, "as_of": now, "send_action": "/crises/drills"})


def _row(
    account_id: UUID, name: str, phone: str, latest: queries.DrillLine | None, running: frozenset[UUID]
) -> dict[str, Any]:
    state = "running" if account_id in running else latest.state if latest else "never"
    return {
        "account_id": account_id,
        "name": name,
        "phone": phone,
        "state": str(state),
        "at": latest.made_at if latest else None,
        "seconds": latest.answered if latest else None,
        "trouble": latest.trouble if latest else "",
    }


def notice_view(session: Session, alert: AlertLine) -> View | None:
    """What a supervisor is told of a drill that failed; None when the notice is about something else."""
    found = queries.drill(session, alert.subject_id)
    person = people.account(session, found.account_id) if found else None
    if found is None or person is None:
        return None
    drill = {
        "name": person.name,
        "phone": person.phone,
        "made_at": found.made_at,
        "for_at": found.for_at if found.why == "shift" else None,
        "trouble": found.trouble,
    }
    return View("crises/drill_failed.html", {"drill": drill})


def engine_view(session: Session, actor: Actor, *, now: datetime) -> View:
    """Whether due work is late, for those who work here. Raises NotFound for everybody else."""
    if not actor.has(Role.CASEWORKER, Role.ON_CALL, Role.SUPERVISOR):
        raise NotFound(service.NOT_FOUND)
    found = watching.health(session, now=now)
    return View("crises/_engine.html", {"late": None if found.well else found.late})
