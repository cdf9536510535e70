"""The files of an agency as whoever keeps its records sees them: no more than is needed to say when one may go."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from porchlight.cases import rules
from porchlight.cases.models import Case, Family, Person


@dataclass(frozen=True, slots=True)
class File:
    """born: the birthdays of its children, None for one that is not known. people: everybody in it."""

    case_id: UUID
    family_id: UUID
    family: str
    organization_id: UUID
    closed_on: date | None
    born: tuple[date | None, ...] = ()
    people: tuple[UUID, ...] = ()


def _files(session: Session, where: Any, most: int | None = None) -> list[File]:
    columns: tuple[Any, ...] = (Case.id, Case.family_id, Family.name, Case.organization_id, Case.closed_on)
    query = sa.select(*columns).join(Family, col(Family.id) == Case.family_id).where(where)
    rows = session.execute(query.order_by(col(Case.closed_on), col(Case.id)).limit(most)).all()
    born: dict[UUID, list[tuple[UUID, date | None, str]]] = {}
    people = sa.select(col(Person.case_id), col(Person.id), col(Person.born_on), col(Person.role))
    for case_id, *person in session.execute(people.where(col(Person.case_id).in_([row[0] for row in rows]))):
        born.setdefault(case_id, []).append(tuple(person))
    return [_file(row, born.get(row[0], [])) for row in rows]


def _file(row: Sequence[Any], people: Sequence[tuple[UUID, date | None, str]]) -> File:
    children = tuple(day for _id, day, role in people if role in rules.SERVED)
    values: list[Any] = [*row, children, tuple(person[0] for person in people)]
    return File(*values)


def closed(session: Session, organization_id: UUID, *, most: int) -> list[File]:
    """The agency's closed files, the longest closed first."""
    return _files(
        session, sa.and_(col(Case.organization_id) == organization_id, col(Case.closed_on).is_not(None)), most
    )


def file(session: Session, case_id: UUID, *, lock: bool = False) -> File | None:
    """lock: nobody else changes this case until the transaction ends."""
    if lock:
        session.exec(select(Case.id).where(Case.id == case_id).with_for_update()).first()
    return next(iter(_files(session, Case.id == case_id)), None)


def others_of(session: Session, file: File) -> list[UUID]:
    """Further cases of the same family."""
    query = select(Case.id).where(Case.family_id == file.family_id, Case.id != file.case_id)
    return list(session.exec(query))
