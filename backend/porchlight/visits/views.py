"""The pages about visits: each a template with its context, for a controller and for the offline pack alike."""

from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from sqlmodel import Session

from porchlight.audit import service as audit
from porchlight.cases import queries as cases
from porchlight.cases import rules as persons
from porchlight.cases.emergency import views as emergency
from porchlight.cases.values import FamilyLine
from porchlight.core.actor import Actor
from porchlight.core.clock import at_wall, local_day
from porchlight.core.i18n import _
from porchlight.core.ids import new_id
from porchlight.core.refused import NotFound
from porchlight.core.tools import Tools
from porchlight.evidence import queries as evidence
from porchlight.evidence.values import PhotoState
from porchlight.homes import queries as homes
from porchlight.people import access
from porchlight.people.access import Capability
from porchlight.visits import amending, asking, confirming, queries, rules, versions
from porchlight.visits.values import Answer, Asking, FollowUp, GivenAnswer, VisitRecord
from porchlight.web.rendering import View

MONTHS = 6

TakenQuery = Callable[[Session, UUID], tuple[str, datetime] | None]
_taken: list[TakenQuery] = []


def relate(taken: TakenQuery) -> None:
    """Told at start: who took a held visit into the record, and when, for (session, visit id). That room lies above ours."""
    _taken[:] = [taken]


def new_visit(session: Session, actor: Actor, case_id: UUID, now: datetime, *, visit_id: UUID | None = None) -> View:
    """The form of a visit. Without a visit_id, as in the offline pack, the phone mints one when the visit is saved."""
    access.check(session, actor, case_id, Capability.LOG_VISIT, now=now)
    family = cases.case(session, case_id)
    if family is None:
        raise NotFound(_("We could not find that page. It may have moved, or it may not be on your caseload."))
    today = local_day(now, actor.time_zone)
    audit.saw(session, actor, "visit.form_shown", case_id, now=now, people=[child.id for child in family.children])
    return View(
        "visits/new.html",
        {
            "case_id": case_id,
            "family": {"name": family.family, "href": f"/cases/{case_id}"},
            "children": children(family, today),
            "adults": adults(session, family, today),
            "one_home": homes.is_residence(session, [child.id for child in family.children], today, "home"),
            "came": rules.short_name(actor.name),
            "visit_id": visit_id or "",
            "late_days": rules.LATE_ENTRY.after.days,
        },
    )


def children(family: FamilyLine, today: date) -> list[dict[str, Any]]:
    """The children of a family as the forms about a visit ask for them."""
    return [
        {
            "id": child.id,
            "name": child.name,
            "first": child.preferred_name or child.first_name,
            "age": persons.age(child.born_on, today) if child.born_on else None,
        }
        for child in family.children
    ]


def adults(session: Session, family: FamilyLine, today: date) -> list[dict[str, Any]]:
    """Who of a family's adults may have been there: those who care for the children now, and the family itself."""
    carers = homes.caregivers_of_children(session, [child.id for child in family.children], today)
    found = [{"id": one.id, "name": one.name, "relation": "caregiver"} for one in carers]
    return found + [
        {"id": one.id, "name": one.name, "relation": one.relation or one.role}
        for one in family.persons
        if not one.served
    ]


def show(session: Session, actor: Actor, contact_id: UUID, now: datetime, *, tools: Tools) -> View:
    """A logged visit as this person may see it. Raises NotFound."""
    record = queries.visit(session, actor, contact_id, now=now)
    today = local_day(now, actor.time_zone)
    may_amend = amending.may_amend(session, actor, record.case_id, now=now)
    done = cases.done_at(session, [one.id for one in record.follow_ups])
    return View(
        "visits/show.html",
        {
            "emergency": emergency.banner(session, actor, record.case_id, now=now),
            "contact": record,
            "ends_on": local_day(record.ended_at, record.zone),
            "back_href": f"/cases/{record.case_id}/visits",
            "held": False,
            "taken": next((found for query in _taken if (found := query(session, contact_id))), None),
            "topics": record.topics,
            "children": record.children,
            "follow_ups": [_follow_up(one, today, done.get(one.id)) for one in record.follow_ups],
            "photos": _photos(session, actor, record, now),
            "signature": _signature(session, record),
            "answers": _answers(record.asking.answers),
            "earlier": _answers(record.asking.earlier),
            "once": _answers(record.asking.once),
            "past": record.past,
            "amend_href": f"/visits/{contact_id}/amend" if may_amend else None,
            "decision_id": new_id(),
            "one_text": versions.ONE_TEXT,
            "decided": amending.DECIDED,
            "asked": _asked(record.asking, now),
            "door": record.asking.door,
            "receipt": {"received_at": record.received_at, "sha256": record.summary_sha256},
            "links": _demo_links(session, record, tools, now) if tools.settings.demo else [],
        },
    )


