"""Writing a mandated report, each step of it, and closing it."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, field_validator
from sqlmodel import Session

from porchlight.audit import service as audit
from porchlight.cases import queries as cases
from porchlight.core import jobs
from porchlight.core.actor import Actor
from porchlight.core.i18n import _
from porchlight.core.ids import new_id
from porchlight.core.refused import NotFound, Refused
from porchlight.crises.deadlines import queries as deadlines
from porchlight.crises.deadlines.rules import Clock, When, due
from porchlight.crises.mandated import queries, rules
from porchlight.crises.mandated.models import MandatedChild, MandatedReport, MandatedStep
from porchlight.crises.mandated.sealing import Reporter, Seal
from porchlight.crises.mandated.values import State, Step, Witness
from porchlight.crises.once import once
from porchlight.crises.wall import Wall, instant
from porchlight.people import access
from porchlight.people import queries as people
from porchlight.people.access import Capability, Role
from porchlight.web.forms import Input

TOLD = "mandated.told"
LATE = "mandated.late"
NOT_FOUND = _("We could not find that report. It may not be yours to read.")

Text = Annotated[str, Field(max_length=rules.LONGEST)]
Short = Annotated[str, Field(max_length=300)]


class ReportBody(Input):
    """witnessed_at: on the agency's wall clock. told_by, reach: sealed, with who writes it."""

    id: UUID
    case_id: UUID | None = None
    children: list[UUID] = Field(default_factory=list, max_length=30)
    child_words: Short = ""
    witnessed_at: Wall = None
    place: Short = ""
    said: Annotated[str, Field(min_length=1, max_length=rules.LONGEST)]
    witness: Witness = Witness.SELF
    told_by: Short = ""
    reach: Short = ""

    @field_validator("id", mode="before")
    @classmethod
    def _of_a_stored_page(cls, value: object) -> object:
        """A form that a phone has stored is used more than once: its reports have no id yet."""
        return value or new_id()

    @field_validator("case_id", mode="before")
    @classmethod
    def _none(cls, value: object) -> object:
        return value or None

    @field_validator("children", mode="before")
    @classmethod
    def _several(cls, value: object) -> object:
        return [value] if isinstance(value, str) and value else value or []


class StepBody(Input):
    id: UUID
    step: Literal[Step.ORAL, Step.WRITTEN, Step.ELECTRONIC, Step.ASKED, Step.NOT_ASKED, Step.NOTE]
    at: Wall = None
    to_whom: Short = ""
    number: Annotated[str, Field(max_length=60)] = ""
    words: Text = ""


def begin(session: Session, actor: Actor, seal: Seal, body: ReportBody, *, now: datetime) -> MandatedReport:
    """Write down what was seen or heard; the clocks run from then. Nobody else is told yet.

    The audit names the reporter by a mark only. Raises NotFound, Refused, Conflict.
    """
    access.check_reports(actor)
    _check_about(session, actor, body, now)
    at = rules.check_went(instant(body.witnessed_at, actor.time_zone), now, "witnessed_at")
    oral, paper = (deadlines.rule(session, one, at) for one in (Clock.ORAL, Clock.WRITTEN))
    agency = people.agency(session)
    row = MandatedReport(
        **body.model_dump(include={"id", "case_id", "child_words", "place", "said"}),
        organization_id=actor.organization_id,
        witnessed_at=at,
        sealed=seal.close(body.id, Reporter(str(actor.account_id), actor.name, body.told_by, body.reach)),
        of=seal.of(actor.account_id),
        written_at=now,
        jurisdiction=agency.jurisdiction if agency else "",
        oral_due_at=due(oral, at),
        oral_source=oral.source if oral else "",
        written=paper.when if paper else When.VARIES,
        written_due_at=due(paper, at),
        written_source=paper.source if paper else "",
        form=paper.form if paper else "",
        body_mark=seal.mark(body.model_dump_json()),
    )
    row, new = once(session, row, lambda one: (one.of, one.body_mark) == (row.of, row.body_mark))
    if new:
        session.flush()
        session.add_all([MandatedChild(report_id=row.id, person_id=one) for one in body.children])
        audit.record(session, None, "mandated.begun", row.id, now=now, whose=seal.whose(row.id, actor.account_id))
        if row.oral_due_at:
            jobs.enqueue(session, LATE, {"report_id": str(row.id)}, due_at=row.oral_due_at + rules.AT_ONCE)
        if row.written_due_at:
            jobs.enqueue(session, LATE, {"report_id": str(row.id)}, due_at=row.written_due_at)
    return row


