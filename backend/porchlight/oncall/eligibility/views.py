"""The people who take shifts: what is known of each, and the forms in which a supervisor writes it down."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import Session

from porchlight.core.actor import Actor
from porchlight.core.clock import local_day
from porchlight.oncall.eligibility import queries, rules, service
from porchlight.oncall.regions.queries import regions
from porchlight.people import staff
from porchlight.web.rendering import View


def people_view(session: Session, actor: Actor, *, now: datetime) -> View:
    """Everybody who takes shifts here, by name. Raises NotFound for whoever is no supervisor."""
    ids = staff.holding(session, service.check_leads(actor), queries.TAKE_SHIFTS)
    lines, known = staff.staff(session, ids), queries.persons(session, ids, now=now)
    today = local_day(now, actor.time_zone)
    rows = [
        {
            "href": f"/oncall/people/{one}",
            "name": lines[one].name,
            "since": known[one].employed_since,
            "regions": sorted(known[one].regions),
            "trainings": sorted(name for name, to in known[one].trainings.items() if to is None or today < to),
            "over": sorted(name for name, to in known[one].trainings.items() if to is not None and to <= today),
        }
        for one in ids
    ]
    return View("oncall/people.html", {"people": rows})


def person_view(session: Session, actor: Actor, account_id: UUID, *, now: datetime) -> View:
    """One of them. Raises NotFound."""
    line = service.ours(session, actor, account_id)
    held, today = queries.regions_of(session, account_id), local_day(now, actor.time_zone)
    here = f"/oncall/people/{account_id}"
    context: dict[str, Any] = {
        "name": line.name,
        "here": here,
        "regions": sorted({*regions(session, actor.organization_id), *held}),
        "asked": rules.named_in_rules(queries.known(session)),
        "trainings": [
            {
                "name": one.name,
                "done_on": one.done_on,
                "valid_to": one.valid_to,
                "over": one.valid_to is not None and one.valid_to <= today,
                "strike": f"{here}/trainings/{one.id}/strike",
            }
            for one in queries.trainings_of(session, account_id)
        ],
        "known": {
            "employed_since": str(line.employed_since or ""),
            "languages": sorted(line.languages),
            "regions": held,
        },
        "values": {},
    }
    return View("oncall/person.html", context)
