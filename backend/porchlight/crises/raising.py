"""Raising a crisis: a number that is really given, and people who are really called, in one transaction."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from pydantic import Field, field_validator, model_validator
from sqlmodel import Session, col, select

from porchlight.audit import service as audit
from porchlight.cases import queries as cases
from porchlight.cases import regions
from porchlight.core.actor import Actor
from porchlight.core.db import aside
from porchlight.core.i18n import _
from porchlight.core.refused import Conflict, Refused
from porchlight.crises import rules
from porchlight.crises.clocks import service as clocks
from porchlight.crises.escalating import begin
from porchlight.crises.models import Crisis, CrisisCounter, EscalationPolicy
from porchlight.crises.policies.queries import snapshot
from porchlight.crises.responding.shifts import schedule_for
from porchlight.crises.timeline import line, paged, write
from porchlight.crises.values import Reason, State
from porchlight.oncall import queries as oncall
from porchlight.people import access
from porchlight.people.access import Capability
from porchlight.web.forms import Input

# Built once, for a hundred may call in a second.
_NEXT = (
    sa.update(CrisisCounter)
    .where(col(CrisisCounter.id) == 1)
    .values(last=col(CrisisCounter.last) + 1)
    .returning(col(CrisisCounter.last))
)
# The agency's own first, and of several the oldest.
_POLICY = select(EscalationPolicy).order_by(
    (col(EscalationPolicy.organization_id) == sa.bindparam("organization")).desc(), col(EscalationPolicy.id)
)


class CrisisBody(Input):
    """What the caller says (docs/wire.md, A crisis); the caller's phone makes the id. child_id: comes behind the case_id."""

    id: UUID
    case_id: UUID | None = None
    reason: Reason
    words: str = ""
    child_id: UUID | None = Field(default=None, exclude_if=lambda one: one is None)

    @model_validator(mode="before")
    @classmethod
    def _child_behind_its_case(cls, typed: Any) -> Any:
        """One choice on the page: a family, or a child of it. What names no child is the whole family."""
        if not isinstance(typed, Mapping):
            return typed
        case_id, _dot, child = str(typed.get("case_id") or "").partition(".")
        said = {name: value for name, value in typed.items() if name != "child_id"}
        if not child:
            return said
        try:
            return {**said, "case_id": case_id, "child_id": UUID(child)}
        except ValueError:
            return {**said, "case_id": case_id}

    @field_validator("words", mode="before")
    @classmethod
    def _take_them_anyway(cls, words: object) -> object:
        """Help is never refused for how it is written: what cannot be kept is left out."""
        return rules.keepable(words) if isinstance(words, str) else words


@dataclass(frozen=True, slots=True)
class Raised:
    """number: what one says on the telephone. reaching: how many people have a phone that was called at once."""

    id: UUID
    number: int
    reaching: int
    new: bool


def raise_crisis(
    session: Session, actor: Actor, body: CrisisBody, *, schedule_id: UUID | None = None, now: datetime
) -> Raised:
    """Call for help. The same body again answers the same.

    schedule_id: whose people are called, where the caller named a region; else the family's region decides.
    A family that the caller may not see is left out: help comes all the same. Raises Conflict for another body
    under this id, Refused when nobody can be called because the agency has no on-call plan yet.
    """
    _one_at_a_time(session, body.id)
    known = _known(session, actor, body)
    if known is not None:
        return _raised_before(session, known)
    crisis = Crisis(
        id=body.id,
        number=0,
        case_id=_case(session, actor, body.case_id, now),
        reason=body.reason,
        words=body.words,
        raised_by=actor.account_id,
        raised_device_id=actor.device_id,
        raised_at=now,
        body_sha256=body.fingerprint(),
        state=State.RAISED,
        policy=_snapshot(session, actor, schedule_id or _schedule(session, actor, body.case_id)),
    )
    raised = line(crisis.id, "raised", actor.account_id, at=now, **_about(session, crisis, body.child_id))
    lines, reaching = begin(session, crisis, now=now)
    clocks.begin(session, crisis, now=now)
    # Last, so that hardly anything can come between the number and its crisis.
    crisis.number = _next_number(session)
    session.add(crisis)
    session.flush()
    write(session, [raised, *lines])
    audit.record(session, actor, "crisis.raised", crisis.id, now=now, number=crisis.number)
    return Raised(crisis.id, crisis.number, reaching, new=True)


def _one_at_a_time(session: Session, crisis_id: UUID) -> None:
    """Whoever sends the same id at the same moment waits here; on SQLite there is one writer anyway."""
    if session.get_bind().dialect.name == "postgresql":
        key = int.from_bytes(crisis_id.bytes[8:], signed=True)
        session.connection().exec_driver_sql("SELECT pg_advisory_xact_lock(%s)", (key,))


def _known(session: Session, actor: Actor, body: CrisisBody) -> Crisis | None:
    crisis = session.get(Crisis, body.id, populate_existing=True)
    if crisis and (crisis.raised_by != actor.account_id or crisis.body_sha256 != body.fingerprint()):
        raise Conflict(_("This alert was sent before with other words. Open Get help again and send a new one."))
    return crisis


def _raised_before(session: Session, crisis: Crisis) -> Raised:
    first = [entry for entry in paged(session, crisis.id) if entry.at == crisis.raised_at]
    reaching = {entry.account_id for entry in first if entry.detail["phones"]}
    return Raised(crisis.id, crisis.number, len(reaching), new=False)


def _next_number(session: Session) -> int:
    """The next number, given once. One whose crisis could not be stored is not given again (decision 0025)."""
    with aside(session) as connection:
        found = connection.execute(_NEXT).scalar()
        if found is None:
            _first_counter(connection)
            found = connection.execute(_NEXT).scalar_one()
        return int(found)


def _first_counter(connection: sa.Connection) -> None:
    values = sa.select(sa.literal(1), sa.literal(rules.FIRST_NUMBER - 1))
    if connection.dialect.name == "postgresql":
        from sqlalchemy.dialects.postgresql import insert
    else:
        from sqlalchemy.dialects.sqlite import insert  # type: ignore[assignment]
    connection.execute(insert(CrisisCounter).from_select(["id", "last"], values).on_conflict_do_nothing())


def _case(session: Session, actor: Actor, case_id: UUID | None, now: datetime) -> UUID | None:
    if case_id is None or not access.fields(session, actor, case_id, Capability.RAISE_CRISIS, now=now):
        return None
    return case_id


def _about(session: Session, crisis: Crisis, child_id: UUID | None) -> dict[str, str]:
    """What the first line of the timeline keeps of a child who was named: one who is served in that case."""
    person = cases.person_lines(session, [child_id]).get(child_id) if child_id else None
    return {"child": str(person.id)} if person and person.served and person.case_id == crisis.case_id else {}


def _schedule(session: Session, actor: Actor, case_id: UUID | None) -> UUID | None:
    """The people of the family's region; None where nobody wrote down a region."""
    region = regions.region_of(session, case_id) if case_id else ""
    return schedule_for(session, actor.organization_id, region) if actor.organization_id else None


def _snapshot(session: Session, actor: Actor, schedule_id: UUID | None) -> dict[str, object]:
    """The policy as it stands now: a change tomorrow does not reach into a crisis of tonight."""
    policy = session.exec(_POLICY, params={"organization": actor.organization_id}).first()
    if policy is None:
        raise Refused(_("Nobody is set up to be called yet. Call 911, or ring the agency."))
    schedule = oncall.schedule(session, schedule_id or policy.schedule_id)
    return snapshot(policy, schedule)