def _check_about(session: Session, actor: Actor, body: ReportBody, now: datetime) -> None:
    """Some child is meant, and the family is this person's, or none is named."""
    if body.case_id is None:
        if body.children:
            raise Refused(_("Choose one from the list."), field="children")
        if not body.child_words:
            raise Refused(_("Write whom it is about, as well as you know."), field="child_words")
        return
    access.check(session, actor, body.case_id, Capability.MANDATED, now=now)
    known = {one.id for one in cases.persons(session, body.case_id) if one.served}
    if not set(body.children) <= known:
        raise Refused(_("Choose one from the list."), field="children")
    if not body.children and not body.child_words:
        raise Refused(_("Choose a child, or write whom it is about."), field="children")


def take_step(session: Session, actor: Actor, seal: Seal, report_id: UUID, body: StepBody, *, now: datetime) -> None:
    """Told, sent, filed, asked for or noted. With the first word to the state the supervisors hear of it.

    Raises NotFound, Refused, Conflict.
    """
    row, mine = readable(session, actor, seal, report_id, now=now, lock=True)
    at = rules.check_went(instant(body.at, actor.time_zone) or now, now, "at")
    _check_step(body)
    step = MandatedStep(
        **body.model_dump(exclude={"at"}),
        report_id=row.id,
        at=at,
        by_reporter=mine,
        account_id=None if mine else actor.account_id,
        written_at=now,
        body_mark=seal.mark(f"{actor.account_id} {body.model_dump_json()}"),
    )
    if session.get(MandatedStep, body.id) is None:
        rules.check_open(State(row.state))
    if not once(session, step, lambda one: (one.report_id, one.body_mark) == (step.report_id, step.body_mark))[1]:
        return
    _trace(session, actor, seal, row, "mandated.step", mine, now, step=body.step)
    if body.step in rules.TELLING:
        jobs.enqueue(session, TOLD, {"report_id": str(row.id)}, due_at=now)


def _check_step(body: StepBody) -> None:
    if body.step == Step.ORAL and not body.to_whom:
        raise Refused(_("Write whom you told: a name, or the number of the worker at the hotline."), field="to_whom")
    if body.step == Step.NOTE and not body.words:
        raise Refused(_("Fill this in."), field="words")


def close(session: Session, actor: Actor, seal: Seal, report_id: UUID, *, now: datetime) -> None:
    """It is done. Never before it was told, and sent where that is wanted. Twice changes nothing. Raises NotFound, Refused."""
    row, mine = readable(session, actor, seal, report_id, now=now, lock=True)
    if row.state == State.CLOSED:
        return
    done = queries.steps(session, [row.id]).get(row.id, [])
    rules.check_can_close(State(row.state), queries.standing(row, done, now))
    row.state, row.closed_at = State.CLOSED, now
    session.add(row)
    _trace(session, actor, seal, row, "mandated.closed", mine, now)


def readable(
    session: Session, actor: Actor, seal: Seal, report_id: UUID, *, now: datetime, lock: bool = False
) -> tuple[MandatedReport, bool]:
    """The report, and whether the reader is its reporter. lock: ours alone until the transaction ends. Raises NotFound."""
    row = session.get(MandatedReport, report_id, with_for_update=lock or None)
    if row is None:
        raise NotFound(NOT_FOUND)
    mine = row.of == seal.of(actor.account_id)
    if not mine:
        done = queries.steps(session, [row.id]).get(row.id, [])
        told = rules.others_may_read(queries.standing(row, done, now), now)
        if not told or not _in_reach(session, actor, row, now):
            raise NotFound(NOT_FOUND)
    return row, mine


def _in_reach(session: Session, actor: Actor, row: MandatedReport, now: datetime) -> bool:
    if row.case_id is None:
        return actor.has(Role.SUPERVISOR) and actor.organization_id == row.organization_id
    return bool(access.fields(session, actor, row.case_id, Capability.MANDATED, now=now))


def _trace(
    session: Session,
    actor: Actor,
    seal: Seal,
    row: MandatedReport,
    act: str,
    mine: bool,
    now: datetime,
    *,
    step: str = "",
) -> None:
    """The reporter stands in the audit by a mark: its list must not tell whom the table hides."""
    whose = seal.whose(row.id, actor.account_id) if mine else ""
    audit.record(session, None if mine else actor, act, row.id, now=now, whose=whose, step=step)


def add_late(session: Session, row: MandatedReport, clock: str, *, now: datetime) -> None:
    """One line that nobody wrote: the clock did."""
    session.add(
        MandatedStep(
            id=new_id(),
            report_id=row.id,
            step=Step.LATE,
            at=now,
            words=clock,
            by_reporter=False,
            written_at=now,
            body_mark="",
        )
    )
