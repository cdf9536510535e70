"""Reading how children stand against the contact rules."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from porchlight.cases.values import FamilyLine
from porchlight.core.clock import at_wall, local_day
from porchlight.homes import queries as homes
from porchlight.people import queries as people
from porchlight.standards import rules
from porchlight.standards.models import ContactRule
from porchlight.visits import queries as visits


def contact_rules(session: Session) -> list[rules.Rule]:
    """The contact rules of this installation's jurisdiction, all dates."""
    agency = people.agency(session)
    query = sa.select(
        col(ContactRule.program),
        col(ContactRule.every_days),
        col(ContactRule.source),
        col(ContactRule.valid_from),
        col(ContactRule.valid_to),
    ).where(col(ContactRule.jurisdiction) == (agency.jurisdiction if agency else ""))
    return [rules.Rule(*row) for row in session.execute(query)]


def standings(
    session: Session, families: Iterable[FamilyLine], *, today: date, zone: str
) -> dict[UUID, rules.Standing]:
    """How every person served in these families stands on a local day: five queries, however many they are."""
    served = {person.id: family for family in families for person in family.children}
    ids = list(served)
    if not ids:
        return {}
    held = contact_rules(session)
    first_days = homes.first_days(session, ids)
    last_seen = visits.last_seen(session, ids)
    contacts: dict[UUID, list[rules.Seen]] = {}
    first = rules.first_of_month(today, rules.MONTHS - 1)
    reach = timedelta(days=max((rule.every_days for rule in held), default=0))
    since = at_wall(datetime.combine(first - reach, time.min), zone)
    for dot in visits.dots(session, ids, since):
        contacts.setdefault(dot.person_id, []).append(rules.Seen(dot.day, dot.kind, dot.in_residence, dot.seen))
    found = {}
    for person_id, family in served.items():
        counted = [seen.day for seen in contacts.get(person_id, ()) if rules.counts(seen)]
        before = last_seen.get(person_id)
        found[person_id] = rules.standing(
            rules.rule_on(held, family.program, today),
            contacts.get(person_id, []),
            started_on=max(family.opened_on, first_days.get(person_id, family.opened_on)),
            # The visit's own wall clock says which day it was; only what is older than the dots is put on ours.
            seen_on=max(counted) if counted else local_day(before, zone) if before else None,
            today=today,
        )
    return found


def most_pressing(family: FamilyLine, standings: Mapping[UUID, rules.Standing]) -> rules.Standing | None:
    """The standing of the child of a family who is to be seen first."""
    due = [standings[child.id] for child in family.children if child.id in standings and standings[child.id].due_on]
    return min(due, key=lambda one: one.days_left if one.days_left is not None else 0, default=None)
