"""Pages of one's own: More."""

from sqlmodel import Session

from porchlight.core.actor import Actor
from porchlight.people import access, queries
from porchlight.web.rendering import View


def more(session: Session, actor: Actor) -> View:
    person = queries.account(session, actor.account_id)
    context = {
        "person": person,
        "may_invite": bool(access.may_give(actor)),
        "may_safety": access.works(actor),
        "may_report": access.reports(actor),
        "may_emergency": access.works(actor),
        "may_review": actor.has(access.Role.SUPERVISOR, access.Role.DIRECTOR),
    }
    return View("people/more.html", context)
