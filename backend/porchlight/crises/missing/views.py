"""The pages of children who are missing: the list, the form, and one record with its clocks."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import Session

from porchlight.audit import service as audit
from porchlight.cases import queries as cases
from porchlight.cases.emergency import views as emergency
from porchlight.core.actor import Actor
from porchlight.core.ids import new_id
from porchlight.core.refused import NotFound
from porchlight.crises import queries as crises
from porchlight.crises.missing import linking, queries, rules, service
from porchlight.crises.missing.models import MissingEpisode
from porchlight.crises.missing.values import How, Screened, State
from porchlight.crises.wall import shown
from porchlight.people import access
from porchlight.people import queries as people
from porchlight.people.access import Capability, Field
from porchlight.web.rendering import View

CENTER = "+18008435678"  # the national center for missing children, day and night


def index(session: Session, actor: Actor, *, now: datetime, page: int = 0) -> View:
    """Children who are missing, and those who were. Of no case of theirs: an empty list."""
    open_ones = queries.open_ones(session, actor, now=now)
    past, more = queries.past(session, actor, now=now, page=page)
    audit.saw(session, actor, "missing.listed", None, now=now)
    alerts = linking.candidates(session, actor) if access.works(actor) else {}
    context = {
        "open_ones": open_ones,
        "past": past,
        "older_href": f"/missing?older={page + 1}" if more else None,
        "alerts": [{"number": number, "at": at} for number, at in alerts.values()],
        "may_write": access.works(actor),
    }
    return View("missing/index.html", context)


def new(session: Session, actor: Actor, *, now: datetime, person_id: UUID | None = None) -> View:
    """The form. With a child, for that one; without, for all of the families open to this person."""
    access.check_works(actor)
    families = cases.families(session, actor, now=now, capability=Capability.MISSING).families
    children = [child for family in families for child in family.children]
    audit.saw(session, actor, "missing.form", None, now=now, people=[one.id for one in children])
    chosen = next((one for one in children if one.id == person_id), None)
    alerts = linking.candidates(session, actor, chosen.case_id if chosen else None)
    context = {
        "episode_id": str(new_id()),
        "families": [(one.family, [(str(child.id), child.name) for child in one.children]) for one in families],
        "alerts": [(str(one), number) for one, (number, _at) in alerts.items()],
        "values": {
            "person_id": str(person_id or ""),
            "learned_at": shown(now, actor.time_zone),
            "crisis_id": str(next(iter(alerts), "")) if len(alerts) == 1 else "",
        },
    }
    return View("missing/new.html", context)


def show(session: Session, actor: Actor, episode_id: UUID, *, now: datetime) -> View:
    """One record with its clocks, everything that was done, and what may be done next. Raises NotFound."""
    row = session.get(MissingEpisode, episode_id)
    if row is None:
        raise NotFound(service.NOT_FOUND)
    opened = access.check(session, actor, row.case_id, Capability.MISSING, now=now, words=service.NOT_FOUND)
    audit.saw(session, actor, "missing.seen", row.id, now=now, people=[row.person_id])
    child = cases.person_lines(session, [row.person_id])[row.person_id]
    steps = queries.steps(session, row.id)
    names = people.accounts(session, [row.written_by, *(one.account_id for one in steps if one.account_id)])
    writes = access.works(actor)
    crisis = crises.crisis(session, row.crisis_id) if row.crisis_id else None
    free = linking.candidates(session, actor, row.case_id) if writes and not crisis else {}
    context: dict[str, Any] = {
        "emergency": emergency.banner(session, actor, row.case_id, now=now),
        "alert": crisis.number if crisis else None,
        "alerts": [(str(one), number) for one, (number, _at) in free.items()],
        "episode": _episode(row, opened),
        "child": {"name": child.name, "href": f"/people/{child.id}"},
        "clocks": queries.clocks(session, row, now=now),
        "steps": [
            {
                "at": one.at,
                "step": one.step,
                "number": one.number,
                "words": one.words,
                "who": names[one.account_id].name if one.account_id else "",
            }
            for one in steps
        ],
        "center": CENTER,
        "step_id": str(new_id()),
        **_may(row, writes=writes),
        "by_hand": [one.value for one in rules.BY_HAND],
        "hows": [one.value for one in How],
        "screenings": [one.value for one in Screened],
        "values": {"at": shown(now, actor.time_zone), "found_at": shown(now, actor.time_zone)},
    }
    return View("missing/show.html", context)


def _may(row: MissingEpisode, *, writes: bool) -> dict[str, bool]:
    return {
        "may_add": writes and row.state != State.CLOSED,
        "may_find": writes and row.state == State.MISSING,
        "may_close": writes and row.state == State.FOUND,
    }


def _episode(row: MissingEpisode, opened: frozenset[Field]) -> dict[str, Any]:
    """Where a child was, and was found, goes with the address."""
    closed = () if Field.ADDRESS in opened else ("last_seen_where", "found_where")
    return {name: "" if name in closed else getattr(row, name) for name in _SHOWN}


_SHOWN = (
    *("id", "state", "learned_at", "last_seen_at", "last_seen_where", "clothing", "source", "crisis_id"),
    *("found_at", "found_where", "found_how", "why_left", "while_away", "screened", "what_helps", "closed_at"),
)
