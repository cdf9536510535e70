"""Pages of one's own: More, with the phones that are enrolled."""

from sqlmodel import Session

from porchlight.core.actor import Actor
from porchlight.people import access, queries
from porchlight.web.rendering import View


def more(session: Session, actor: Actor) -> View:
    person = queries.account(session, actor.account_id)
    devices, may_invite = queries.devices_of(session, actor.account_id), bool(access.may_give(actor))
    return View("people/more.html", {"person": person, "devices": devices, "may_invite": may_invite})
