"""Today: what a person opens first, by what they are here for."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from sqlmodel import Session

from porchlight.audit import service as audit
from porchlight.cases import queries as cases
from porchlight.cases.values import FamilyLine
from porchlight.core.actor import Actor
from porchlight.core.clock import at_wall, local_day
from porchlight.crises import following
from porchlight.crises import queries as crises
from porchlight.crises.intake.views import calls_view
from porchlight.desk import shown
from porchlight.desk.board import board
from porchlight.desk.safety import for_today
from porchlight.homes import queries as homes
from porchlight.oncall import queries as oncall
from porchlight.oncall import shifts
from porchlight.oncall.views import STAFF
from porchlight.oversight import views as oversight
from porchlight.people import queries as people
from porchlight.people.access import Capability, Role
from porchlight.ready import queries as ready
from porchlight.standards import queries as standards
from porchlight.standards.rules import SOON, Standing
from porchlight.visits import queries as visits
from porchlight.visits.values import Planned
from porchlight.web.rendering import View

DAY = timedelta(days=1)
HOME_AHEAD = timedelta(days=14)
LAST = timedelta(days=36500)  # sorts what has no time behind what has one
FIRST_POSITION = "worker"


def today(session: Session, actor: Actor, *, now: datetime) -> View:
    """By what a person is here for, with one line about this phone until it has proven everything."""
    view = by_role(session, actor, now=now)
    return View(view.template, {**view.context, "ready": ready.progress(session, actor)})


def by_role(session: Session, actor: Actor, *, now: datetime) -> View:
    """A supervisor opens the board, a reviewer the families to review, a caregiver the visits to their home,
    whoever does nothing but take calls the form for one."""
    if actor.has(Role.CASEWORKER):
        return my_day(session, actor, now=now)
    if actor.has(Role.SUPERVISOR):
        return board(session, actor, now=now)
    if actor.has(Role.OVERSIGHT):
        return oversight.families(session, actor, now=now)
    if actor.has(Role.CAREGIVER):
        return my_home(session, actor, now=now)
    if actor.has(Role.INTAKE) and not actor.has(Role.AIDE, Role.ON_CALL):
        return calls_view(session, actor, now=now)
    return my_day(session, actor, now=now)


def my_day(session: Session, actor: Actor, *, now: datetime) -> View:
    """Visits planned and due, what is to be done, open crises, and who is on call."""
    day = local_day(now, actor.time_zone)
    caseload = cases.families(session, actor, now=now, capability=Capability.LOG_VISIT)
    standings = standards.standings(session, caseload.families, today=day, zone=actor.time_zone)
    start = at_wall(datetime.combine(day, time.min), actor.time_zone)
    end = at_wall(datetime.combine(day + DAY, time.min), actor.time_zone)
    planned = visits.planned(session, actor.account_id, start, end)
    rows = _visits(caseload.families, standings, planned)
    named = [child.id for family in caseload.families for child in family.children]
    audit.saw(session, actor, "today.seen", None, now=now, people=named)
    context = {
        "today": day,
        "unknown": False,
        "has_families": bool(caseload.total),
        "visits": rows,
        "alerts": _alerts(session, actor, now),
        "my_alerts": following.mine(session, actor.account_id),
        "tasks": [shown.task_row(task, day) for task in cases.tasks(session, actor, now=now)],
        "just_done": shown.just_done(session, actor, now=now),
        "on_call": _on_call(session, actor, now),
        "my_safety": for_today(session, actor, now=now),
        "here": "/today",
    }
    return View("desk/today.html", context)


def _visits(
    families: Sequence[FamilyLine], standings: Mapping[UUID, Standing], planned: Sequence[Planned]
) -> list[dict[str, Any]]:
    """Late first, then in the order of the day, then what falls due within the week."""
    by_case = {one.case_id: one for one in planned if one.contact_id is None}
    done = {one.case_id for one in planned if one.contact_id}
    rows = []
    for family in families:
        plan = by_case.get(family.case_id)
        due = shown.due_in(family, standings)
        if plan is None and (due is None or due > SOON or family.case_id in done):
            continue
        rows.append(
            {
                "href": f"/cases/{family.case_id}/visits/new",
                "family": family.family,
                "starts_at": plan.starts_at if plan else None,
                "place": plan.place if plan else "home",
                "days_since": shown.days_since(family, standings),
                "due_in": due,
            }
        )
    return sorted(rows, key=_pressing)


def _pressing(row: Mapping[str, Any]) -> tuple[bool, int, float, str]:
    late = row["due_in"] is not None and row["due_in"] < 0
    starts = row["starts_at"].timestamp() if row["starts_at"] else LAST.total_seconds()
    due = row["due_in"] if row["due_in"] is not None else SOON + 1
    return not late, due if late else 0, starts, f"{due:05} {row['family']}"


def _alerts(session: Session, actor: Actor, now: datetime) -> list[dict[str, Any]]:
    return [
        {
            "href": f"/alerts/{one.alert_id}",
            "reason": one.reason,
            "raised_at": one.raised_at,
            "taken_by": one.taken_by or None,
            "clock": one.clock,
        }
        for one in crises.open_for(session, actor.account_id, now=now)
    ]


def _on_call(session: Session, actor: Actor, now: datetime) -> dict[str, Any] | None:
    """The first on call now; or this person, in whatever position they hold."""
    schedules = oncall.schedules(session, actor.organization_id) if actor.organization_id else []
    for schedule in schedules:
        rota = oncall.rota(session, schedule.id, now, now + HOME_AHEAD)
        holding = [one for one in rota.shifts() if one.start <= now < one.end] if rota else []
        mine = [one for one in holding if one.account_id == actor.account_id]
        first = mine or [one for one in holding if one.position == FIRST_POSITION] or holding
        if first:
            person = people.account(session, first[0].account_id)
            until = first[0].end
            if until >= now + HOME_AHEAD:  # cut where we stopped looking
                whole = shifts.whole(session, schedule, now, now + shifts.SECOND)
                until = next(one.end for one in whole if one.position == first[0].position)
            return {
                "name": person.name if person else "",
                "position": first[0].position,
                "until_at": until,
                "mine": bool(mine),
                "href": "/oncall" if actor.has(*STAFF) else "",
            }
    return None


def my_home(session: Session, actor: Actor, *, now: datetime) -> View:
    """For a caregiver: who comes to the home and when, with a number to ring; nothing of what was said."""
    day = local_day(now, actor.time_zone)
    start = at_wall(datetime.combine(day, time.min), actor.time_zone)
    mine = cases.families(session, actor, now=now, capability=Capability.RAISE_CRISIS).families
    here = _living_here(session, actor, mine, day)
    planned = visits.planned_for(session, list(here), start, start + HOME_AHEAD)
    workers = people.accounts(session, list({one.account_id for one in planned}))
    audit.saw(session, actor, "home.seen", None, now=now, people=[one for ids in here.values() for one in ids])
    rows = [
        {
            "day": local_day(one.starts_at, actor.time_zone),
            "starts_at": one.starts_at,
            "place": one.place,
            "who": workers[one.account_id].name,
            "phone": workers[one.account_id].phone,
        }
        for one in planned
        if one.place == "home" and one.contact_id is None
    ]
    return View(
        "desk/my_home.html", {"today": day, "visits": rows, "my_alerts": following.mine(session, actor.account_id)}
    )


def _living_here(session: Session, actor: Actor, families: Sequence[FamilyLine], day: date) -> dict[UUID, list[UUID]]:
    """The cases of the children who live in this person's homes on this local day, with those children."""
    own = set(homes.homes_of(session, actor.account_id))
    children = {child.id: family.case_id for family in families for child in family.children}
    found: dict[UUID, list[UUID]] = {}
    for person_id, stay in homes.placements_on(session, list(children), day).items():
        if stay.home_id in own:
            found.setdefault(children[person_id], []).append(person_id)
    return found
