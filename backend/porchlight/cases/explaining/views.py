"""The page that explains why something is not shown."""

from sqlmodel import Session

from porchlight.cases.emergency import service as emergency
from porchlight.cases.emergency import views
from porchlight.core.actor import Actor
from porchlight.web.rendering import View

WHATS = ("page", "address", "health", "notes", "photos", "reporter", "phones")  # cases/why.html has words for each


def href(what: str) -> str:
    """The address of the explanation; it names a kind of thing and no family."""
    return f"/why?what={what}"


def hidden(**shown: bool) -> list[dict[str, str]]:
    """Links for the parts of a page that its reader does not see: hidden(address=False, health=True) is one link."""
    return [{"what": what, "href": href(what)} for what, is_shown in shown.items() if not is_shown]


def why_view(session: Session, actor: Actor, what: str) -> View:
    """The same for everybody who asks, whatever there is: only whom to ask is their own."""
    context = {
        "what": what if what in WHATS else "page",
        "ask": views.whom_to_ask(session, actor),
        "emergency_href": "/emergency" if emergency.may_open(actor) and what != "reporter" else None,
    }
    return View("cases/why.html", context)