def _follow_up(one: FollowUp, today: date, done_at: datetime | None) -> dict[str, Any]:
    return {"title": one.title, "due_in": (one.due_on - today).days if one.due_on else None, "done_at": done_at}


def _photos(session: Session, actor: Actor, record: VisitRecord, now: datetime) -> list[dict[str, Any]] | None:
    """None where photos are not for this reader: that is not to say that there are none."""
    if not access.fields(session, actor, record.case_id, Capability.PHOTOS, now=now):
        return None
    found = []
    for photo in evidence.photos_of_visit(session, record.id):
        there = photo.state == PhotoState.STORED
        found.append(
            {
                "src": f"/photos/{photo.id}" if there else None,
                "thumb": f"/photos/{photo.id}/thumb" if there else None,
                "purpose": photo.purpose,
                "given_by": photo.consent.get("by", ""),
                "taken_at": photo.taken_at,
                "state": photo.state,
                "trouble": photo.trouble,
            }
        )
    return found


def _signature(session: Session, record: VisitRecord) -> dict[str, Any] | None:
    """The newest that stands for the visit's words; when none does, the newest, with what was changed since."""
    signed = evidence.signatures_of_visit(session, record.id)
    if not signed:
        return None
    found = next((one for one in signed if one.stands(record.summary_sha256)), signed[0])
    void = not found.stands(record.summary_sha256)
    changed = versions.differing(found.summary_text, record.summary_text) if void else []
    return {**asdict(found), "void": void, "changed": changed}


def _answers(given: Sequence[GivenAnswer]) -> list[dict[str, Any]]:
    """What each caregiver last said: who says that something is different first, then the newest."""
    order = sorted(given, key=lambda one: (one.answer != Answer.DIFFERENT, -one.answered_at.timestamp()))
    return [asdict(one) for one in order]


def _asked(asked: Asking, now: datetime) -> dict[str, Any] | None:
    """Who was asked and has not answered yet; None when there is nobody like that."""
    silent = [name for name in asked.caregivers if name not in {one.caregiver for one in asked.answers}]
    if asked.expires_at is None or not silent:
        return None
    return {"caregiver": ", ".join(silent), "expires_at": asked.expires_at, "expired": asked.expires_at <= now}


def _demo_links(session: Session, record: VisitRecord, tools: Tools, now: datetime) -> list[str]:
    """In demo mode nothing is really sent, so the page shows what the family would get."""
    live = asking.live_links(session, record.id, now=now)
    return [
        f"{tools.settings.public_url}/v/{confirming.token_of(tools.keys, link.id)}" for link in live if link.sent_at
    ]


def visits(session: Session, actor: Actor, case_id: UUID, now: datetime, *, before: UUID | None = None) -> View:
    """A family's visits, newest first, with a picture of the last six months on the first page. Raises NotFound."""
    lines = queries.visits_of_case(session, actor, case_id, now=now, before=before)
    older = f"/cases/{case_id}/visits?before={lines[-1].id}" if len(lines) == queries.PAGE else None
    return View(
        "visits/index.html",
        {
            "emergency": emergency.banner(session, actor, case_id, now=now),
            "title": cases.names(session, [case_id]).get(case_id, ""),
            "back_href": f"/cases/{case_id}",
            "months": None if before else _months(session, case_id, now, actor.time_zone),
            "visits": [{**asdict(line), "href": f"/visits/{line.id}"} for line in lines],
            "older_href": older,
        },
    )


def _months(session: Session, case_id: UUID, now: datetime, zone: str) -> list[dict[str, Any]]:
    firsts = [local_day(now, zone).replace(day=1)]
    while len(firsts) < MONTHS:
        firsts.insert(0, (firsts[0] - timedelta(days=1)).replace(day=1))
    days = queries.starts(session, case_id, since=at_wall(datetime.combine(firsts[0], time.min), zone))
    counted = [day.replace(day=1) for day in days]
    return [{"month": first, "value": counted.count(first)} for first in firsts]
