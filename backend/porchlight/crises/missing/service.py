"""Writing down that a child is missing, what was done about it, that they were found, and what they said."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, field_validator
from sqlmodel import Session, select

from porchlight.audit import service as audit
from porchlight.cases import queries as cases
from porchlight.core import jobs
from porchlight.core.actor import Actor
from porchlight.core.i18n import _
from porchlight.core.ids import new_id
from porchlight.core.refused import NotFound, Refused
from porchlight.crises.deadlines import queries as deadlines
from porchlight.crises.deadlines.rules import Clock
from porchlight.crises.missing import linking, queries, rules
from porchlight.crises.missing.models import MissingEpisode, MissingStep
from porchlight.crises.missing.values import How, Screened, State, Step
from porchlight.crises.once import once
from porchlight.crises.wall import Wall, instant
from porchlight.people import access
from porchlight.people.access import Capability
from porchlight.web.forms import Input

LOOK = "missing.look"
NOT_FOUND = _("We could not find that record. It may not be on your caseload.")
Text = Annotated[str, Field(max_length=rules.LONGEST)]
Filled = Annotated[str, Field(min_length=1, max_length=rules.LONGEST)]


class BeginBody(Input):
    """Times are on the agency's wall clock. crisis_id: the alert that was sent for it, if one was."""

    id: UUID
    person_id: UUID
    learned_at: Wall = None
    last_seen_at: Wall = None
    last_seen_where: Text = ""
    clothing: Text = ""
    looked: Text = ""
    crisis_id: UUID | None = None

    @field_validator("crisis_id", mode="before")
    @classmethod
    def _none(cls, value: object) -> object:
        return value or None


class StepBody(Input):
    id: UUID
    step: Literal[Step.POLICE, Step.NCMEC, Step.LOOKED, Step.TOLD, Step.SEEN, Step.NOTE]
    at: Wall = None
    number: Annotated[str, Field(max_length=60)] = ""
    words: Text = ""


class LinkBody(Input):
    crisis_id: UUID


class FoundBody(Input):
    found_at: Wall = None
    found_where: Filled
    found_how: How


class TalkBody(Input):
    why_left: Filled
    while_away: Filled
    screened: Screened
    what_helps: Filled


def begin(session: Session, actor: Actor, body: BeginBody, *, now: datetime) -> MissingEpisode:
    """A child is missing; the clocks run from when the agency heard. Raises NotFound, Refused, Conflict."""
    person = cases.person(session, body.person_id)
    if person is None or not person.served:
        raise NotFound(NOT_FOUND)
    check_writes(session, actor, person.case_id, now)
    if session.get(MissingEpisode, body.id) is None:
        running = [State(one.state) for one in queries.of_person(session, person.id)]
        if not rules.first_open(running):
            raise Refused(_("A record of this child is open already. Open it, and add to it."))
    if body.crisis_id and body.crisis_id not in linking.candidates(session, actor, person.case_id):
        raise Refused(_("Choose one from the list."), field="crisis_id")
    learned = rules.check_went(instant(body.learned_at, actor.time_zone), now, "learned_at")
    seen = instant(body.last_seen_at, actor.time_zone)
    rule = deadlines.rule(session, Clock.POLICE, learned)
    row = MissingEpisode(
        **body.model_dump(exclude={"learned_at", "last_seen_at", "looked"}),
        case_id=person.case_id,
        written_by=actor.account_id,
        learned_at=learned,
        last_seen_at=rules.check_went(seen, now, "last_seen_at") if seen else None,
        police_due_at=learned + deadlines.span(session, Clock.POLICE, learned),
        ncmec_due_at=learned + deadlines.span(session, Clock.NCMEC, learned),
        source=rule.source if rule else "",
        body_sha256=body.fingerprint(),
    )
    row, new = once(session, row, lambda one: (one.written_by, one.body_sha256) == (row.written_by, row.body_sha256))
    if new:
        add_step(session, row, Step.LEARNED, actor.account_id, at=learned, now=now)
        if body.looked:
            add_step(session, row, Step.LOOKED, actor.account_id, at=now, now=now, words=body.looked)
        audit.record(session, actor, "missing.begun", row.id, now=now, people=[person.id])
        for clock, due_at in ((Clock.POLICE, row.police_due_at), (Clock.NCMEC, row.ncmec_due_at)):
            jobs.enqueue(session, LOOK, {"episode_id": str(row.id), "clock": clock}, due_at=due_at)
    return row


