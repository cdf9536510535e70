"""Reading the caseload: whose case it is, families with their children, persons, tasks, counts."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from porchlight.cases import rules
from porchlight.cases.models import Assignment, Case, Family, Person, Task
from porchlight.cases.values import Caseload, Count, FamilyLine, PersonLine, PersonRecord, TaskLine
from porchlight.core.actor import Actor
from porchlight.people import access
from porchlight.people import queries as people

MOMENT = timedelta(microseconds=1)
MOST_FAMILIES = 100  # on one page; who has more finds the rest by searching


def _held(role: str, now: datetime) -> sa.Select[Any]:
    return sa.select(col(Assignment.case_id)).where(
        col(Assignment.role) == role,
        col(Assignment.from_at) <= now,
        sa.or_(col(Assignment.to_at).is_(None), col(Assignment.to_at) > now),
    )


def assigned(account_id: UUID, now: datetime) -> sa.Select[Any]:
    """Ids of the cases this account works now."""
    return _held("caseworker", now).where(col(Assignment.account_id) == account_id)


def last_worked(session: Session, account_id: UUID, case_id: UUID, *, up_to: datetime) -> datetime | None:
    """The last moment at which this account worked this case; None when it never has."""
    query = select(Assignment).where(
        Assignment.case_id == case_id,
        Assignment.account_id == account_id,
        Assignment.role == "caseworker",
        Assignment.from_at <= up_to,
    )
    return max((min(up_to, one.to_at - MOMENT) if one.to_at else up_to for one in session.exec(query)), default=None)


def supervised(account_id: UUID, now: datetime) -> sa.Select[Any]:
    """Ids of the cases worked by anyone whose chain of supervisors holds this account."""
    return _held("caseworker", now).where(col(Assignment.account_id).in_(people.staff_under(account_id)))


def overseen(account_id: UUID, now: datetime) -> sa.Select[Any]:
    """Ids of the cases this account reviews for the state."""
    return _held("oversight", now).where(col(Assignment.account_id) == account_id)


def workers(session: Session, case_ids: Sequence[UUID], *, now: datetime) -> dict[UUID, list[UUID]]:
    """Who works each of these cases now."""
    found: dict[UUID, list[UUID]] = {}
    query = _held("caseworker", now).add_columns(col(Assignment.account_id))
    for case_id, account_id in session.execute(query.where(col(Assignment.case_id).in_(case_ids))):
        found.setdefault(case_id, []).append(account_id)
    return found


def overseen_since(session: Session, account_id: UUID, *, now: datetime) -> dict[UUID, datetime]:
    """Since when this reviewer has had each family."""
    query = _held("oversight", now).add_columns(col(Assignment.from_at))
    rows = session.execute(query.where(col(Assignment.account_id) == account_id))
    return {row[0]: row[1] for row in rows}


_FAMILY: tuple[Any, ...] = (
    Case.id,
    Family.name,
    Family.language,
    Family.culture,
    Case.organization_id,
    Case.program,
    Case.court,
    Case.opened_on,
    Case.closed_on,
    Case.hearing_on,
    Case.note,
)
_PERSON: tuple[Any, ...] = (
    Person.id,
    Person.case_id,
    Person.role,
    Person.first_name,
    Person.last_name,
    Person.preferred_name,
    Person.pronouns,
    Person.relation,
    Person.born_on,
    Person.phone,
    Person.removed_on,
)


def families(
    session: Session,
    actor: Actor,
    *,
    now: datetime,
    capability: access.Capability = access.Capability.FACE_SHEET,
    search: str = "",
    most: int = MOST_FAMILIES,
) -> Caseload:
    """The families open to this person, by name, without phone numbers, which are a right of their own.

    search: parts of a family's or a child's name, with accents or without.
    """
    mine = access.cases(actor, capability, now=now).subquery()
    ours = col(Case.id).in_(sa.select(mine.c[0]))
    if search.strip():
        found = _named(session, ours, search)
        ours, total = col(Case.id).in_(found), len(found)
    else:
        total = session.execute(sa.select(sa.func.count()).select_from(mine)).scalar_one()
    query = sa.select(*_FAMILY).join(Family, col(Family.id) == Case.family_id).where(ours)
    rows = session.execute(query.order_by(Family.name, col(Case.id)).limit(most)).all()
    served = _persons(session, [row[0] for row in rows], roles=rules.SERVED)
    lines = (_family(row, served.get(row[0], ())) for row in rows)
    return Caseload(total, tuple(line.without_phones() for line in lines))


def _family(row: Sequence[Any], persons: Iterable[PersonLine]) -> FamilyLine:
    values: list[Any] = [*row, tuple(persons)]
    return FamilyLine(*values)


def _named(session: Session, ours: sa.ColumnElement[bool], search: str) -> list[UUID]:
    """Case ids whose names hold the words. Compared here, since the two databases fold letters differently."""
    names: tuple[Any, ...] = (Person.first_name, Person.last_name, Person.preferred_name)
    by_family = sa.select(col(Case.id), col(Family.name)).join(Family, col(Family.id) == Case.family_id).where(ours)
    by_person = sa.select(col(Case.id), *names).join(Person, col(Person.case_id) == Case.id)
    by_person = by_person.where(ours, col(Person.role).in_(rules.SERVED))
    rows = [*session.execute(by_family), *session.execute(by_person)]
    return sorted({row[0] for row in rows if rules.named(search, *row[1:])})


def _persons(session: Session, case_ids: Sequence[UUID], *, roles: Sequence[str] = ()) -> dict[UUID, list[PersonLine]]:
    query = sa.select(*_PERSON).where(col(Person.case_id).in_(case_ids))
    if roles:
        query = query.where(col(Person.role).in_(roles))
    found: dict[UUID, list[PersonLine]] = {}
    for row in session.execute(query.order_by(col(Person.born_on).desc(), Person.first_name, col(Person.id))):
        found.setdefault(row[1], []).append(PersonLine(*row))
    return found


def case(session: Session, case_id: UUID) -> FamilyLine | None:
    """A case with everyone in it, children first, whoever asks: the caller checks the access."""
    query = sa.select(*_FAMILY).join(Family, col(Family.id) == Case.family_id).where(col(Case.id) == case_id)
    row = session.execute(query).first()
    return _family(row, persons(session, case_id)) if row else None


def names(session: Session, case_ids: Sequence[UUID]) -> dict[UUID, str]:
    """The family's name of each case."""
    query = sa.select(col(Case.id), col(Family.name)).join(Family, col(Family.id) == Case.family_id)
    return {row[0]: row[1] for row in session.execute(query.where(col(Case.id).in_(case_ids)))}


