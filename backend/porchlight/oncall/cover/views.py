"""The page of one schedule day by day, its proof of cover, publishing, and who has carried how much."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlmodel import Session

from porchlight.core.actor import Actor
from porchlight.core.clock import local_day
from porchlight.core.refused import NotFound
from porchlight.oncall import queries
from porchlight.oncall.cover import rules, service
from porchlight.oncall.eligibility import queries as eligibility
from porchlight.oncall.eligibility.rules import Weight
from porchlight.oncall.fairness import queries as fairness
from porchlight.oncall.fairness.rules import next_in_turn
from porchlight.oncall.planning import queries as planning
from porchlight.oncall.queries import ScheduleLine
from porchlight.oncall.rules import Gap
from porchlight.oncall.service import NOT_FOUND
from porchlight.oncall.views import check_staff
from porchlight.people import queries as people
from porchlight.people.access import Role
from porchlight.web.rendering import View

SHORT = timedelta(hours=24)
CHOICES = (14, 31, 62)  # days that a supervisor publishes at once


def mine(session: Session, actor: Actor, schedule_id: UUID, *, changing: bool = False) -> ScheduleLine:
    """A schedule of the person's organization; changing: for supervisors only. Raises NotFound."""
    check_staff(actor)
    found = queries.schedule(session, schedule_id)
    if found is None or found.organization_id != actor.organization_id or (changing and not actor.has(Role.SUPERVISOR)):
        raise NotFound(NOT_FOUND)
    return found


def schedule_view(session: Session, actor: Actor, schedule_id: UUID, *, now: datetime) -> View:
    schedule = mine(session, actor, schedule_id)
    proof = service.prove(session, schedule, now=now)
    turns, changes = planning.turns(session, schedule_id, now=now), planning.changes(session, schedule_id, now=now)
    asked = [*(one.account_id for one in proof.shifts), *(o for line in turns for o in line.members)]
    asked += [one for line in changes for one in (line.account_id, line.instead_of) if one]
    known = names(session, [*asked, *(one for one in (schedule.last_resort_id, schedule.duty_manager_id) if one)])
    return View(
        "oncall/schedule.html",
        {
            **about(schedule, actor, known),
            "unpublished": rules.unpublished(schedule.published_until, now),
            "gaps": [gap_row(one, schedule.zone) for one in proof.gaps],
            "against": _against(proof, known),
            "days": [
                _day(one, known, schedule)
                for one in rules.days(proof.shifts, proof.gaps, schedule.zone, now, now + rules.PROVEN)
            ],
            "turns": [_turns(one, known) for one in turns],
            "changes": [_change(one, known) for one in changes],
        },
    )


def publish_view(session: Session, actor: Actor, schedule_id: UUID, *, now: datetime) -> View:
    """What has changed since it was published last, and what speaks against publishing."""
    schedule = mine(session, actor, schedule_id, changing=True)
    proof = service.prove(session, schedule, now=now)
    changed = service.changes(session, schedule, proof.shifts, now=now)
    last = service.last(session, schedule_id)
    ids = [*(one.account_id for one in proof.shifts), *(o for c in changed for o in (c.before, c.after) if o)]
    known = names(session, [*ids, *([last.published_by] if last else [])])
    return View(
        "oncall/publish.html",
        {
            **about(schedule, actor, known),
            "gaps": [gap_row(one, schedule.zone) for one in proof.gaps],
            "against": _against(proof, known),
            "last": {"by": known.get(last.published_by, ""), "at": last.published_at} if last else None,
            "changed": [
                {"position": one.position, "from_at": one.start, "to_at": one.end,
                 "before": one.before and known.get(one.before), "after": one.after and known.get(one.after)}
                for one in changed
            ],
            "choices": CHOICES,
            "values": {"days": str(CHOICES[1])},
        },
    )  # fmt: skip


