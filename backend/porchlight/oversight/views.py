"""All families of a reviewer, the most pressing first."""

from datetime import date, datetime
from typing import Any

from sqlmodel import Session

from porchlight.audit import service as audit
from porchlight.cases import queries as cases
from porchlight.core.actor import Actor
from porchlight.core.clock import local_day
from porchlight.core.i18n import _
from porchlight.core.refused import NotFound
from porchlight.oversight import rules
from porchlight.people.access import Role
from porchlight.standards import queries as standards
from porchlight.web.rendering import View

MOST = 200  # a reviewer has about 80 (duty S3-15); who has more sees these first


def families(session: Session, actor: Actor, *, now: datetime) -> View:
    """By due date, hearing and days waiting. Raises NotFound for whoever reviews nothing."""
    if not actor.has(Role.OVERSIGHT):
        raise NotFound(_("We could not find that page. It may have moved, or it may not be on your caseload."))
    today = local_day(now, actor.time_zone)
    found = cases.families(session, actor, now=now, most=MOST)
    standings = standards.standings(session, found.families, today=today, zone=actor.time_zone)
    since = cases.overseen_since(session, actor.account_id, now=now)
    children = [child.id for family in found.families for child in family.children]
    audit.saw(session, actor, "families.reviewed", None, now=now, people=children)
    rows: list[dict[str, Any]] = []
    for family in found.families:
        first = standards.most_pressing(family, standings)
        came = since.get(family.case_id)
        rows.append(
            {
                "href": f"/cases/{family.case_id}",
                "name": family.family,
                "court": family.court,
                "hearing_on": _to_come(family.hearing_on, today),
                "due_in": first.days_left if first else None,
                "waiting": (today - local_day(came, actor.time_zone)).days if came else 0,
                "pending": family.note,
            }
        )
    rows.sort(key=lambda row: rules.pressing(row["due_in"], row["hearing_on"], row["waiting"], row["name"]))
    week = sum(1 for row in rows if rules.due_this_week(row["due_in"]))
    return View("oversight/families.html", {"families": rows, "due_week": week, "as_of": now})


def _to_come(hearing_on: date | None, today: date) -> date | None:
    return hearing_on if hearing_on and hearing_on >= today else None
