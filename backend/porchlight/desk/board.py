"""The supervisor's board: alerts nobody has, gaps in the rota, what is different, late, unsent or silent."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlmodel import Session

from porchlight.audit import service as audit
from porchlight.cases import queries as cases
from porchlight.cases.values import FamilyLine
from porchlight.core.actor import Actor
from porchlight.core.clock import local_day
from porchlight.core.i18n import _
from porchlight.core.refused import NotFound
from porchlight.crises import following
from porchlight.crises import queries as crises
from porchlight.desk import phones, shown
from porchlight.oncall import queries as oncall
from porchlight.people import queries as people
from porchlight.people.access import Role
from porchlight.standards import queries as standards
from porchlight.web.rendering import View

NOT_HERE = _("We could not find that page. It may have moved, or it may not be on your caseload.")
COVER = timedelta(days=14)
MOST_LATE = 1000
DIFFERENT = "something_is_different"


def board(session: Session, actor: Actor, *, now: datetime) -> View:
    """Raises NotFound for whoever is no supervisor."""
    if not actor.has(Role.SUPERVISOR):
        raise NotFound(NOT_HERE)
    caseload = cases.families(session, actor, now=now, most=MOST_LATE)
    names = {family.case_id: family.family for family in caseload.families}
    under = list(session.scalars(people.staff_under(actor.account_id)))
    staff = list(people.accounts(session, under).values())
    seen = [child.id for family in caseload.families for child in family.children]
    audit.saw(session, actor, "board.seen", None, now=now, people=seen)
    today = local_day(now, actor.time_zone)
    tasks = cases.tasks(session, actor.account_id)
    return View(
        "desk/board.html",
        {
            "as_of": now,
            "unknown": phones.unknown(),
            "alerts": _alerts(session, actor, names, now),
            "my_alerts": following.mine(session, actor.account_id),
            "gaps": _gaps(session, actor, now),
            "different": [
                {
                    "id": task.id,
                    "href": f"/visits/{task.source_id}" if task.source_id else f"/cases/{task.case_id}",
                    "title": task.title,
                    "ours": True,
                    "family": task.family,
                    "made_at": task.made_at,
                }
                for task in tasks
                if task.kind == DIFFERENT
            ],
            "tasks": [shown.task_row(task, today) for task in tasks if task.kind != DIFFERENT],
            "just_done": shown.just_done(session, actor.account_id, now=now),
            "late": _late(session, actor, caseload.families, now),
            "unsent": phones.left_behind(session, staff, now),
            "phones": phones.may_not_wake(session, actor, staff, now),
            "here": "/board",
        },
    )


def _alerts(session: Session, actor: Actor, names: dict[UUID, str], now: datetime) -> list[dict[str, Any]]:
    """Open crises that nobody has taken, or with a clock that ran out; a family's name only where it is this supervisor's."""
    mine = {one.id: one.alert_id for one in crises.open_for(session, actor.account_id, now=now)}
    rows = []
    for one in crises.open_all(session, now=now):
        if not one.taken_by or (one.clock and one.clock.overdue):
            known = one.case_id in names
            elsewhere = f"/cases/{one.case_id}" if known else "/oncall"
            rows.append(
                {
                    "href": f"/alerts/{mine[one.id]}" if one.id in mine else elsewhere,
                    "reason": one.reason,
                    "raised_at": one.raised_at,
                    "number": one.number,
                    "taken_by": one.taken_by or None,
                    "clock": one.clock,
                    "family": names[one.case_id] if known and one.case_id else "",
                }
            )
    return rows


def _gaps(session: Session, actor: Actor, now: datetime) -> list[dict[str, Any]]:
    schedules = oncall.schedules(session, actor.organization_id) if actor.organization_id else []
    rotas = [oncall.rota(session, schedule.id, now, now + COVER) for schedule in schedules]
    return [
        {"position": gap.position, "from_at": gap.start, "to_at": gap.end}
        for rota in rotas
        if rota
        for gap in rota.gaps()
    ]


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
