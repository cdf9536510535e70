"""The pages of incidents: the list, the form, and one with its versions."""

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
from porchlight.crises.incidents import queries, rules, service
from porchlight.crises.incidents.models import Incident, IncidentVersion
from porchlight.crises.incidents.values import Kind, Party, Severity, State
from porchlight.crises.wall import shown
from porchlight.people import access
from porchlight.people import queries as people
from porchlight.people.access import Capability, Field, Role
from porchlight.web.rendering import View


def index(session: Session, actor: Actor, *, now: datetime, case_id: UUID | None = None, page: int = 0) -> View:
    """The incidents of the cases open to this person, a page at a time."""
    rows, more = queries.listed(session, actor, now=now, case_id=case_id, page=page)
    audit.saw(session, actor, "incidents.listed", case_id, now=now)
    of_case = f"&case={case_id}" if case_id else ""
    context = {
        "incidents": rows,
        "to_review": queries.to_review(session, actor, now=now) if actor.has(Role.SUPERVISOR) else [],
        "older_href": f"/incidents?older={page + 1}{of_case}" if more else None,
        "families": _families(session, actor, now) if access.works(actor) else [],
    }
    return View("incidents/index.html", context)


def _families(session: Session, actor: Actor, now: datetime) -> list[tuple[str, str]]:
    found = cases.families(session, actor, now=now, capability=Capability.INCIDENTS).families
    return [(str(one.case_id), one.family) for one in found]


def new(session: Session, actor: Actor, case_id: UUID, *, now: datetime) -> View:
    """The form for a family. Raises NotFound for who may not write in its case."""
    service.check_writes(session, actor, case_id, now)
    form = {"happened_at": shown(now, actor.time_zone), "id": str(new_id()), "after": "0"}
    return _form(session, actor, case_id, f"/cases/{case_id}/incidents", f"/cases/{case_id}", form, now, changes=False)


def change(session: Session, actor: Actor, incident_id: UUID, *, now: datetime) -> View:
    """The form with the latest version in it. Raises NotFound."""
    row = session.get(Incident, incident_id)
    if row is None:
        raise NotFound(access.NOT_HERE)
    service.check_writes(session, actor, row.case_id, now)
    last = queries.versions(session, row.id)[0]
    form: dict[str, Any] = {name: getattr(last, name) for name in ("kind", "severity", "place", "words", "did")}
    form |= {
        "children": last.people,
        "happened_at": shown(last.happened_at, actor.time_zone),
        "id": str(row.id),
        "after": str(last.number),
    }
    here = f"/incidents/{row.id}"
    return _form(session, actor, row.case_id, f"{here}/change", here, form, now, changes=True)


def _form(
    session: Session,
    actor: Actor,
    case_id: UUID,
    action: str,
    back: str,
    values: dict[str, Any],
    now: datetime,
    *,
    changes: bool,
) -> View:
    line = cases.case(session, case_id)
    if line is None:
        raise NotFound(service.NOT_FOUND)
    audit.saw(session, actor, "incident.form", case_id, now=now, people=[one.id for one in line.children])
    context = {
        "action": action,
        "back_href": back,
        "family": line.family,
        "children": [(str(one.id), one.name) for one in line.children],
        "kinds": [one.value for one in Kind],
        "severities": [one.value for one in Severity],
        "changes": changes,
        "values": values,
    }
    return View("incidents/form.html", context)


def show(session: Session, actor: Actor, incident_id: UUID, *, now: datetime) -> View:
    """One incident with everything that belongs to it. Raises NotFound."""
    row = session.get(Incident, incident_id)
    if row is None:
        raise NotFound(service.NOT_FOUND)
    opened = access.check(session, actor, row.case_id, Capability.INCIDENTS, now=now, words=service.NOT_FOUND)
    versions = queries.versions(session, row.id)
    last = versions[0]
    ids = [UUID(one) for one in last.people]
    audit.saw(session, actor, "incident.seen", row.id, now=now, people=ids)
    names = people.accounts(session, [one.written_by for one in versions])
    children = cases.person_lines(session, ids)
    writes = access.works(actor)
    reviewable = State.REVIEWED in rules.NEXT[State(row.state)] and last.written_by != actor.account_id
    context: dict[str, Any] = {
        "incident": {
            "id": row.id,
            "state": row.state,
            "family": cases.names(session, [row.case_id])[row.case_id],
            "case_href": f"/cases/{row.case_id}",
        },
        "emergency": emergency.banner(session, actor, row.case_id, now=now),
        "now": _version(last, names, opened),
        "children": [{"name": one.name, "href": f"/people/{one.id}"} for one in children.values()],
        "before": [_version(one, names, opened) for one in versions[1:]],
        **_since(session, row, last),
        "parties": [one.value for one in Party],
        "may_write": writes,
        "may_review": writes and reviewable and service.may_review(session, actor, last.written_by),
        "told_id": str(new_id()),
        "follow_up_id": str(new_id()),
        "values": {"at": shown(now, actor.time_zone)},
    }
    return View("incidents/show.html", context)


def _since(session: Session, row: Incident, last: IncidentVersion) -> dict[str, Any]:
    """Who was told and who is still to be, what follows, and the reviews."""
    told, reviews = queries.told(session, row.id), queries.reviews(session, row.id)
    names = people.accounts(session, [*(one.account_id for one in told), *(one.account_id for one in reviews)])
    return {
        "told": [{"party": t.party, "at": t.at, "words": t.words, "who": names[t.account_id].name} for t in told],
        "to_tell": rules.still_to_tell(Kind(last.kind), Severity(last.severity), [Party(one.party) for one in told]),
        "follow_ups": [{"title": one.title, "done_at": done} for one, done in queries.follow_ups(session, row.id)],
        "reviews": [
            {"state": r.state, "version": r.version, "words": r.words, "at": r.at, "who": names[r.account_id].name}
            for r in reviews
        ],
    }


def _version(one: IncidentVersion, names: dict[UUID, Any], opened: frozenset[Field]) -> dict[str, Any]:
    """The place is most often the foster home, and goes with the address."""
    shown_ = ("number", "kind", "severity", "happened_at", "words", "did", "why", "written_at")
    place = one.place if Field.ADDRESS in opened else ""
    return {**{name: getattr(one, name) for name in shown_}, "place": place, "writer": names[one.written_by].name}
