"""The page of one's calendar addresses, and the one time that an address is shown."""

from uuid import UUID

from sqlmodel import Session

from porchlight.core.actor import Actor
from porchlight.oncall import queries
from porchlight.oncall.feeds import queries as feeds
from porchlight.oncall.views import check_staff
from porchlight.web.rendering import View


def index(session: Session, actor: Actor) -> View:
    """My own shifts first, then each schedule; with the address that is in use, if one is. Raises NotFound."""
    check_staff(actor)
    made = {one.schedule_id: one for one in feeds.live(session, actor.account_id)}
    schedules = queries.schedules(session, actor.organization_id) if actor.organization_id else []
    context = {
        "mine": made.get(None),
        "schedules": [{"id": one.id, "name": one.name, "feed": made.get(one.id)} for one in schedules],
    }
    return View("oncall/calendar.html", context)


def address(session: Session, schedule_id: UUID | None, token: str, url: str) -> View:
    schedule = queries.schedule(session, schedule_id) if schedule_id else None
    whole = f"{url}/calendar/{token}.ics"
    context = {
        "name": schedule.name if schedule else "",
        "address": whole,
        "subscribe_href": "webcal:" + whole.partition(":")[2],
    }
    return View("oncall/address.html", context)
