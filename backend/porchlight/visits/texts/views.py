"""Families to ring, families and texts, and the page by which a family stops them."""

from datetime import datetime

from sqlmodel import Session

from porchlight.alerts.texts import consent
from porchlight.audit import service as audit
from porchlight.cases.queries import persons_of
from porchlight.core.actor import Actor
from porchlight.core.clock import local_day
from porchlight.core.refused import NotFound
from porchlight.homes import queries as homes
from porchlight.homes.queries import CaregiverLine
from porchlight.people import access
from porchlight.people.access import Capability
from porchlight.visits import asking
from porchlight.visits.texts import calls
from porchlight.web.rendering import View


def calls_view(session: Session, actor: Actor, *, now: datetime) -> View:
    return View("visits/calls.html", {"calls": calls.to_ring(session, actor, now=now)})


def families(session: Session, actor: Actor, *, now: datetime) -> list[tuple[CaregiverLine, str]]:
    """Who cares today for a child whose family this person works with or leads, with the name of the home."""
    children = persons_of(access.cases(actor, Capability.TASKS, now=now).subquery().select())
    return homes.caregivers_with(session, children, local_day(now, actor.time_zone))


def texts_view(session: Session, actor: Actor, *, now: datetime) -> View:
    found = families(session, actor, now=now)
    audit.saw(session, actor, "texts.seen", None, now=now)
    rows = [
        {
            "id": one.id,
            "name": one.name,
            "home": home,
            "phone": one.phone,
            "standing": consent.standing(session, one.phone).value,
            "has_mail": bool(one.email),
        }
        for one, home in found
    ]
    return View("visits/texts.html", {"families": rows})


def stop_view(session: Session, token: str, *, now: datetime) -> View:
    """The family's own page: no more texts, or the wrong person. Shows nothing of the visit. Raises NotFound."""
    link = asking.for_link(session, token, now=now)
    person = homes.caregiver(session, link.caregiver_id)
    stopped = person is not None and consent.standing(session, person.phone) in (
        consent.Standing.STOPPED,
        consent.Standing.WRONG_PERSON,
    )
    context = {"action": f"/v/{token}/stop", "back_href": f"/v/{token}", "stopped": stopped}
    return View("visits/stop.html", context, locale=link.locale)


def number_behind(session: Session, token: str) -> str:
    """The number that a link was texted to. Raises NotFound."""
    link, _contact = asking.link(session, token)
    person = homes.caregiver(session, link.caregiver_id)
    if person is None:
        raise NotFound(calls.NOT_HERE)
    return person.phone
