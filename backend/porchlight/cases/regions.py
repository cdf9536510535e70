"""Which cases belong to a region: whoever is on call there may need them tonight."""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from porchlight.audit import service as audit
from porchlight.cases import rules
from porchlight.cases.models import Case, Family, Person
from porchlight.core.actor import Actor
from porchlight.core.i18n import _
from porchlight.core.refused import NotFound, Refused
from porchlight.people import access

LEAST_LETTERS = 3  # of a name that is looked for


def region_of(session: Session, case_id: UUID) -> str:
    """The region that was written down for a case; "" for none."""
    return session.scalar(sa.select(col(Case.region)).where(col(Case.id) == case_id)) or ""


def in_regions(organization_id: UUID, regions: frozenset[str], *, only: bool) -> sa.Select[Any]:
    """Ids of the open cases of these regions. only: the agency has no other region, so a case without one is in it, too."""
    names = [*regions, *([""] if only else [])]
    return sa.select(col(Case.id)).where(
        col(Case.organization_id) == organization_id, col(Case.closed_on).is_(None), col(Case.region).in_(names)
    )


def named(session: Session, case_ids: sa.Select[Any] | sa.CompoundSelect[Any], name: str, *, most: int) -> list[UUID]:
    """Which of these cases hold a family or a person served of that name; at most so many.

    Fewer than LEAST_LETTERS letters find nothing: nobody leafs through families this way.
    """
    if len(name.strip()) < LEAST_LETTERS:
        return []
    ours = col(Case.id).in_(case_ids)
    by_family = sa.select(col(Case.id), col(Family.name)).join(Family, col(Family.id) == Case.family_id).where(ours)
    names: tuple[Any, ...] = (Person.first_name, Person.last_name, Person.preferred_name)
    by_person = sa.select(col(Case.id), *names).join(Person, col(Person.case_id) == Case.id)
    by_person = by_person.where(ours, col(Person.role).in_(rules.SERVED))
    rows = [*session.execute(by_family), *session.execute(by_person)]
    return sorted({row[0] for row in rows if rules.named(name, *row[1:])})[:most]


def set_region(
    session: Session, actor: Actor, case_id: UUID, region: str, *, known: Collection[str], now: datetime
) -> None:
    """From now on whoever is on call there is called for this family, and may open its safety plan while on shift.

    known: the regions that have a schedule. The same region again changes nothing. Raises NotFound, Refused.
    """
    access.check(session, actor, case_id, access.Capability.REGION, now=now)
    case = session.get(Case, case_id, with_for_update=True)
    if case is None:
        raise NotFound(_("We could not find that page. It may have moved, or it may not be on your caseload."))
    if region not in known:
        raise Refused(_("Choose one from the list."), field="region")
    if case.region != region:
        audit.record(session, actor, "case.region_set", case_id, now=now, before=case.region, region=region)
        case.region = region
        session.add(case)


def rename(session: Session, actor: Actor, organization_id: UUID, before: str, region: str, *, now: datetime) -> None:
    """A region has another name: its cases stay in it. The caller has checked who may say so."""
    moved = sa.update(Case).where(col(Case.organization_id) == organization_id, col(Case.region) == before)
    session.execute(moved.values(region=region))
    audit.record(session, actor, "case.region_renamed", None, now=now, before=before, region=region)
