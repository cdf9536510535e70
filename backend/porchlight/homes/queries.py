"""Reading homes: where a person is placed on a day, who cares for them there, whose home it is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from porchlight.cases.queries import cases_of
from porchlight.homes import rules
from porchlight.homes.models import Caregiver, Placement, ResourceHome


@dataclass(frozen=True, slots=True)
class CaregiverLine:
    id: UUID
    home_id: UUID
    account_id: UUID | None
    name: str
    phone: str
    email: str
    locale: str


@dataclass(frozen=True, slots=True)
class PlacementLine:
    """A stay that holds on the day asked for. `name`, `code` and `phone` are empty without a resource home."""

    person_id: UUID
    kind: str
    home_id: UUID | None
    code: str
    name: str
    address: str
    phone: str
    from_on: date
    caregivers: tuple[CaregiverLine, ...] = ()

    @property
    def stay(self) -> tuple[str, UUID | None, str]:
        return self.kind, self.home_id, self.address


_CAREGIVER: tuple[Any, ...] = (
    Caregiver.id,
    Caregiver.home_id,
    Caregiver.account_id,
    Caregiver.name,
    Caregiver.phone,
    Caregiver.email,
    Caregiver.locale,
)


def _on(day: date, *, give: timedelta = timedelta()) -> sa.ColumnElement[bool]:
    """Stays that hold on this day. give: how much earlier one may have ended, or later begin."""
    not_over = sa.or_(col(Placement.to_on).is_(None), col(Placement.to_on) > day - give)
    return sa.and_(col(Placement.from_on) <= day + give, not_over)


def cared_for(account_id: UUID, now: datetime) -> sa.Select[Any]:
    """Ids of the cases of children now placed in this caregiver's home.

    A relation knows no time zone: a child who moves is counted in both homes while it is the moving day anywhere, so
    that nobody is refused help for an hour of the clock.
    """
    placed = (
        sa.select(col(Placement.person_id))
        .join(Caregiver, col(Caregiver.home_id) == Placement.home_id)
        .where(col(Caregiver.account_id) == account_id, _on(now.date(), give=timedelta(days=1)))
    )
    return cases_of(placed)


def homes_of(session: Session, account_id: UUID) -> list[UUID]:
    """The homes in which this account is a caregiver."""
    query = sa.select(col(Caregiver.home_id)).where(col(Caregiver.account_id) == account_id).distinct()
    return list(session.scalars(query))


def placement_on(session: Session, person_id: UUID, day: date) -> PlacementLine | None:
    return placements_on(session, [person_id], day).get(person_id)


def placements_on(session: Session, person_ids: Sequence[UUID], day: date) -> dict[UUID, PlacementLine]:
    """Where each person lives on a local day, with address and caregivers; who is placed nowhere is left out."""
    columns: tuple[Any, ...] = (Placement.person_id, Placement.kind, Placement.home_id, Placement.address)
    columns += (Placement.from_on, ResourceHome.code, ResourceHome.name, ResourceHome.address, ResourceHome.phone)
    query = (
        sa.select(*columns)
        .outerjoin(ResourceHome, col(ResourceHome.id) == Placement.home_id)
        .where(col(Placement.person_id).in_(person_ids), _on(day))
        .order_by(col(Placement.from_on))
    )
    rows = session.execute(query).all()
    carers = caregivers_of_homes(session, [row[2] for row in rows if row[2]])
    found = {}
    for person_id, kind, home_id, address, from_on, code, name, home_address, phone in rows:
        found[person_id] = PlacementLine(
            person_id=person_id,
            kind=kind,
            home_id=home_id,
            code=code or "",
            name=name or "",
            address=home_address or address,
            phone=phone or "",
            from_on=from_on,
            caregivers=tuple(carers.get(home_id, ())) if home_id else (),
        )
    return found


def first_days(session: Session, person_ids: Sequence[UUID]) -> dict[UUID, date]:
    """The first day of each person's first stay."""
    query = sa.select(col(Placement.person_id), sa.func.min(col(Placement.from_on)))
    query = query.where(col(Placement.person_id).in_(person_ids)).group_by(col(Placement.person_id))
    return {row[0]: row[1] for row in session.execute(query)}


def is_residence(session: Session, person_ids: Sequence[UUID], day: date, place: str) -> bool:
    """Whether a visit at `place` on that local day was in the residence of every one of these children."""
    stays = placements_on(session, person_ids, day)
    return rules.is_residence(place, [stays[one].stay if one in stays else None for one in person_ids])


def caregivers_of_home(session: Session, home_id: UUID) -> list[CaregiverLine]:
    return caregivers_of_homes(session, [home_id]).get(home_id, [])


def caregivers_of_homes(session: Session, home_ids: Sequence[UUID]) -> dict[UUID, list[CaregiverLine]]:
    found: dict[UUID, list[CaregiverLine]] = {}
    query = sa.select(*_CAREGIVER).where(col(Caregiver.home_id).in_(home_ids)).order_by(Caregiver.name)
    for row in session.execute(query) if home_ids else ():
        found.setdefault(row[1], []).append(CaregiverLine(*row))
    return found


def caregiver(session: Session, caregiver_id: UUID) -> CaregiverLine | None:
    row = session.execute(sa.select(*_CAREGIVER).where(col(Caregiver.id) == caregiver_id)).first()
    return CaregiverLine(*row) if row else None


def caregivers_of_children(session: Session, person_ids: Sequence[UUID], day: date) -> list[CaregiverLine]:
    """Everyone who cared for one of these children in a resource home on that local day, each once."""
    found: dict[UUID, CaregiverLine] = {}
    for placement in placements_on(session, person_ids, day).values():
        found |= {one.id: one for one in placement.caregivers}
    return list(found.values())


def caregivers_with(session: Session, person_ids: sa.Select[Any], day: date) -> list[tuple[CaregiverLine, str]]:
    """Everyone who cares for one of these persons on that local day, with the name of the home. person_ids: a selectable."""
    homes_now = sa.select(col(Placement.home_id)).where(col(Placement.person_id).in_(person_ids), _on(day))
    query = (
        sa.select(*_CAREGIVER, col(ResourceHome.name))
        .join(ResourceHome, col(ResourceHome.id) == Caregiver.home_id)
        .where(col(Caregiver.home_id).in_(homes_now))
        .order_by(Caregiver.name)
    )
    return [(CaregiverLine(*row[:-1]), row[-1]) for row in session.execute(query)]
