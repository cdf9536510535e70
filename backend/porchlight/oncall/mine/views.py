"""One page for whoever takes shifts; it opens from the phone's own store, too."""

from datetime import datetime

from sqlmodel import Session

from porchlight.core.actor import Actor
from porchlight.core.clock import local_day
from porchlight.oncall import shifts
from porchlight.oncall.swaps import candidates, queries, rules
from porchlight.oncall.swaps.values import Stretch
from porchlight.oncall.swaps.views import shown
from porchlight.oncall.views import AHEAD, check_staff
from porchlight.people.access import Role
from porchlight.web.rendering import View


def mine_view(session: Session, actor: Actor, *, now: datetime) -> View:
    """On call now and for how long; the next 30 days; what is asked; hours of this month. Raises NotFound."""
    check_staff(actor)
    month = rules.month_of(now, actor.time_zone)
    found = shifts.mine(session, actor, month.start, max(month.end, now + AHEAD))
    held = [Stretch(one.start, one.end) for one in found]
    to_come = [one for one in found if now < one.end and one.start < now + AHEAD]
    asked = queries.asked_of(session, actor, now=now)
    context = {
        "on_now": [one for one in to_come if one.start <= now],
        "shifts": [one for one in to_come if one.start > now],
        "requests": [shown(session, actor, one) for one in asked if candidates.may(session, actor, one, now=now)],
        "asked": [shown(session, actor, one) for one in queries.asked_by(session, actor, now=now)],
        "month": local_day(month.start, actor.time_zone),
        "hours": round(rules.hours(held, month)),
        "test_action": "/alerts/test",
        "may_set_reminders": actor.has(Role.SUPERVISOR),
    }
    return View("oncall/mine.html", context)
