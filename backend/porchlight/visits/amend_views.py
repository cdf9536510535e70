"""The form in which a logged visit is changed, for a controller and for the offline pack alike."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, select

from porchlight.audit import service as audit
from porchlight.cases import queries as cases
from porchlight.core.actor import Actor
from porchlight.core.clock import iso, local_day
from porchlight.core.i18n import _
from porchlight.core.refused import NotFound, Refused
from porchlight.people import access
from porchlight.people.access import Capability, Field
from porchlight.visits import amend_drafts, drafts, history, queries, versions, views
from porchlight.visits.amend_drafts import AmendmentDraft
from porchlight.visits.amending import NOT_HERE
from porchlight.visits.models import Contact
from porchlight.visits.versions import Folded
from porchlight.web.rendering import View

LISTS = ("persons", "topics", "in_residence")  # fields with several values


@dataclass(frozen=True, slots=True)
class Form:
    """fields: what visits/amend.html shows, each with its values. base: the changes that its reader has then seen.

    started_at, ended_at: the exact times, RFC 3339 in UTC, for a form that shows minutes.
    """

    base: list[UUID]
    fields: dict[str, list[str]]
    started_at: str
    ended_at: str


def form(session: Session, actor: Actor, visit_id: UUID, now: datetime) -> Form:
    """What may be changed of a visit, as it stands. Raises NotFound."""
    contact = _opened(session, actor, visit_id, now)
    return _form(session, actor, contact, now)[0]


def amend(
    session: Session,
    actor: Actor,
    visit_id: UUID,
    now: datetime,
    *,
    amendment_id: UUID | None = None,
    typed: Mapping[str, Any] | None = None,
) -> View:
    """The form, filled with what stands, or with what was typed. Without an amendment_id, as in the offline pack, the
    phone mints one when it is saved. Raises NotFound.
    """
    contact = _opened(session, actor, visit_id, now)
    made, folded = _form(session, actor, contact, now)
    values = {name: said if name in LISTS else said[0] for name, said in made.fields.items()}
    context = {
        "visit_id": visit_id,
        "case_id": contact.case_id,
        **_people(session, actor, contact, now),
        "on": local_day(contact.started_at, contact.zone),
        "zone_name": contact.zone,
        "back_href": f"/visits/{visit_id}",
        "base": drafts.text(typed, "base") if typed else " ".join(map(str, made.base)),
        "exact": {"started_at": made.started_at, "ended_at": made.ended_at},
        "amendment_id": drafts.text(typed, "amendment_id") if typed else amendment_id or "",
        "undecided": bool(folded.undecided),
        "values": values,
    }
    return View("visits/amend.html", context)


def _people(session: Session, actor: Actor, contact: Contact, now: datetime) -> dict[str, Any]:
    """The family, its children, and the adults who may have been there, also those who were only written down."""
    family = cases.case(session, contact.case_id)
    if family is None:
        raise NotFound(NOT_HERE)
    today = local_day(now, actor.time_zone)
    adults = views.adults(session, family, today)
    listed = {str(one["id"]) for one in adults}
    others = [said for said in contact.persons_seen if said not in listed]
    names = queries.known_adults(session, contact) if others else {}
    adults += [{"id": said, "name": names.get(said, said), "relation": ""} for said in others]
    return {"family": family.family, "adults": adults, "children": views.children(family, today)}


def typed_draft(
    session: Session, actor: Actor, visit_id: UUID, typed: Mapping[str, Any], now: datetime
) -> AmendmentDraft:
    """What the form changes of what its page showed. Raises NotFound, Invalid with the names of the form's fields."""
    contact = _opened(session, actor, visit_id, now)
    base = base_in(typed)
    before = _visible(session, actor, contact, history.story(session, contact).as_seen(base), now)
    return amend_drafts.from_form(
        typed, before, visit_id=visit_id, case_id=contact.case_id, base=base, zone=contact.zone
    )


def base_in(typed: Mapping[str, Any]) -> list[UUID]:
    """The changes that a page showed, by its hidden field."""
    try:
        return [UUID(one) for one in drafts.text(typed, "base").split()]
    except ValueError:
        raise Refused(_("This form has a part we do not know. Reload the page and try again.")) from None


def to_amend(session: Session, actor: Actor, case_id: UUID, since: datetime) -> list[tuple[UUID, datetime, str]]:
    """A person's own visits with a family since then, the newest first: id, beginning and zone."""
    query = select(Contact.id, Contact.started_at, Contact.zone).where(
        Contact.case_id == case_id, Contact.author_id == actor.account_id, Contact.started_at >= since
    )
    return list(session.exec(query.order_by(col(Contact.started_at).desc(), col(Contact.id).desc())))


def _opened(session: Session, actor: Actor, visit_id: UUID, now: datetime) -> Contact:
    contact = session.get(Contact, visit_id)
    if contact is None:
        raise NotFound(NOT_HERE)
    access.check(session, actor, contact.case_id, Capability.LOG_VISIT, now=now)
    return contact


def _form(session: Session, actor: Actor, contact: Contact, now: datetime) -> tuple[Form, Folded]:
    told = history.story(session, contact)
    folded = told.now()
    shown = _visible(session, actor, contact, folded, now)
    children = [child for child, _what in map(versions.child_of, shown) if child]
    audit.saw(session, actor, "visit.form_shown", contact.id, now=now, people=dict.fromkeys(children))
    times = {name: iso(datetime.fromisoformat(said)) for name, said in shown["when"].items()}
    return Form(sorted(told.rows), amend_drafts.fields_of(shown, contact.zone), **times), folded


def _visible(session: Session, actor: Actor, contact: Contact, folded: Folded, now: datetime) -> dict[str, Any]:
    """The parts without private notes, where those are not open to this person."""
    opened = access.fields(session, actor, contact.case_id, Capability.READ_VISITS, now=now)
    if Field.PRIVATE_NOTE in opened:
        return folded.values
    return {part: value for part, value in folded.values.items() if not part.endswith(versions.PRIVATE_NOTE)}
