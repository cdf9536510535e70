"""Reading what is due, what is held and what was asked."""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from porchlight.cases import files
from porchlight.cases.files import File
from porchlight.people import queries as people
from porchlight.records import rules
from porchlight.records.models import Erasure, LegalHold, RetentionRule
from porchlight.records.rules import Due, Rule
from porchlight.records.values import State

FILE = Path(__file__).parent / "retention.toml"
FAMILY = "family"
MOST = 200  # files looked through for one page


@dataclass(frozen=True, slots=True)
class HoldLine:
    id: UUID
    reason: str
    placed_by: str
    placed_at: datetime
    until: date | None


@dataclass(frozen=True, slots=True)
class Kept:
    """A file, when it may go, and whether it is held; erasure: what was asked, None for nothing."""

    file: File
    due: Due
    held: bool
    erasure: Erasure | None


@cache
def built_in() -> dict[str, list[dict[str, Any]]]:
    return tomllib.loads(FILE.read_text())


def all_rules(session: Session) -> list[Rule]:
    """Those that come with the product, then the agency's own."""
    own = session.exec(select(RetentionRule).order_by(col(RetentionRule.valid_from), col(RetentionRule.id)))
    given = [Rule(**{"years": None, **row}) for row in built_in()["file"]]
    return given + [
        Rule(one.kind, one.jurisdiction, one.after, one.years, one.source, one.valid_from, one.valid_to) for one in own
    ]


def due(session: Session, file: File, today: date) -> Due:
    jurisdiction = people.line_of(session, file.organization_id).jurisdiction
    holding = rules.holding([one for one in all_rules(session) if one.kind == FAMILY], jurisdiction, today)
    return rules.due(holding, closed_on=file.closed_on, born=file.born)


def lasting(today: date) -> Any:
    return sa.and_(
        col(LegalHold.ended_at).is_(None), sa.or_(col(LegalHold.until).is_(None), col(LegalHold.until) > today)
    )


def holds(session: Session, case_id: UUID, today: date) -> list[HoldLine]:
    """The holds that lie on a case now, the oldest first."""
    query = select(LegalHold).where(LegalHold.case_id == case_id, lasting(today)).order_by(col(LegalHold.placed_at))
    rows = list(session.exec(query))
    names = people.accounts(session, [row.placed_by for row in rows])
    return [HoldLine(row.id, row.reason, names[row.placed_by].name, row.placed_at, row.until) for row in rows]


def is_held(session: Session, file: File, today: date) -> bool:
    """A hold on one case holds the family's other ones: their words name the same people."""
    cases = [file.case_id, *files.others_of(session, file)]
    query = select(LegalHold.id).where(col(LegalHold.case_id).in_(cases), lasting(today)).limit(1)
    return session.exec(query).first() is not None


def latest(session: Session, case_ids: Sequence[UUID]) -> dict[UUID, Erasure]:
    """What was asked last of each case."""
    query = select(Erasure).where(col(Erasure.case_id).in_(case_ids)).order_by(col(Erasure.asked_at))
    return {row.case_id: row for row in session.exec(query)}


def kept(session: Session, organization_id: UUID, *, today: date) -> list[Kept]:
    """The closed files of an agency, those that are due first, and whatever is held."""
    found = files.closed(session, organization_id, most=MOST)
    asked = latest(session, [one.case_id for one in found])
    lines = [Kept(one, due(session, one, today), is_held(session, one, today), asked.get(one.case_id)) for one in found]
    return sorted(lines, key=lambda line: (line.due.on is None, line.due.on or today))


def pending(session: Session, case_id: UUID) -> Erasure | None:
    query = select(Erasure).where(Erasure.case_id == case_id, Erasure.state == State.ASKED)
    return session.exec(query).first()


def held_cases(session: Session, organization_id: UUID, today: date) -> list[File]:
    """Open files too: a hold is often laid on one that is still worked."""
    query = select(LegalHold.case_id).where(lasting(today)).distinct()
    found = [files.file(session, case_id) for case_id in session.exec(query)]
    return [one for one in found if one and one.organization_id == organization_id]