def note(session: Session, actor: Actor, episode_id: UUID, body: StepBody, *, now: datetime) -> None:
    """One thing that was done; to the police and to the center it stops their clock. Raises NotFound, Refused, Conflict."""
    row = _open(session, actor, episode_id, now)
    at = rules.check_went(instant(body.at, actor.time_zone) or now, now, "at")
    if body.step not in rules.WITH_NUMBER and not body.words:
        raise Refused(_("Fill this in."), field="words")
    step = MissingStep(
        **body.model_dump(exclude={"at"}), episode_id=row.id, at=at, account_id=actor.account_id, written_at=now
    )
    mine = (step.episode_id, step.account_id, step.step, step.number, step.words)
    same = lambda one: (one.episode_id, one.account_id, one.step, one.number, one.words) == mine  # noqa: E731
    if once(session, step, same)[1]:
        audit.record(session, actor, "missing.noted", row.id, now=now, people=[row.person_id], step=body.step)


def link(session: Session, actor: Actor, episode_id: UUID, body: LinkBody, *, now: datetime) -> None:
    """This alert was sent for it; a clock that runs out then calls within that alert. Raises NotFound, Refused."""
    row = _open(session, actor, episode_id, now)
    if row.crisis_id == body.crisis_id:
        return
    if row.crisis_id or body.crisis_id not in linking.candidates(session, actor, row.case_id):
        raise Refused(_("Choose one from the list."), field="crisis_id")
    row.crisis_id = body.crisis_id
    session.add(row)
    audit.record(session, actor, "missing.linked", row.id, now=now, people=[row.person_id])


def find(session: Session, actor: Actor, episode_id: UUID, body: FoundBody, *, now: datetime) -> None:
    """The child was found: when, where and how. Raises NotFound, Refused."""
    row = _open(session, actor, episode_id, now)
    rules.check_can_find(State(row.state))
    row.found_at = rules.check_went(instant(body.found_at, actor.time_zone), now, "found_at")
    row.found_where, row.found_how, row.state = body.found_where, body.found_how, State.FOUND
    session.add(row)
    add_step(session, row, Step.FOUND, actor.account_id, at=row.found_at, now=now)
    audit.record(session, actor, "missing.found", row.id, now=now, people=[row.person_id], how=body.found_how)


def close(session: Session, actor: Actor, episode_id: UUID, body: TalkBody, *, now: datetime) -> None:
    """What the child said about it, with which the record is whole. Raises NotFound, Refused."""
    row = _open(session, actor, episode_id, now)
    rules.check_can_close(State(row.state), body.screened)
    for name, value in body.model_dump().items():
        setattr(row, name, value)
    row.state, row.closed_at = State.CLOSED, now
    session.add(row)
    add_step(session, row, Step.TALKED, actor.account_id, at=now, now=now)
    audit.record(session, actor, "missing.closed", row.id, now=now, people=[row.person_id])


def add_step(
    session: Session,
    row: MissingEpisode,
    step: Step,
    account_id: UUID | None,
    *,
    at: datetime,
    now: datetime,
    words: str = "",
) -> None:
    session.add(
        MissingStep(
            id=new_id(), episode_id=row.id, step=step, at=at, words=words, account_id=account_id, written_at=now
        )
    )


def check_writes(session: Session, actor: Actor, case_id: UUID, now: datetime) -> None:
    """Raises NotFound for who only reviews the case, and for everybody to whom it is not open."""
    access.check_works(actor)
    access.check(session, actor, case_id, Capability.MISSING, now=now)


def locked(session: Session, episode_id: UUID) -> MissingEpisode | None:
    return session.exec(select(MissingEpisode).where(MissingEpisode.id == episode_id).with_for_update()).first()


def _open(session: Session, actor: Actor, episode_id: UUID, now: datetime) -> MissingEpisode:
    row = locked(session, episode_id)
    if row is None:
        raise NotFound(NOT_FOUND)
    check_writes(session, actor, row.case_id, now)
    rules.check_open(State(row.state))
    return row
