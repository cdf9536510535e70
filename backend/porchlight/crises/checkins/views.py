"""The pages of check-ins: one's own with a single tap, and one that somebody watches over."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlmodel import Session

from porchlight.audit import service as audit
from porchlight.cases import queries as cases
from porchlight.core.actor import Actor
from porchlight.core.clock import iso, local_day
from porchlight.core.ids import new_id
from porchlight.core.refused import NotFound
from porchlight.crises import queries as crises
from porchlight.crises.checkins import queries, rules, service
from porchlight.crises.checkins.models import CheckIn
from porchlight.crises.checkins.values import State
from porchlight.crises.deadlines import queries as deadlines
from porchlight.crises.deadlines.rules import Clock
from porchlight.crises.wall import shown
from porchlight.homes import queries as homes
from porchlight.people import access
from porchlight.people import queries as people
from porchlight.people.access import Capability, Field
from porchlight.web.rendering import View

USUAL = timedelta(hours=1)


def index(
    session: Session,
    actor: Actor,
    *,
    now: datetime,
    case_id: UUID | None = None,
    trip_id: UUID | None = None,
    page: int = 0,
) -> View:
    """The running check-in, or the form to start one. Raises NotFound for who makes no trips."""
    access.check_works(actor)
    running = service.running(session, actor.account_id)
    past, more = queries.own(session, actor.account_id, page=page)
    audit.saw(session, actor, "checkins.listed", None, now=now)
    trips = [one for one in crises.open_for(session, actor.account_id, now=now) if one.mine]
    context = {
        "running": _running(running, now) if running else None,
        "past": [{"place": one.place, "out_by": one.out_by, "ending": one.ending} for one in past],
        "older_href": f"/checkins?older={page + 1}" if more else None,
        "check_in_id": str(new_id()),
        "minutes": int(deadlines.span(session, Clock.CHECK_IN, now).total_seconds() // 60),
        "trips": [(str(one.id), one.number) for one in trips],
        "addresses": _addresses(session, actor, case_id, now) if case_id else [],
        "longer": rules.MINUTES,
        "values": {
            "case_id": str(case_id or ""),
            "trip_id": str(trip_id or ""),
            "out_by": shown(now + USUAL, actor.time_zone),
        },
    }
    return View("checkins/index.html", context)


def _running(row: CheckIn, now: datetime) -> dict[str, object]:
    return {
        "id": row.id,
        "place": row.place,
        "out_by": row.out_by,
        "seen": iso(row.out_by),
        "page_at": row.page_at,
        "state": row.state,
        "late": now >= row.out_by,
    }


def _addresses(session: Session, actor: Actor, case_id: UUID, now: datetime) -> list[str]:
    """The addresses where this family's children live, for whoever may read them."""
    if Field.ADDRESS not in access.fields(session, actor, case_id, Capability.FACE_SHEET, now=now):
        return []
    children = [one.id for one in cases.persons(session, case_id) if one.served]
    stays = homes.placements_on(session, children, local_day(now, actor.time_zone))
    return list(dict.fromkeys(one.address for one in stays.values() if one.address))


def show(session: Session, actor: Actor, check_in_id: UUID, *, now: datetime) -> View:
    """For whoever watches over it: the place, the last contact, what happened. Raises NotFound for anybody else."""
    row = session.get(CheckIn, check_in_id)
    if row is None or not service.watches(session, actor, row):
        raise NotFound(service.NOT_FOUND)
    audit.saw(session, actor, "checkin.seen", row.id, now=now)
    entries = queries.entries(session, row.id)
    names = people.accounts(session, [row.account_id, *(one.account_id for one in entries if one.account_id)])
    worker = names[row.account_id]
    mine = row.account_id == actor.account_id
    context = {
        "running": _running(row, now),
        "worker": {"name": worker.name, "phone": worker.phone},
        "heard_at": queries.heard_at(session, row.account_id),
        "started_at": row.started_at,
        "over": row.state == State.OVER,
        "ending": row.ending,
        "mine": mine,
        "may_find": not mine and row.state != State.OVER,
        "longer": rules.MINUTES,
        "entries": [
            {
                "at": one.at,
                "kind": one.kind,
                "who": names[one.account_id].name if one.account_id else "",
                "out_by": one.out_by,
            }
            for one in entries
        ],
    }
    return View("checkins/show.html", context)
