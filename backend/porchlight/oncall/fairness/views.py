"""The holidays that an agency keeps besides those of its state and country."""

from sqlmodel import Session

from porchlight.core.actor import Actor
from porchlight.oncall.eligibility.service import check_leads
from porchlight.oncall.fairness import queries
from porchlight.people import queries as people
from porchlight.web.rendering import View


def holidays_view(session: Session, actor: Actor) -> View:
    """Raises NotFound for whoever is no supervisor."""
    check_leads(actor)
    here = (people.agency(session) or people.NO_AGENCY).jurisdiction
    return View("oncall/holidays.html", {"ours": queries.noted(session, here)})