def fairness_view(session: Session, actor: Actor, schedule_id: UUID, *, now: datetime) -> View:
    """What everybody had in the last quarter, and will have in the next 30 days, and who might go next."""
    schedule = mine(session, actor, schedule_id)
    past = fairness.of_schedule(session, schedule, now - fairness.BACK, now)
    ahead = {one.account_id: one for one in fairness.of_schedule(session, schedule, now, now + rules.PROVEN)}
    members = {one for line in planning.turns(session, schedule_id, now=now) for one in line.members}
    known = names(session, [*(one.account_id for one in past), *ahead, *members])
    first = next_in_turn(past, sorted(_may(session, schedule, members, now), key=str))
    return View(
        "oncall/fairness.html",
        {
            **about(schedule, actor, known),
            "from_on": now - fairness.BACK,
            "people": [
                {"name": known.get(one.account_id, ""), "nights": one.nights, "weekend_days": one.weekend_days,
                 "holidays": one.holidays, "hours": round(one.hours), "calls": one.calls,
                 "ahead": round(ahead[one.account_id].hours) if one.account_id in ahead else 0}
                for one in past
            ],
            "suggested": known.get(first, "") if first else "",
        },
    )  # fmt: skip


def _may(session: Session, schedule: ScheduleLine, members: set[UUID], now: datetime) -> set[UUID]:
    may = {
        one.account_id
        for one in eligibility.candidates(session, schedule, schedule.positions[0], now, now + SHORT, now=now)
        if one.may
    }
    return members & may


def about(schedule: ScheduleLine, actor: Actor, known: Mapping[UUID, str]) -> dict[str, Any]:
    return {
        "schedule": {
            "id": schedule.id,
            "name": schedule.name,
            "region": schedule.region,
            "zone": schedule.zone,
            "positions": list(schedule.positions),
            "published_until": schedule.published_until,
            "last_resort": known.get(schedule.last_resort_id, "") if schedule.last_resort_id else "",
            "revision": schedule.revision,
            "href": f"/oncall/schedules/{schedule.id}",
        },
        "may_change": actor.has(Role.SUPERVISOR),
    }


def names(session: Session, ids: Iterable[UUID]) -> dict[UUID, str]:
    return {one.id: one.name for one in people.accounts(session, list(set(ids))).values()}


def gap_row(one: Gap, zone: str) -> dict[str, Any]:
    """short: within a day, said by the day on which it begins and two times."""
    short = one.end - one.start < SHORT
    return {
        "position": one.position,
        "from_at": one.start,
        "to_at": one.end,
        "short": short,
        "on": local_day(one.start, zone),
    }


def _against(proof: service.Proof, known: Mapping[UUID, str]) -> list[dict[str, Any]]:
    """What speaks against somebody, once for each person, with the first shift in each position that it is about."""
    rows: dict[tuple[UUID, str, str], dict[str, Any]] = {}
    for shift, why in proof.against:
        params = dict(why.params)
        row = rows.setdefault(
            (shift.account_id, why.message, repr(params)),
            {"name": known.get(shift.account_id, ""), "words": why.message, "params": params,
             "grave": why.weight >= Weight.ACCEPT, "source": why.source, "shifts": []},
        )  # fmt: skip
        row["shifts"].append({"position": shift.position, "from_at": shift.start, "to_at": shift.end})
    return sorted(rows.values(), key=lambda one: not one["grave"])


def _day(one: rules.DayOf, known: Mapping[UUID, str], schedule: ScheduleLine) -> dict[str, Any]:
    def parts(position: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        for shift in (each for each in one.shifts if each.position == position):
            who = {"name": known.get(shift.account_id, ""), "from_at": shift.start, "to_at": shift.end}
            if found and (found[-1]["name"], found[-1]["to_at"]) == (who["name"], who["from_at"]):
                found[-1]["to_at"] = who["to_at"]  # who hands over to themselves just goes on
            else:
                found.append(who)
        return found

    return {
        "day": one.day,
        "lines": [
            {
                "position": position,
                "parts": parts(position),
                "gaps": [gap_row(gap, schedule.zone) for gap in one.gaps if gap.position == position],
            }
            for position in schedule.positions
        ],
    }


def _turns(one: planning.TurnsLine, known: Mapping[UUID, str]) -> dict[str, Any]:
    return {
        "id": one.id,
        "position": one.position,
        "name": one.name,
        "kind": one.kind,
        "length": one.length,
        "windowed": bool(one.windows),
        "members": [known.get(member, "") for member in one.members],
        "from_at": one.from_at,
    }


def _change(one: planning.ChangeLine, known: Mapping[UUID, str]) -> dict[str, Any]:
    return {
        "id": one.id,
        "temporary": one.temporary,
        "positions": one.positions,
        "name": known.get(one.account_id, "") if one.account_id else "",
        "instead_of": known.get(one.instead_of, "") if one.instead_of else "",
        "from_at": one.from_at,
        "to_at": one.to_at,
        "reason": one.reason,
    }