def persons(session: Session, case_id: UUID) -> list[PersonLine]:
    """Everyone in a case, those served first."""
    everyone = _persons(session, [case_id]).get(case_id, [])
    return sorted(everyone, key=lambda person: not person.served)


def person_lines(session: Session, person_ids: Sequence[UUID]) -> dict[UUID, PersonLine]:
    rows = session.execute(sa.select(*_PERSON).where(col(Person.id).in_(person_ids)))
    return {row[0]: PersonLine(*row) for row in rows}


def person(session: Session, person_id: UUID) -> PersonRecord | None:
    """Everything of one person, whoever asks: the caller checks the access and takes what is open."""
    row = session.get(Person, person_id)
    if row is None:
        return None
    values = {name: getattr(row, name) for name in PersonRecord.__dataclass_fields__}
    values |= {name: tuple(values[name]) for name in ("languages", "alerts", "systems")}
    return PersonRecord(**values)


def tasks(
    session: Session, actor: Actor, *, now: datetime, case_id: UUID | None = None, done_since: datetime | None = None
) -> list[TaskLine]:
    """Open tasks of this person in cases that are theirs now; with a case, of whoever works under them too.

    The earliest due comes first, those without a day last. A supervisor's own task about a case stays hers alone.
    done_since: instead of the open ones, those that were ticked off since then.
    """
    # What is held may be of a family that was theirs when it was written (phone/held).
    open_to = access.cases(actor, access.Capability.TASKS, now=now)
    theirs = sa.or_(col(Task.case_id).in_(open_to), col(Task.kind) == "held_item")
    columns: tuple[Any, ...] = (Task.id, Task.case_id, Task.owner_id, Family.name, Task.kind)
    columns += (Task.title, Task.due_on, Task.source_id, Task.made_at)
    query = sa.select(*columns).join(Case, col(Case.id) == Task.case_id).join(Family, col(Family.id) == Case.family_id)
    mine = col(Task.owner_id) == actor.account_id
    if case_id:
        mine = sa.and_(
            col(Task.case_id) == case_id, sa.or_(mine, col(Task.owner_id).in_(people.staff_under(actor.account_id)))
        )
    wanted = col(Task.done_at) > done_since if done_since else col(Task.done_at).is_(None)
    query = query.where(wanted, mine, theirs)
    rows = session.execute(query.order_by(col(Task.due_on).asc().nulls_last(), col(Task.made_at), col(Task.id)))
    return [TaskLine(*row) for row in rows]


def has_open_task(session: Session, source_id: UUID, kind: str) -> bool:
    """Whether what came from this source is still to be done."""
    query = sa.select(col(Task.id)).where(col(Task.source_id) == source_id, col(Task.kind) == kind)
    return session.execute(query.where(col(Task.done_at).is_(None)).limit(1)).first() is not None


def done_at(session: Session, source_ids: Sequence[UUID]) -> dict[UUID, datetime]:
    """When what came from each of these sources was done; what is still open is left out."""
    query = sa.select(col(Task.source_id), col(Task.done_at)).where(col(Task.source_id).in_(source_ids))
    return {row[0]: row[1] for row in session.execute(query.where(col(Task.done_at).is_not(None)))}


def counts(session: Session, account_ids: Sequence[UUID], *, now: datetime) -> dict[UUID, Count]:
    """How many families and how many persons served each of these accounts works now."""
    served = sa.and_(col(Person.case_id) == Assignment.case_id, col(Person.role).in_(rules.SERVED))
    query = (
        _held("caseworker", now)
        .with_only_columns(
            col(Assignment.account_id),
            sa.func.count(sa.distinct(col(Assignment.case_id))),
            sa.func.count(sa.distinct(col(Person.id))),
        )
        .outerjoin(Person, served)
        .where(col(Assignment.account_id).in_(account_ids))
        .group_by(col(Assignment.account_id))
    )
    return {account_id: Count(families_, persons_) for account_id, families_, persons_ in session.execute(query)}


def cases_of(person_ids: sa.Select[Any]) -> sa.Select[Any]:
    """The ids of these persons' cases; a higher room gives a selectable of person ids."""
    return sa.select(col(Person.case_id)).where(col(Person.id).in_(person_ids)).distinct()


def persons_of(case_ids: sa.Select[Any] | sa.CompoundSelect[Any]) -> sa.Select[Any]:
    """The ids of everyone in these cases; a higher room gives a selectable of case ids."""
    return sa.select(col(Person.id)).where(col(Person.case_id).in_(case_ids))
