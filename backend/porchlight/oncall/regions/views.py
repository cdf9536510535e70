"""The form that says which region a family is in, and its line on the family's page."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import Session

from porchlight.audit import service as audit
from porchlight.cases import queries as cases
from porchlight.cases.regions import region_of
from porchlight.core.actor import Actor
from porchlight.oncall.regions.queries import choice, regions
from porchlight.people import access
from porchlight.people.access import Capability
from porchlight.web.rendering import View


def region_view(session: Session, actor: Actor, case_id: UUID, *, now: datetime) -> View:
    """Raises NotFound for whoever may not say it of this family."""
    access.check(session, actor, case_id, Capability.REGION, now=now)
    audit.saw(session, actor, "case.region_form", case_id, now=now)
    held, known = region_of(session, case_id), regions(session, actor.organization_id)
    context = {
        "family": cases.names(session, [case_id])[case_id],
        "back_href": f"/cases/{case_id}",
        "action": f"/cases/{case_id}/region",
        "regions": list(known.items()),
        "gone": "" if held in known else held,
        "values": {"region": held},
    }
    return View("oncall/region.html", context)


def line(session: Session, actor: Actor, case_id: UUID, *, now: datetime) -> dict[str, Any] | None:
    """{region, known (whether it has a schedule), href}; None where there is nothing to choose or it is not this person's."""
    if not access.fields(session, actor, case_id, Capability.REGION, now=now):
        return None
    held, known = region_of(session, case_id), regions(session, actor.organization_id)
    if not choice(held, known):
        return None
    return {"region": held, "known": held in known, "href": f"/cases/{case_id}/region"}
