"""The card of this phone, and the list of those whose phone is not proven."""

from datetime import datetime

from sqlmodel import Session

from porchlight.audit import service as audit
from porchlight.core.actor import Actor
from porchlight.core.i18n import _
from porchlight.core.refused import NotFound
from porchlight.people import queries as people
from porchlight.people.access import Role
from porchlight.ready import queries, rules
from porchlight.ready.values import TITLES
from porchlight.web.rendering import View

NOT_HERE = _("We could not find that page. It may have moved, or it may not be on your caseload.")


def card(session: Session, actor: Actor) -> View:
    lines = queries.card_of(session, actor.device_id)
    left = len(rules.missing(lines))
    context = {
        "card": {str(line.check): line for line in lines},
        "titles": TITLES,
        "proven": len(lines) - left,
        "all": len(lines),
        "may_see_team": actor.has(Role.SUPERVISOR),
    }
    return View("ready/card.html", context)


def team(session: Session, actor: Actor, *, now: datetime) -> View:
    """Whose phone is not proven, of those below this supervisor. Raises NotFound for anybody else."""
    if not actor.has(Role.SUPERVISOR):
        raise NotFound(NOT_HERE)
    staff = list(session.scalars(people.staff_under(actor.account_id)))
    audit.saw(session, actor, "ready.team_seen", None, now=now)
    return View("ready/team.html", {"unproven": queries.unproven(session, staff), "titles": TITLES})
