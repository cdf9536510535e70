"""The supervisor's board: what must be right tonight (live.py, cover.py), and what is different, late or unsent."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlmodel import Session

from porchlight.audit import service as audit
from porchlight.cases import queries as cases
from porchlight.cases.values import FamilyLine, TaskLine
from porchlight.core.actor import Actor
from porchlight.core.clock import local_day
from porchlight.core.refused import NotFound
from porchlight.crises import following
from porchlight.desk import phones, shown
from porchlight.desk.cover import cover
from porchlight.desk.live import NOT_HERE, top
from porchlight.people import queries as people
from porchlight.people.access import Role
from porchlight.standards import queries as standards
from porchlight.web.rendering import View

MOST_LATE = 1000
DIFFERENT = "something_is_different"


def board(session: Session, actor: Actor, *, now: datetime) -> View:
    """Raises NotFound for whoever is no supervisor."""
    if not actor.has(Role.SUPERVISOR):
        raise NotFound(NOT_HERE)
    caseload = cases.families(session, actor, now=now, most=MOST_LATE)
    under = list(session.scalars(people.staff_under(actor.account_id)))
    staff = list(people.accounts(session, under).values())
    seen = [child.id for family in caseload.families for child in family.children]
    audit.saw(session, actor, "board.seen", None, now=now, people=seen)
    today = local_day(now, actor.time_zone)
    tasks = cases.tasks(session, actor, now=now)
    return View(
        "desk/board.html",
        {
            "as_of": now,
            "unknown": phones.unknown(),
            **top(session, actor, now=now),
            **cover(session, actor, now=now),
            "my_alerts": following.mine(session, actor.account_id),
            "different": [_different(task) for task in tasks if task.kind == DIFFERENT],
            "tasks": [shown.task_row(task, today) for task in tasks if task.kind != DIFFERENT],
            "just_done": shown.just_done(session, actor, now=now),
            "late": _late(session, actor, caseload.families, now),
            "unsent": phones.left_behind(session, staff, now),
            "here": "/board",
        },
    )


def _different(task: TaskLine) -> dict[str, Any]:
    return {
        "id": task.id,
        "href": f"/visits/{task.source_id}" if task.source_id else f"/cases/{task.case_id}",
        "title": task.title,
        "ours": True,
        "family": task.family,
        "made_at": task.made_at,
    }


def _late(session: Session, actor: Actor, families: Sequence[FamilyLine], now: datetime) -> list[dict[str, Any]]:
    """The families with a late visit, the longest first, with whose they are."""
    today = local_day(now, actor.time_zone)
    standings = standards.standings(session, families, today=today, zone=actor.time_zone)
    late = [(due, one) for one in families if (due := shown.due_in(one, standings)) is not None and due < 0]
    workers = cases.workers(session, [family.case_id for _due, family in late], now=now)
    known = people.accounts(session, [one for ids in workers.values() for one in ids])
    return [
        {
            "href": f"/cases/{family.case_id}",
            "family": family.family,
            "days_since": shown.days_since(family, standings),
            "worker": ", ".join(known[one].name for one in workers.get(family.case_id, [])),
        }
        for _due, family in sorted(late, key=lambda one: (one[0], one[1].family))
    ]
